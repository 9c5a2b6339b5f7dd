"""What happened that somebody should know: notices in the application, each told when it is read."""
