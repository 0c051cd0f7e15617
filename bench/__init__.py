"""Measurements: ratios and counts taken in one run; nothing here is a test."""
