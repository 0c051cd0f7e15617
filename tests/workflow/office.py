"""What the machine of all roles stands on: people, calls of every purpose, and titles that are there already."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.purposes import CallPurpose
from registry.services.recognition import confirming, entering
from registry.services.recognition.document_text import DocumentText
from tests.applicants import NOW, Cast, cast, open_call, proposed, rules_without_files
from tests.titles.later_makers import later_call


@dataclass(frozen=True)
class Ground:
    """What stands in the database before a run: the people, a call of each purpose, and a title of each enterprise,
    which the later forms are about."""

    casts: list[Cast]
    calls: dict[CallPurpose, int]
    projects: list[int]
    applications: list[int]


def place_of(casts: list[Cast], who: Cast) -> dict[str, str]:
    """Where an enterprise of the two stands, as its form says it."""
    if who is casts[0]:
        return {"unit": "TNQ", "lon": "120.02", "lat": "31.79"}
    return {"unit": "WJQ", "lon": "119.94", "lat": "31.66"}


def open_office(session: Session) -> Ground:
    """Calls of each purpose, that for titles with room for two of 天宁, and two enterprises with a title each."""
    casts = [cast(session, unit="TNQ"), cast(session, unit="WJQ")]
    first = open_call(session, rules=rules_without_files(), document_number="演示〔2026〕80号")
    held = [proposed(session, first, who, project_name="演示旧车间", **place_of(casts, who)) for who in casts]
    text = DocumentText(number="演示〔2026〕9号", title="名单（演示）", organ="演示机关", announced_on=NOW.date())
    made = entering.prepare(session, casts[0].city, first.id, text, now=NOW)
    confirming.confirm(session, casts[0].publisher, made.id, seen_version=made.version, now=NOW)
    titles = open_call(session, rules=rules_without_files(per_enterprise=2, quotas={"TNQ": 2}))
    yearly = later_call(session, CallPurpose.YEARLY, document_number="演示〔2028〕4号")
    calls = {
        CallPurpose.TITLE: titles.id,
        CallPurpose.RE_EVALUATION: later_call(session, CallPurpose.RE_EVALUATION).id,
        CallPurpose.YEARLY: yearly.id,
    }
    return Ground(casts, calls, [each.project_id or 0 for each in held], [each.id for each in held])
