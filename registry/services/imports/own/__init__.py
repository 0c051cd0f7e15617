"""Files that the registry itself gave out, read back: no question, and no change where nothing was edited."""
