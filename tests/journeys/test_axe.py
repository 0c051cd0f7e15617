"""A few of the states of `python -m tests.axe`, which asks all of them: those that no other journey asks."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests.axe.states import State, people_of, run
from tests.serving import serving


def test_axe_finds_nothing(demo_app: Flask, chromium: Chromium) -> None:
    city = dict(people_of(demo_app))["municipal_reviewer"]
    wanted = [
        State(person="public", account=None, path="/", act="zoom"),
        State(person="city", account=city, path="/review?lang=en", act="large"),
        State(person="city", account=city, path="/review/today"),
        State(person="city", account=city, path="/admin/calls/1/files", act="sent empty"),
        State(person="city", account=city, path="/admin/calls/1/pauses?lang=en", act="opened"),
    ]
    with serving(demo_app) as site:
        found = {state.name: violations for state, violations in run(demo_app, chromium, site, wanted)}
    assert len(found) == len(wanted)
    assert {name: violations for name, violations in found.items() if violations} == {}
