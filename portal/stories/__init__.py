"""Case studies: what organizations tried, told in the sector's shape."""
