"""Forms: one per use case, syntax only, no queries."""
