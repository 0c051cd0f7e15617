"""Names in a document that look like names on record: asked before it comes into force, as lists and registration do.

The rule is in `values.similar`. Answers are stored where list imports store theirs (`services.imports.asking.memory`):
what was decided there is not asked here, nor the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from registry.errors import InvalidInput
from registry.models import Application, Enterprise, Project, ProjectName, Publication, Recognition, Snapshot
from registry.names import name_key
from registry.permissions import Actor
from registry.purposes import PublicationKind
from registry.queries.record.similar import SimilarEnterprises
from registry.services.imports.asking.memory import Decision, Memory, recalled, store
from registry.services.imports.asking.questions import Choice, QuestionKind, question_id
from registry.services.imports.name_resolving import OTHER
from registry.terms import PublicationState
from registry.values.similar import workshops_like
from registry.wording import Message

SAME, RENAMED, STOP = "same", "renamed", "stop"


@dataclass(frozen=True, kw_only=True)
class NameDoubt:
    """A name of an application that is like others on record; `candidates` are these, by the answer's number.

    `remembered` is what was answered before ('' where nothing was).
    """

    application_id: int
    kind: QuestionKind
    scope: str
    name: str
    candidates: Mapping[int, str]
    text: Message
    choices: tuple[Choice, ...]
    remembered: str = ""

    @property
    def key(self) -> str:
        """What the question is called in a form."""
        return f"{self.kind.value}-{self.application_id}"


@dataclass(frozen=True)
class Meant:
    """The project on record that an application means, and whether it takes the application's name."""

    project_id: int
    is_renamed: bool


def name_doubts(session: Session, publication_id: int) -> tuple[NameDoubt, ...]:
    """What has to be answered before a prepared document of applications comes into force."""
    publication = session.get_one(Publication, publication_id)
    if publication.state != PublicationState.PREPARED or publication.call_id is None:
        return ()
    # A re-evaluation belongs to a call as well, but is about titles that are on record.
    if publication.kind != PublicationKind.RECOGNITION:
        return ()
    ids = [item["application"] for item in publication.items]
    applications = session.scalars(
        select(Application).where(Application.id.in_(ids)).options(joinedload(Application.enterprise))
    ).all()
    memory = recalled(session)
    by_enterprise = {application.enterprise_id: application.enterprise for application in applications}
    return (
        *_enterprises(session, applications, by_enterprise, memory),
        *_projects(session, applications, memory),
    )


def decide(
    session: Session, actor: Actor, publication: Publication, answers: Mapping[str, str], now: datetime
) -> dict[int, Meant]:
    """The projects that applications mean by these answers; what was answered is remembered.

    Raises InvalidInput (field `names`) while a question is open, and where two rows are said to be one enterprise.
    """
    memory, meant, open_ones = Memory(), {}, 0
    for doubt in name_doubts(session, publication.id):
        answer = answers.get(doubt.key) or doubt.remembered
        if answer not in [choice.answer for choice in doubt.choices]:
            open_ones += 1
            continue
        word, _, number = answer.partition(":")
        if word == STOP:
            raise InvalidInput(
                Message(
                    "“%(name)s”与登记的企业是同一家：请先在登记维护中合并这两家企业，再确认这份文件。", name=doubt.name
                ),
                field="names",
            )
        if number:
            meant[doubt.application_id] = Meant(int(number), word == RENAMED)
        for candidate, other in doubt.candidates.items():
            if not number or int(number) == candidate:
                memory.note(_decision(doubt, other, word))
    if open_ones:
        raise InvalidInput(Message("有 %(n)s 处名称与登记的相近，请先逐项选择，再确认。", n=open_ones), field="names")
    store(session, actor, memory, now)
    return meant


def _decision(doubt: NameDoubt, other: str, word: str) -> Decision:
    others = [name_key(each) for each in doubt.candidates.values()]
    identifier = question_id(doubt.kind, "", doubt.name, [*others, f"scope:{doubt.scope}"])
    return Decision(doubt.kind, doubt.scope, name_key(doubt.name), name_key(other), word, identifier)


def _enterprises(
    session: Session, applications: Sequence[Application], known: Mapping[int, Enterprise], memory: Memory
) -> Iterator[NameDoubt]:
    """Enterprises without a title so far whose names are like others'."""
    titled = set(
        session.scalars(
            select(Project.enterprise_id)
            .join(Recognition, Recognition.project_id == Project.id)
            .where(Project.enterprise_id.in_(known))
        )
    )
    first = {each.enterprise_id: each.id for each in reversed(applications) if each.enterprise_id not in titled}
    if not first:
        return
    similar = SimilarEnterprises(session)
    for enterprise_id, application_id in first.items():
        enterprise = known[enterprise_id]
        alike = {each.id: each.name for each in similar.like(enterprise.name, has_code=enterprise.uscc is not None)}
        yield from _doubt(QuestionKind.ENTERPRISE_SIMILAR, application_id, "", enterprise.name, alike, memory)


def _projects(session: Session, applications: Sequence[Application], memory: Memory) -> Iterator[NameDoubt]:
    """Projects that would be new and whose names are like others of their enterprise."""
    asked = [each for each in applications if each.project_id is None]
    names: dict[int, dict[int, str]] = defaultdict(dict)
    borne: dict[int, set[str]] = defaultdict(set)
    standing = select(Project).where(
        Project.enterprise_id.in_([each.enterprise_id for each in asked]), Project.merged_into_id.is_(None)
    )
    for project in session.scalars(standing.order_by(Project.id)):
        names[project.enterprise_id or 0][project.id] = project.name
        borne[project.enterprise_id or 0].add(project.name_key)
    former = select(Project.enterprise_id, ProjectName.name_key).join(Project, Project.id == ProjectName.project_id)
    for enterprise_id, key in session.execute(former.where(Project.enterprise_id.in_(names))):
        borne[enterprise_id or 0].add(key)
    stated = _stated(session, [each.id for each in asked if each.enterprise_id in names])
    for application in asked:
        name = stated.get(application.id, application.project_name)
        if name_key(name) in borne[application.enterprise_id]:
            continue
        own = names[application.enterprise_id]
        found = set(workshops_like(name, own.values()))
        alike = {number: other for number, other in own.items() if other in found}
        scope = application.enterprise.name_key
        yield from _doubt(QuestionKind.WORKSHOP_SIMILAR, application.id, scope, name, alike, memory)


def _stated(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The project names of applications as they were last submitted."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.application_id.in_(ids)).group_by(Snapshot.application_id)
    rows = session.execute(select(Snapshot.application_id, Snapshot.answers).where(Snapshot.id.in_(newest)))
    return {row.application_id: row.answers["project_name"] for row in rows if row.answers.get("project_name")}


def _doubt(
    kind: QuestionKind, application_id: int, scope: str, name: str, alike: Mapping[int, str], memory: Memory
) -> Iterator[NameDoubt]:
    remembered, left = "", False
    for number, other in alike.items():
        answer = memory.recall(kind, name_key(name), scope=scope, other=name_key(other))
        left = left or answer is None
        if answer in (SAME, RENAMED) and kind is QuestionKind.WORKSHOP_SIMILAR:
            remembered = f"{answer}:{number}"
    if not alike or (not left and not remembered):
        return
    choices = [Choice(STOP, Message("是同一家，先去合并企业"))]
    if kind is QuestionKind.WORKSHOP_SIMILAR:
        choices = [Choice(f"{SAME}:{number}", Message("就是“%(name)s”", name=other)) for number, other in alike.items()]
        choices += [
            Choice(f"{RENAMED}:{number}", Message("“%(name)s”已改名为“%(new)s”", name=other, new=name))
            for number, other in alike.items()
        ]
    yield NameDoubt(
        application_id=application_id,
        kind=kind,
        scope=scope,
        name=name,
        candidates=alike,
        text=Message("“%(name)s”与登记的“%(others)s”相近。是同一个吗？", name=name, others="”“".join(alike.values())),
        choices=(*choices, OTHER),
        remembered=remembered,
    )
