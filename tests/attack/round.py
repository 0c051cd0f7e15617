"""The experts' round of the attacked city: names, scores and reasons that nobody outside of the bureau may read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from registry.application_form.score_sheet import COMMENT, POINTS, REASON
from registry.models import Account, Call
from registry.permissions import Actor
from registry.queries.evaluation.facts import assignments_of
from registry.services.applications import drafts
from registry.services.evaluation import conflicts, drawing, panels, pool, seats, sheets
from registry.services.evaluation.panels import PanelInput
from registry.services.evaluation.pool import ExpertInput
from registry.terms import Action, Role
from tests import applicants, people
from tests.applicants import NOW, Cast
from tests.evaluation.makers import ITEMS, SEED, rules

if TYPE_CHECKING:
    from tests.attack.world import World

POINTS_GIVEN = {"smart": "33.5", "effect": "27", "model": "26.5"}
"""87 points together."""
SHEET = {POINTS + item.code: POINTS_GIVEN[item.code] for item in ITEMS}
SHEET |= {REASON + item.code: "机密评分理由" for item in ITEMS} | {COMMENT: "机密总体意见"}


def build_round(session: Session, world: World, staff: dict[str, Any], bring: Any, photo: Any, folder: Path) -> None:
    """One application that the world's expert and another one score, and one of which the world's expert is chair.

    `bring` drafts an application and `photo` adds a picture to it; both are those of the city.
    """
    who = Cast(staff["own"], staff["colleague"], staff["tnq"], staff["preparer"], staff["publisher"])
    call = applicants.open_call(
        session, rules=rules(experts=2), title="演示评审通知", document_number="演示〔2026〕91号"
    )
    mine, other = _experts(session, world, staff)
    scored, world.ids["scored_file"] = _checked(session, call, who, bring, photo, folder, "机密评审车间", "120.07")
    ruled, _file = _checked(session, call, who, bring, photo, folder, "机密裁定车间", "120.08")
    first = _panel(session, staff["city"], call, scored, PanelInput(
        name="机密评审组", closes_at=NOW + timedelta(days=3650), per_application=2, applications=(scored,),
    ))  # fmt: skip
    second = _panel(session, staff["city"], call, ruled, PanelInput(
        name="机密裁定组", closes_at=NOW + timedelta(days=3650), per_application=1, chair_id=mine.id,
        applications=(ruled,),
    ), appointed=other.id)  # fmt: skip
    held = {(row.panel_id, row.expert_id): row.id for key in (first, second) for row in assignments_of(session, key)}
    sheets.clear(session, mine, held[first, mine.id or 0], now=NOW)
    for panel in (first, second):
        row = held[panel, other.id or 0]
        made = sheets.clear(session, other, row, now=NOW)
        saved = sheets.save(session, other, row, SHEET, seen_version=made.version, now=NOW)
        sheets.submit(session, other, row, seen_version=saved.version, now=NOW)
    conflicts.add_conflict(session, staff["city"], mine.id or 0, "演示公开丙有限公司", "机密回避原因", now=NOW)
    world.planted += [
        "机密专家",
        "机密工作单位",
        "机密评分",
        *(POINTS_GIVEN[code] + "0" for code in ("smart", "model")),
        "87.00",
        SEED,
    ]
    world.ids |= {
        "round_call": call.id, "panel": first, "ruled_panel": second, "scored": scored, "ruled": ruled,
        "seat": held[first, mine.id or 0], "other_seat": held[first, other.id or 0],
    }  # fmt: skip


def _experts(session: Session, world: World, staff: dict[str, Any]) -> tuple[Actor, Actor]:
    found = []
    for place, account_id in enumerate((world.ids["expert"], people.staff(session, Role.EXPERT).id), 1):
        account = session.get_one(Account, account_id)
        account.name = f"机密专家{place}"
        given = ExpertInput(employer=f"机密工作单位{place}", title="机密职称", industries=("34",))
        pool.enter(session, staff["city"], account_id, given, seen_version=0, now=NOW)
        found.append(people.actor_of(account))
    return found[0], found[1]


def _checked(
    session: Session, call: Call, who: Cast, bring: Any, photo: Any, folder: Path, name: str, lon: str
) -> tuple[int, int]:
    application = bring(session, call, who, name, lon=lon)
    file = photo(session, who, application, folder)
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    applicants.step(session, application, who.clerk, Action.SUBMIT)
    applicants.step(session, application, who.district, Action.RECOMMEND, applicants.recommendation(application))
    applicants.step(session, application, who.city, Action.ACCEPT)
    return application.id, file


def _panel(
    session: Session, city: Actor, call: Call, application: int, given: PanelInput, *, appointed: int | None = None
) -> int:
    made = panels.create(session, city, call.id, given, now=NOW)
    if appointed is not None:
        seats.appoint(session, city, made.id, application, appointed, "机密指定原因", now=NOW)
    drawing.draw_panel(session, city, made.id, seed=SEED, seen_version=made.version, now=NOW)
    return made.id
