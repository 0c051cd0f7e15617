"""What an application declares: typed texts into values, with every fault and doubt at its field.

A fault refuses submission, a doubt is shown to applicant and reviewer alike. Drafts are never
refused: only `clean` is asked of them. The rules of numbers, years, days and places are those of
list imports, so that form and file cannot disagree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Form, Kind
from registry.models import Industry, ReportingUnit
from registry.names import tidy
from registry.services.declaration.checking import Checked, check
from registry.services.declaration.kpis import derived
from registry.services.declaration.reading import Choices, Declared, Fault

LONGEST_TEXT = 10_000


def load_choices(session: Session) -> Choices:
    """The code lists in force."""
    units = session.scalars(select(ReportingUnit))
    return Choices({unit.code: unit.division_code for unit in units}, frozenset(session.scalars(select(Industry.code))))


def clean(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """Texts of known fields, fit for storing: lines tidied, characters that no screen shows dropped.

    Nothing is shortened: what is too long stays and becomes a fault at submission; only beyond
    `LONGEST_TEXT` characters the rest is dropped, which no person types.
    """
    found = {}
    for name, text in typed.items():
        item = form.by_name.get(name)
        if item is None or item.kind == Kind.FILE:
            continue
        lines = str(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        kept = [_visible(line) for line in lines]
        found[name] = ("\n".join(kept) if item.kind == Kind.TEXT else tidy(" ".join(kept))).strip()[:LONGEST_TEXT]
    return found


def _visible(line: str) -> str:
    return "".join(mark for mark in line if mark == "\t" or unicodedata.category(mark) not in ("Cc", "Cs"))


__all__ = ["Checked", "Choices", "Declared", "Fault", "check", "clean", "derived", "load_choices"]
