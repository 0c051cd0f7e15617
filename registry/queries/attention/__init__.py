"""What needs a hand: lists per role, what units have delivered, who is reminded of what."""
