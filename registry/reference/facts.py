"""Reading `city.toml`: the names, codes and groups of a city."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from registry.reference.cells import BadCell, not_offered
from registry.reference.rows import Facts, HeadlineRow
from registry.reference.tables import read_text
from registry.terms import ProjectType, Tier
from registry.wording import Message

FILE = "city.toml"
_TEXTS = {
    "name": Message("城市的名称，如 某某市"),
    "name_en": Message("城市的英文名称"),
    "province": Message("省份"),
    "province_en": Message("省份的英文名称"),
    "owner": Message("主办单位"),
    "owner_en": Message("主办单位的英文名称"),
}
_CODES = {
    "code_prefix": ("[A-Z]{2,6}", Message("二到六个大写字母，项目编号以它开头")),
    "division_prefix": ("[0-9]{4}", Message("区划代码的前四位")),
    "area_code": ("0[0-9]{2,3}", Message("长途区号，以 0 开头")),
}
_OTHERS = ("local_digits", "headlines", "neighbour_labels", "contact")
_CONTACT = ("phone", "email", "address", "hours")


def read_facts(folder: Path) -> Facts:
    """The facts of a city; BadCell names the first key that is wrong."""
    try:
        given = tomllib.loads(read_text(folder / FILE))
    except tomllib.TOMLDecodeError as error:
        raise BadCell(Message("不是可读的 TOML（%(error)s）", error=error), Message("请核对引号和等号")) from None
    for key in given:
        if key not in (*_TEXTS, *_CODES, *_OTHERS):
            raise BadCell(Message("不认识的项目 %(key)s", key=key), Message("请查对 docs/city.md 中的名称"))
    texts = {key: _text(given, key, meaning) for key, meaning in _TEXTS.items()}
    codes = {key: _code(given, key, pattern, meaning) for key, (pattern, meaning) in _CODES.items()}
    if given.get("local_digits") not in (7, 8):
        raise BadCell(Message("local_digits 应为 7 或 8"), Message("请填本地座机号的位数"))
    return Facts(
        **texts,
        **codes,
        local_digits=given["local_digits"],
        headlines=tuple(_headline(item) for item in _listed(given, "headlines")),
        neighbour_labels=tuple((name, _pair(name, pair)) for name, pair in _part(given, "neighbour_labels").items()),
        contact=_contact(_part(given, "contact")),
    )


def _text(given: dict[str, Any], key: str, meaning: Message) -> str:
    text = given.get(key)
    if not isinstance(text, str) or not text.strip():
        raise BadCell(Message("缺少 %(key)s", key=key), Message("请填写%(meaning)s", meaning=meaning))
    return text.strip()


def _code(given: dict[str, Any], key: str, pattern: str, meaning: Message) -> str:
    text = _text(given, key, meaning)
    if not re.fullmatch(pattern, text):
        reason = Message("%(key)s %(text)s 写法不对", key=key, text=repr(text))
        raise BadCell(reason, Message("应为%(meaning)s", meaning=meaning))
    return text


def _part(given: dict[str, Any], key: str) -> dict[str, Any]:
    if isinstance(part := given.get(key, {}), dict):
        return part
    raise BadCell(Message("%(key)s 应是一节", key=key), Message("请写成 [%(key)s]，下面一行一项", key=key))


def _contact(given: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """How the owner can be reached; whatever is not known is left out."""
    if unknown := set(given) - set(_CONTACT):
        reason = Message("contact 有不认识的项目 %(keys)s", keys=sorted(unknown))
        raise BadCell(reason, Message("可用：%(names)s", names=list(_CONTACT)))
    return tuple((key, _text(given, key, Message("联系方式，或删去这一行"))) for key in given)


def _listed(given: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = given.get(key, [])
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    raise BadCell(Message("%(key)s 应是几节", key=key), Message("每一节以 [[%(key)s]] 开头", key=key))


def _headline(item: dict[str, Any]) -> HeadlineRow:
    tier, kind, each = item.get("tier"), item.get("type"), bool(item.get("each", False))
    if unknown := set(item) - {"tier", "type", "each", "name", "name_en"}:
        reason = Message("headlines 有不认识的项目 %(keys)s", keys=sorted(unknown))
        raise BadCell(reason, Message("可用：%(names)s", names=["tier", "type", "each", "name", "name_en"]))
    if tier not in {term.value for term in Tier}:
        raise not_offered("headlines tier", tier, [term.value for term in Tier])
    if kind is not None and kind not in {term.value for term in ProjectType}:
        raise not_offered("headlines type", kind, [term.value for term in ProjectType])
    return HeadlineRow(
        tier=Tier(tier),
        type=ProjectType(kind) if kind else None,
        each=each,
        name="" if each else _text(item, "name", Message("这个数字的名称（在 headlines 一节）")),
        name_en="" if each else _text(item, "name_en", Message("这个数字的英文名称（在 headlines 一节）")),
    )


def _pair(name: str, pair: object) -> tuple[float, float]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(each, int | float) for each in pair):
        raise BadCell(Message("neighbour_labels 的 %(name)s 应是 [经度, 纬度]", name=name), Message("请更正"))
    return float(pair[0]), float(pair[1])
