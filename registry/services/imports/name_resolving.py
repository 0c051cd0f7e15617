"""Names that look like one another, in the file and in the registry: each pair is asked about once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.names import name_key
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.memory import Decision
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.plan import RowPlan
from registry.services.imports.sheets.row_numbers import RowNumber
from registry.services.imports.stock import Directory
from registry.values.similar import EnterpriseIndex, Places, workshops_like
from registry.wording import Message

OTHER = Choice("other", Message("是另一个"))
_SAME, _RENAMED = "same", "renamed"


@dataclass
class Resolved:
    """What the names of a list mean: the name that each stands for, and which of those take a new name."""

    stands_for: dict[str, str] = field(default_factory=dict)
    display: dict[str, str] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def key(self, key: str) -> str:
        """The key under which a name is looked for."""
        seen = {key}
        while (following := self.stands_for.get(key)) is not None and following not in seen:
            key = following
            seen.add(key)
        return key


def resolve_enterprises(rows: Iterable[RowPlan], known: Directory, asker: Asker, places: Places) -> Resolved:
    """Ask about the new names of a list that are like a known one, or like an earlier one of the list."""
    found = Resolved()
    by_key: dict[str, list[RowPlan]] = {}
    codes: dict[str, set[str]] = {}
    renamed: set[str] = set()
    for row in rows:
        if row.named is None or not row.named.enterprise:
            continue
        key = row.named.enterprise_key
        by_key.setdefault(key, []).append(row)
        found.display.setdefault(key, row.named.enterprise)
        if row.named.uscc:
            codes.setdefault(key, set()).add(row.named.uscc)
            if row.named.uscc in known.keys_of_code:
                # A known code says who it is, whatever the name.
                renamed.add(key)
    new = [key for key in by_key if key not in known.names]
    if not new:
        return found
    index = EnterpriseIndex(dict.fromkeys([*known.names.values()]), places)
    for key, name in found.display.items():
        if key in known.names:
            index.add(name)
    for key in by_key:
        if key in known.names:
            continue
        name = found.display[key]
        if key not in renamed:
            candidates = [other for other in index.like(name) if not _two_codes(key, name_key(other), codes, known)]
            _decide(found, QuestionKind.ENTERPRISE_SIMILAR, "", by_key[key], name, candidates, asker)
        index.add(name)
    return found


def _two_codes(key: str, other: str, codes: Mapping[str, set[str]], known: Directory) -> bool:
    """Whether both names have codes: then these decide."""
    others = codes.get(other, set()) | ({known.codes[other]} if other in known.codes else set())
    return bool(codes.get(key)) and bool(others)


def resolve_workshops(rows: Sequence[RowPlan], enterprise: str, known: Mapping[str, str], asker: Asker) -> Resolved:
    """The same for the projects of one enterprise; `known` maps keys to the names of its projects on record."""
    found = Resolved()
    by_key: dict[str, list[RowPlan]] = {}
    for row in rows:
        if row.named is not None:
            by_key.setdefault(row.named.name_key, []).append(row)
            found.display.setdefault(row.named.name_key, row.named.name)
    earlier = dict.fromkeys(known.values())
    for key, those in by_key.items():
        name = found.display[key]
        if key not in known:
            _decide(found, QuestionKind.WORKSHOP_SIMILAR, enterprise, those, name, workshops_like(name, earlier), asker)
        earlier[name] = None
    return found


def _decide(
    found: Resolved,
    kind: QuestionKind,
    scope: str,
    rows: Sequence[RowPlan],
    name: str,
    candidates: Sequence[str],
    asker: Asker,
) -> None:
    """Settle one name: by the answer, else by what is remembered of each pair, else it is open."""
    key = name_key(name)
    left = []
    remembered = ""
    for other in candidates:
        answer = asker.memory.recall(kind, key, scope=scope, other=name_key(other))
        if answer in (_SAME, _RENAMED):
            remembered = f"{answer}:{name_key(other)}"
        elif answer is None:
            left.append(other)
    if not candidates:
        return
    if not left and not remembered:
        remembered = OTHER.answer
    given = asker.given_or_recalled(kind, remembered, **_question(kind, scope, rows, name, candidates))
    if given is None:
        given = asker.answer(kind, **_question(kind, scope, rows, name, left))
    if given is None:
        found.open.add(key)
        return
    _take(found, kind, scope, name, candidates, given, asker)


def _take(
    found: Resolved, kind: QuestionKind, scope: str, name: str, candidates: Sequence[str], answer: str, asker: Asker
) -> None:
    key = name_key(name)
    word, _, chosen = answer.partition(":")
    if word != OTHER.answer:
        found.stands_for[key] = chosen
        if word == _RENAMED:
            found.renames[key] = name
    for other in candidates:
        decided = word if name_key(other) == chosen else OTHER.answer
        if word == OTHER.answer or name_key(other) == chosen:
            asker.memory.note(Decision(kind, scope, key, name_key(other), decided, asker.last))


def _question(
    kind: QuestionKind, scope: str, rows: Sequence[RowPlan], name: str, candidates: Sequence[str]
) -> dict[str, object]:
    is_enterprise = kind is QuestionKind.ENTERPRISE_SIMILAR
    choices = []
    for other in candidates:
        choices.append(Choice(f"{_SAME}:{name_key(other)}", Message("就是“%(name)s”", name=other)))
    for other in candidates:
        choices.append(
            Choice(f"{_RENAMED}:{name_key(other)}", Message("“%(name)s”已改名为“%(new)s”", name=other, new=name))
        )
    column = rows[0].header("enterprise" if is_enterprise else "name")
    return {
        "column": column,
        "value": name,
        "text": Message(
            "【%(column)s】“%(name)s”与“%(others)s”相近。是同一个吗？",
            column=column,
            name=name,
            others="”“".join(candidates),
        ),
        "choices": [*choices, OTHER],
        "rows": [row.number for row in rows if isinstance(row.number, RowNumber)],
        "sheet": getattr(rows[0].number, "sheet", ""),
        "scope": scope,
        "candidates": [name_key(other) for other in candidates],
    }
