"""Where a blank criteria sheet is missing: queue, filter, page and command go by one list, for every state and role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from registry.errors import NotAllowed
from registry.models import Application
from registry.queries.review.clock import load_clock
from registry.queries.review.queue import queue_page
from registry.queries.review.queue_filters import QueueFilters
from registry.services.review import casework
from registry.statuses import STATUSES, may_fill_sheet
from registry.terms import ApplicationStatus, Role
from tests.browser import Page
from tests.review.conftest import Desk

S = ApplicationStatus
OFFICERS = {"TNQ": Role.DISTRICT_REVIEWER, "city": Role.MUNICIPAL_REVIEWER, "publisher": Role.PUBLISHER}


def placed(desk: Desk, status: ApplicationStatus) -> int:
    """An application with a blank sheet in this state, put there as the constraints of the table allow."""
    key = desk.add()
    columns: dict[str, Any] = {"status": status.value, "return_to": "submitted" if status is S.RETURNED else None}
    if STATUSES[status].ending:
        columns |= {"decided_by": desk.actors["city"].id, "decided_at": datetime.now(UTC)}
    with desk.session() as session:
        session.execute(update(Application).where(Application.id == key).values(**columns))
        session.commit()
    return key


def has_sheet_to_fill(page: Page) -> bool:
    return any((field.get("name") or "").startswith("sheet-") for field in page.all("input"))


@pytest.mark.parametrize("status", [status for status in S if STATUSES[status].tabs and status is not S.RECOGNISED])
@pytest.mark.parametrize("name", OFFICERS)
def test_missing_in_the_queue_is_open_on_the_page(desk: Desk, name: str, status: ApplicationStatus) -> None:
    """(A recognised application needs a title; its row is compared in `test_statuses`.)"""
    key = placed(desk, status)
    expected = may_fill_sheet(OFFICERS[name], status)
    now = datetime.now(UTC)
    with desk.session() as session:
        clock = load_clock(session, now=now)
        [row] = queue_page(session, desk.actors[name], QueueFilters(tab="all"), clock=clock).rows
        found = queue_page(session, desk.actors[name], QueueFilters(tab="all", missing="sheet"), clock=clock).rows
        assert (row.is_sheet_open, [item.id for item in found]) == (expected, [key] if expected else [])
        try:
            version = session.get_one(Application, key).version
            casework.save_sheet(session, desk.actors[name], key, {}, seen_version=version, now=now)
            saved = True
        except NotAllowed:
            saved = False
    assert saved == expected
    browser = desk.browser(name)
    queue = browser.get("/review?tab=all")
    assert "未填" in [cell for row in queue.rows() for cell in row]
    only = browser.get("/review?tab=all&missing=sheet")
    assert ("演示第1智能车间" in only.text()) == expected
    assert has_sheet_to_fill(browser.get(f"/review/{key}")) == expected
