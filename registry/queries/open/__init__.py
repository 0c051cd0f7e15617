"""The record as OGC API – Features asks for it, and the table of parameters that programs may give."""
