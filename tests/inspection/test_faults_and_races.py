"""Visits under faults and races: whole or nothing at each write, one winner, what somebody typed is never lost."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.application_form.inspection import VisitState
from registry.db import writers
from registry.models import Event, Inspection, InspectionDraw, InspectionPhoto
from registry.permissions import Actor
from registry.queries.inspection.access import visible_visit
from registry.services import uploads
from registry.services.inspection import drawing, photos, planning, sheet, signing, visits
from registry.services.inspection.sheet import Change
from registry.storage import Folder
from registry.terms import AttachmentKind
from tests.injected import writes_of
from tests.inspection.conftest import NOW, WHOLE, Site, working
from tests.uploads import samples
from tests.workflow.test_races import race

pytestmark = pytest.mark.slow

FIXES = WHOLE | {
    "check-mes": "no",
    "note-mes": "没有投用",
    "conclusion": "fix",
    "fixes": "投用",
    "fix_by": "2099-01-31",
}
"""A sheet whose signature also tells the enterprise something."""


def changes(texts: dict[str, str]) -> dict[str, Change]:
    """Texts of a sheet as a device sends them that began with an empty one."""
    return {name: Change("", text) for name, text in texts.items()}


def photograph(session: Session, lead: Actor, visit: int, folder: Path, key: str = "") -> None:
    """Send one photo as the page does."""
    shot = io.BytesIO(samples.picture())
    digest = photos.digest_of(shot)
    with uploads.examine(shot, "a.jpg", kind=AttachmentKind.PHOTO) as examined:
        photos.add_photo(
            session, lead, visit, examined, digest, caption="演示全景", key=key, folder=Folder(folder), now=NOW
        )


def arranged(engine: Engine, **rules: Any) -> tuple[Site, int, int]:
    """A site with a visit that is arranged: the visit and its version."""
    with working(engine, **rules) as site:
        visit = site.visit()
        site.session.commit()
        return site, visit.id, visit.version


def test_a_visit_is_drawn_planned_entered_and_signed_whole_or_not_at_all(engine: Engine, tmp_path: Path) -> None:
    with working(engine, inspection_share=100) as site:
        application, call = site.checked().id, site.call.id
        site.session.commit()
    lead, city, made = site.actors["lead"], site.who.city, {}

    def draws(session: Session) -> None:
        drawing.draw_inspections(session, city, call, now=NOW)

    def plans(session: Session) -> None:
        made["visit"] = planning.plan_visit(session, city, application, site.planning(), now=NOW).id

    def enters(session: Session) -> None:
        sheet.save_sheet(session, lead, made["visit"], changes({"check-line": "yes", "remark": "演示"}), now=NOW)

    def photographs(session: Session) -> None:
        photograph(session, lead, made["visit"], tmp_path / "files")

    def signs(session: Session) -> None:
        seen = session.get_one(Inspection, made["visit"]).version
        rest = changes(FIXES) | {"check-line": Change("yes", "yes")}
        signing.sign_visit(session, lead, made["visit"], rest, seen_version=seen, now=NOW)

    # At least the row and its event; a plan has a team and a message besides, a signature the sheet and a message.
    for act, least in ((draws, 3), (plans, 4), (enters, 2), (photographs, 2), (signs, 5)):
        assert writes_of(engine, act) >= least, act.__name__
    # Of photos that were stopped on their way, no file is left behind.
    assert len(list(Folder(tmp_path / "files").names())) == 1
    with writers(engine)() as session:
        visit = session.get_one(Inspection, made["visit"])
        assert (visit.state, visit.conclusion, visit.answers["remark"]) == (VisitState.SIGNED, "fix", "演示")


def test_two_devices_send_fields_at_once_and_both_are_kept(engine: Engine) -> None:
    """Edge case 16, at the same moment: different fields merge; of one field one text wins and the other comes back."""
    site, key, _version = arranged(engine)
    own = ({"check-line": "yes", "remark": "手机"}, {"check-mes": "no", "remark": "办公室"})
    found: dict[int, sheet.Saved] = {}

    def sends(session: Session, number: int) -> None:
        who = site.actors[("lead", "city")[number]]
        found[number] = sheet.save_sheet(session, who, key, changes(own[number]), now=NOW)

    assert race(engine, sends, racers=2) == Counter({"won": 2})
    [(loser, clash)] = [(number, clash) for number, saved in found.items() for clash in saved.clashes]
    winner = 1 - loser
    assert (clash.name, clash.mine, clash.theirs) == ("remark", own[loser]["remark"], own[winner]["remark"])
    with writers(engine)() as session:
        answers = session.get_one(Inspection, key).answers
        assert answers == {"check-line": "yes", "check-mes": "no", "remark": own[winner]["remark"]}


def test_one_photo_sent_by_five_requests_at_once_is_one(engine: Engine, tmp_path: Path) -> None:
    """Edge case 17, at the same moment."""
    site, key, _version = arranged(engine)

    def sends(session: Session, _number: int) -> None:
        photograph(session, site.actors["lead"], key, tmp_path / "files", key="11111111-2222-3333-4444-555555555555")

    assert race(engine, sends, racers=5) == Counter({"won": 5})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(InspectionPhoto)) == 1
    assert len(list(Folder(tmp_path / "files").names())) == 1


def test_the_lead_signs_while_an_officer_calls_the_visit_off(engine: Engine) -> None:
    site, key, version = arranged(engine)

    def acts(session: Session, number: int) -> None:
        if number:
            signing.sign_visit(session, site.actors["lead"], key, changes(WHOLE), seen_version=version, now=NOW)
        else:
            visit = visible_visit(session, site.who.city, key, lock=True)
            visits.cancel_visit(session, site.who.city, visit, "停电", seen_version=version, now=NOW)

    found = race(engine, acts, racers=2)
    assert found["won"] == 1
    assert sum(found.values()) == 2
    with writers(engine)() as session:
        visit = session.get_one(Inspection, key)
        ended = set(
            session.scalars(select(Event.action).where(Event.action.in_(("inspection.sign", "inspection.cancel"))))
        )
        assert (visit.state, ended) in (("signed", {"inspection.sign"}), ("cancelled", {"inspection.cancel"}))


def test_of_three_officers_one_draws_and_one_arranges(engine: Engine) -> None:
    with working(engine, inspection_share=100) as site:
        application, call = site.checked().id, site.call.id
        site.session.commit()
    city = site.who.city

    def draws(session: Session, _number: int) -> None:
        drawing.draw_inspections(session, city, call, now=NOW)

    def plans(session: Session, _number: int) -> None:
        planning.plan_visit(session, city, application, site.planning(), now=NOW)

    assert race(engine, draws, racers=3) == Counter({"won": 1, "Conflict": 2})
    assert race(engine, plans, racers=3)["won"] == 1
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(InspectionDraw)) == 1
        assert session.scalar(select(func.count()).select_from(Inspection)) == 1
