"""Rows, fields, files, points and pages of the public record."""
