"""The conference: what was shown there, and what stays of it."""
