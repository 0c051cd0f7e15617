"""The experts' part of the form of a call's rules: how many, what they score, vetoes, how a score is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, SelectMultipleField
from wtforms import Form as PlainForm

from registry.application_form import Rules
from registry.application_form.scoring_rules import (
    FULL,
    LONGEST,
    MOST_DECIMALS,
    MOST_EXPERTS,
    MOST_ITEMS,
    MOST_VETOES,
    SHOWN_FILES,
    ScoreItem,
    Veto,
)
from registry.evaluation.terms import ScoreMethod, VetoRule
from registry.forms.inputs import Printable, TextLine, WholeField
from registry.i18n import N_, _, language
from registry.terms import AttachmentKind

BLANK_ROWS = 2
USUAL = Rules()


class ItemRow(PlainForm):
    """One item with its full points. A row without text and points is left out."""

    code = HiddenField()
    text = TextLine(N_("评分项"), [Printable(LONGEST)])
    points = WholeField(N_("满分"), least=1, most=FULL)
    remove = BooleanField(N_("删除"))

    @property
    def is_blank(self) -> bool:
        """Whether the row is to be left out: removed, or nothing was typed."""
        return bool(self.remove.data) or not (self.text.data or self.points.typed)


class VetoRow(PlainForm):
    """One veto. A row without text is left out."""

    code = HiddenField()
    text = TextLine(N_("否决情形"), [Printable(LONGEST)])
    remove = BooleanField(N_("删除"))

    @property
    def is_blank(self) -> bool:
        """Whether the row is to be left out: removed, or nothing was typed."""
        return bool(self.remove.data) or not self.text.data


class ScoringFields:
    """The fields; what a form does not hold keeps its usual value, so that a call without experts needs none."""

    experts = WholeField(N_("每份申报由几位专家评审"), least=0, most=MOST_EXPERTS)
    score_method = SelectField(N_("计分办法"), validate_choice=False, default=USUAL.score_method.value)
    score_decimals = WholeField(N_("得分保留几位小数"), least=0, most=MOST_DECIMALS)
    spread_limit = WholeField(N_("最高分与最低分相差超过几分时由组长裁定"), least=0, most=FULL)
    veto_rule = SelectField(N_("否决意见何时由组长裁定"), validate_choice=False, default=USUAL.veto_rule.value)
    tie_item = SelectField(N_("同分时先比哪一项"), validate_choice=False, default="")
    expert_files = SelectMultipleField(N_("专家可以看的附件"), validate_choice=False)
    score_items = FieldList(FormField(ItemRow), N_("评分项"), max_entries=MOST_ITEMS + BLANK_ROWS)
    vetoes = FieldList(FormField(VetoRow), N_("一票否决"), max_entries=MOST_VETOES + BLANK_ROWS)
    kept_rows: dict[str, list[int]]

    def bind_scoring(self) -> None:
        """Offer the methods, and the items that are stored already for deciding ties."""
        for select, vocabulary in ((self.score_method, ScoreMethod), (self.veto_rule, VetoRule)):
            select.choices = {term.value: term.label(language()) for term in vocabulary}
        named = {row.form.code.data: row.form.text.data for row in self.score_items.entries if row.form.code.data}
        self.tie_item.choices = {"": _("不比，名次并列")} | {code: text or code for code, text in named.items()}

    def add_scoring_rows(self) -> None:
        """Blank rows at the end of items and vetoes, up to their limits."""
        both: tuple[tuple[Any, int], ...] = ((self.score_items, MOST_ITEMS), (self.vetoes, MOST_VETOES))
        for rows, most in both:
            for _number in range(min(BLANK_ROWS, most + BLANK_ROWS - len(rows.entries))):
                rows.append_entry()

    def scoring(self) -> dict[str, Any]:
        """The rules about experts as typed, once the form is valid."""
        both: dict[str, Any] = {"score_items": self.score_items, "vetoes": self.vetoes}
        self.kept_rows = {
            name: [place for place, row in enumerate(rows.entries) if not row.form.is_blank]
            for name, rows in both.items()
        }
        items = [self.score_items.entries[place].form for place in self.kept_rows["score_items"]]
        vetoes = [self.vetoes.entries[place].form for place in self.kept_rows["vetoes"]]
        codes = fresh_codes([row.code.data or "" for row in items], "s")
        return {
            "experts": self.experts.data or 0,
            "score_items": tuple(
                ScoreItem(code=code, text=row.text.data or "", points=row.points.data or 0)
                for row, code in zip(items, codes, strict=True)
            ),
            "vetoes": tuple(
                Veto(code=code, text=row.text.data or "")
                for row, code in zip(vetoes, fresh_codes([row.code.data or "" for row in vetoes], "v"), strict=True)
            ),
            "score_method": _of(ScoreMethod, self.score_method.data, USUAL.score_method),
            "veto_rule": _of(VetoRule, self.veto_rule.data, USUAL.veto_rule),
            "score_decimals": _number(self.score_decimals.data, USUAL.score_decimals),
            "spread_limit": _number(self.spread_limit.data, USUAL.spread_limit),
            "tie_item": self.tie_item.data if items else "",
            "expert_files": tuple(AttachmentKind(code) for code in self.expert_files.data or () if code in _KINDS)
            if items
            else SHOWN_FILES,
        }


_KINDS = {kind.value for kind in AttachmentKind}


def typed_scoring(rules: Rules) -> dict[str, Any]:
    """The rules about experts as data of the form."""
    return {
        "experts": rules.experts,
        "score_method": rules.score_method.value,
        "score_decimals": rules.score_decimals,
        "spread_limit": rules.spread_limit,
        "veto_rule": rules.veto_rule.value,
        "tie_item": rules.tie_item,
        "expert_files": [kind.value for kind in rules.expert_files],
        "score_items": [{"code": item.code, "text": item.text, "points": item.points} for item in rules.score_items],
        "vetoes": [{"code": item.code, "text": item.text} for item in rules.vetoes],
    }


def fresh_codes(given: Sequence[str], prefix: str) -> list[str]:
    """Codes of the rows: the given ones once each and only if they are plain, new ones otherwise."""
    found: list[str] = []
    for code in given:
        fresh = code if code.isidentifier() and code.isascii() and len(code) <= 40 and code not in found else ""
        number = 1
        while not fresh:
            candidate = f"{prefix}{number}"
            fresh = "" if candidate in found or candidate in given else candidate
            number += 1
        found.append(fresh)
    return found


def _of(vocabulary: Any, code: str | None, usual: Any) -> Any:
    return vocabulary(code) if code in {term.value for term in vocabulary} else usual


def _number(value: int | None, usual: int) -> int:
    return usual if value is None else value
