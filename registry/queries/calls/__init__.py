"""Reads of calls: listing, self-check, waived rules."""
