"""What is doubtful about a row whose cells can be read: years, numbers of documents, places and codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from registry.names import document_year, is_document_number
from registry.services.imports.findings import Level
from registry.services.imports.sheets.code_lists import CategoryItem, UnitItem
from registry.values.places import WHERE_DRAWN, PlaceDoubt, Point, place_doubt
from registry.wording import Message

if TYPE_CHECKING:
    from registry.services.imports.rows import RowReader


def of_title(
    reader: RowReader,
    category: CategoryItem | None,
    batch: int | None,
    document: str,
    announced_on: date | None,
) -> None:
    """Category, year, number and date of a title, against one another."""
    if category is not None and batch is not None and not category.is_valid_in(batch):
        _wrong_years(reader, category, batch)
    if document and category is not None and not is_document_number(document):
        usual = Message("常见写法如 某工信发〔2020〕1号")
        if category.is_municipal:
            reader.note("document", Message("不是完整的文号"), Message("请按文件补全，%(usual)s", usual=usual))
        else:
            reader.note(
                "document",
                Message("与通常的文号写法不同"),
                Message("请对照文件确认，%(usual)s", usual=usual),
                Level.WARNING,
            )
    if announced_on is None:
        return
    stated = document_year(document)
    if stated is not None and stated != announced_on.year:
        reader.note(
            "announced_on",
            Message("与文号中的 %(year)s 年不同", year=stated),
            Message("请对照文件确认"),
            Level.WARNING,
        )
    elif batch is not None and not batch <= announced_on.year <= batch + 1:
        reader.note(
            "announced_on",
            Message("与批次年份 %(year)s 相差较大", year=batch),
            Message("请对照文件确认"),
            Level.WARNING,
        )


def _wrong_years(reader: RowReader, category: CategoryItem, batch: int) -> None:
    years = f"{category.valid_from or ''}–{category.valid_to or ''}"
    other = reader.lists.name_in(batch, category)
    way_out = Message("请核对类别和年份")
    if other:
        way_out = Message("%(year)s 年的名称是“%(name)s”，请核对", year=batch, name=other)
    level = Level.WARNING if category.guessed else Level.ERROR
    reader.note(
        "category",
        Message("这一类别只用于 %(years)s 年，批次年份是 %(year)s", years=years, year=batch),
        way_out,
        level,
    )


def of_place(reader: RowReader, unit: UnitItem | None, town: str, point: Point | None) -> None:
    """A place against the unit and its town."""
    if unit is None:
        return
    of_town = reader.lists.town_unit(town)
    if of_town is not None and of_town != unit.code:
        name = reader.lists.unit(of_town).name
        reader.note(
            "unit",
            Message("%(town)s 属于%(name)s", town=town, name=name),
            Message("请核对；应归%(name)s的请改填", name=name),
            Level.WARNING,
        )
    if point is None:
        return
    doubt = place_doubt(point, unit.division)
    if doubt is PlaceDoubt.NEAR_LINE:
        reader.note("lon", doubt.value, Message("按所属板块计入%(name)s", name=unit.name), Level.NOTICE)
    elif doubt is PlaceDoubt.ELSEWHERE:
        reader.note("lon", Message("坐标不在所属板块%(name)s的范围内", name=unit.name), WHERE_DRAWN, Level.WARNING)


def of_codes(reader: RowReader, uscc: str | None, enterprise: str, industry: tuple[str | None, str] | None) -> None:
    """A code against the name, and an industry that is none of manufacturing."""
    if uscc is not None and not uscc.startswith("9"):
        reader.note("uscc", Message("企业的代码一般以 9 开头"), Message("请对照营业执照确认"), Level.WARNING)
    if uscc is not None and not enterprise:
        reader.note("uscc", Message("有代码而没有企业名称"), Message("请补填企业名称，或删去代码"))
    if industry is not None and industry[0] is None:
        reader.note("industry", Message("不属于制造业大类（13–43）"), Message("导入后行业留空"), Level.NOTICE)
