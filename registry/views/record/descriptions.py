"""What pages of the record are about, in a sentence or two from their own data, for those who list or share them."""

from __future__ import annotations

from typing import Any

from registry.i18n import _, language
from registry.queries.record.pages import Announcement, EnterprisePage
from registry.queries.record.rows import ProjectRow
from registry.views.web.page import name_of
from registry.views.web.runtime import runtime


def about_selection(projects: int, titles: int, enterprises: int) -> str:
    """A list, map or statistics of a selection."""
    return _(
        "%(city)s%(projects)s 个智能制造试点示范项目、%(titles)s 项认定、%(enterprises)s 家企业，"
        "可查位置、公布文号和改造成效，可下载数据。",
        city=_city(),
        projects=projects,
        titles=titles,
        enterprises=enterprises,
    )


def about_project(row: ProjectRow, figures: list[Any]) -> tuple[str, ...]:
    """A project: whose it is, its leading title and document, its best known figures (rows of its page)."""
    leading = row.leading
    category = name_of("categories", leading.category)
    whose = row.enterprise or _city()
    first = _(
        "%(name)s（%(whose)s），%(category)s，%(unit)s。",
        name=row.name,
        whose=whose,
        category=category,
        unit=name_of("units", row.unit),
    )
    document = (
        _("公布文号%(number)s，%(day)s。", number=leading.document_number, day=leading.announced_on)
        if leading.announced_on
        else ""
    )
    told = [f"{figure.name}{_('：')}{figure.verb}{figure.figure}" for figure in figures if figure.figure]
    return (first, document, *(f"{text}{_('。')}" for text in told[:3]))


def about_enterprise(found: EnterprisePage) -> tuple[str, ...]:
    """An enterprise: how many projects and honours."""
    titles = sum(len(row.titles) for row in found.projects)
    counts = _(
        "%(name)s的公开项目 %(projects)s 个，认定 %(titles)s 项，企业荣誉 %(honors)s 项。",
        name=found.name,
        projects=len(found.projects),
        titles=titles,
        honors=len(found.honors),
    )
    return (counts, _("每项认定都写明公布文号、日期和状态。"))


def about_document(document: Announcement) -> tuple[str, ...]:
    """A document: its number, title, organ and how many titles it gives and ends."""
    counts = _("授予认定 %(n)s 项，撤销或到期 %(ended)s 项。", n=document.titles, ended=document.ended)
    day = document.announced_on.isoformat() if document.announced_on else _("日期不详")
    return (f"{document.number}{_('，')}{document.organ or _city()}{_('，')}{day}{_('。')}", counts, document.title)


def about_documents(total: int) -> str:
    """The list of documents."""
    return _(
        "%(city)s智能制造认定和撤销文件 %(n)s 份：文号、发文机关、日期，以及每份文件授予或撤销的全部认定。",
        city=_city(),
        n=total,
    )


def _city() -> str:
    return runtime().city.facts.label(language())


WORDS = {
    "about_selection": about_selection,
    "about_project": about_project,
    "about_enterprise": about_enterprise,
    "about_document": about_document,
    "about_documents": about_documents,
}
"""What templates of the record call."""
