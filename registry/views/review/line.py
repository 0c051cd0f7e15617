"""The officer's place in the queue: links and forms on the page of an application repeat the filters of the queue.

On these pages `step` opens the form of a step, so the queue's filter of that name is written `state`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import request, url_for

from registry.permissions import Actor
from registry.queries.review.queue_filters import QueueFilters, parse_queue
from registry.terms import Role
from registry.views.web.runtime import catalogue

_STEP, _STATE = "step", "state"
_OWN = ("page", "per_page", "lang", _STEP)
_CARRIED = (*(item.name for item in fields(QueueFilters) if item.name not in _OWN), _STATE)


def queue_filters(who: Actor, *, strict: bool = False, besides: tuple[str, ...] = ()) -> QueueFilters:
    """The filters in the address of this request; `besides` are names that belong to the page itself."""
    given = request.args.to_dict(flat=False)
    for name in besides if strict else ("done", *besides):
        given.pop(name, None)
    return parse_queue(given, catalogue().lists, who.role or Role.PUBLISHER, strict=strict)


def case_filters(who: Actor) -> QueueFilters:
    """The filters of the queue from which this page of an application was opened."""
    return parse_queue(of_queue(), catalogue().lists, who.role or Role.PUBLISHER)


def carried() -> dict[str, list[str]]:
    """The parameters of the queue in the address of an application, for the links and forms of its page."""
    return {name: values for name, values in request.args.to_dict(flat=False).items() if name in _CARRIED}


def of_queue() -> dict[str, list[str]]:
    """The same parameters under the names that the queue's own address uses."""
    return {_STEP if name == _STATE else name: values for name, values in carried().items()}


def to_case(filters: QueueFilters) -> dict[str, list[str]]:
    """The parameters that links from the queue to its applications repeat."""
    found: dict[str, list[str]] = {}
    for name, text in filters.pairs(page=1, per_page=filters.per_page, lang="zh"):
        if name not in ("per_page", "lang"):
            found.setdefault(_STATE if name == _STEP else name, []).append(text)
    return found


def case_url(application_id: int, **values: Any) -> str:
    """Address of the detail page, in the queue that this address comes from."""
    return url_for("review.case", application_id=application_id, **{**carried(), **values})
