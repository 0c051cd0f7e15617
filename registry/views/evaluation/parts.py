"""What the pages of the experts' round share: the moment, words, answers that no cache may store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, make_response, render_template

from registry.evaluation.terms import Decision, Flag
from registry.i18n import language
from registry.queries.evaluation.pool import pool_rows
from registry.views.web.runtime import session


def now() -> datetime:
    """The moment of this request."""
    return datetime.now(UTC)


def private(template: str, status: int = 200, **values: Any) -> Response:
    """A page with `no-store`, because it holds names or scores."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def flag_names(flags: frozenset[Flag]) -> list[str]:
    """Flags in words, in the order of the vocabulary."""
    return [flag.label(language()) for flag in Flag if flag in flags]


def decisions() -> list[tuple[str, str]]:
    """What a chair may say: (code, words)."""
    return [(term.value, term.label(language())) for term in Decision]


def expert_choices() -> list[tuple[str, str]]:
    """Active experts of the pool: (id, name and employer)."""
    return [(str(row.id), f"{row.name}　{row.employer}") for row in pool_rows(session()) if row.is_active]
