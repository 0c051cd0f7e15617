"""All fields of a project in the order of the contract. Add a field to the part that it belongs to."""

from __future__ import annotations

from registry.queries.record.fields.field import Field, Surface
from registry.queries.record.fields.figures import FIGURES
from registry.queries.record.fields.place import POINT, UNIT
from registry.queries.record.fields.project import WHO
from registry.queries.record.fields.titles import CATEGORY_CODE, DATES, TITLES

FIELDS: tuple[Field, ...] = (*WHO, *TITLES, *UNIT, *DATES, *POINT, *FIGURES, CATEGORY_CODE)
ANSWERED = tuple(field for field in FIELDS if Surface.API in field.where)
"""What API, GeoJSON and csv have, in this order."""
NAMES = tuple(field.name for field in ANSWERED)
