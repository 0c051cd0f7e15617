"""Questions that a list leaves open, their answers, and the answers that are remembered."""
