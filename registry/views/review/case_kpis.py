"""The figures of an application, declared and verified by an inspection, and what follows from those that count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from registry.i18n import _, in_words, language
from registry.indicators import derive, plain, round_half_up, verb
from registry.kpi_definitions import KpiDefinition, kpi
from registry.measures import Measure
from registry.queries.review.case import Case
from registry.terms import KpiKind
from registry.values.kpi_checks import WHOLE, KpiInput, with_shares
from registry.wording import Message, told


@dataclass(frozen=True, kw_only=True)
class KpiLine:
    """One figure: `declared` and `verified` are texts before → after, `change` follows from those that count, and
    `declared_change` from the declared ones where that is another; `is_worse`: against its own direction."""

    name: str
    label: str
    unit: str
    declared: str
    verified: str
    change: str
    declared_change: str
    is_worse: bool
    is_changed: bool


def kpi_lines(case: Case) -> list[KpiLine]:
    """The figures that the call asks for; a share stands in the line of the count that it is known by."""
    changed = {change.field.kpi for part in (case.since_seen, case.since_return) if part for change in part.changes}
    declared, counting = with_shares(case.declared), with_shares({**case.declared, **case.verified})
    asked = [kpi(code) for code in case.form.rules.kpis]
    shares = {item.numerator: item for item in asked if item.numerator}
    made = []
    for item in asked:
        if item.numerator:
            continue
        rated = shares.get(item.code, item)
        change, is_worse = _change(rated, counting.get(rated.code))
        before, _worse = _change(rated, declared.get(rated.code))
        made.append(
            KpiLine(
                name=f"kpi-{item.code}",
                label=item.label(language()),
                unit=_unit(item, case.declared.get(item.code)),
                declared=_pair(item, case.declared.get(item.code)),
                verified=_pair(item, case.verified.get(item.code)),
                change=change,
                declared_change=before if before != change else "",
                is_worse=is_worse,
                is_changed=item.code in changed,
            )
        )
    return made


def _pair(item: KpiDefinition, value: KpiInput | None) -> str:
    if value is None or value.current is None:
        return ""
    if item.kind != KpiKind.CHANGE or value.baseline in (None, WHOLE):
        return plain(value.current)
    return f"{_plain(value.baseline)} → {plain(value.current)}"


def _plain(figure: Decimal | None) -> str:
    return "–" if figure is None else plain(figure)


def _unit(item: KpiDefinition, value: KpiInput | None) -> str:
    return Measure((value.measure if value else "") or item.unit).label(language())


def _change(item: KpiDefinition, value: KpiInput | None) -> tuple[str, bool]:
    """(what follows in words, whether it is against the direction); ('', False) where nothing follows."""
    if value is None or item.kind not in (KpiKind.CHANGE, KpiKind.SHARE):
        return "", False
    rate = derive(item.kind, baseline=value.baseline, current=value.current)
    if rate is None:
        return _("不可比"), False
    if item.kind == KpiKind.SHARE:
        share = _("%(name)s %(rate)s%%", name=item.label(language()), rate=round_half_up(rate))
        return share, False
    worse, word = verb(item.direction, rate, item.code)
    shown = in_words(Message(word))
    if round_half_up(rate):
        shown = told(Message("%(verb)s %(rate)s%%", verb=Message(word), rate=abs(round_half_up(rate))), language())
    return (_("变差：%(change)s", change=shown) if worse else shown), bool(worse)
