"""The tables of access of all capabilities together."""

from __future__ import annotations

from tests.house.access import evaluation, forms, inspection, reading, sheets, writing
from tests.house.access.reading import Table

GET: Table = (*reading.GET, *evaluation.GET, *inspection.GET, *forms.FORMS_GET, *sheets.SHEETS_GET)
POST: Table = (*writing.POST, *evaluation.POST, *forms.FORMS_POST, *sheets.SHEETS_POST)
