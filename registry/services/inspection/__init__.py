"""Commands of site inspections: the draw, visits, sheets and photos."""
