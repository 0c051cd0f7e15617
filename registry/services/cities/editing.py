"""Commands of administrators: names and other names of units, towns that decide the unit, categories.

The city's files only say what a registry starts with; from then on these rows are the bureau's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.errors import Conflict, InvalidInput, NotFound
from registry.models import Category, ReportingUnit, Town, UnitAlias
from registry.names import has_control_characters, name_key, tidy
from registry.permissions import Actor, Permission, require
from registry.queries.accounts.lists import seen_of
from registry.services.events import Entry, record
from registry.wording import Message, Named

LONGEST_NAME, LONGEST_ENGLISH, MOST_ALIASES, LONGEST_NOTE = 40, 80, 20, 400


@dataclass(frozen=True, kw_only=True)
class UnitText:
    """What may be written about a unit."""

    name: str
    name_en: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryText:
    """What may be written about a category; its code, tier, subject and rank stay."""

    name: str
    name_en: str
    valid_from: int | None
    valid_to: int | None
    note: str
    valid_years: int | None = None


def update_unit(session: Session, actor: Actor, code: str, text: UnitText, *, seen: str) -> None:
    """Change the names of a unit. Raises InvalidInput at a field, Conflict when somebody else was faster."""
    require(actor, Permission.REFERENCE_MANAGE)
    unit = session.get(ReportingUnit, code, with_for_update=True)
    if unit is None:
        raise NotFound(Message("没有这个板块。"))
    held = _aliases(session, code)
    _require_seen(seen, (unit.name, unit.name_en, *held))
    name, name_en = _text(text.name, "name", LONGEST_NAME), _text(text.name_en, "name_en", LONGEST_ENGLISH)
    wanted = tuple(dict.fromkeys(_text(alias, "aliases", LONGEST_NAME) for alias in text.aliases))
    if len(wanted) > MOST_ALIASES:
        told = Message("别名有 %(count)s 个，最多 %(most)s 个；请删去不用的。", count=len(wanted), most=MOST_ALIASES)
        raise InvalidInput(told, field="aliases")
    taken = _names_of_others(session, code)
    for field, each in (("name", name), *(("aliases", alias) for alias in wanted)):
        if name_key(each) in taken:
            other = taken[name_key(each)]
            told = Message("“%(name)s”已是%(other)s的名称或别名；请另取一个。", name=each, other=other)
            raise InvalidInput(told, field=field)
    changes = {
        "name": (unit.name, name),
        "name_en": (unit.name_en, name_en),
        "aliases": (list(held), list(wanted)),
    }
    unit.name, unit.name_en = name, name_en
    if wanted != held:
        session.execute(delete(UnitAlias).where(UnitAlias.unit_code == code))
        by_key = {name_key(alias): alias for alias in wanted if name_key(alias) != name_key(name)}
        session.add_all(
            UnitAlias(name_key=key, name=alias, unit_code=code, position=position)
            for position, (key, alias) in enumerate(by_key.items(), 1)
        )
    session.flush()
    _event(session, actor, "unit.update", changes, note=code)


def category_state(category: Category) -> tuple[object, ...]:
    """What a page of a category showed: two people who change it at once are told of each other."""
    return (
        category.name, category.name_en, category.valid_from, category.valid_to, category.valid_years, category.note,
    )  # fmt: skip


def update_category(session: Session, actor: Actor, code: str, text: CategoryText, *, seen: str) -> None:
    """Change name, years and note of a category. Raises InvalidInput at a field, Conflict."""
    require(actor, Permission.REFERENCE_MANAGE)
    category = session.get(Category, code, with_for_update=True)
    if category is None:
        raise NotFound(Message("没有这个类别。"))
    _require_seen(seen, category_state(category))
    name, name_en = _text(text.name, "name", 60), _text(text.name_en, "name_en", 120)
    note = tidy(text.note)
    if len(note) > LONGEST_NOTE or has_control_characters(note):
        told = Message("备注有 %(count)s 个字，最多 %(most)s 个；请缩短。", count=len(note), most=LONGEST_NOTE)
        raise InvalidInput(told, field="note")
    if text.valid_from is not None and text.valid_to is not None and text.valid_from > text.valid_to:
        raise InvalidInput(
            Message("起始年份 %(year)s 晚于终止年份；请更正。", year=text.valid_from), field="valid_from"
        )
    others = session.execute(select(Category.name).where(Category.code != code)).scalars()
    if name_key(name) in {name_key(other) for other in others}:
        raise InvalidInput(Message("已有名为“%(name)s”的类别；请另取一个名称。", name=name), field="name")
    changes = {
        "name": (category.name, name),
        "name_en": (category.name_en, name_en),
        "valid_from": (category.valid_from, text.valid_from),
        "valid_to": (category.valid_to, text.valid_to),
        "valid_years": (category.valid_years, text.valid_years),
        "remark": (category.note, note),
    }
    category.name, category.name_en, category.note = name, name_en, note
    category.valid_from, category.valid_to = text.valid_from, text.valid_to
    category.valid_years = text.valid_years
    session.flush()
    _event(session, actor, "category.update", changes, note=code)


def add_town(session: Session, actor: Actor, name: str, unit: str) -> None:
    """Say to which unit a town belongs. Raises InvalidInput at `town` or `unit`."""
    require(actor, Permission.REFERENCE_MANAGE)
    name = _text(name, "town", LONGEST_NAME)
    if unit not in set(session.scalars(select(ReportingUnit.code))):
        raise InvalidInput(Message("没有选择板块；请选择。"), field="unit")
    held = session.get(Town, name_key(name))
    if held is not None:
        told = Message("已登记%(name)s；要改归另一个板块，请先删去它。", name=held.name)
        raise InvalidInput(told, field="town")
    session.add(Town(name_key=name_key(name), name=name, unit_code=unit))
    session.flush()
    _event(session, actor, "town.add", {"town": (None, name), "unit_code": (None, unit)})


def remove_town(session: Session, actor: Actor, name: str) -> None:
    """Take a town out; projects that name it stay as they are."""
    require(actor, Permission.REFERENCE_MANAGE)
    is_name = not has_control_characters(name)
    town = session.get(Town, name_key(name), with_for_update=True) if is_name else None
    if town is None:
        raise NotFound(Message("没有这个镇（街道），可能已被他人删去。"))
    changes = {"town": (town.name, None), "unit_code": (town.unit_code, None)}
    session.delete(town)
    session.flush()
    _event(session, actor, "town.remove", changes)


def _text(text: str, field: str, longest: int) -> str:
    text = tidy(text)
    if not text:
        raise InvalidInput(Message("没有填写，请填写名称。"), field=field)
    if len(text) > longest or has_control_characters(text):
        told = Message("有 %(count)s 个字，最多 %(most)s 个，不含控制字符；请更正。", count=len(text), most=longest)
        raise InvalidInput(told, field=field)
    return text


def _require_seen(seen: str, values: tuple[object, ...]) -> None:
    if seen != seen_of(values):
        raise Conflict(Message("这一项已被他人修改，请核对下面现在的内容后再保存。"))


def _aliases(session: Session, code: str) -> tuple[str, ...]:
    rows = select(UnitAlias.name).where(UnitAlias.unit_code == code).order_by(UnitAlias.position, UnitAlias.name_key)
    return tuple(session.scalars(rows))


def _names_of_others(session: Session, code: str) -> dict[str, Named]:
    """Comparison key of every name of the other units → the unit's name."""
    others = (unit for unit in session.scalars(select(ReportingUnit)) if unit.code != code)
    units = {unit.code: Named(unit.name, unit.name_en) for unit in others}
    found = {name_key(name): name for name in units.values()} | {name_key(each): units[each] for each in units}
    aliases = session.scalars(select(UnitAlias).where(UnitAlias.unit_code != code))
    return found | {alias.name_key: units[alias.unit_code] for alias in aliases}


def _event(
    session: Session, actor: Actor, action: str, changes: Mapping[str, tuple[Any, Any]], *, note: str = ""
) -> None:
    changed = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changed:
        record(session, actor, Entry(action=action, subject_type="list", changes=changed, note=note))
