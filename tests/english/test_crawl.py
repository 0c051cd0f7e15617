"""A reader of English meets no Chinese that is not said to be Chinese, on any page, and stays in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.english.crawl import everything


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_english_pages_speak_english(sqlite_template: Path, demo_file: Path, tmp_path: Path) -> None:
    report = everything(tmp_path, sqlite_template, demo_file)
    assert len(report.states) > 4000
    assert report.by_text() == {}
    assert report.lost == {}
