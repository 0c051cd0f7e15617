"""Imports on the web: a list is kept with its answers, read, written and taken back in the background."""
