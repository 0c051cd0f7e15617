"""The application form: reading a section, saving it, saving while typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from werkzeug import Response

from registry import declaration
from registry.application_form import Section
from registry.application_form.window import beijing_day
from registry.errors import BadParameter, NotAllowed, RegistryError
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.applications import access
from registry.queries.applications.own import remarks_now
from registry.services.applications import drafts
from registry.services.applications.drafts import Stale
from registry.statuses import EDITABLE_STATUSES
from registry.terms import BEIJING, ApplicationStatus
from registry.values.row_ids import row_id
from registry.views.applications.frame import blueprint, now, own
from registry.views.applications.pages import conflict_page, following, form_page
from registry.views.applications.record import record_page
from registry.views.web.answers import shown
from registry.views.web.errors import problem
from registry.views.web.json_answers import as_json
from registry.views.web.runtime import actor, catalogue, policy, session
from registry.wording import Message

if TYPE_CHECKING:
    from registry.models import Application


@blueprint.get("/enterprise/applications/<int:application_id>")
@policy(Permission.APPLICATION_OWN)
def application(application_id: int) -> str | Response:
    """The form while it may change, else the record of what was submitted."""
    found = own(application_id)
    if found.status not in EDITABLE_STATUSES:
        return record_page(found)
    wanted = request.args.get("section", "")
    if wanted:
        return form_page(found, _section(found, wanted), shows_missing=request.args.get("check") == "1")
    if found.status == ApplicationStatus.RETURNED:
        return redirect(_first_marked(found))
    return form_page(found, _first_open(found))


def _section(found: Application, code: str) -> Section:
    sections = access.form_for(found).sections
    if code not in {section.value for section in sections}:
        raise BadParameter(Message("参数 section 应为申报表的一个部分。"), field="section")
    return Section(code)


def _first_open(found: Application) -> Section:
    """The first section with something to do."""
    form = access.form_for(found)
    faulty = {fault.field for fault in access.check_application(session(), found, now=now()).faults}
    unfinished = (section for section in form.sections if faulty & {item.name for item in form.section(section)})
    return next(unfinished, form.sections[-1])


def _first_marked(found: Application) -> str:
    """Address of the first field that a reviewer marked."""
    form = access.form_for(found)
    marked = set(remarks_now(session(), found)) or set(found.open_fields or ())
    item = next((item for item in form.fields if item.name in marked), form.fields[0])
    address = url_for("enterprise.application", application_id=found.id, section=item.section.value)
    return f"{address}#{item.name}-box"


@blueprint.post("/enterprise/applications/<int:application_id>")
@policy(Permission.APPLICATION_OWN)
def save(application_id: int) -> Response:
    """Save what was typed and go where the button says."""
    typed = typed_answers()
    refused = save_typed(application_id, typed, target=url_for("enterprise.application", application_id=application_id))
    return refused if refused is not None else redirect(_onward(application_id), 303)


def typed_answers() -> dict[str, str]:
    """Texts of this request by field name; a field that the user gave up on a conflict page is left out."""
    skipped = ("csrf_token", "version", "seen", "go", "section")
    return {
        name: values[-1]
        for name, values in request.form.lists()
        if name not in skipped and not name.startswith("pick-") and request.form.get(f"pick-{name}") != "stored"
    }


def save_typed(application_id: int, typed: Mapping[str, str], *, target: str) -> FlaskResponse | None:
    """Save; the page to answer when that cannot be done, with every typed text on it."""
    found = own(application_id)
    form = access.form_for(found)
    cleaned = declaration.clean(form, typed)
    locked = _locked(found, cleaned)
    try:
        saved = drafts.save_answers(
            session(), actor(), application_id, typed, seen_version=seen_version(), seen=_seen(), now=now()
        )
    except Stale as error:
        return conflict_page(found, cleaned, error.changed, error.message, target=target, status=error.status)
    except NotAllowed as error:
        if not locked:
            # Nothing of it differs from what is stored: as good as saved.
            return None
        return conflict_page(found, cleaned, locked, error.message, target=target, status=409)
    if locked:
        session().commit()
        message = _("审核员没有开放下面的栏目，您填写的内容没有保存；其余的已经保存。")
        return conflict_page(
            saved, {name: cleaned[name] for name in locked}, locked, message, target=target, status=409
        )
    return None


def _locked(found: Application, cleaned: Mapping[str, str]) -> tuple[str, ...]:
    """Fields whose typed text differs from what is stored and that may not change."""
    return tuple(
        name
        for name, text in cleaned.items()
        if text != found.answers.get(name, "") and not drafts.may_change(found, name)
    )


def seen_version() -> int:
    """The version that the page showed; 0, which nothing has, when it is missing or no number."""
    return row_id(request.form.get("version")) or 0


def _seen() -> dict[str, str] | None:
    return _texts(_parsed(request.form.get("seen", "").encode(errors="replace")))


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def _texts(data: Any) -> dict[str, str] | None:
    """A mapping of texts, or None for anything else."""
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        return None
    return data


def _onward(application_id: int) -> str:
    """Where the pressed button leads."""
    go = request.form.get("go", "stay")
    if go == "later":
        return url_for("enterprise.dashboard")
    if go == "check":
        return url_for("enterprise.check", application_id=application_id)
    found = own(application_id)
    form = access.form_for(found)
    sections = [section.value for section in form.sections]
    here = request.form.get("section", "")
    place = sections.index(here) if here in sections else 0
    if go == "next":
        after = following(found, form, form.sections[place])
        wanted = after.value if after else sections[-1]
    else:
        wanted = go if go in sections else sections[max(0, place - (go == "prev"))]
    return url_for("enterprise.application", application_id=application_id, section=wanted)


@blueprint.post("/enterprise/applications/<int:application_id>/autosave")
@policy(Permission.APPLICATION_OWN)
def autosave(application_id: int) -> FlaskResponse:
    """Save while typing. Answers the new version, derived values, doubts and faults; writes no event.

    Takes JSON `{version, answers, seen}` or the fields of the form itself.
    """
    if request.mimetype == "application/json":
        data = _parsed(request.get_data())
        typed, version = (_texts(data.get("answers")), data.get("version")) if isinstance(data, dict) else (None, None)
        if typed is None or not isinstance(version, int):
            return problem(
                400, _("地址或参数有误"), Message("请求应为 {version, answers}，answers 是栏目名与文字。"), "answers"
            )
        seen = _texts(data.get("seen"))
    else:
        typed, version, seen = typed_answers(), seen_version(), _seen()
    try:
        saved = drafts.save_answers(
            session(), actor(), application_id, typed, seen_version=version, seen=seen, now=now()
        )
    except Stale as error:
        return _stale(error, typed)
    except RegistryError as error:
        return problem(error.status, _("内容没有保存"), error.message, error.field, error.code)
    return FlaskResponse(as_json(_answer(saved)), mimetype="application/json")


def _answer(saved: Application) -> dict[str, Any]:
    form = access.form_for(saved)
    checked = access.check_application(session(), saved, now=now())
    return {
        "version": saved.version,
        "saved_at": saved.updated_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "derived": declaration.derived(form, saved.answers, today=beijing_day(now())),
        "doubts": [{"field": doubt.field, "message": doubt.message} for doubt in checked.doubts],
        "faults": [
            {"field": fault.field, "message": fault.message}
            for fault in checked.faults
            if saved.answers.get(fault.field)
        ],
    }


def _stale(error: Stale, typed: Mapping[str, str]) -> FlaskResponse:
    """What changed elsewhere, for the script to tell; nothing was saved."""
    found = error.application
    form, lists = access.form_for(found), catalogue().lists
    return problem(
        error.status,
        _("内容已被他人更新"),
        error.message,
        code=error.code,
        version=found.version,
        changed=[
            {
                "field": name,
                "label": form.by_name[name].label,
                "stored": shown(form.by_name[name], found.answers.get(name, ""), lists),
                "typed": typed.get(name, ""),
            }
            for name in error.changed
        ],
    )
