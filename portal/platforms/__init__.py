"""Platforms: what each allows, what that means for a service, and who came to it or left it."""
