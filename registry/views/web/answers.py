"""Typed answers as a person reads them: for the form, its record and the reviewers alike."""

from __future__ import annotations

from registry.application_form import FormField, Kind
from registry.i18n import _, language
from registry.measures import Measure
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.review.case import Change
from registry.terms import CoordinateOrigin


def help_of(item: FormField, lists: CodeLists) -> str:
    """What the form says under a field: of the table of fields, or of the city's own numbers and zones."""
    if item.kind == Kind.PHONE:
        facts = lists.city.facts
        return _(
            "手机或带区号的座机；%(digits)s 位座机号按 %(area_code)s 计",
            digits=facts.local_digits,
            area_code=facts.area_code,
        )
    if item.choices == "units":
        rules = [
            _(
                "%(short)s的镇和街道请选%(name)s",
                short=zone.short if language() == "zh" else zone.label(language()),
                name=zone.label(language()),
            )
            for zone in lists.zones
        ]
        return "；".join(rules) if language() == "zh" else "; ".join(rules)
    return item.help


def measured(figure: str, unit: str) -> str:
    """A figure with its unit in the reader's language, as plain text (`marking.with_unit` is its HTML): `4935 万元`;
    a per cent sign stands close to it."""
    return f"{figure}%" if unit == "%" else f"{figure} {Measure(unit).label(language())}".strip()


def shown(item: FormField, text: str, lists: CodeLists, *, unit: str = "") -> str:
    """A typed text as a person reads it: names instead of codes, the unit behind a number (`unit` in place
    of the field's own)."""
    if not text:
        return ""
    if item.choices == "units" and text in lists.units:
        return lists.units[text].label(language())
    if item.choices == "industries" and text in lists.industries:
        return f"{text} {lists.industries[text].label(language())}"
    if item.choices == "systems" and text in {origin.value for origin in CoordinateOrigin}:
        return CoordinateOrigin(text).label(language())
    if item.kind == Kind.YES_NO:
        return {"yes": _("是"), "no": _("否")}.get(text, text)
    if item.kind == Kind.CHECK:
        return _("已承诺")
    if item.kind == Kind.NUMBER:
        return measured(text, unit or item.unit)
    return text


def change_lines(changes: list[Change], lists: CodeLists) -> list[tuple[str, str, str]]:
    """(label, before, after) of differences, in words."""
    return [
        (change.field.label, shown(change.field, change.before, lists), shown(change.field, change.after, lists))
        for change in changes
    ]
