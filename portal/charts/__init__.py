"""Charts on pages: what they say in each language, how they are drawn and kept, and published figures."""
