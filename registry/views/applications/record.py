"""What was submitted: number, check code, timeline, versions and their differences, the form on paper."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from registry.application_form.window import beijing_day
from registry.errors import BadParameter, NotFound
from registry.permissions import Permission
from registry.queries.applications import access
from registry.queries.applications.own import History, Version, history, names_of, project_code, remarks_now
from registry.queries.inspection.standing import announced
from registry.queries.notices.public import notice_of
from registry.queries.review.case import compare
from registry.queries.review.clock import load_clock, pauses_for_applicant
from registry.services.applications.snapshots import is_genuine
from registry.statuses import HELD_STATUSES, for_applicant
from registry.terms import BEIJING, Action, ApplicationStatus
from registry.views.applications.frame import blueprint, may_withdraw, now, own
from registry.views.applications.pages import read_only
from registry.views.web.answers import change_lines
from registry.views.web.runtime import catalogue, policy, session
from registry.wording import Message
from registry.workflow import holder

if TYPE_CHECKING:
    from registry.models import Application, Snapshot


def record_page(application: Application) -> str:
    """The page of an application that may not be changed now."""
    past = history(session(), application)
    newest = application.snapshots[-1] if application.snapshots else None
    status = for_applicant(ApplicationStatus(application.status))
    handed_in, due = _handed_in(application)
    return render_template(
        "applications/record.html",
        application=application,
        status=status,
        sections=read_only(application, _answers(application, newest), _files(newest)),
        files=newest.files if newest else [],
        newest=newest,
        genuine=newest is not None and is_genuine(application, newest),
        past=past,
        holder=holder(status),
        pauses=pauses_for_applicant(
            session(), application.call_id, status, application.unit_code, today=beijing_day(now())
        ),
        differences=_differences(application, past),
        said=remarks_now(session(), application).get(""),
        project=project_code(session(), application),
        can_withdraw=may_withdraw(application),
        inspection=announced(session(), application),
        notice=notice_of(session(), application.id),
        handed_in=handed_in,
        due=due,
    )


def _handed_in(application: Application) -> tuple[str, date | None]:
    """(the step by which it was handed in just now, the day by which the next desk has promised to act)."""
    done, standing = request.args.get("done", ""), ApplicationStatus(application.status)
    if done not in (Action.SUBMIT, Action.RESUBMIT) or standing not in HELD_STATUSES:
        return "", None
    clock = load_clock(session(), now=now())
    return done, clock.due(application.call_form_id, standing, application.unit_code, application.step_since)


def _answers(application: Application, snapshot: Snapshot | None) -> dict[str, str]:
    """The answers of a version with today's contacts, which versions do not keep; without one what was typed."""
    if snapshot is None:
        return dict(application.answers)
    personal = {item.name for item in access.form_for(application).fields if item.personal}
    contacts = {name: text for name, text in application.answers.items() if name in personal}
    is_newest = snapshot is application.snapshots[-1]
    return snapshot.answers | (contacts if is_newest else {})


def _files(snapshot: Snapshot | None) -> dict[str, int]:
    return Counter(item["kind"] for item in snapshot.files) if snapshot else {}


def _differences(application: Application, past: History) -> list[tuple[Version, list[tuple[str, str, str]]]]:
    """Each later version with what it changed against the one before, the newest first."""
    form = access.form_for(application)
    found = []
    pairs = zip(application.snapshots, application.snapshots[1:], past.versions[1:], strict=False)
    for before, after, version in pairs:
        found.append((version, change_lines(compare(form, before, after), catalogue().lists)))
    return found[::-1]


@blueprint.get("/enterprise/applications/<int:application_id>/print")
@policy(Permission.APPLICATION_OWN)
def printed(application_id: int) -> str:
    """A submitted version on paper; a draft prints as a draft, without number and check code."""
    application = own(application_id)
    snapshot = _version(application, request.args.get("version", ""))
    version = None
    if snapshot is not None:
        version = next(
            (item for item in history(session(), application).versions if item.number == snapshot.number), None
        )
    data: dict[str, Any] = {"version": version, "snapshot": snapshot}
    return render_template(
        "applications/print.html",
        application=application,
        status=ApplicationStatus(application.status),
        sections=read_only(application, _answers(application, snapshot), _files(snapshot)),
        files=snapshot.files if snapshot else [],
        genuine=snapshot is not None and is_genuine(application, snapshot),
        has_contacts=snapshot is None or snapshot is application.snapshots[-1],
        people=names_of(session(), [application.confirmed_by]),
        printed_at=now().astimezone(BEIJING),
        **data,
    )


def _version(application: Application, text: str) -> Snapshot | None:
    if not text:
        return application.snapshots[-1] if application.snapshots else None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadParameter(Message("参数 version 应为版本号，如 1。"), field="version")
    found = next((item for item in application.snapshots if item.number == int(text)), None)
    if found is None:
        raise NotFound(Message("这份申报没有第 %(text)s 版。", text=int(text)))
    return found
