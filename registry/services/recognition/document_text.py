"""What a recognition document says of itself: its number, title, organ and day, checked before anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form.window import beijing_day
from registry.errors import InvalidInput
from registry.models import Category, Document, Publication, VoidTitle
from registry.names import document_number, document_number_key, has_control_characters, is_document_number, tidy
from registry.purposes import PublicationKind
from registry.terms import DocumentKind, PublicationState, Tier
from registry.wording import Message

MOST = 1000
_FIRST_DAY = date(2000, 1, 1)
_LONGEST = {"number": 60, "title": 200, "organ": 100}
_NAMES = {"number": Message("文号"), "title": Message("文件标题"), "organ": Message("发文机关")}


@dataclass(frozen=True, kw_only=True)
class DocumentText:
    """What is entered about a document. `number_confirmed`: an unusual 文号 was checked by the person."""

    number: str
    title: str
    organ: str
    announced_on: date | None
    number_confirmed: bool = False


class DocumentFaults(InvalidInput):
    """Everything that is wrong with a document's text: (field, sentence)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0])
        self.faults = list(faults)


class UnusualNumber(DocumentFaults):
    """The 文号 of an outside document has an unusual form: a person may confirm it."""


def checked(
    session: Session,
    text: DocumentText,
    *,
    category: Category,
    year: int,
    kind: PublicationKind = PublicationKind.RECOGNITION,
    now: datetime,
) -> DocumentText:
    """The text as it is stored; DocumentFaults with everything that is wrong, UnusualNumber with a question."""
    text = replace(text, number=document_number(text.number), title=tidy(text.title), organ=tidy(text.organ))
    faults = [*_text_faults(text, category, now), *_number_faults(session, text, (kind.value, category.code, year))]
    if faults:
        raise DocumentFaults(faults)
    if not is_document_number(text.number) and not text.number_confirmed:
        sentence = Message(
            "“%(number)s”与通常的文号写法（如 某工信智造〔2025〕12号）不同；请对照文件，确认无误后勾选再提交。",
            number=text.number,
        )
        raise UnusualNumber([("number", sentence)])
    return text


def _text_faults(text: DocumentText, category: Category, now: datetime) -> Iterator[tuple[str, str]]:
    for name, longest in _LONGEST.items():
        value = getattr(text, name)
        if not value:
            yield name, Message("请填写%(label)s", label=_NAMES[name])
        elif len(value) > longest:
            yield name, Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(value), longest=longest)
        elif has_control_characters(value):
            yield name, Message("含有看不见的控制字符；请重新键入")
    if text.number and not is_document_number(text.number) and category.tier == Tier.MUNICIPAL:
        yield "number", Message("“%(number)s”不是完整的文号；应如 某工信发〔2026〕1号", number=text.number[:40])
    if text.announced_on is None:
        yield "announced_on", Message("请填写公布日期")
    elif text.announced_on > beijing_day(now):
        yield (
            "announced_on",
            Message("%(announced_on)s 在将来；文件公布之后才能录入", announced_on=text.announced_on.isoformat()),
        )
    elif text.announced_on < _FIRST_DAY:
        yield "announced_on", Message("%(announced_on)s 过早；请核对", announced_on=text.announced_on.isoformat())


def _number_faults(session: Session, text: DocumentText, part: tuple[str, str, int]) -> Iterator[tuple[str, str]]:
    """One 文号 is one document: of one day, each part of it (kind, category, year) entered once."""
    if has_control_characters(text.number):
        return
    key = document_number_key(text.number)
    document = session.scalars(select(Document).where(Document.number_key == key)).one_or_none()
    if document is not None and document.kind == DocumentKind.CITATION:
        yield (
            "number",
            Message(
                "%(number)s 已登记为%(kind)s文件，不是认定文件；请核对文号",
                number=document.number,
                kind=DocumentKind(document.kind),
            ),
        )
    elif document is not None and document.announced_on not in (None, text.announced_on):
        yield (
            "announced_on",
            Message(
                "%(number)s 已登记的公布日期是 %(announced_on)s；请对照文件",
                number=document.number,
                announced_on=f"{document.announced_on:%Y-%m-%d}",
            ),
        )
    others = session.scalars(
        select(Publication)
        .where(Publication.number_key == key, Publication.state != PublicationState.CANCELLED.value)
        .order_by(Publication.id)
    ).all()
    for other in others:
        state, day = PublicationState(other.state), beijing_day(other.prepared_at).isoformat()
        if (other.kind, other.category_code, other.year) == part and not _partly_void(session, other):
            yield (
                "number",
                Message(
                    "%(number)s 已于 %(day)s 录入（%(state)s）；请勿重复", number=other.number, day=day, state=state
                ),
            )
            return
        if other.announced_on != text.announced_on:
            yield (
                "announced_on",
                Message(
                    "%(number)s 已按 %(announced_on)s 录入（%(state)s）；请对照文件",
                    number=other.number,
                    announced_on=other.announced_on.isoformat(),
                    state=state,
                ),
            )
            return


def _partly_void(session: Session, publication: Publication) -> bool:
    """Whether titles of a document in force became void, so that its right ones may be entered once more."""
    void = select(VoidTitle.id).where(VoidTitle.document_id == publication.document_id)
    return publication.document_id is not None and session.scalars(void).first() is not None
