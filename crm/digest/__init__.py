"""What somebody's day begins with: on a page, and as a mail each weekday morning."""
