"""Reads of the reviewers: queue, case, duplicates, summary, quota."""
