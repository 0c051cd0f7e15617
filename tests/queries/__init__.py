"""Reads: statistics over any scope."""
