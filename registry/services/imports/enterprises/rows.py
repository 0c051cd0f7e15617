"""One row of a list of what enterprises are into values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.kinds import EnterpriseSize, OtherNameKind, Ownership
from registry.names import name_key
from registry.queries.titles.facts import Facts
from registry.services.imports.asking.asker import Asker
from registry.services.imports.enterprises.columns import CLEARED
from registry.services.imports.findings import RowFinding
from registry.services.imports.rows import RowReader
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import Layout
from registry.services.record.describing import LONGEST, is_fit, split_names
from registry.spreadsheets import Row, Value
from registry.terms import Term
from registry.values import naming
from registry.values.bad_value import BadValue
from registry.values.plain import text, unified_code
from registry.values.row_ids import row_id
from registry.wording import Message

_TERMS: dict[str, type[Term]] = {"size": EnterpriseSize, "ownership": Ownership}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedFacts:
    """A row that can be taken. `terms` (size, ownership) and `names` (by kind) hold what cells state: nothing of an
    empty cell, None and () of one that says 清空."""

    key: int | None
    enterprise: str
    enterprise_key: str
    uscc: str | None
    terms: dict[str, Term | None]
    names: dict[OtherNameKind, tuple[str, ...]]

    def beside(self, present: Facts) -> Facts:
        """What will be on record: what the row states, and the rest as it is.

        A name that is stated as one kind is that kind, wherever it stood before.
        """
        stated = {name_key(name) for names in self.names.values() for name in names}
        kept = {
            kind: tuple(name for other, name in present.names if other is kind and name_key(name) not in stated)
            for kind in OtherNameKind
        }
        size, ownership = self.terms.get("size", present.size), self.terms.get("ownership", present.ownership)
        return Facts(
            size=EnterpriseSize(size) if size else None,
            ownership=Ownership(ownership) if ownership else None,
            names=tuple((kind, name) for kind in OtherNameKind for name in self.names.get(kind, kept[kind])),
        )


def read_facts(
    row: Row, layout: Layout, lists: WrittenCodes, today: date, asker: Asker
) -> tuple[ListedFacts | None, list[RowFinding], bool]:
    """(what a row states, or None when it is refused or waits; all findings; whether it waits)."""
    reader = RowReader(row, layout, lists, today, asker)
    name = reader.take("enterprise", lambda value: naming.name(text(value, LONGEST)), required=True) or ""
    key, uscc = reader.take("key", _key), reader.take("uscc", unified_code)
    terms: dict[str, Term | None] = {}
    for column, vocabulary in _TERMS.items():
        read = reader.take(column, lambda value, known=vocabulary: (_term(known, value),))  # type: ignore[misc]
        if read is not None:
            [terms[column]] = read
    names: dict[OtherNameKind, tuple[str, ...]] = {}
    for kind in OtherNameKind:
        listed = reader.take(kind.value, _names)
        if listed is not None:
            names[kind] = listed
    short = {name_key(each) for each in names.get(OtherNameKind.SHORT, ())}
    for each in names.get(OtherNameKind.PRINTED, ()):
        if name_key(each) in short:
            reader.note("printed", Message("“%(name)s”也写在简称里", name=each), Message("请只留一处"))
    if reader.refused or reader.waiting:
        return None, reader.findings, reader.waiting
    found = ListedFacts(key=key, enterprise=name, enterprise_key=name_key(name), uscc=uscc, terms=terms, names=names)
    return found, reader.findings, False


def _key(value: Value) -> int:
    found = row_id(text(value, 20))
    if not found:
        raise BadValue(Message("不是企业序号"), Message("请照下载的表填写，或留空"))
    return found


def _term(vocabulary: type[Term], value: Value) -> Term | None:
    """The term that a cell says, by its word with or without 企业 and 控股, or by its code; None for 清空."""
    written = text(value, 40)
    if written == CLEARED:
        return None
    bare = written.removesuffix("企业").removesuffix("控股")
    for term in vocabulary:
        if written == term.value or bare in (term.zh, term.zh.removesuffix("型")):
            return term
    known = [each.zh for each in vocabulary]
    raise BadValue(
        Message("不在 %(known)s 中", known=known),
        Message("请填其中一个；不改动的留空，要去掉的填 %(word)s", word=CLEARED),
    )


def _names(value: Value) -> tuple[str, ...]:
    """The names that a cell lists, a line or a semicolon apart; () for 清空."""
    # A line break in a cell stands between two names; as a blank it would make one of them.
    found = split_names(text(value.replace("\n", "；") if isinstance(value, str) else value, 2000))
    if found == (CLEARED,):
        return ()
    for name in found:
        if not is_fit(name):
            raise BadValue(
                Message("名称“%(name)s”应有 2 到 %(most)s 个字", name=name[:40], most=LONGEST), Message("请更正")
            )
    return found
