"""The tables of access of all capabilities together."""

from __future__ import annotations

from tests.house import access_evaluation, access_forms, access_reading, access_writing
from tests.house.access_reading import Table

GET: Table = (*access_reading.GET, *access_evaluation.GET, *access_forms.FORMS_GET)
POST: Table = (*access_writing.POST, *access_evaluation.POST, *access_forms.FORMS_POST)
