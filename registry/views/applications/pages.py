"""How the pages of a form are put together: a section for typing, the whole for reading, two texts to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, make_response, render_template, url_for

from registry import declaration
from registry.application_form import Kind, Section
from registry.application_form.window import beijing_day
from registry.forms.base import FormError, at_label
from registry.i18n import _, in_words, language
from registry.queries.applications import access
from registry.queries.applications.attachments import files_of
from registry.queries.applications.last_report import last_report
from registry.queries.applications.own import active_members, names_of, remarks_now
from registry.queries.applications.returned import too_late
from registry.services.applications import drafts
from registry.services.applications.readiness import Readiness, readiness
from registry.terms import ApplicationStatus
from registry.views.applications.fields import FormContent, SectionView, progress, section_view
from registry.views.applications.frame import now
from registry.views.web.answers import shown
from registry.views.web.autosave_words import script_words
from registry.views.web.map_shell import script_json
from registry.views.web.runtime import actor, catalogue, session

if TYPE_CHECKING:
    from registry.application_form import Form
    from registry.models import Application


def given_for(application: Application, *, shows_missing: bool = False) -> tuple[FormContent, Readiness]:
    """Everything that is known about a form that may be changed."""
    form = access.form_for(application)
    ready = readiness(session(), application, now=now())
    given = FormContent(
        form=form,
        answers=application.answers,
        files=access.count_files(session(), application.id),
        derived=declaration.derived(form, application.answers, today=beijing_day(now())),
        faults=ready.faults,
        doubts=ready.doubts,
        remarks=remarks_now(session(), application),
        opened={item.name for item in form.fields if drafts.may_change(application, item.name)},
        lists=catalogue().lists,
        shows_missing=shows_missing,
        before=_reported_before(application),
    )
    return given, ready


def _reported_before(application: Application) -> dict[str, str]:
    last = last_report(session(), application)
    if last is None:
        return {}
    year = _("上次（%(year)s年）：", year=last.year) if last.year else _("上次：")
    return {name: f"{year}{text}" for name, text in last.values.items()}


def read_only(application: Application, answers: Mapping[str, str], files: Mapping[str, int]) -> list[SectionView]:
    """All sections of some answers, for reading."""
    form = access.form_for(application)
    given = FormContent(
        form=form,
        answers=answers,
        files=files,
        derived=declaration.derived(form, answers, today=beijing_day(now())),
        faults=[],
        doubts=[],
        remarks={},
        opened=(),
        lists=catalogue().lists,
        shows_missing=False,
    )
    return [section_view(given, section) for section in form.sections]


def form_page(application: Application, section: Section, *, shows_missing: bool = False) -> str:
    """One section for typing."""
    given, _ready = given_for(application, shows_missing=shows_missing)
    view = section_view(given, section)
    sections = given.form.sections
    place = sections.index(section)
    opened = [item for item in given.form.section(section) if item.name in given.opened]
    marked = [name for name in given.remarks if name]
    names = {item.name for item in given.form.section(section)}
    return render_template(
        "applications/application.html",
        application=application,
        status=ApplicationStatus(application.status),
        form=given.form,
        section=section,
        view=view,
        steps=progress(given),
        previous=sections[place - 1] if place else None,
        following=following(application, given.form, section),
        marked=marked,
        is_limited=application.open_fields is not None,
        general=given.remarks.get(""),
        errors=[
            FormError(fault.field, at_label(fault.label, fault.message))
            for fault in given.shown_faults
            if shows_missing and fault.field in names
        ],
        faults={fault.field: [fault.message] for fault in given.shown_faults if fault.field in names},
        opened=given.opened,
        attachments=files_of(session(), application.id) if section is Section.FILES else [],
        seen=_json({item.name: application.answers.get(item.name, "") for item in opened}),
        script=script_json(_script_data(application, given)),
    )


def following(application: Application, form: Form, section: Section) -> Section | None:
    """The next section; of a returned form, the next one that a reviewer opened: one remark leads to the check at once,
    not through pages on which everything is locked."""
    later = form.sections[form.sections.index(section) + 1 :]
    opened = application.open_fields
    return next((each for each in later if opened is None or any(i.name in opened for i in form.section(each))), None)


def _script_data(application: Application, given: FormContent) -> dict[str, Any]:
    address = url_for("enterprise.application", application_id=application.id)
    return {
        "key": f"draft:{application.id}:{actor().id}",
        "account": actor().id,
        "autosave": url_for("enterprise.autosave", application_id=application.id),
        "page": address,
        "signIn": url_for("enterprise.dashboard"),
        "fields": {item.name: [in_words(item.label), item.section.value] for item in given.form.fields},
        "sections": {section.value: section.label(language()) for section in given.form.sections},
        "words": script_words(),
    }


def check_page(application: Application, *, errors: list[FormError] | None = None, status: int = 200) -> Response:
    """The whole form with everything that is wrong, and the buttons to confirm and to submit."""
    given, ready = given_for(application, shows_missing=True)
    rules = given.form.rules
    people = names_of(session(), [application.typed_by, application.confirmed_by])
    blocked = ""
    if refusal := too_late(application, rules, beijing_day(now())):
        blocked = in_words(refusal)
    elif ready.faults:
        blocked = _("还有 %(n)s 处没有填好，改好后才能确认和提交", n=len(ready.faults))
    elif ready.is_late:
        blocked = _("申报已经截止，不能再提交；草稿仍然保留")
    page = render_template(
        "applications/check.html",
        application=application,
        status=ApplicationStatus(application.status),
        sections=[section_view(given, section) for section in given.form.sections],
        steps=progress(given),
        section=None,
        faults=ready.faults,
        at_label=at_label,
        section_of={item.name: item.section for item in given.form.fields},
        open_sections={item.section for item in given.form.fields if item.name in given.opened},
        untouched=_untouched(application, given),
        errors=errors or [],
        blocked=blocked,
        submit_reason=blocked or _second_person(application, rules.second_person),
        second_person=rules.second_person,
        is_alone=rules.second_person and active_members(session(), application.enterprise_id) < 2,
        people=people,
        me=actor().id,
        changed=changes_since_submission(application),
        attachments=files_of(session(), application.id),
        script=script_json({"words": script_words()}),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _second_person(application: Application, is_needed: bool) -> str:
    if not is_needed:
        return ""
    if application.confirmed_by is None:
        return _("须由本企业另一位成员核对确认后才能提交")
    if application.confirmed_by == actor().id:
        return _("您是确认人，须由另一位成员提交")
    return ""


def _untouched(application: Application, given: FormContent) -> list[tuple[str, str]]:
    """(name, label) of fields that a reviewer marked and that still stand as they were submitted."""
    before = application.snapshots[-1].answers if application.snapshots else {}
    return [
        (item.name, item.label)
        for item in given.form.fields
        # Versions keep neither contacts nor, in their answers, files.
        if item.name in given.remarks
        and not item.personal
        and item.kind != Kind.FILE
        # What belongs together (a point, a KPI) may be corrected in another of its fields.
        and all(
            before.get(other.name, "") == application.answers.get(other.name, "")
            for other in given.form.fields
            if other is item or (item.group and other.group == item.group)
        )
    ]


def changes_since_submission(application: Application) -> list[tuple[str, str, str]]:
    """(label, before, after) of every field that was changed since the last submitted version."""
    if not application.snapshots:
        return []
    before = application.snapshots[-1].answers
    lists = catalogue().lists
    return [
        (
            item.label,
            shown(item, before.get(item.name, ""), lists),
            shown(item, application.answers.get(item.name, ""), lists),
        )
        for item in access.form_for(application).fields
        # Contacts are no part of a submitted version.
        if not item.personal and before.get(item.name, "") != application.answers.get(item.name, "")
    ]


def conflict_page(
    application: Application,
    typed: Mapping[str, str],
    changed: tuple[str, ...],
    message: str,
    *,
    target: str,
    status: int,
) -> Response:
    """Stored and typed text side by side for each field that differs; what may still be saved is chosen here."""
    form = access.form_for(application)
    lists = catalogue().lists
    rows = []
    for name in changed:
        item = form.by_name[name]
        stored = application.answers.get(name, "")
        rows.append(
            {
                "name": name,
                "label": item.label,
                "section": item.section.label(language()),
                "typed": typed.get(name, ""),
                "stored_shown": shown(item, stored, lists),
                "typed_shown": shown(item, typed.get(name, ""), lists),
                "may_change": drafts.may_change(application, name),
            }
        )
    page = render_template(
        "applications/conflict.html",
        application=application,
        rows=rows,
        others={name: text for name, text in typed.items() if name not in changed},
        message=message,
        target=target,
        seen=_json({name: application.answers.get(name, "") for name in typed}),
        can_save=any(row["may_change"] for row in rows),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _json(data: Mapping[str, str]) -> str:
    return orjson.dumps(data).decode()
