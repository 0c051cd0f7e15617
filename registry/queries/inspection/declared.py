"""What an application declares, as its last submitted version states it, and which answers of a sheet still hold."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form.inspection import VisitState, seen_field
from registry.application_form.window import beijing_day
from registry.declaration import Choices
from registry.declaration.verified import fingerprint
from registry.models import Application, Inspection, Snapshot
from registry.queries.applications.access import form_for
from registry.values.kpi_checks import KpiInput


def declared_inputs(session: Session, application: Application, choices: Choices) -> dict[str, KpiInput]:
    """Inputs by KPI; those of the version that was submitted last, whatever is typed since."""
    newest = session.scalars(
        select(Snapshot).where(Snapshot.application_id == application.id).order_by(Snapshot.number.desc()).limit(1)
    ).one()
    checked = declaration.check(
        form_for(application),
        newest.answers,
        {},
        choices,
        today=beijing_day(newest.created_at),
        batch=application.call.year,
    )
    return dict(checked.declared.kpis)


def standing_answers(visit: Inspection, declared: Mapping[str, KpiInput]) -> dict[str, str]:
    """The answers of a sheet. While it is open, what was said about a declared value ends when the enterprise
    corrects that value: it is asked anew."""
    answers = dict(visit.answers)
    if visit.state == VisitState.SIGNED:
        return answers
    for code in form_for(visit.application).rules.inspection_kpis:
        name = seen_field(code)
        said_of = (visit.touched.get(name) or [None, None, None])[2]
        if name in answers and said_of != fingerprint(declared.get(code)):
            del answers[name]
    return answers
