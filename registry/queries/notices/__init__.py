"""Reads of public notices, objections and the calendar of working days."""
