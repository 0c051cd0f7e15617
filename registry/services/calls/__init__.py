"""Calls for applications: their rules, texts, exceptions and who is eligible."""
