"""The shipped code lists, row by row."""
