"""The room where everything published is searched."""
