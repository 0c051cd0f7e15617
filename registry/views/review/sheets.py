"""Criteria sheets of several applications on one page: all met, with exceptions, or left for later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.base import FormError, at_fields
from registry.forms.review import Typed, read_ids
from registry.forms.sheets import ALL, EXCEPT, Choice, entered, first_choice, pass_rest, read_choices
from registry.permissions import Permission
from registry.queries.review.sheets import SheetCase, load_sheets
from registry.services.review.bulk import MOST, first_rank, own_ranks
from registry.services.review.sheets import Entered, StaleSheets, fill_sheets
from registry.terms import Action, Role
from registry.views.review.bulk import plan_page
from registry.views.review.line import queue_filters
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("sheets", __name__)


@blueprint.post("/review/sheets")
@policy(Permission.REVIEW)
def sheets() -> FlaskResponse:
    """The sheets of the applications that were ticked. Nothing is changed."""
    cases = load_sheets(session(), actor(), _chosen(), now=datetime.now(UTC))
    return _page(cases, [first_choice(case) for case in cases])


@blueprint.post("/review/sheets/save")
@policy(Permission.REVIEW)
def save() -> Response:
    """Store what was chosen for all of them, or nothing; `then` goes on to recommend those that are met."""
    choices = read_choices(request.form, request.form.getlist("seen"))
    now = datetime.now(UTC)
    by_id = {case.id: case for case in load_sheets(session(), actor(), [one.id for one in choices], now=now)}
    choices = [one for one in choices if one.id in by_id]
    if not choices:
        raise InvalidInput(Message("没有可以办理的申报。"))
    if request.form.get("rest"):
        return _page(list(by_id.values()), [pass_rest(one, by_id[one.id]) for one in choices])
    made, errors = _entered(choices, by_id)
    if errors:
        return _page(list(by_id.values()), choices, errors=errors, status=422)
    try:
        fill_sheets(session(), actor(), made, now=now)
    except StaleSheets as stale:
        session().rollback()
        return _stale(choices, stale, now)
    except InvalidInput as error:
        session().rollback()
        errors = [FormError(error.field or "", error.message)]
        return _page(list(by_id.values()), choices, errors=errors, status=error.status)
    if request.form.get("then") == Action.RECOMMEND.value and (ids := _met(made)):
        rank = str(first_rank(session(), actor(), ids))
        ranks = own_ranks(session(), actor(), ids)
        return plan_page(ids, Action.RECOMMEND.value, Typed({"rank": rank}), ranks=ranks, saved=len(made))
    query = queue_filters(actor()).query()
    return redirect(url_for("review.queue") + (f"?{query}&" if query else "?") + f"done={len(made)}", 303)


def _chosen() -> list[int]:
    ids = read_ids(request.form.getlist("id"))
    if not ids:
        raise InvalidInput(Message("还没有选择申报：请先在待办中勾选。"))
    if len(ids) > MOST:
        raise InvalidInput(Message("一次最多选 %(most)s 项，现选了 %(count)s 项。", most=MOST, count=len(ids)))
    return ids


def _entered(choices: Sequence[Choice], by_id: dict[int, SheetCase]) -> tuple[list[Entered], list[FormError]]:
    made, errors = [], []
    for one in choices:
        try:
            if found := entered(one, by_id[one.id]):
                made.append(found)
        except InvalidInput as error:
            errors.append(FormError(error.field or "", error.message))
    if not made and not errors:
        errors.append(FormError("", Message("每一项都选了“先不填”，没有可以保存的。")))
    return made, errors


def _met(made: Sequence[Entered]) -> list[int]:
    return [one.id for one in made if set(one.answers.values()) == {"yes"}]


def _stale(choices: Sequence[Choice], stale: StaleSheets, now: datetime) -> FlaskResponse:
    """The page again with every choice; what changed meanwhile is told with both values and read anew."""
    cases = load_sheets(session(), actor(), [one.id for one in choices], now=now)
    versions = {case.id: case.version for case in cases}
    kept = [
        Choice(id=one.id, version=versions[one.id], choice=one.choice, refused=one.refused, reason=one.reason)
        for one in choices
        if one.id in versions
    ]
    errors = [FormError("", stale.message)]
    return _page(cases, kept, errors=errors, status=stale.status, stale=frozenset(stale.ids))


def _page(
    cases: Sequence[SheetCase],
    choices: Sequence[Choice],
    *,
    errors: Sequence[FormError] = (),
    status: int = 200,
    stale: frozenset[int] = frozenset(),
) -> FlaskResponse:
    by_id = {one.id: one for one in choices}
    open_ones = [case for case in cases if case.may_fill]
    page = render_template(
        "review/sheets.html",
        rows=[(case, by_id[case.id]) for case in open_ones if case.id in by_id],
        closed=[case for case in cases if not case.may_fill],
        errors=list(errors),
        error_at=at_fields(errors),
        stale=stale,
        left=sum(1 for case in open_ones if by_id[case.id].choice not in (ALL, EXCEPT)),
        recommends=actor().role is Role.DISTRICT_REVIEWER,
        ids=[case.id for case in open_ones],
        upload=url_for("sheet_upload.upload") + _query(),
        queue=url_for("review.queue") + _query(),
        onward=url_for("sheets.save") + _query(),
    )
    return make_response(page, status)


def _query() -> str:
    query = queue_filters(actor()).query()
    return f"?{query}" if query else ""
