"""Reads, by audience. Public ones start from one catalogue and one selection; nothing here writes."""
