"""The whole installation in one file, and back: as rows, so that either database can be restored into the other."""
