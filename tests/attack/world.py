"""A small city with something to steal: every role, applications in every stage, and secrets in all that is not public."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.changes import ChangeAction, ChangeKind
from registry.models import (
    Account,
    Application,
    Call,
    ChangeRequest,
    Notice,
    Objection,
    Phrase,
    Publication,
    Snapshot,
    Waiver,
)
from registry.permissions import Actor
from registry.queries.applications import access
from registry.services import uploads
from registry.services.accounts import messages
from registry.services.applications import attachments, drafts
from registry.services.attention import maintenance
from registry.services.calls import files as call_files
from registry.services.calls import managing, pauses, waivers
from registry.services.calls.pauses import PauseText
from registry.services.recognition import confirming, entering
from registry.services.recognition.document_text import DocumentText
from registry.services.review import casework, photos, phrases
from registry.services.review.saved import keep_filter
from registry.services.titles import error_reports, requests
from registry.services.titles import steps as changing
from registry.storage import Folder
from registry.terms import AccountStanding, Action, AttachmentKind, CallRule, Role
from registry.views.accounts.identity import COOKIE
from tests import applicants, people
from tests.applicants import NOW, Cast
from tests.attack import inspected
from tests.attack.later import build_import, build_yearly
from tests.attack.noticed import build_notices
from tests.attack.round import build_round
from tests.browser import Browser
from tests.recognition.makers import DOCUMENT, LATER
from tests.uploads import samples

SECRET = "机密"
"""Stands in every text of the city that the public must not read."""
NUMBERS = {"kpi-operating_cost-baseline": "73519.27", "kpi-operating_cost-current": "60002.83",
           "kpi-total_investment-current": "91357.31"}  # fmt: skip
PRIVATE = {
    "legal_representative": "机密法人",
    "registered_address": "机密注册路9号",
    "contact_name": "机密联系人",
    "contact_phone": "0519-70707071",
    "contact_email": "secret-contact@example.com",
} | NUMBERS
PEOPLE = (
    "public", "own", "colleague", "other", "pending", "tnq", "wjq", "city", "publisher", "expert", "administrator",
    "auditor", "limited",
)  # fmt: skip
"""`own` is the owner of the enterprise whose applications are asked for, `other` of another one; `limited` is a
reviewer of 天宁 who has not used a second factor, where one is demanded."""


@dataclass
class World:
    """Ids by name, and session cookies by person."""

    ids: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    planted: list[str] = field(default_factory=list)

    def browser(self, app: Flask, person: str) -> Browser:
        """A browser of this person."""
        made = Browser(app)
        if person != "public":
            made.client.set_cookie(COOKIE, self.tokens[person])
        return made


def build(app: Flask, folder: Path) -> World:
    """Make the city by the commands that people use."""
    world = World()
    with app.extensions["registry"].write() as session:
        staff = _people(session, world)
        call = _call(session, world, folder)
        _work(session, world, call, staff, folder)
        _documents(session, world, call, staff, folder)
        _changes(session, world, staff, folder)
        _photo_request(session, world, folder)
        build_round(session, world, staff, _draft, _photo, folder)
        build_notices(session, world, staff, _draft, _submit, folder)
        build_yearly(session, world, staff)
        # What a team found in a workshop, and the number of a reader who reported an error.
        world.planted += ["170071", "13800000000"]
        world.planted += [*PRIVATE.values(), *session.scalars(select(Snapshot.check_code))]
        world.planted += list(session.scalars(select(Account.email)))
        for name in ("draft", "submitted", "returned", "proposed"):
            world.ids[f"{name}_version"] = session.get_one(Application, world.ids[name]).version
        for name in ("publication", "in_force"):
            world.ids[f"{name}_version"] = session.get_one(Publication, world.ids[name]).version
        for name in ("notice", "waiting_notice"):
            world.ids[f"{name}_version"] = session.get_one(Notice, world.ids[name]).version
        world.ids["call_version"] = call.version
        world.ids["objection_version"] = session.get_one(Objection, world.ids["objection"]).version
        world.ids["change_version"] = session.get_one(ChangeRequest, world.ids["change"]).version
        session.commit()
    for person in PEOPLE[1:]:
        world.tokens[person] = people.session_token(app, world.ids[person], second_factor=person != "limited")
    return world


def _people(session: Session, world: World) -> dict[str, Any]:
    first, second = people.enterprise(session, "演示机密甲有限公司"), people.enterprise(session, "演示机密乙有限公司")
    accounts = {
        "own": people.make_account(session, Role.ENTERPRISE, enterprise=first, is_owner=True, known_password=True),
        "colleague": people.make_account(session, Role.ENTERPRISE, enterprise=first),
        "pending": people.make_account(session, Role.ENTERPRISE, enterprise=first, standing=AccountStanding.PENDING),
        "other": people.make_account(session, Role.ENTERPRISE, enterprise=second, is_owner=True),
        "other_colleague": people.make_account(session, Role.ENTERPRISE, enterprise=second),
        "tnq": people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
        "wjq": people.staff(session, Role.DISTRICT_REVIEWER, "WJQ"),
        "limited": people.staff(session, Role.DISTRICT_REVIEWER, "TNQ"),
        "second_administrator": people.staff(session, Role.ADMINISTRATOR),
        "preparer": people.staff(session, Role.MUNICIPAL_REVIEWER),
    }
    for role in (Role.PUBLISHER, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR):
        accounts[role.value] = people.staff(session, role)
    accounts["city"] = people.make_account(session, Role.MUNICIPAL_REVIEWER, may_see_objectors=True)
    world.ids |= {name: account.id for name, account in accounts.items()}
    return {name: people.actor_of(account) for name, account in accounts.items()}


def _call(session: Session, world: World, folder: Path) -> Call:
    rules = applicants.rules_without_files(per_enterprise=9, **inspected.RULES)
    call = applicants.open_call(session, rules=rules, closes_at=datetime.now(UTC) + timedelta(days=40))
    city = people.actor_of(people.staff(session, Role.MUNICIPAL_REVIEWER))
    text = managing.CallText(
        category=applicants.CATEGORY, year=2026, title="机密草稿通知", introduction="机密", document_number="",
        opens_at=NOW, closes_at=NOW + timedelta(days=60),
    )  # fmt: skip
    draft = managing.create_call(session, city, text, now=NOW, rules=rules)
    waivers.extend(
        session,
        city,
        call.id,
        unit="WJQ",
        closes_at=datetime.now(UTC) + timedelta(days=50),
        reason="演示延期原因",
        seen_version=call.version,
    )
    enterprise = people.enterprise(session, "演示机密甲有限公司")
    waivers.waive(
        session, city, call.id, enterprise_id=enterprise.id, rule=CallRule.AGE, reason="机密豁免原因", now=NOW
    )
    phrases.add_phrase(session, city, "机密用语")
    day = beijing_day(datetime.now(UTC)) + timedelta(days=20)
    pause = PauseText(status="proposed", unit="", first_day=day, last_day=day, text="演示暂停")
    operator = people.actor_of(people.staff(session, Role.ADMINISTRATOR))
    line = maintenance.NoticeText(
        text="演示维护通知", text_en="", first_day=date(2099, 1, 1), last_day=date(2099, 1, 1)
    )
    for name, owner in (("call_file", call), ("secret_call_file", draft)):
        with uploads.examine(io.BytesIO(samples.pdf()), f"{name}.pdf", kind=AttachmentKind.OTHER) as examined:
            made = call_files.add_file(
                session, city, owner.id, "notice", examined, seen_version=owner.version, folder=Folder(folder), now=NOW
            )
        world.ids[name] = made.id
    world.ids["upkeep"] = maintenance.add_notice(session, operator, line, now=NOW).id
    world.ids["pause"] = pauses.add_pause(session, city, call.id, pause, now=datetime.now(UTC)).id
    world.ids |= {
        "call": call.id,
        "draft_call": draft.id,
        "waiver": session.scalars(select(Waiver.id)).one(),
        "phrase": max(session.scalars(select(Phrase.id))),
    }
    return call


def _draft(session: Session, call: Call, who: Cast, name: str, **changes: str) -> Application:
    """A draft full of secrets, with a photograph."""
    application = drafts.begin(session, who.clerk, call.id, now=NOW)
    answers = applicants.complete_answers(access.form_for(application).rules, project_name=name)
    evidence = {field: "机密佐证材料" for field in answers if field.endswith("-evidence")}
    return drafts.save_answers(
        session, who.clerk, application.id, answers | PRIVATE | evidence | changes, seen_version=1, now=NOW
    )


def _photo(session: Session, who: Cast, application: Application, folder: Path) -> int:
    with uploads.examine(io.BytesIO(samples.picture()), "机密照片.jpg", kind=AttachmentKind.PHOTO) as examined:
        made = attachments.add_attachment(
            session, who.clerk, application.id, kind=AttachmentKind.PHOTO, examined=examined,
            caption="机密说明", folder=Folder(folder), now=NOW,
        )  # fmt: skip
    return made.id


def _submit(session: Session, who: Cast, application: Application) -> Application:
    drafts.confirm(session, who.checker, application.id, seen_version=application.version, now=NOW)
    return applicants.step(session, application, who.clerk, Action.SUBMIT)


def _work(session: Session, world: World, call: Call, staff: dict[str, Any], folder: Path) -> None:
    who = Cast(staff["own"], staff["colleague"], staff["tnq"], staff["preparer"], staff["publisher"])
    theirs = Cast(staff["other"], staff["other_colleague"], staff["wjq"], staff["preparer"], staff["publisher"])
    world.ids["draft"] = _draft(session, call, who, "机密草稿车间").id
    world.ids["filter"] = keep_filter(session, staff["tnq"], "机密条件", "due=late", now=NOW).id
    world.ids["draft_file"] = _photo(session, who, session.get_one(Application, world.ids["draft"]), folder)
    submitted = _draft(session, call, who, "机密待审车间", lon="120.03")
    world.ids["file"] = _photo(session, who, submitted, folder)
    world.ids["submitted"] = _submit(session, who, submitted).id
    casework.add_note(session, who.district, submitted.id, "机密内部备注", now=NOW)
    returned = _submit(session, who, _draft(session, call, who, "机密退回车间", lon="120.04"))
    given = applicants.StepInput(remarks={"lon": "机密退回意见"})
    world.ids["returned"] = applicants.step(session, returned, who.district, Action.RETURN, given).id
    abroad = _draft(session, call, theirs, "机密武进车间", unit="WJQ", lon="119.95", lat="31.70")
    world.ids["abroad"] = _submit(session, theirs, abroad).id
    messages.notify(
        session, [world.ids["own"]], subject="机密消息", body="机密正文", application_id=submitted.id, now=NOW
    )
    proposed = _submit(session, who, _draft(session, call, who, "机密待定车间", lon="120.05"))
    letter = replace(applicants.recommendation(proposed), letter_number="机密函〔2026〕1号")
    applicants.step(session, proposed, who.district, Action.RECOMMEND, letter)
    applicants.step(session, proposed, who.city, Action.ACCEPT)
    world.ids["proposed"] = applicants.step(session, proposed, who.city, Action.PROPOSE).id
    visited, added = (
        _submit(session, who, _draft(session, call, who, name, lon=lon))
        for name, lon in (("机密核查车间", "120.07"), ("机密补充车间", "120.08"))
    )
    world.ids |= inspected.inspect(session, who, staff, visited, added, folder)


def _changes(session: Session, world: World, staff: dict[str, Any], folder: Path) -> None:
    """Three requests: one that waits for 天宁, one that another enterprise got back, one of the city's own that
    the publisher gave back."""

    def ask(actor: Actor, name: str, enterprise: int, paper: bytes) -> ChangeRequest:
        with uploads.examine(io.BytesIO(paper), "机密依据", kind=AttachmentKind.OTHER) as scan:
            asking = requests.Asking(
                typed={"name": name, "document": "机密通知书"}, reason="机密理由", effective_on=LATER.date(),
                file=scan, folder=Folder(folder),
            )  # fmt: skip
            kind = ChangeKind.RENAME_ENTERPRISE
            return requests.enter(session, actor, kind, asking, enterprise_id=enterprise, now=LATER)

    def give_back(actor: Actor, request: ChangeRequest) -> ChangeRequest:
        return changing.perform(
            session, actor, request.id, ChangeAction.RETURN, answer="机密答复", seen_version=request.version, now=LATER
        )

    waiting = ask(staff["own"], "机密新名称有限公司", staff["own"].enterprise_id, samples.picture())
    returned = give_back(
        staff["wjq"], ask(staff["other"], "机密别名有限公司", staff["other"].enterprise_id, samples.pdf())
    )
    of_staff = ask(staff["city"], "机密公开丁有限公司", world.ids["public_enterprise"], samples.pdf())
    give_back(staff["publisher"], of_staff)
    report, _code = error_reports.receive(
        session,
        world.ids["public_project"],
        error_reports.Report(topic="place", text="机密纠错：这个地址写错了。", contact="机密读者 13800000000"),
        address="192.0.2.7",
        now=LATER,
    )
    world.ids |= {"report": report.id, "change": waiting.id, "other_change": returned.id, "staff_change": of_staff.id}


def _photo_request(session: Session, world: World, folder: Path) -> None:
    """The enterprise of the public project asks for a photo that the city has not agreed to."""
    members = select(Account).where(Account.enterprise_id == world.ids["public_enterprise"])
    who = people.actor_of(session.scalars(members.order_by(Account.id)).first())
    with uploads.examine(io.BytesIO(samples.picture()), "机密现场.jpg", kind=AttachmentKind.PHOTO) as photo:
        asking = requests.Asking(
            typed={"caption": "机密照片说明", "alt": "机密替代文字"}, reason="机密理由", effective_on=LATER.date(),
            file=photo, folder=Folder(folder),
        )  # fmt: skip
        project_id = world.ids["public_project"]
        made = requests.enter(session, who, ChangeKind.PHOTOS, asking, project_id=project_id, now=LATER)
    world.ids["photo_change"] = made.id


def _documents(session: Session, world: World, call: Call, staff: dict[str, Any], folder: Path) -> None:
    """One document in force with its scan, whose project is public, with one released photo of
    two, and one that waits for its second person."""
    clerk = people.enterprise_account(session, "演示公开丙有限公司")
    checker = people.make_account(session, Role.ENTERPRISE, enterprise=clerk.enterprise)
    who = Cast(
        people.actor_of(clerk), people.actor_of(checker), staff["tnq"], staff["preparer"], staff["publisher"]
    )  # fmt: skip
    known = _draft(session, call, who, "演示公开车间", lon="120.06")
    shown, hidden = (_photo(session, who, known, folder) for _ in range(2))
    _submit(session, who, known)
    applicants.step(session, known, who.district, Action.RECOMMEND, applicants.recommendation(known))
    applicants.step(session, known, who.city, Action.ACCEPT)
    applicants.step(session, known, who.city, Action.PROPOSE)
    with uploads.examine(io.BytesIO(samples.pdf()), "公布文件.pdf", kind=AttachmentKind.OTHER) as scan:
        made = entering.prepare(
            session,
            who.city,
            call.id,
            DOCUMENT,
            application_ids=[known.id],
            file=scan,
            folder=Folder(folder),
            now=LATER,
        )
    confirming.confirm(session, who.publisher, made.id, seen_version=made.version, now=LATER)
    public = photos.release_photo(session, who.city, known.id, shown, "演示车间大门", now=LATER)
    world.ids |= {"released_photo": shown, "unreleased_photo": hidden, "public_photo": public.id}
    waiting = DocumentText(
        number="机密发〔2026〕8号", title="机密文件标题", organ="演示机密机关", announced_on=DOCUMENT.announced_on,
        number_confirmed=True,
    )  # fmt: skip
    pending = entering.prepare(session, who.city, call.id, waiting, application_ids=[world.ids["proposed"]], now=LATER)
    world.ids |= {
        "recognised": known.id,
        "publication": pending.id,
        "in_force": made.id,
        "document": made.document_id or 0,
        "public_project": known.project_id or 0,
        "public_enterprise": known.enterprise_id,
        "own_enterprise": staff["own"].enterprise_id,
        "import": build_import(session, who.city).id,
    }
