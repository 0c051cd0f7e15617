"""The page on which a request is typed, by an enterprise or by an officer, for the first time or again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request
from werkzeug import Response

from registry.changes import CHANGES, ChangeKind, Input
from registry.errors import NotFound, RegistryError
from registry.forms.changes import ChangeForm, Options, change_form
from registry.i18n import language
from registry.queries.titles import record, titles
from registry.queries.titles.photos import FoundPhoto
from registry.services.titles.requests import Asking
from registry.services.uploads import Examined
from registry.terms import AttachmentKind, Role
from registry.views.titles.asking import folder
from registry.views.titles.words import title_words
from registry.views.web.received import decoded_paper
from registry.views.web.runtime import actor, catalogue, session


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is typed about what: the kind, the record in words, its present values, titles and photos to choose from."""

    kind: ChangeKind
    about: str
    back: str
    values: Mapping[str, Any]
    titles: list[titles.FoundTitle]
    projects: Sequence[record.FoundProject] = ()
    photos: Sequence[FoundPhoto] = ()
    reason: str = ""
    effective_on: date | None = None
    version: int = 0
    filename: str = ""
    drop: str = ""


def entry_page(
    entry: Entry, save: Callable[[Asking, ChangeForm], str], keep: Callable[[Asking], str] | None = None
) -> str | tuple[str, int] | Response:
    """Show the form, or save what was sent: `save` returns the address to go to, `keep` too, for a draft. Nothing
    typed is lost."""
    form, status = _form(entry), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with decoded_paper(form.file.data, _file_kind(entry)) as file:
                    asking = _asking(form, file)
                    return redirect(keep(asking) if keep and "keep" in request.form else save(asking, form), 303)
            except RegistryError as error:
                session().rollback()
                if isinstance(error, NotFound) and not error.field:
                    raise
                status = form.absorb(error)
    page = render_template(
        "titles/enter.html",
        entry=entry,
        form=form,
        inputs=Input,
        needs_file=_needs_file(entry),
        pictured=CHANGES[entry.kind].pictured,
        may_keep=keep is not None,
        kept=request.args.get("done") == "kept" and request.method == "GET",
    )
    return (page, status) if status != 200 else page


def _file_kind(entry: Entry) -> AttachmentKind:
    """What the file of a request may be: a paper, or the photo that it is about."""
    return AttachmentKind.PHOTO if CHANGES[entry.kind].pictured else AttachmentKind.OTHER


def _needs_file(entry: Entry) -> bool:
    """Whether a request of this kind comes with evidence."""
    change = CHANGES[entry.kind]
    return (change.needs_scan or (change.needs_file and actor().role is Role.ENTERPRISE)) and not entry.filename


def _form(entry: Entry) -> ChangeForm:
    form = change_form(CHANGES[entry.kind], _options(entry), entry.values, language())
    if request.method == "GET":
        form.reason.data, form.effective_on.data = entry.reason, entry.effective_on
        form.version.data = str(entry.version)
    return form


def _options(entry: Entry) -> dict[str, Options]:
    lists, chosen = catalogue().lists, [(str(title.id), title_words(title)) for title in entry.titles]
    return {
        "unit": [(code, item.label(language())) for code, item in lists.units.items()],
        "industry": [(code, f"{code} {item.label(language())}") for code, item in lists.industries.items()],
        "kpi": [(code, item.label(language())) for code, item in lists.kpis.items()],
        "title": chosen,
        "titles": chosen,
        "withdraw": [(str(photo.id), photo.caption) for photo in entry.photos],
        "projects": [(str(each.id), f"{each.code} {each.name}") for each in entry.projects],
    }


def _asking(form: ChangeForm, file: Examined | None) -> Asking:
    return Asking(
        typed=form.typed,
        reason=form.reason.data or "",
        effective_on=form.effective_on.data,
        file=file,
        folder=folder(),
    )
