"""Fields that say which titles a project holds."""

from __future__ import annotations

from registry.queries.record import values
from registry.queries.record.fields.field import ANSWERS, LIST_SEPARATOR, SHEET, Field, Kind
from registry.terms import RecognitionStatus, Tier

TITLES: tuple[Field, ...] = (
    Field(
        name="tier",
        zh="级别",
        en="Tier",
        kind=Kind.CODE,
        says_zh="主要认定的级别：national 国家级、provincial 省级、municipal 市级",
        says_en="Tier of the leading title: national, provincial or municipal",
        value=lambda row, lists, links: row.leading.tier,
        words=lambda row, lists, language: Tier(row.leading.tier).label(language),
    ),
    Field(
        name="category",
        zh="类别",
        en="Category",
        kind=Kind.CODE,
        says_zh="主要认定的类别代码，见 /api/v1/categories",
        says_en="Category code of the leading title, see /api/v1/categories",
        value=lambda row, lists, links: row.leading.category,
        words=lambda row, lists, language: lists.categories[row.leading.category].label(language),
    ),
    Field(
        name="category_name",
        zh="类别名称",
        en="Category name",
        kind=Kind.TEXT,
        says_zh="主要认定的类别名称",
        says_en="Name of the category of the leading title, in Chinese",
        value=lambda row, lists, links: lists.categories[row.leading.category].name,
        # A person reads it under 类别.
        where=ANSWERS,
    ),
    Field(
        name="level",
        zh="等级",
        en="Level",
        kind=Kind.INTEGER,
        says_zh="类别在同级中的次序，大的在前；有的类别没有",
        says_en="Rank of the category within its tier, the greater the higher; some categories have none",
        value=lambda row, lists, links: lists.categories[row.leading.category].rank,
        nullable=True,
        # The rank only orders categories; a person reads the category itself.
        where=ANSWERS,
    ),
    Field(
        name="categories",
        zh="全部类别",
        en="All categories",
        kind=Kind.TEXTS,
        says_zh="全部认定的类别代码",
        says_en="Category codes of all titles",
        value=lambda row, lists, links: values.categories(row),
        flat=lambda row, lists, links: LIST_SEPARATOR.join(values.categories(row)),
        words=lambda row, lists, language: values.listed(
            [lists.categories[code].label(language) for code in values.categories(row)], language
        ),
    ),
    Field(
        name="recognitions",
        zh="认定",
        en="Titles",
        kind=Kind.TITLES,
        says_zh="全部认定，主要的在前；在一格中写作 类别代码|年份|文号|状态，以分号分隔",
        says_en="All titles, the leading one first; in one cell category|year|document number|status, joined by ;",
        value=lambda row, lists, links: [values.title_item(title) for title in row.titles],
        flat=lambda row, lists, links: LIST_SEPARATOR.join(values.title_text(title) for title in row.titles),
        words=lambda row, lists, language: values.listed(
            [values.title_words(title, lists, language) for title in row.titles], language
        ),
    ),
)
DATES: tuple[Field, ...] = (
    Field(
        name="year",
        zh="认定年份",
        en="Year",
        kind=Kind.INTEGER,
        says_zh="主要认定的批次年份，不详时为空",
        says_en="Batch year of the leading title, null where it is not known",
        value=lambda row, lists, links: row.leading.year,
        nullable=True,
    ),
    Field(
        name="document_number",
        zh="公布文号",
        en="Document number",
        kind=Kind.TEXT,
        says_zh="主要认定的公布文号",
        says_en="Document number of the leading title",
        value=lambda row, lists, links: row.leading.document_number,
        where=SHEET,
    ),
    Field(
        name="announced_on",
        zh="公布日期",
        en="Announced on",
        kind=Kind.DATE,
        says_zh="主要认定的公布日期，不详时为空",
        says_en="Day on which the leading title was announced, null where it is not known",
        value=lambda row, lists, links: row.leading.announced_on.isoformat() if row.leading.announced_on else None,
        nullable=True,
        words=lambda row, lists, language: row.leading.announced_on,
    ),
    Field(
        name="status",
        zh="状态",
        en="Status",
        kind=Kind.CODE,
        says_zh="主要认定现在的状态",
        says_en="Present status of the leading title",
        value=lambda row, lists, links: row.leading.status,
        words=lambda row, lists, language: RecognitionStatus(row.leading.status).label(language),
        where=SHEET,
    ),
)
CATEGORY_CODE = Field(
    name="category_code",
    zh="类别代码",
    en="Category code",
    kind=Kind.CODE,
    says_zh="主要认定的类别代码",
    says_en="Category code of the leading title",
    value=lambda row, lists, links: row.leading.category,
    where=SHEET,
    is_code=True,
)
