"""Reads of an enterprise's applications: access, own list, files, timeline."""
