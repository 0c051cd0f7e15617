"""Reads of the site as a whole: every public address, and what is new."""
