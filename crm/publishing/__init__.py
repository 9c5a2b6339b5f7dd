"""What investors read of a startup: its authorisation, and dated publications that later changes leave as they are."""
