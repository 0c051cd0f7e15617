"""From the draw to the title: what an inspection asks for, who does it, and when a case may be proposed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from registry.application_form.drawing import draw
from registry.application_form.inspection import VisitState
from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.models import Account, Application, Event, Inspection, InspectionPick, KpiReport, Message
from registry.queries.applications.access import form_for
from registry.queries.inspection.access import visible_visit
from registry.queries.inspection.standing import announced, obstacle, stages
from registry.queries.inspection.visit import find_visit
from registry.queries.review.clock import load_clock
from registry.queries.review.stage import applications_at
from registry.services.applications import drafts
from registry.services.inspection import additions, drawing, planning, sheet, signing, visits
from registry.services.recognition import confirming, entering
from registry.services.review import steps
from registry.services.review.bulk import plan
from registry.services.review.needs import StepInput
from registry.terms import Action
from tests import applicants, people
from tests.inspection.conftest import NOW, TODAY, WHOLE, Site, working
from tests.recognition.makers import DOCUMENT, LATER


def fill(site: Site, visit: Inspection, **changes: str) -> None:
    """Enter a whole sheet, some texts otherwise."""
    texts = WHOLE | {name.replace("__", "-"): text for name, text in changes.items()}
    shown = find_visit(site.session, site.actors["lead"], visit.id, now=NOW).answers
    given = {name: sheet.Change(shown.get(name, ""), text) for name, text in texts.items()}
    assert sheet.save_sheet(site.session, site.actors["lead"], visit.id, given, now=NOW).clashes == []


def sign(site: Site, visit: Inspection, **changes: str) -> Inspection:
    """Fill in and sign."""
    fill(site, visit, **changes)
    return signing.sign_visit(site.session, site.actors["lead"], visit.id, {}, seen_version=visit.version, now=NOW)


def stage(site: Site, application: Application) -> str:
    """What a visit asks for still, in words."""
    found = stages(site.session, {application.id: form_for(application).rules})
    return str(found[application.id].words) if found else ""


def propose(site: Site, application: Application) -> Application:
    return applicants.step(site.session, application, site.who.city, Action.PROPOSE, now=NOW)


def test_a_call_without_inspections_is_proposed_as_before(site: Site) -> None:
    assert propose(site, site.checked()).status == "proposed"


def test_half_of_one_is_one_and_what_was_not_drawn_goes_on(engine: Engine) -> None:
    """Edge case 14, and that the draw on record can be repeated from what stands there, on both databases."""
    with working(engine, inspection_share=50) as site:
        three = [site.checked() for _ in range(3)]
        alone = site.checked(unit="WJQ", lon="119.95", lat="31.70")
        assert stage(site, alone) == "待抽取现场核查"
        with pytest.raises(InvalidInput, match="还没有抽取"):
            propose(site, alone)
        with pytest.raises(NotAllowed, match="市局"):
            drawing.draw_inspections(site.session, site.actors["lead"], site.call.id, now=NOW)
        [made] = drawing.draw_inspections(site.session, site.who.city, site.call.id, now=NOW)
        assert {unit: len(numbers) for unit, numbers in made.picked.items()} == {"TNQ": 2, "WJQ": 1}
        assert made.picked == draw(made.pool, made.share, made.seed)
        assert len(made.seed) == 32
        picked = set(site.session.scalars(select(InspectionPick.application_id).where(InspectionPick.is_picked)))
        clock = load_clock(site.session, now=NOW)
        assert set(applications_at(site.session, "inspection", clock.forms)) == picked
        free = next(application for application in three if application.id not in picked)
        assert applications_at(site.session, "proposal", clock.forms) == [free.id]
        assert propose(site, free).status == "proposed"
        assert {stage(site, each) for each in (*three, alone) if each.id in picked} == {"待现场核查"}
        assert stage(site, free) == ""
        with pytest.raises(Conflict, match="没有待抽取"):
            drawing.draw_inspections(site.session, site.who.city, site.call.id, now=NOW)
        later = site.checked()
        [again] = drawing.draw_inspections(site.session, site.who.city, site.call.id, now=NOW)
        assert again.pool == {"TNQ": [later.number]}
        assert again.seed != made.seed


def test_a_visit_from_the_plan_to_the_verified_title(engine: Engine) -> None:
    with working(engine) as site:
        application = site.checked()
        visit = site.visit(application)
        assert announced(site.session, application).planned_on == TODAY
        with pytest.raises(InvalidInput, match="还没有签字"):
            propose(site, application)
        counts = {
            "seen__smart_equipment_count": "inputs",
            "found__smart_equipment_count__current": "158",
            "seen__networked_equipment_count": "unseen",
        }
        signed = sign(site, visit, **counts)
        assert (signed.state, signed.conclusion, signed.signed_by) == ("signed", "pass", site.actors["lead"].id)
        assert announced(site.session, application) == announced(site.session, site.checked())
        propose(site, application)
        made = entering.prepare(
            site.session, site.who.city, site.call.id, DOCUMENT, application_ids=[application.id], now=LATER
        )
        confirming.confirm(site.session, site.who.publisher, made.id, seen_version=made.version, now=LATER)
        reports = {report.basis: report for report in site.session.scalars(select(KpiReport))}
        found = {value.kpi_code: value.current for value in reports["verified"].values}
        assert found == {
            "equipment_count": 173,
            "smart_equipment_count": 158,
            "production_efficiency": Decimal("77.36"),
        }
        declared = {value.kpi_code: value.current for value in reports["declared"].values}
        assert declared["smart_equipment_count"] == 162
        assert declared["networked_equipment_count"] == 153
        assert reports["verified"].report_year == reports["declared"].report_year


def test_what_is_to_be_put_right_is_inspected_again_before_it_is_proposed(site: Site) -> None:
    application = site.checked()
    first = site.visit(application)
    wrong = {"check__mes": "no", "note__mes": "没有接入", "conclusion": "fix", "remark": "内部备注"}
    fixed = {"fixes": "接入制造执行系统", "fix_by": "2099-01-31"}
    sign(site, first, **wrong, **fixed)
    told = [message.subject for message in site.session.scalars(select(Message).order_by(Message.id))]
    assert f"{application.number}：现场核查要求整改，请于 2099-01-31 前完成" in told
    assert stage(site, application) == "整改中"
    with pytest.raises(InvalidInput, match="再核查一次"):
        propose(site, application)
    known = announced(site.session, application)
    assert (known.planned_on, known.fixes, str(known.fix_by)) == (None, "接入制造执行系统", "2099-01-31")
    second = planning.plan_visit(site.session, site.who.city, application.id, site.planning(), now=NOW)
    assert (second.number, second.answers) == (2, {name: text for name, text in WHOLE.items() if name not in ("check-mes", "conclusion")})  # fmt: skip
    assert stage(site, application) == "待现场核查"
    sign(site, second)
    assert propose(site, application).status == "proposed"


def test_what_does_not_conform_is_not_proposed(site: Site) -> None:
    application = site.checked()
    sign(site, site.visit(application), conclusion="fail")
    assert "不符合" in obstacle(site.session, application)
    with pytest.raises(InvalidInput, match="不符合"):
        propose(site, application)
    refused = applicants.step(
        site.session, application, site.who.city, Action.REJECT, StepInput(message="现场核查不符合"), now=NOW
    )
    assert refused.status == "rejected"


def test_a_team_has_two_and_one_leads(site: Site) -> None:
    application = site.checked()
    additions.add_inspection(site.session, site.who.city, application.number or "", "演示", now=NOW)
    lead, city, foreign = (int(site.actors[name].id or 0) for name in ("lead", "city", "WJQ"))
    clerk = site.who.clerk.id or 0
    for members, leads, field in (
        ([lead], lead, "members"),
        ([lead, lead], lead, "members"),
        ([lead, city], 0, "lead"),
        ([lead, foreign], lead, "members"),
        ([lead, clerk], lead, "members"),
        ([lead, 999_999], lead, "members"),
    ):
        with pytest.raises(InvalidInput) as refused:
            planning.plan_visit(
                site.session, site.who.city, application.id, planning.Planning(TODAY, members, leads), now=NOW
            )
        assert refused.value.field == field
    visit = planning.plan_visit(site.session, site.who.city, application.id, site.planning(), now=NOW)
    other = planning.Planning(TODAY, [lead, city], city)
    with pytest.raises(Conflict, match="刚被他人安排"):
        planning.plan_visit(site.session, site.who.city, application.id, other, now=NOW)
    planning.plan_visit(site.session, site.who.city, application.id, other, seen_version=visit.version, now=NOW)
    assert [(member.account_id, member.is_lead) for member in visit.members if member.is_lead] == [(city, True)]
    with pytest.raises(NotAllowed, match="组长"):
        signing.sign_visit(site.session, site.actors["lead"], visit.id, {}, seen_version=visit.version, now=NOW)


def test_returned_it_pauses_and_withdrawn_it_closes(site: Site) -> None:
    """Edge cases 12 and 13, for the sheet of a visit: nothing of it is lost, and nothing can be entered."""
    application = site.checked()
    visit = site.visit(application)
    fill(site, visit)
    change = {"remark": sheet.Change("", "补记")}
    applicants.step(
        site.session, application, site.who.city, Action.RETURN, StepInput(message="改", open_all=True), now=NOW
    )
    with pytest.raises(NotAllowed, match="暂停"):
        sheet.save_sheet(site.session, site.actors["lead"], visit.id, change, now=NOW)
    with pytest.raises(NotAllowed, match="暂停"):
        signing.sign_visit(site.session, site.actors["lead"], visit.id, {}, seen_version=visit.version, now=NOW)
    clerk = site.session.get_one(Application, application.id).submitted_by

    actor = people.actor_of(site.session.get_one(Account, clerk))
    applicants.step(site.session, application, actor, Action.WITHDRAW, now=NOW)
    with pytest.raises(NotAllowed, match="已经结束"):
        sheet.save_sheet(site.session, site.actors["lead"], visit.id, change, now=NOW)
    kept = site.session.get_one(Inspection, visit.id)
    assert (kept.state, kept.answers["conclusion"]) == (VisitState.VISITED, "pass")
    assert stage(site, application) == ""


@pytest.mark.slow
def test_after_the_correction_another_declared_value_asks_anew(site: Site) -> None:
    """Edge case 12: the sheet goes on against the version that is now submitted."""

    application = site.checked()
    visit = site.visit(application)
    fill(site, visit)
    applicants.step(
        site.session, application, site.who.city, Action.RETURN, StepInput(message="改", open_all=True), now=NOW
    )
    clerk = people.actor_of(site.session.get_one(Account, application.submitted_by))
    field = "kpi-networked_equipment_count-current"
    drafts.save_answers(site.session, clerk, application.id, {field: "150"}, seen_version=application.version, now=NOW)
    before = find_visit(site.session, site.actors["lead"], visit.id, now=NOW)
    assert before.declared["networked_equipment_count"].current == 153
    colleague = site.session.scalars(
        select(Account).where(Account.enterprise_id == application.enterprise_id, Account.id != clerk.id)
    ).first()
    assert colleague is not None
    drafts.confirm(site.session, people.actor_of(colleague), application.id, seen_version=application.version, now=NOW)
    applicants.step(site.session, application, clerk, Action.RESUBMIT, now=NOW)
    found = find_visit(site.session, site.actors["lead"], visit.id, now=NOW)
    assert found.declared["networked_equipment_count"].current == 150
    assert [fault.field for fault in found.checked.faults] == ["seen-networked_equipment_count"]
    assert "seen-networked_equipment_count" not in found.answers
    fill(site, site.session.get_one(Inspection, visit.id))
    assert find_visit(site.session, site.actors["lead"], visit.id, now=NOW).checked.faults == []


def test_out_of_reach_it_does_not_exist(site: Site) -> None:
    """Edge case 45 for visits: another unit's, and those of a team to which an expert does not belong."""
    visit = site.visit()
    for name in ("WJQ", "other_expert"):
        with pytest.raises(NotFound):
            visible_visit(site.session, site.actors[name], visit.id)
        with pytest.raises(NotFound):
            sheet.save_sheet(site.session, site.actors[name], visit.id, {}, now=NOW)
    for name in ("TNQ", "city", "expert", "lead"):
        assert visible_visit(site.session, site.actors[name], visit.id).id == visit.id
    with pytest.raises(NotAllowed):
        visible_visit(site.session, site.who.publisher, visit.id)
    with pytest.raises(NotFound):
        planning.plan_visit(site.session, site.actors["WJQ"], visit.application_id, site.planning(), now=NOW)
    with pytest.raises(InvalidInput, match="没有这份申报"):
        additions.add_inspection(site.session, site.actors["WJQ"], visit.application.number or "", "演示", now=NOW)


def test_a_visit_called_off_is_arranged_anew(site: Site) -> None:
    application = site.checked()
    visit = site.visit(application)
    with pytest.raises(NotAllowed, match="由板块或市局"):
        visits.cancel_visit(site.session, site.actors["expert"], visit, "雨", seen_version=visit.version, now=NOW)
    with pytest.raises(InvalidInput, match="为什么取消"):
        visits.cancel_visit(site.session, site.actors["lead"], visit, " ", seen_version=visit.version, now=NOW)
    visits.cancel_visit(site.session, site.actors["lead"], visit, "停电", seen_version=visit.version, now=NOW)
    assert announced(site.session, application).planned_on is None
    assert "还没有安排" in obstacle(site.session, application)
    again = planning.plan_visit(site.session, site.who.city, application.id, site.planning(), now=NOW)
    assert (again.number, again.state) == (2, "planned")
    told = [message.subject for message in site.session.scalars(select(Message).order_by(Message.id))]
    assert f"{application.number}：原定 {TODAY.isoformat()} 的现场核查已取消" in told


def test_an_addition_can_be_taken_back_until_a_visit_is_arranged(site: Site) -> None:
    application = site.checked()
    with pytest.raises(InvalidInput, match="为什么补充"):
        additions.add_inspection(site.session, site.who.city, application.number or "", "", now=NOW)
    additions.add_inspection(site.session, site.actors["lead"], application.number or "", "有人反映", now=NOW)
    with pytest.raises(Conflict, match="已经要核查"):
        additions.add_inspection(site.session, site.who.city, application.number or "", "再来", now=NOW)
    additions.drop_addition(site.session, site.who.city, application.id, now=NOW)
    assert obstacle(site.session, application) == ""
    site.visit(application)
    with pytest.raises(NotAllowed, match="已经为它安排过"):
        additions.drop_addition(site.session, site.who.city, application.id, now=NOW)


def test_events_hold_codes_and_no_texts(site: Site) -> None:
    visit = site.visit()
    sign(site, visit, remark="机密备注", conclusion="fix", fixes="机密整改", fix_by="2099-01-31")
    rows = site.session.scalars(select(Event).where(Event.action.startswith("inspection.")).order_by(Event.id)).all()
    assert [row.action for row in rows] == ["inspection.add", "inspection.plan", "inspection.sync", "inspection.sign"]
    assert rows[-1].changes["conclusion"] == [None, "fix"]
    assert rows[2].changes["fields"][1][0] == "check-line"
    assert not any("机密" in f"{row.changes}{row.note}" for row in rows)


def test_the_database_itself_lets_one_visit_be_open(engine: Engine) -> None:
    with working(engine) as site:
        visit = site.visit()
        twin = Inspection(
            application_id=visit.application_id, number=2, planned_on=TODAY, planned_by=site.who.city.id or 0,
            created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        visits.move(twin, VisitState.PLANNED, now=NOW)
        site.session.commit()
    with writers(engine)() as session:
        session.add(twin)
        with pytest.raises(IntegrityError):
            session.flush()


def test_two_sign_at_once_and_one_wins(site: Site) -> None:
    visit = site.visit()
    fill(site, visit)
    seen = visit.version
    fill(site, visit, remark="后来补的")
    with pytest.raises(Conflict, match="刚被他人改过"):
        signing.sign_visit(site.session, site.actors["lead"], visit.id, {}, seen_version=seen, now=NOW)
    assert site.session.get_one(Inspection, visit.id).state == VisitState.VISITED


@pytest.mark.slow
def test_bulk_steps_name_what_is_not_inspected(site: Site) -> None:

    free, due = site.checked(), site.checked()
    site.visit(due)
    planned = plan(site.session, site.who.city, [free.id, due.id], Action.PROPOSE, StepInput(), now=NOW)
    assert [bool(item.refusal) for item in planned] == [False, True]
    assert "现场核查还没有签字" in planned[1].refusal
    assert steps.perform(
        site.session, site.who.city, free.id, Action.PROPOSE, seen_version=free.version, now=NOW
    ).status == "proposed"  # fmt: skip
