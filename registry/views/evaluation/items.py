"""One application of a panel as the city's officers see it: its experts, their sheets, what the chair says."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import InvalidInput, NotFound, RegistryError
from registry.forms.base import BaseForm
from registry.forms.evaluation import DecideForm, SeatForm, number_of
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.evaluation import panel_page as reading
from registry.services.evaluation import deciding, seats
from registry.services.evaluation.deciding import mark
from registry.views.evaluation.parts import decisions, expert_choices, flag_names, now, private
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("panel_items", __name__)


@blueprint.get("/review/panels/<int:panel_id>/applications/<int:application_id>")
@policy(Permission.PANEL_READ)
def item(panel_id: int, application_id: int) -> Response:
    """The experts of one application with their sheets."""
    return _page(panel_id, application_id)


@blueprint.post("/review/panels/<int:panel_id>/applications/<int:application_id>/appoint")
@policy(Permission.PANEL_MANAGE)
def appoint(panel_id: int, application_id: int) -> AnyResponse:
    """指定 an expert, with a reason."""
    form = SeatForm()

    def run() -> None:
        seats.appoint(session(), actor(), panel_id, application_id, _chosen(form), form.reason.data or "", now=now())

    return _step(panel_id, application_id, form, "appoint", run)


@blueprint.post("/review/panels/<int:panel_id>/applications/<int:application_id>/decide")
@policy(Permission.PANEL_MANAGE)
def decide(panel_id: int, application_id: int) -> AnyResponse:
    """Rule where the panel has no chair of its own."""
    form = DecideForm()
    return _step(panel_id, application_id, form, "decide", lambda: rule(form, panel_id, application_id))


@blueprint.post("/review/panels/<int:panel_id>/seats/<int:seat_id>/<any('substitute', 'release', 'reopen'):step>")
@policy(Permission.PANEL_MANAGE)
def seat(panel_id: int, seat_id: int, step: str) -> AnyResponse:
    """Put another expert in somebody's place, go on without, or give a sheet back."""
    page = reading.panel_page(session(), actor(), panel_id)
    found = next((item for item in page.items if seat_id in {one.id for one in (*item.seats, *item.gone)}), None)
    if found is None:
        raise NotFound(Message("没有这份评审。"))
    form = SeatForm()

    def run() -> None:
        reason, seen, at = form.reason.data or "", form.seen.data or "unknown", now()
        if step == "substitute":
            expert = number_of(form.expert.data)
            seats.substitute(session(), actor(), seat_id, reason, seen_state=seen, expert_id=expert, now=at)
        elif step == "release":
            seats.release(session(), actor(), seat_id, reason, seen_state=seen, now=at)
        else:
            seats.reopen(session(), actor(), seat_id, reason, now=at)

    return _step(panel_id, found.id, form, f"{step}-{seat_id}", run)


def rule(form: DecideForm, panel_id: int, application_id: int) -> None:
    """Hand a ruling on to the service; raises InvalidInput without a choice."""
    ruling = form.ruling
    if ruling is None:
        raise InvalidInput(Message("请选择组长意见。"), field="decision")
    seen = str(form.seen.data or "")
    deciding.decide(session(), actor(), panel_id, application_id, ruling, seen=seen, now=now())


def _chosen(form: SeatForm) -> int:
    found = number_of(form.expert.data)
    if found is None:
        raise InvalidInput(Message("请选择专家。"), field="expert")
    return found


def _step(panel_id: int, application_id: int, form: BaseForm, name: str, run: Callable[[], None]) -> AnyResponse:
    if not form.validate():
        return _page(panel_id, application_id, form, name, 422)
    try:
        run()
    except NotFound:
        raise
    except RegistryError as error:
        session().rollback()
        return _page(panel_id, application_id, form, name, form.absorb(error))
    done = name.partition("-")[0]
    return redirect(url_for("panel_items.item", panel_id=panel_id, application_id=application_id, done=done), 303)


def _page(
    panel_id: int, application_id: int, form: BaseForm | None = None, name: str = "", status: int = 200
) -> Response:
    page = reading.panel_page(session(), actor(), panel_id)
    found = reading.find_item(page, application_id)
    experts = [("", _("抽取递补")), *expert_choices()] if page.shows_names else []
    if isinstance(form, DecideForm):
        form.seen.data = mark(found.outcome)
    return private(
        "evaluation/item.html",
        status,
        page=page,
        item=found,
        form=form,
        opened=name,
        errors=form.summary if form is not None else [],
        experts=experts,
        decisions=decisions(),
        flag_names=flag_names,
        mark=mark(found.outcome),
        may_rule=page.shows_names and page.chair_id is None and page.state.value == "scoring",
        done=request.args.get("done", "") if form is None else "",
    )
