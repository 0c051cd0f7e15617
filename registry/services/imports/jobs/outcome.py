"""A reading for the page: how the list was understood, what is asked, what would change, as JSON keeps it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from registry.queries.accounts.told import packed_all
from registry.services.imports.findings import Level, Outcome
from registry.services.imports.result import ListReading

MOST_SHOWN = 500
"""Rows that a page shows of each outcome; the report file has all of them."""


def outcome_of(reading: ListReading) -> dict[str, Any]:
    """What the page says about a reading; `queries.accounts.told.unpacked` gives the sentences back."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    refusals: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for row in reading.rows:
        shown = rows[row.outcome.name.lower()]
        if len(shown) < MOST_SHOWN:
            shown.append(
                {
                    "sheet": row.sheet,
                    "row": row.row,
                    "differences": [[each.label, each.before, each.after] for each in row.differences],
                    "doubts": [each.sentence() for each in row.findings if each.level is not Level.ERROR],
                }
            )
        for finding in row.findings:
            if row.outcome is Outcome.REFUSED and finding.level is Level.ERROR:
                key = (row.sheet, finding.column, finding.reason, finding.way_out)
                group = refusals.setdefault(key, {"rows": [], "values": []})
                group["rows"].append(row.row)
                if finding.value and finding.value not in group["values"] and len(group["values"]) < 5:
                    group["values"].append(finding.value)
    found = {
        "refusal": reading.refusal,
        "counts": dict(reading.counts),
        "notices": list(reading.notices),
        "questions": [question.as_json() for question in reading.questions],
        "settled": [
            {**each.question.as_json(), "answer": each.answer, "label": each.label, "remembered": each.remembered}
            for each in reading.settled
        ],
        "sheets": [
            {
                "name": sheet.name,
                "header_row": sheet.header_row,
                "columns": [
                    {
                        "header": each.header,
                        "column": each.column,
                        "state": each.state.value,
                        "key": each.key,
                        "samples": list(each.samples),
                    }
                    for each in sheet.columns
                ],
                "is_own": sheet.is_own,
            }
            for sheet in reading.sheets
        ],
        "rows": dict(rows),
        "refusals": [
            {"sheet": sheet, "column": column, "reason": reason, "way_out": way_out, **group}
            for (sheet, column, reason, way_out), group in refusals.items()
        ],
        "applicable": reading.applicable,
    }
    return dict(packed_all(found))
