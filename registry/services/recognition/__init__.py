"""Titles by document: entering, confirming, outside lists."""
