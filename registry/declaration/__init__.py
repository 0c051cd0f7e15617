"""What an application declares: typed texts are read into values, and every fault and doubt names its field.

A fault refuses submission, a doubt is shown to applicant and reviewer alike. Drafts are never
refused: only `clean` is asked of them. The rules of numbers, years, days and places are those of
list imports, so that form and file cannot disagree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Form, FormField, Kind
from registry.db import city_of
from registry.declaration.checking import Checked, check
from registry.declaration.kpis import derived
from registry.declaration.reading import Choices, Declared, Fault
from registry.models import Industry, ReportingUnit
from registry.names import tidy
from registry.values.coordinates import degrees

LONGEST_TEXT = 10_000
_FIGURES = (Kind.NUMBER, Kind.YEAR, Kind.DAY, Kind.PHONE, Kind.EMAIL)
_LINE_END = re.compile("\r\n|[\r\n\v\f\u2028\u2029]")
_BULLET = re.compile(r"^\s*[\uf000-\uf0ff][ \t\xa0]*")
"""A bullet of Word's symbol fonts, which no other program shows."""


def load_choices(session: Session) -> Choices:
    """The code lists in force."""
    units = session.scalars(select(ReportingUnit))
    industries = frozenset(session.scalars(select(Industry.code)))
    return Choices({unit.code: unit.division_code for unit in units}, industries, city_of(session))


def clean(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """Texts of known fields, fit for storing: lines tidied, characters that no screen shows dropped.

    Full-width figures become plain ones, and a number loses the unit that its field has anyway
    (`３,４５０ 万元` → `3,450`). Word's line ends and bullets become those of plain text.

    Nothing is shortened: what is too long stays and becomes a fault at submission; only beyond
    `LONGEST_TEXT` characters the rest is dropped, which no person types.
    """
    found = {}
    for name, text in typed.items():
        item = form.by_name.get(name)
        if item is None or item.kind == Kind.FILE:
            continue
        kept = [_visible(line) for line in _LINE_END.split(str(text))]
        if item.kind == Kind.TEXT:
            whole = "\n".join(_BULLET.sub("• ", line) for line in kept).strip()
        else:
            whole = _plain(item, tidy(" ".join(kept)))
        found[name] = whole[:LONGEST_TEXT]
    return found


def _plain(item: FormField, text: str) -> str:
    """A line of figures as it is typed on a plain keyboard, without the unit that stands beside it."""
    if item.kind not in _FIGURES and item.name != "industry_class":
        return text
    folded = tidy(unicodedata.normalize("NFKC", text))
    units = {item.unit, item.unit.split("(")[0]} if item.kind == Kind.NUMBER and item.unit not in ("", "%") else ()
    for unit in sorted(units, key=len, reverse=True):
        bare = folded.removesuffix(unit).rstrip()
        if bare != folded and bare[-1:].isdigit():
            return bare
    return folded


def _visible(line: str) -> str:
    return "".join(mark for mark in line if mark == "\t" or unicodedata.category(mark) not in ("Cc", "Cs"))


__all__ = ["Checked", "Choices", "Declared", "Fault", "check", "clean", "degrees", "derived", "load_choices"]
