"""What the enterprise reads in cells: who has an application now, figures with their units, sizes of files."""

from __future__ import annotations

import pytest
from flask import Flask

from registry.statuses import STATUSES
from registry.terms import ApplicationStatus
from registry.views.applications.frame import with_whom
from registry.views.web.answers import measured
from registry.views.web.page import file_size


def test_only_what_has_ended_is_said_to_have_ended(app: Flask) -> None:
    with app.test_request_context("/"):
        said = {status: with_whom(status, None) for status in STATUSES}
    ended = {status for status, facts in STATUSES.items() if facts.ending}
    assert {status for status, text in said.items() if text == "办理结束"} == ended
    assert said[ApplicationStatus.NOTICED] == "名单已经公示，公示期满后按程序办理"
    assert said[ApplicationStatus.PROPOSED] == said[ApplicationStatus.CHECKING]


@pytest.mark.parametrize(
    ("figure", "unit", "text"), [("2.3", "%", "2.3%"), ("4935", "万元", "4935 万元"), ("3", "", "3")]
)
def test_a_figure_stands_with_its_unit(app: Flask, figure: str, unit: str, text: str) -> None:
    with app.test_request_context("/"):
        assert measured(figure, unit) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1023 B"), (50_000, "48.8 KB"), (20 * 2**20, "20.0 MB"), (2**31, "2.0 GB")]
)
def test_sizes_are_said_as_every_desktop_says_them(count: int, text: str) -> None:
    assert file_size(count) == text
