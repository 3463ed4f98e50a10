"""What the portal tells programs about its pages: feeds of what is new, and the map of the site."""
