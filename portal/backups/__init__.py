"""Backups: taken while the portal runs, encrypted, proved by restoring them."""
