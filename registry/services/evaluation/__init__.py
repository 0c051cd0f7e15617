"""Commands of the experts' round: the pool, panels and their draws, sheets, the chair's decisions."""
