"""Reading the analytics: each module answers one tab."""
