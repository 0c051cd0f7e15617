"""Follows what requests write into the record of events: each event names its request and where that came from."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from registry.event_actions import NAMELESS
from registry.models import Event

ADDRESS = {"REMOTE_ADDR": "198.51.100.23"}
"""The environment of a request from a network that nothing else here has."""


class NamedEvents:
    """What has been written since the last request was followed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.kinds = set[str]()
        """Actions of all events so far."""
        self.start()

    def start(self) -> None:
        """Begin behind the events that the record holds now."""
        with self.app.extensions["registry"].read() as reading:
            self.last = reading.scalar(select(func.max(Event.id))) or 0

    def follow(self, answer: TestResponse, line: str) -> None:
        """Hold the events that this request wrote against its number and its network."""
        query = select(Event.id, Event.action, Event.request_id, Event.network_address).where(Event.id > self.last)
        with self.app.extensions["registry"].read() as reading:
            written = reading.execute(query.order_by(Event.id)).all()
        names = {(event.request_id, event.network_address) for event in written if event.action not in NAMELESS}
        assert names <= {(answer.headers["X-Request-Id"], ADDRESS["REMOTE_ADDR"])}, line
        self.kinds |= {event.action for event in written}
        self.last = max((event.id for event in written), default=self.last)
