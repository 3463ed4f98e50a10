"""The toolkit: stages and steps, checklists, and templates to take home."""
