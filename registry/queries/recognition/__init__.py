"""Reads of recognition documents: listing, page, annex."""
