"""The kinds of change, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from registry.changes.later_rows import LATER
from registry.changes.shape import About, Asked, Change, Desk, Input
from registry.changes.words import ChangeKind, ClosingCause, Ending, EndingCause
from registry.terms import CoordinateOrigin


def _asked(name: str, zh: str, en: str, *, help: tuple[str, str] = ("", ""), **options: object) -> Asked:
    return Asked(name=name, zh=zh, en=en, help_zh=help[0], help_en=help[1], **options)  # type: ignore[arg-type]


_PLACE = (
    _asked("town", "镇（街道）", "Town", longest=60, optional=True, has_before=True),
    _asked("address", "详细地址", "Address", optional=True, has_before=True),
    _asked(
        "lon",
        "经度",
        "Longitude",
        longest=20,
        optional=True,
        has_before=True,
        help=(
            "以度计；和纬度一起留空表示没有坐标",
            "Degrees; empty with the latitude: no coordinates",
        ),
    ),
    _asked("lat", "纬度", "Latitude", longest=20, optional=True, has_before=True),
    _asked(
        "system",
        "坐标系",
        "Coordinate system",
        input=Input.CHOICE,
        choices=CoordinateOrigin,
        optional=True,
        has_before=True,
    ),
)
_BASIS = _asked(
    "document",
    "依据（变更登记通知书等的文号）",
    "Basis (number of the notice)",
    longest=100,
    optional=True,
    help=("没有文号可不填，请上传文件", "Leave empty if there is no number and send the file"),
)
_TITLES = _asked("titles", "认定", "Titles", input=Input.TITLES)
_FULL, _BUREAU = (Desk.UNIT, Desk.CITY, Desk.PUBLISHER), (Desk.CITY, Desk.PUBLISHER)

_ROWS = (
    Change(
        kind=ChangeKind.RENAME_ENTERPRISE,
        about=About.ENTERPRISE,
        route=_FULL,
        by_enterprise=True,
        public=True,
        asked=(
            _asked(
                "name",
                "新名称",
                "New name",
                has_before=True,
                help=("按变更后的营业执照填写全称", "The full name on the new licence"),
            ),
            _BASIS,
            _asked(
                "simple",
                "只改名称，不涉及合并、分立或重大变化",
                "Name only: no merger, division or major change",
                input=Input.TICK,
            ),
        ),
    ),
    Change(
        kind=ChangeKind.USCC,
        about=About.ENTERPRISE,
        route=_BUREAU,
        needs_file=False,
        asked=(_asked("uscc", "统一社会信用代码", "Unified social credit code", longest=18, has_before=True), _BASIS),
    ),
    Change(
        kind=ChangeKind.MERGE_ENTERPRISES,
        about=About.ENTERPRISE,
        route=_BUREAU,
        public=True,
        asked=(
            _asked(
                "other",
                "并入的企业（代码、全称或序号）",
                "Enterprise merged into this one (code, name or number)",
                help=(
                    "它的名称、代码、项目、账户、申报和荣誉都归到本企业",
                    "Its names, code, projects, accounts, applications and honours come to this one",
                ),
            ),
            _BASIS,
        ),
    ),
    Change(
        kind=ChangeKind.RENAME_PROJECT,
        about=About.PROJECT,
        route=(Desk.UNIT, Desk.CITY),
        by_enterprise=True,
        needs_file=False,
        public=True,
        asked=(_asked("name", "新名称", "New name", has_before=True), _BASIS),
    ),
    Change(
        kind=ChangeKind.MOVE_PROJECT,
        about=About.PROJECT,
        route=_FULL,
        by_enterprise=True,
        needs_file=False,
        public=True,
        asked=(_asked("unit", "板块", "Reporting unit", input=Input.UNIT, has_before=True), *_PLACE),
    ),
    Change(
        kind=ChangeKind.CORRECT_PROJECT,
        about=About.PROJECT,
        route=(Desk.UNIT, Desk.CITY),
        by_enterprise=True,
        needs_file=False,
        asked=(
            _asked("name_short", "简称", "Short name", longest=60, optional=True, has_before=True),
            _asked("industry", "行业大类", "Industry", input=Input.INDUSTRY, optional=True, has_before=True),
            *_PLACE,
            _asked(
                "products",
                "产品（一行一种）",
                "Products (one a line)",
                input=Input.TEXT,
                longest=2000,
                optional=True,
                has_before=True,
            ),
            _asked("summary", "项目介绍", "Summary", input=Input.TEXT, longest=4000, optional=True, has_before=True),
        ),
    ),
    Change(
        kind=ChangeKind.MERGE_PROJECTS,
        about=About.PROJECT,
        route=_BUREAU,
        needs_file=False,
        public=True,
        asked=(
            _asked(
                "other",
                "并入的项目编号",
                "Code of the project merged into this one",
                longest=12,
                help=(
                    "它的认定、指标、照片、曾用名和申报都归到本项目，编号转到本项目",
                    "Its titles, figures, photos, names and applications come to this one, and its code leads here",
                ),
            ),
        ),
    ),
    Change(
        kind=ChangeKind.SPLIT_PROJECT,
        about=About.PROJECT,
        route=_BUREAU,
        needs_file=False,
        public=True,
        asked=(_asked("name", "拆出的项目名称", "Name of the new project"), _TITLES),
    ),
    Change(
        kind=ChangeKind.CLOSE_PROJECT,
        about=About.PROJECT,
        route=(Desk.UNIT, Desk.CITY),
        by_enterprise=True,
        needs_file=False,
        public=True,
        asked=(_asked("cause", "原因", "Cause", input=Input.CHOICE, choices=ClosingCause, has_before=True),),
    ),
    Change(
        kind=ChangeKind.KPI,
        about=About.PROJECT,
        route=_FULL,
        by_enterprise=True,
        public=True,
        asked=(
            _asked("title", "哪一项认定的指标", "Figures of which title", input=Input.TITLE),
            _asked("kpi", "指标", "Figure", input=Input.KPI),
            _asked(
                "baseline",
                "改造前",
                "Before",
                longest=30,
                optional=True,
                has_before=True,
                help=("只有一个值的指标不填", "Leave empty for a figure of one value"),
            ),
            _asked("current", "改造后（或数值）", "After (or value)", longest=30, has_before=True),
            _asked("measure", "计量单位", "Unit of measure", longest=60, optional=True, has_before=True),
        ),
    ),
    Change(
        kind=ChangeKind.TITLE_FACT,
        about=About.PROJECT,
        route=_BUREAU,
        public=True,
        asked=(
            _asked("title", "哪一项认定", "Which title", input=Input.TITLE),
            _asked(
                "name_awarded",
                "授予时名称",
                "Name as awarded",
                optional=True,
                has_before=True,
                help=("不改的请留空", "Leave empty what stays"),
            ),
            _asked("enterprise_awarded", "授予时企业名称", "Enterprise as awarded", optional=True, has_before=True),
            _asked("year", "批次年份", "Batch year", input=Input.YEAR, optional=True, has_before=True),
        ),
    ),
    Change(
        kind=ChangeKind.END_TITLES,
        about=About.TITLES,
        route=_BUREAU,
        public=True,
        asked=(
            _TITLES,
            _asked("outcome", "结果", "Outcome", input=Input.CHOICE, choices=Ending),
            _asked("number", "文号", "Document number", longest=60),
            _asked("announced_on", "文件日期", "Day of the document", input=Input.DAY),
            _asked("document_title", "文件标题", "Title of the document"),
            _asked("organ", "发文机关", "Issued by", longest=100),
            _asked("cause", "原因", "Cause", input=Input.CHOICE, choices=EndingCause),
            _asked("note", "公开的说明", "Public note", longest=300, optional=True),
        ),
    ),
    Change(
        kind=ChangeKind.VOID_TITLES,
        about=About.TITLES,
        route=_BUREAU,
        asked=(_TITLES,),
    ),
)
CHANGES: Mapping[ChangeKind, Change] = MappingProxyType({row.kind: row for row in (*_ROWS, *LATER)})

if set(CHANGES) != set(ChangeKind):
    raise LookupError(f"no row for {sorted(set(ChangeKind) - set(CHANGES))}")
