"""Random batches and scopes on every surface; `python -m tests.answers` asks thousands."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from flask import Flask

from tests.answers.record import made, write
from tests.answers.scopes import batch_scopes, random_scopes
from tests.answers.surfaces import check
from tests.browser import Browser

pytestmark = pytest.mark.slow


def test_every_surface_states_what_the_record_holds(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    app, draw = make_app(sqlite_url), Random(20)
    titles = made(draw, 12)
    with app.extensions["registry"].write() as session:
        write(session, titles)
        session.commit()
    browser = Browser(app)
    scopes = [*batch_scopes(titles, draw), *random_scopes(titles, draw, 16)]
    for filters in scopes:
        check(browser, titles, filters)
    assert len(scopes) == 28
