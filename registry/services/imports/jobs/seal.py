"""What a job stores of a reading: a digest of what the officer saw, and the list with a result for each row."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from registry.services.imports.report import write_report
from registry.services.imports.result import ListReading


def seal_of(reading: ListReading) -> str:
    """A digest of everything that the officer saw before agreeing; with another digest a new plan has to be shown."""
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
