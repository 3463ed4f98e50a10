"""The research: what is asked, who answered, what it says. Knows nothing of the website."""
