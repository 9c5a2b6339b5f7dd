"""What an institution watches, and what it passed on: its own business, apart from any deal."""
