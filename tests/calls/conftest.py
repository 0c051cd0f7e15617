"""An application with an open call, an upcoming one, a closed one and a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.calls.makers import CLOSES, NOW, OPENS, published, text


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Time stands still at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calls_of(app: Flask, at_noon: None) -> dict[str, int]:
    """Ids of four calls, by what they are."""
    from registry.services.calls import managing

    with app.extensions["registry"].write() as session:
        actor = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
        year = timedelta(days=365)
        made = {
            "open": published(session, actor, introduction="第一段。\n\n第二段。").id,
            "upcoming": published(
                session, actor, title="明天开始的通知", opens_at=NOW + timedelta(days=1), closes_at=CLOSES
            ).id,
            "closed": published(
                session, actor, title="去年的通知", year=2025, opens_at=OPENS - year, closes_at=CLOSES - year
            ).id,
            "draft": managing.create_call(session, actor, text(title="还没发布的通知"), now=NOW).id,
        }
        session.commit()
    return made


@pytest.fixture
def officer_browser(app: Flask, at_noon: None) -> Browser:
    """A municipal reviewer who is signed in."""
    return sign_in(app, Role.MUNICIPAL_REVIEWER)


def sign_in(app: Flask, role: Role, unit: str | None = None) -> Browser:
    """Somebody of this role who is signed in."""
    with app.extensions["registry"].write() as session:
        account_id = people.staff(session, role, unit).id
        session.commit()
    return people.signed_in(app, account_id)


@pytest.fixture
def anyone(app: Flask) -> Callable[[], Browser]:
    """Somebody who is not signed in."""
    return lambda: Browser(app)
