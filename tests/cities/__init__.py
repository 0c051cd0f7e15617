"""The city that comes with the program, for tests that are about it."""

from __future__ import annotations

from registry.reference.city import City

SHIPPED = City()
BOUNDARY = SHIPPED.boundary
DEMO_BATCH = SHIPPED.folder / "demo" / "batch.csv"
