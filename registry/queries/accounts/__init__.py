"""Reads of accounts: people, inbox, audit."""
