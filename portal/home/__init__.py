"""The front of the house: home page and the pages about the portal itself."""
