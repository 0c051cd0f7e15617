"""What a visit to a workshop asks: vocabulary and the fields of its sheet. Pure.

The sheet follows from the rules of the call like the application form does: a checklist, some declared KPI
values to verify, a remark and the conclusion. Its answers are texts as typed, by field name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.application_form.rules import Rules
from registry.kpi_definitions import kpi
from registry.terms import KpiKind, Term
from registry.wording import Message, Named

LONGEST_NOTE, LONGEST_TEXT, LONGEST_FIGURE = 300, 2000, 40


class VisitState(Term):
    """State of a visit. Visited: something was entered on its sheet or photographed."""

    PLANNED = "planned", "已安排", "Planned"
    VISITED = "visited", "核查中", "Under way"
    SIGNED = "signed", "已签字", "Signed"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class Conclusion(Term):
    """核查结论 of a visit."""

    PASS = "pass", "符合", "Conforms"
    FIX = "fix", "整改", "To be put right"
    FAIL = "fail", "不符合", "Does not conform"


class Answer(Term):
    """Answer to a line of the checklist."""

    YES = "yes", "是", "Yes"
    NO = "no", "否", "No"
    NA = "na", "不适用", "Not applicable"


class Seen(Term):
    """What the team says about a declared value: the same, another one, or that it could not see it."""

    SAME = "same", "与申报一致", "As declared"
    INPUTS = "inputs", "另填", "Another value"
    UNSEEN = "unseen", "未能核查", "Could not be seen"


class PickOrigin(Term):
    """How an application came to be visited."""

    DRAWN = "drawn", "抽中", "Drawn"
    ADDED = "added", "补充", "Added"


class SheetKind(StrEnum):
    """How a field of the sheet is entered."""

    CHOICE = "choice"
    LINE = "line"
    TEXT = "text"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class SheetField:
    """One field of a sheet; `choices` are the values that a choice takes."""

    name: str
    label: str
    kind: SheetKind
    longest: int = LONGEST_FIGURE
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The sheet of a visit under the rules of a call."""

    rules: Rules
    fields: tuple[SheetField, ...]

    @property
    def by_name(self) -> dict[str, SheetField]:
        """The fields by their names."""
        return {item.name: item for item in self.fields}


def check_field(code: str) -> str:
    """Name of the answer to a line of the checklist."""
    return f"check-{code}"


def note_field(code: str) -> str:
    """Name of the note beside it."""
    return f"note-{code}"


def seen_field(code: str) -> str:
    """Name of what the team says about a declared KPI."""
    return f"seen-{code}"


def found_field(code: str, part: str) -> str:
    """Name of an input that the team found; `part` is baseline or current."""
    return f"found-{code}-{part}"


def parts_of(code: str) -> tuple[str, ...]:
    """The inputs of a KPI that can be verified; a change has two."""
    return ("baseline", "current") if kpi(code).kind is KpiKind.CHANGE else ("current",)


def sheet_of(rules: Rules) -> Sheet:
    """The sheet that these rules ask for."""
    fields = []
    for item in rules.inspection_list:
        answers = tuple(answer.value for answer in Answer)
        fields += [
            SheetField(name=check_field(item.code), label=item.text, kind=SheetKind.CHOICE, choices=answers),
            SheetField(
                name=note_field(item.code),
                label=Message("%(item)s：说明", item=item.text),
                kind=SheetKind.LINE,
                longest=LONGEST_NOTE,
            ),
        ]
    for code in rules.inspection_kpis:
        named = kpi(code)
        fields.append(
            SheetField(
                name=seen_field(code),
                label=Named(named.label("zh"), named.label("en")),
                kind=SheetKind.CHOICE,
                choices=tuple(seen.value for seen in Seen),
            )
        )
        for part in parts_of(code):
            label = (
                Message("%(kpi)s，改造前", kpi=named) if part == "baseline" else Message("%(kpi)s，核查值", kpi=named)
            )
            fields.append(SheetField(name=found_field(code, part), label=label, kind=SheetKind.LINE))
    fields += [
        SheetField(name="remark", label=Message("核查备注"), kind=SheetKind.TEXT, longest=LONGEST_TEXT),
        SheetField(
            name="conclusion",
            label=Message("核查结论"),
            kind=SheetKind.CHOICE,
            choices=tuple(item.value for item in Conclusion),
        ),
        SheetField(name="fixes", label=Message("整改要求"), kind=SheetKind.TEXT, longest=LONGEST_TEXT),
        SheetField(name="fix_by", label=Message("整改期限"), kind=SheetKind.DAY),
    ]
    return Sheet(rules, tuple(fields))
