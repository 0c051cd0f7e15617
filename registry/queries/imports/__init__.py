"""Imports on the web as officers see them."""
