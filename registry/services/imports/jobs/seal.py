"""What of a reading a job keeps beside the page: the digest of what was seen, and the list with its results."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from registry.services.imports.report import write_report
from registry.services.imports.result import ListReading


def seal_of(reading: ListReading) -> str:
    """A digest of everything that a person saw before agreeing: if it is another, the plan is made anew."""
    seen = [
        dict(reading.counts),
        [
            [
                row.sheet,
                row.row,
                row.outcome.value,
                [[each.field, each.before, each.after] for each in row.differences],
            ]
            for row in reading.rows
        ],
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def report_of(reading: ListReading) -> bytes | None:
    """The list with 处理结果 and 原因 added; None where the file could not be read."""
    if reading.plan is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        write_report(path, reading.plan)
        return path.read_bytes()
