"""Public notices at the officers' desk: prepared by a municipal reviewer, opened by a publisher."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import BadParameter, NotFound, RegistryError
from registry.event_actions import EVENT_ACTIONS
from registry.forms.notices import EndForm, NoteForm, NoticeForm, OpenForm
from registry.forms.recognition import ticked
from registry.i18n import _
from registry.notices import NoticeState
from registry.permissions import Permission, can
from registry.purposes import CallPurpose
from registry.queries.notices import desk as desk_read
from registry.queries.notices.calendar import office_days
from registry.queries.notices.desk import DeskNotice
from registry.queries.notices.text import CONTACTS
from registry.services.notices import checking, opening, preparing
from registry.values.office_days import Length, first_day, guessed_years, last_day
from registry.values.row_ids import row_id, seen_version
from registry.views.notices.shared import page_number
from registry.views.web.delivery import today
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, catalogue, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("notice_desk", __name__)
PER_PAGE = 50
Answer = str | tuple[str, int] | Response
_OVERRIDE = re.compile(r"override-(\d{1,9})", re.ASCII)


@blueprint.get("/review/notices")
@policy(Permission.NOTICE_READ)
def notices() -> str:
    """What waits for a notice, and the notices: those to be opened first."""
    number = page_number()
    total = desk_read.count_desk(session())
    return render_template(
        "notices/desk.html",
        waiting=desk_read.waiting_calls(session()),
        rows=desk_read.desk_rows(session(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE),
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        today=today(),
        may_prepare=can(actor(), Permission.NOTICE_PREPARE).allowed,
    )


@blueprint.route("/review/notices/new", methods=("GET", "POST"))
@policy(Permission.NOTICE_PREPARE)
def new() -> Answer:
    """The check of a batch, and the notice of what is ticked."""
    wanted = row_id(request.args.get("call"))
    if wanted is None:
        raise BadParameter(Message("参数 call 应是申报通知的编号。"), field="call")
    call = desk_read.find_call(session(), wanted)
    form, status = NoticeForm(), 200
    reasons = {
        int(match[1]): value for name, value in request.form.items() if (match := _OVERRIDE.fullmatch(name)) is not None
    }
    chosen = ticked(request.form.getlist("application"))
    if request.method == "POST":
        try:
            picked = {each: reasons.get(each, "") for each in chosen}
            made = preparing.prepare(session(), actor(), call.id, form.text, picked, now=datetime.now(UTC))
            return redirect(url_for("notice_desk.notice", notice_id=made.id), 303)
        except NotFound:
            raise
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    items = checking.check_batch(session(), call.id, now=datetime.now(UTC))
    if request.method == "GET":
        form.organ.data, form.phone.data = runtime().site.owner, runtime().site.phone
        form.address.data = runtime().site.address
        # What the last notice said holds until somebody says otherwise.
        for name, value in desk_read.last_contact(session()).items():
            form[name].data = value
        form.title.data = _suggested_title(call)
        chosen = [item.application_id for item in items if not item.is_red and not item.other]
    page = render_template(
        "notices/new.html",
        form=form,
        call=call,
        groups=[(code, [item for item in items if item.unit == code]) for code in unit_names()],
        total=len(items),
        red=sum(1 for item in items if item.is_red),
        chosen=set(chosen),
        reasons=reasons,
        contacts=[form[name] for name in CONTACTS],
    )
    return page, status


def _suggested_title(call: desk_read.WaitingCall) -> str:
    """What a notice of this call is usually called; the officer may change it."""
    category = catalogue().lists.categories[call.category]
    if call.purpose is CallPurpose.RE_EVALUATION:
        return Message("%(year)s年%(category)s复核结论公示", year=call.year, category=category.name)
    if category.tier != "municipal":
        return Message("%(year)s年%(category)s拟推荐名单公示", year=call.year, category=category.name)
    return Message("%(year)s年%(category)s拟认定名单公示", year=call.year, category=category.name)


@blueprint.get("/review/notices/<int:notice_id>")
@policy(Permission.NOTICE_READ)
def notice(notice_id: int) -> str:
    """A notice with everything that its opening makes public."""
    return _page(notice_id)


@blueprint.post("/review/notices/<int:notice_id>/open")
@policy(Permission.NOTICE_CONFIRM)
def open_notice(notice_id: int) -> Answer:
    """Open a notice: the period begins."""
    form = OpenForm()
    try:
        opening.open_notice(
            session(),
            actor(),
            notice_id,
            seen_version=seen_version(form.version.data),
            calendar_checked=bool(form.calendar_checked.data),
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(notice_id, error, opening_form=form)
    return redirect(url_for("notice_desk.notice", notice_id=notice_id, done="open"), 303)


@blueprint.post("/review/notices/<int:notice_id>/cancel")
@policy(Permission.NOTICE_READ)
def cancel(notice_id: int) -> Answer:
    """Take a prepared notice back."""
    form = EndForm()
    try:
        preparing.cancel(
            session(),
            actor(),
            notice_id,
            reason=form.reason.data or "",
            seen_version=seen_version(form.version.data),
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(notice_id, error, ending=form)
    return redirect(url_for("notice_desk.notice", notice_id=notice_id, done="cancel"), 303)


@blueprint.post("/review/notices/<int:notice_id>/withdraw")
@policy(Permission.NOTICE_CONFIRM)
def withdraw(notice_id: int) -> Answer:
    """Withdraw an open notice: its page stays and says so."""
    form = EndForm()
    try:
        opening.withdraw(
            session(),
            actor(),
            notice_id,
            reason=form.reason.data or "",
            seen_version=seen_version(form.version.data),
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(notice_id, error, ending=form)
    return redirect(url_for("notice_desk.notice", notice_id=notice_id, done="withdraw"), 303)


@blueprint.post("/review/notices/<int:notice_id>/note")
@policy(Permission.NOTICE_CONFIRM)
def note(notice_id: int) -> Answer:
    """Publish a correction."""
    form = NoteForm()
    if not form.validate():
        return _page(notice_id, noting=form), 422
    try:
        opening.add_note(
            session(),
            actor(),
            notice_id,
            form.text.data or "",
            until=form.until.data,
            seen_version=seen_version(form.version.data),
            now=datetime.now(UTC),
        )
    except RegistryError as error:
        return _refused(notice_id, error, noting=form)
    return redirect(url_for("notice_desk.notice", notice_id=notice_id, done="note"), 303)


def _refused(
    notice_id: int,
    error: RegistryError,
    *,
    opening_form: OpenForm | None = None,
    ending: EndForm | None = None,
    noting: NoteForm | None = None,
) -> tuple[str, int]:
    """The page as it is now, with what stands against it; what was typed is kept."""
    if isinstance(error, NotFound):
        raise error
    session().rollback()
    form = next(each for each in (opening_form, ending, noting) if each is not None)
    status = form.absorb(error)
    return _page(notice_id, opening_form=opening_form, ending=ending, noting=noting), status


def _page(
    notice_id: int,
    *,
    opening_form: OpenForm | None = None,
    ending: EndForm | None = None,
    noting: NoteForm | None = None,
) -> str:
    found = desk_read.find_desk_notice(session(), notice_id, today=today())
    who = actor()
    may_open = can(who, Permission.NOTICE_CONFIRM).allowed
    reason = "" if may_open else _("由发布员核对后公开。")
    if may_open and found.prepared_by_id == who.id:
        reason = _("自己拟订的公示须由另一人核对后公开。")
    days, guessed = _days(found)
    forms = (opening_form, ending, noting)
    return render_template(
        "notices/desk_notice.html",
        page=found,
        row=found.row,
        today=today(),
        days=days,
        guessed=guessed,
        preview=opening.preview(session(), notice_id) if found.row.state is NoticeState.PREPARED else found.body,
        contacts=[(_(label), found.contact.get(name, "")) for name, label in CONTACTS.items()],
        groups=[(code, [line for line in found.lines if line.unit == code]) for code in unit_names()],
        reason=reason,
        may_open=may_open,
        opening_form=opening_form or OpenForm(),
        ending=ending or EndForm(),
        noting=noting or NoteForm(),
        errors=[error for form in forms if form is not None for error in form.summary],
        history=[(line, _(EVENT_ACTIONS.get(line.action, line.action))) for line in found.history],
        done=request.args.get("done", "") if request.method == "GET" else "",
    )


def _days(found: DeskNotice) -> tuple[tuple[date, date] | None, list[int]]:
    """First and last day if it were opened today (for an open one by today's calendar), and years that are guessed."""
    office = office_days(session())
    length = Length(days=found.days, working=found.unit == "working", count_first=found.count_first)
    first = found.row.first_day or first_day(today(), length, office)
    last = last_day(first, length, office)
    if found.row.state not in (NoticeState.PREPARED, NoticeState.OPEN):
        return None, []
    return (first, last), guessed_years(first, last, office)
