"""What is published or revoked shows on the very next request, on every worker."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from tests.browser import Browser


def test_four_workers_are_exact_after_every_change(make_app: Callable[..., Flask], demo_app: Flask) -> None:
    url = demo_app.extensions["registry"].settings.database
    workers = [Browser(make_app(url)) for _ in range(4)]
    before = [worker.raw("/api/v1/statistics").json["recognitions"] for worker in workers]
    assert before == [515] * 4
    engine = demo_app.extensions["registry"].engine
    for step in range(1, 4):
        with engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE recognition SET status = 'expired', ended_on = '2020-12-31' WHERE id ="
                    " (SELECT min(id) FROM recognition WHERE status = 'valid')"
                )
            )
        assert [worker.raw("/api/v1/statistics").json["recognitions"] for worker in workers] == [515 - step] * 4
        assert {worker.raw("/projects").data for worker in workers} == {workers[0].raw("/projects").data}
        assert {worker.raw("/map/points.json").json["count"] for worker in workers} == {
            workers[0].raw("/map/points.json").json["count"]
        }
