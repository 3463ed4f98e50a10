"""Sharing a page as a message, sized for the apps that this portal is about."""
