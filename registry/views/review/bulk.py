"""One step for many applications: a page that says what will happen and what will not, then all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.application_form.window import beijing_day
from registry.errors import Conflict, InvalidInput, RegistryError
from registry.forms.base import FormError, at_fields
from registry.forms.review import Typed, read_ids, read_ranks, read_seen, read_typed
from registry.i18n import _, language
from registry.permissions import Permission
from registry.purposes import CallPurpose
from registry.queries.review import queue
from registry.services.review import bulk, corrections
from registry.services.review.bulk import Planned
from registry.services.review.needs import StepInput
from registry.statuses import BULK_ACTIONS
from registry.terms import Action, ApplicationStatus
from registry.views.review.case_page import lapsed_phrase
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("review_bulk", __name__)
ASSIGN, EXTEND = "assign", "extend"
_FIELDS: dict[str, tuple[str, ...]] = {
    Action.RECOMMEND: ("rank", "letter_number"),
    Action.REJECT: ("message",),
    Action.NOT_RECOMMEND: ("message",),
    ASSIGN: ("assignee",),
    EXTEND: ("due_on", "reason"),
}


@blueprint.post("/review/bulk")
@policy(Permission.REVIEW)
def plan() -> FlaskResponse:
    """The confirmation page: which applications, and which will be refused and why. Nothing is changed."""
    ids = read_ids(request.form.getlist("id"))
    if not ids:
        raise InvalidInput(Message("还没有选择申报：请先在待办中勾选。"))
    action, typed = _action(), read_typed(request.form.items(multi=True))
    ranks = read_ranks(request.form)
    if "rank" in _fields(action, ids) and not typed["rank"]:
        typed = typed.suggesting("rank", str(bulk.first_rank(session(), actor(), ids)))
        ranks = ranks or bulk.own_ranks(session(), actor(), ids)
    if action in (Action.REJECT, Action.NOT_RECOMMEND) and not typed["message"] and _are_returned(ids):
        typed = typed.suggesting("message", lapsed_phrase())
    return plan_page(ids, action, typed, ranks=ranks)


@blueprint.post("/review/bulk/confirm")
@policy(Permission.REVIEW)
def confirm() -> Response:
    """Take the step for all that the confirmation page promised, or for none."""
    action, typed = _action(), read_typed(request.form.items(multi=True))
    seen, now, ranks = read_seen(request.form.getlist("seen")), datetime.now(UTC), read_ranks(request.form)
    ids = [identifier for identifier, _version in seen]
    try:
        if not seen:
            raise InvalidInput(Message("没有可以办理的申报。"))
        if action == ASSIGN:
            bulk.assign_all(session(), actor(), seen, typed.assignee(), now=now)
        elif action == EXTEND:
            corrections.extend_all(session(), actor(), seen, typed.due_on(), typed["reason"], now=now)
        else:
            given = _given(typed, action, final=True)
            bulk.perform_all(session(), actor(), seen, Action(action), given, ranks=ranks, now=now)
    except (InvalidInput, Conflict) as error:
        session().rollback()
        if not ids:
            raise
        return plan_page(ids, action, typed, error=error, ranks=ranks)
    return redirect(url_for("review.queue") + _query(done=len(seen)), 303)


def _action() -> str:
    action = request.form.get("action", "")
    if action not in (ASSIGN, EXTEND) and action not in {item.value for item in BULK_ACTIONS}:
        raise InvalidInput(Message("请选择要批量办理的步骤。"))
    return action


def _are_returned(ids: list[int]) -> bool:
    """Whether all that were ticked are returned: the only ones of which one may say that they lapsed."""
    return all(status is ApplicationStatus.RETURNED for status in queue.statuses_of(session(), actor(), ids))


def _fields(action: str, ids: list[int]) -> tuple[str, ...]:
    """What a step asks for: nobody is ranked in a re-evaluation."""
    if action == Action.RECOMMEND and queue.purposes_of(session(), actor(), ids) == {CallPurpose.RE_EVALUATION}:
        return ()
    return _FIELDS.get(action, ())


def _label(action: str) -> str:
    if action == ASSIGN:
        return _("分派")
    return _("延长补正期限") if action == EXTEND else Action(action).label(language())


def plan_page(
    ids: list[int],
    action: str,
    typed: Typed,
    *,
    error: RegistryError | None = None,
    ranks: Mapping[int, int] | None = None,
    saved: int | None = None,
) -> FlaskResponse:
    """The confirmation page; without the entries that a step needs it asks for them first. `ranks` are those of
    single applications, where a file gave them; `saved`: so many criteria
    sheets were stored by this request, which keeps them whatever the plan says."""
    errors = [FormError(error.field or "", error.message)] if error else []
    fields = _fields(action, ids)
    is_asked = action != ASSIGN and not all(typed[name] for name in fields if not (name == "rank" and ranks))
    planned: list[Planned] = []
    try:
        planned = _planned(ids, action, typed, ranks or {})
    except InvalidInput as refusal:
        errors.append(FormError(refusal.field or "", refusal.message))
    if saved is None:
        session().rollback()
    page = render_template(
        "review/bulk.html",
        saved=saved,
        ranks=ranks or {},
        action=action,
        label=_label(action),
        fields=fields,
        is_asked=is_asked or bool(errors and not error),
        typed=typed,
        errors=errors,
        error_at=at_fields(errors),
        planned=[item for item in planned if not item.refusal],
        refused=[item for item in planned if item.refusal],
        people=queue.handlers(session(), actor()) if action == ASSIGN else [],
        queue=url_for("review.queue") + _query(),
        again=url_for("review_bulk.plan") + _query(),
        onward=url_for("review_bulk.confirm") + _query(),
        most=bulk.MOST,
    )
    return make_response(page, error.status if error else 422 if errors and saved is None else 200)


def _planned(ids: list[int], action: str, typed: Typed, ranks: Mapping[int, int]) -> list[Planned]:
    now = datetime.now(UTC)
    if action == ASSIGN:
        return bulk.plan_assignment(session(), actor(), ids, typed.assignee(), now=now)
    if action == EXTEND:
        # Before a day is typed, the plan is made as if one were there.
        due_on = typed.due_on() or beijing_day(now) + timedelta(days=corrections.MOST_DAYS)
        return bulk.plan_extension(session(), actor(), ids, due_on, typed["reason"] or "–", now=now)
    return bulk.plan(session(), actor(), ids, Action(action), _given(typed, action), ranks=ranks, now=now)


def _given(typed: Typed, action: str, *, final: bool = False) -> StepInput:
    """What was typed; before it is asked for, the plan is made as if it were there."""
    given = typed.given()
    if final:
        return given
    if action == Action.RECOMMEND:
        return StepInput(rank=given.rank or 1, letter_number=given.letter_number or "–")
    if action in (Action.REJECT, Action.NOT_RECOMMEND):
        return StepInput(message=given.message or "–")
    return given


def _query(**more: object) -> str:
    """The queue's own address parameters, carried through the confirmation."""
    pairs = [f"{name}={value}" for name, value in more.items()]
    kept = request.query_string.decode("ascii", "ignore")
    return "?" + "&".join([part for part in (kept, *pairs) if part]) if kept or pairs else ""
