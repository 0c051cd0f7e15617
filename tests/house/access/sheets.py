"""Routes of criteria sheets, their files and the officers' own settings, and who is answered what there."""

from __future__ import annotations

from registry.permissions import Permission
from tests.house.access.answers import BULK_EMPTY

Table = tuple[tuple[str, str], ...]
REVIEW = Permission.REVIEW
SHEET_ROUTES = {
    "sheets.sheets": ("/review/sheets", ("POST",), REVIEW),
    "sheets.save": ("/review/sheets/save", ("POST",), REVIEW),
}
#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
SHEETS_GET: Table = ()
SHEETS_POST: Table = (
    (
        BULK_EMPTY,
        """
            sheets.sheets /review/sheets
            sheets.save /review/sheets/save
        """,
    ),
    ("401 403 403 403 403 200 200 200 200 403 403 403 403", "sheets.sheets /review/sheets id={submitted}"),
)
