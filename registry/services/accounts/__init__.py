"""Accounts, sessions, second factors, memberships and the messages to them."""
