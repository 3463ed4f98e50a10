"""Where an organization answers: surveys on offer, one response page by page, review and receipt."""
