"""Figures of any scope: statistics, measures, trends, comparison, the summary paragraph."""
