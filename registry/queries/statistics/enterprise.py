"""The paragraph of one enterprise: its titles with year and document, how many are in force, its honours."""

from __future__ import annotations

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record.pages import EnterprisePage
from registry.queries.record.rows import TitleRow
from registry.terms import RecognitionStatus
from registry.wording import Message, together

VALID = RecognitionStatus.VALID.value


def enterprise_sentences(found: EnterprisePage, lists: CodeLists) -> Message:
    """The sentences, the oldest title first. No figure of a KPI: one enterprise has too few of them."""
    titles = sorted(
        (title for project in found.projects for title in project.titles),
        key=lambda title: (title.year or 0, str(title.announced_on or ""), title.id),
    )
    sentence = Message(
        "%(name)s累计获认定%(n)s项：%(titles)s；其中有效%(valid)s项。",
        name=found.name,
        n=len(titles),
        titles=[_title(title, lists) for title in titles],
        valid=sum(title.status == VALID for title in titles),
    )
    if not found.honors:
        return sentence
    return together(sentence, Message("另获%(honors)s等荣誉%(n)s项。", honors=list(found.honors), n=len(found.honors)))


def _title(title: TitleRow, lists: CodeLists) -> Message:
    said: dict[str, object] = {
        "year": title.year or Message("年份不详"),
        "name": title.name_awarded,
        "category": lists.categories[title.category],
        "document": title.document_number,
    }
    if title.status == VALID:
        return Message("%(name)s（%(year)s，%(category)s，%(document)s）", **said)
    return Message(
        "%(name)s（%(year)s，%(category)s，%(document)s，%(status)s）", **said, status=RecognitionStatus(title.status)
    )
