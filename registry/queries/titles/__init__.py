"""Reads of change requests and readers' reports."""
