"""Personal data: what is held about whom, how long, and how it is handed out or erased."""
