"""The worker of this process: made with the application, woken after a request has committed."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask.blueprints import BlueprintSetupState

from registry.db import take_time
from registry.services.imports.jobs.running import Worker
from registry.views.web.runtime import Runtime, after_commit

_PLACE = "imports"


def install(state: BlueprintSetupState) -> None:
    """Give an application its worker; for `Blueprint.record_once`."""
    parts = cast(Runtime, state.app.extensions["registry"])
    state.app.extensions[_PLACE] = Worker(lambda: take_time(parts.read()), lambda: take_time(parts.write()))


def worker() -> Worker:
    """The worker of the current application."""
    return cast(Worker, current_app.extensions[_PLACE])


def wake_after_commit() -> None:
    """Have the worker look for work once this request has committed."""
    after_commit(worker().wake)
