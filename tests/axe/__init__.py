"""The rules of axe on every page of every person: which states there are, and what is found in them."""
