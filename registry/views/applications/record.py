"""What was submitted: number, check code, timeline, versions and their differences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import render_template, request

from registry.application_form.window import beijing_day
from registry.queries.applications import access
from registry.queries.applications.own import History, Version, history, project_code, remarks_now
from registry.queries.inspection.standing import announced
from registry.queries.notices.public import notice_of
from registry.queries.review.case import compare
from registry.queries.review.clock import load_clock, pauses_for_applicant
from registry.services.applications.snapshots import is_genuine
from registry.statuses import HELD_STATUSES, for_applicant
from registry.terms import Action, ApplicationStatus
from registry.views.applications.frame import may_withdraw, now
from registry.views.applications.pages import read_only
from registry.views.applications.paper import answers_of, files_in
from registry.views.web.answers import change_lines
from registry.views.web.runtime import catalogue, session
from registry.workflow import holder

if TYPE_CHECKING:
    from registry.models import Application


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
        sections=read_only(application, answers_of(application, newest), files_in(newest)),
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


def _differences(application: Application, past: History) -> list[tuple[Version, list[tuple[str, str, str]]]]:
    """Each later version with what it changed against the one before, the newest first."""
    form = access.form_for(application)
    found = []
    pairs = zip(application.snapshots, application.snapshots[1:], past.versions[1:], strict=False)
    for before, after, version in pairs:
        found.append((version, change_lines(compare(form, before, after), catalogue().lists)))
    return found[::-1]
