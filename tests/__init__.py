"""Tests: real databases, real files, a real browser; nothing of our own is mocked."""
