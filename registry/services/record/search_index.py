"""The folded text that `q` searches, one row per project.

Fold: NFKC, case-folded; pinyin and pinyin initials of names stand beside the Chinese. A town is found as a name is:
no list of towns with their places is at hand, so its projects are what there is to show. A term hits
when it is a substring of one line, so two fields never join into a false hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from registry.models import (
    Enterprise,
    EnterpriseHonor,
    EnterpriseName,
    FormerCode,
    OtherName,
    Project,
    ProjectName,
    ProjectSearch,
    Recognition,
)
from registry.names import fold
from registry.services.record.readings import in_order, ways_to_read

_CHUNK = 500


def searchable(names: Iterable[str], others: Iterable[str]) -> str:
    """The search text: every name with its pinyin and initials, then the other fields, a line each."""
    lines: dict[str, None] = {}
    for name in names:
        if not name:
            continue
        folded = fold(name)
        if folded in lines:
            continue
        lines[folded] = None
        lines |= dict.fromkeys(spelled(folded))
    for other in others:
        if other:
            lines[fold(other)] = None
    return "\n".join(lines)


@lru_cache(maxsize=20_000)
def spelled(folded: str) -> tuple[str, ...]:
    """A folded name in pinyin in every way to read it, and the initials of each.

    Kept, so that a long import can spell its names before the transaction in which nobody else can save.
    """
    from pypinyin import lazy_pinyin  # slow import: its tables take 50 MB that readers never need

    # Letters that are no Chinese come one by one, so that the first letters are the initials.
    lines: dict[str, None] = {}
    for syllables in ways_to_read(folded, lazy_pinyin(folded, errors=list)):  # type: ignore[arg-type]
        lines["".join(syllables)] = None
        lines["".join(syllable[0] for syllable in syllables if syllable)] = None
    return tuple(lines)


def spell(names: Iterable[str]) -> None:
    """Have the spelling of names at hand."""
    for name in names:
        if name:
            spelled(fold(name))


def refresh(session: Session, project_ids: Sequence[int]) -> None:
    """Rewrite the search text of these projects from what is in the database now."""
    ids = sorted(set(project_ids))
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        texts, orders = search_texts(session, part), _orders(session, part)
        session.execute(delete(ProjectSearch).where(ProjectSearch.project_id.in_(texts)))
        session.execute(
            ProjectSearch.__table__.insert(),  # type: ignore[attr-defined]
            [{"project_id": project_id, "text": text, **orders[project_id]} for project_id, text in texts.items()],
        )


def _orders(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Project id → the order of its own name and of its enterprise's."""
    statement = select(Project.id, Project.name, Enterprise.name).outerjoin(
        Enterprise, Enterprise.id == Project.enterprise_id
    )
    return {
        project_id: {"name_order": in_order(name), "enterprise_order": in_order(enterprise or "")}
        for project_id, name, enterprise in session.execute(statement.where(Project.id.in_(ids)))
    }


def search_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Project id → the search text that follows from what is in the database now (at most some 900 ids)."""
    projects = session.execute(
        select(
            Project.id,
            Project.code,
            Project.name,
            Project.name_short,
            Project.products,
            Project.enterprise_id,
            Enterprise.name,
            Enterprise.uscc,
            Project.town,
        )
        .outerjoin(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(Project.id.in_(ids))
    ).all()
    names: dict[int, list[str]] = {row[0]: [row[2], row[3], row[6] or "", row.town] for row in projects}
    others: dict[int, list[str]] = {row[0]: [row[1], row[7] or "", *row[4].splitlines()] for row in projects}
    for project_id, name in session.execute(
        select(ProjectName.project_id, ProjectName.name).where(ProjectName.project_id.in_(ids))
    ):
        names[project_id].append(name)
    for project_id, awarded, enterprise in session.execute(
        select(
            Recognition.project_id,
            Recognition.name_awarded,
            Recognition.enterprise_awarded,
        ).where(Recognition.project_id.in_(ids))
    ):
        names[project_id] += [awarded, enterprise]
    for survivor_id, code in session.execute(
        select(Project.merged_into_id, Project.code).where(Project.merged_into_id.in_(ids)).order_by(Project.id)
    ):
        others[survivor_id or 0].append(code)
    for project_id, code in session.execute(
        select(Project.id, FormerCode.uscc)
        .join(FormerCode, FormerCode.enterprise_id == Project.enterprise_id)
        .where(Project.id.in_(ids))
    ):
        others[project_id].append(code)
    former: dict[int, list[str]] = {}
    for enterprise_id, name in session.execute(
        select(EnterpriseName.enterprise_id, EnterpriseName.name)
        .join(Project, Project.enterprise_id == EnterpriseName.enterprise_id)
        .where(Project.id.in_(ids))
    ):
        former.setdefault(enterprise_id, []).append(name)
    for project_id, name in session.execute(
        select(Project.id, OtherName.name)
        .join(OtherName, or_(OtherName.project_id == Project.id, OtherName.enterprise_id == Project.enterprise_id))
        .where(Project.id.in_(ids))
        .order_by(OtherName.id)
    ):
        names[project_id].append(name)
    honors: dict[int, list[str]] = {}
    for enterprise_id, kind in session.execute(
        select(EnterpriseHonor.enterprise_id, EnterpriseHonor.kind)
        .join(Project, Project.enterprise_id == EnterpriseHonor.enterprise_id)
        .where(Project.id.in_(ids))
        .order_by(EnterpriseHonor.kind)
    ):
        honors.setdefault(enterprise_id, []).append(kind)
    for row in projects:
        names[row[0]] += former.get(row[5] or 0, [])
        others[row[0]] += honors.get(row[5] or 0, [])
    return {row[0]: searchable(names[row[0]], others[row[0]]) for row in projects}
