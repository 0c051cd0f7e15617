"""Reads of site inspections: which visits an actor may see, their sheets, what they mean for an application."""
