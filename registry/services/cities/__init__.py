"""The city of an installation: its folder checked, its rows loaded and edited, its boundaries replaced."""
