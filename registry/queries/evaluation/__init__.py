"""Reads of the experts' round: the pool, panels with their results, an expert's own sheets."""
