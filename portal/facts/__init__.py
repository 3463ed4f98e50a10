"""Dated facts: every figure the portal quotes, with its source, its date and what was stated before."""
