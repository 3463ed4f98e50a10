"""For those who run the portal: whether it lives, is ready, what it does, whom to warn."""
