"""What is written about a call, and what must be true of it before it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import Rules
from registry.application_form.rule_checks import rule_faults
from registry.errors import InvalidInput
from registry.models import Call, Category, ReportingUnit
from registry.names import document_number, has_control_characters, is_document_number, tidy
from registry.purposes import CallPurpose
from registry.terms import CallState
from registry.wording import Message, Named, full

LONGEST_TITLE = 200
LONGEST_INTRODUCTION = 20_000


class CallFaults(InvalidInput):
    """Everything that is wrong with a call or its rules: `faults` are (field, sentence)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        field, sentence = faults[0]
        super().__init__(full(sentence), field=field)
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class CallText:
    """What an officer types about a call; moments are aware."""

    category: str
    year: int
    title: str
    document_number: str = ""
    introduction: str = ""
    opens_at: datetime
    closes_at: datetime
    purpose: CallPurpose = CallPurpose.TITLE


def checked_text(session: Session, text: CallText, *, call: Call | None = None) -> CallText:
    """The text as it is stored; raises CallFaults. `call` is the one that it changes."""
    category = session.get(Category, text.category)
    tidied = replace(
        text,
        title=tidy(text.title),
        document_number=document_number(text.document_number),
        introduction=text.introduction.replace("\r\n", "\n").strip(),
        opens_at=text.opens_at.replace(microsecond=0),
        closes_at=text.closes_at.replace(microsecond=0),
    )
    faults = list(_text_faults(tidied, category))
    if call is not None and call.state == CallState.PUBLISHED:
        faults += _published_faults(tidied, call)
    _refuse(faults)
    return tidied


def _text_faults(text: CallText, category: Category | None) -> Iterator[tuple[str, str]]:
    if category is None:
        yield "category", Message("没有这个类别；请重新选择")
    elif not (category.valid_from or 0) <= text.year <= (category.valid_to or 9999):
        years = f"{category.valid_from or ''}–{category.valid_to or ''}"
        yield (
            "category",
            Message(
                "%(category)s只在 %(years)s 年设立；请改选类别或年度",
                category=Named(category.name, category.name_en),
                years=years,
            ),
        )
    if not 2010 <= text.year <= 2100:
        yield "year", Message("应在 2010 到 2100 之间；请更正")
    if not 0 < len(text.title) <= LONGEST_TITLE:
        yield "title", Message("应有 1 到 %(longest)s 个字；请更正", longest=LONGEST_TITLE)
    number = text.document_number
    if number and not (is_document_number(number) and len(number) <= 60):
        yield "document_number", Message("写法应如 某工信〔2026〕12号；请更正")
    if len(text.introduction) > LONGEST_INTRODUCTION:
        yield (
            "introduction",
            Message(
                "有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(text.introduction), longest=LONGEST_INTRODUCTION
            ),
        )
    if has_control_characters(text.title):
        yield "title", Message("含有看不见的控制字符；请重新键入")
    if has_control_characters(text.introduction.replace("\n", "").replace("\t", "")):
        yield "introduction", Message("含有看不见的控制字符；请重新键入")
    if text.opens_at >= text.closes_at:
        yield "closes_at", Message("应在开始时间之后；请更正")


def _published_faults(text: CallText, call: Call) -> Iterator[tuple[str, str]]:
    if text.category != call.category_code:
        yield "category", Message("通知已经发布，类别不能再改；请另发一个通知")
    if text.year != call.year:
        yield "year", Message("通知已经发布，年度不能再改；请另发一个通知")
    if not text.document_number:
        yield "document_number", Message("已发布的通知要有文号；请填写")


def require_sound(session: Session, rules: Rules) -> None:
    """Raise CallFaults unless the rules can be put in force."""
    units = session.scalars(select(ReportingUnit.code)).all()
    categories = session.scalars(select(Category.code)).all()
    _refuse(rule_faults(rules, units=units, categories=categories))


def _refuse(faults: list[tuple[str, str]]) -> None:
    if faults:
        raise CallFaults(faults)
