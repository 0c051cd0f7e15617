"""The operations of `/api/v1` and the files: one row each, from which description, page and checks are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.queries.open.parameters import FILE, LISTED, ONE, PROJECTS, STATISTICS

JSON, GEOJSON = "application/json", "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GEOPACKAGE = "application/geopackage+sqlite3"
CSVM = "application/csvm+json"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address that programs ask.

    schema: what it answers (None: a file) · further: parameters that are taken and have no effect · example:
    a query that is asked on the page and by a test.
    """

    path: str
    endpoint: str
    zh: str
    en: str
    parameters: tuple[str, ...]
    kind: str = JSON
    schema: str | None = None
    further: tuple[str, ...] = ()
    example: str = ""

    def says(self, language: str) -> str:
        """What it answers."""
        return self.en if language == "en" else self.zh

    @property
    def variables(self) -> Iterable[str]:
        """Names of the parts of its path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


_PAGE = ("page", "per_page", "measure", "method", "group")
"""Pages put them into the links of their files."""

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        path="/api/v1/projects",
        endpoint="api.projects",
        zh="筛选出的项目、认定或企业，分页",
        en="The selected projects, titles or enterprises, paged",
        parameters=PROJECTS,
        schema="List",
        example="tier=national&per_page=1",
    ),
    Operation(
        path="/api/v1/projects/{code}",
        endpoint="api.project",
        zh="一个项目；已合并的转到合并后的项目",
        en="One project; a merged one leads to where it went",
        parameters=ONE,
        schema="Project",
    ),
    Operation(
        path="/api/v1/statistics",
        endpoint="api.statistics_json",
        zh="筛选范围的统计：总数、指标、各分组",
        en="Statistics of a selection: counts, figures, groups",
        parameters=STATISTICS,
        schema="Statistics",
        example="tier=national",
    ),
    Operation(
        path="/api/v1/categories",
        endpoint="api.categories",
        zh="认定类别",
        en="Recognition categories",
        parameters=LISTED,
        schema="Categories",
        example="per_page=1",
    ),
    Operation(
        path="/api/v1/units",
        endpoint="api.units",
        zh="板块（推荐单位）",
        en="Reporting units",
        parameters=LISTED,
        schema="Units",
        example="per_page=1",
    ),
    Operation(
        path="/api/v1/divisions",
        endpoint="api.divisions",
        zh="行政区划界线",
        en="Boundaries of the divisions",
        parameters=ONE,
        kind=GEOJSON,
        schema="Divisions",
    ),
    Operation(
        path="/api/v1/notices",
        endpoint="notices_open.notices",
        zh="公示，最近的在前，分页",
        en="Public notices, the newest first, paged",
        parameters=("page", "lang"),
        schema="Notices",
    ),
    Operation(
        path="/api/v1/notices/{notice_id}",
        endpoint="notices_open.notice",
        zh="一份公示和它的名单",
        en="One public notice with its list",
        parameters=ONE,
        schema="NoticeWithList",
    ),
    Operation(
        path="/projects.csv",
        endpoint="files.projects_csv",
        zh="全部筛选结果，一行一个，供程序",
        en="The whole selection, one line each, for programs",
        parameters=FILE,
        kind="text/csv",
        further=_PAGE,
        example="tier=national",
    ),
    Operation(
        path="/projects.csv-metadata.json",
        endpoint="files.csv_metadata",
        zh="csv 各列的名称、类型和单位（CSV on the Web）",
        en="Names, types and units of the csv columns (CSV on the Web)",
        parameters=ONE,
        kind=CSVM,
        schema="CsvMetadata",
    ),
    Operation(
        path="/projects.xlsx",
        endpoint="files.projects_xlsx",
        zh="全部筛选结果，供人阅读",
        en="The whole selection as a workbook for people",
        parameters=FILE,
        kind=XLSX,
        further=_PAGE,
        example="tier=national",
    ),
    Operation(
        path="/projects.geojson",
        endpoint="files.projects_geojson",
        zh="全部筛选结果，带位置",
        en="The whole selection with its places",
        parameters=FILE,
        kind=GEOJSON,
        further=_PAGE,
        example="tier=national",
    ),
    Operation(
        path="/projects.gpkg",
        endpoint="files.projects_gpkg",
        zh="全部筛选结果，两层：项目和认定",
        en="The whole selection in two layers: projects and titles",
        parameters=tuple(name for name in FILE if name != "rows"),
        kind=GEOPACKAGE,
        further=("rows", *_PAGE),
        example="tier=national",
    ),
    Operation(
        path="/api/openapi.json",
        endpoint="open_page.openapi",
        zh="这份描述",
        en="This description",
        parameters=ONE,
        schema="Document",
    ),
)

ERRORS: tuple[tuple[int, str, str, str], ...] = (
    (400, "bad_parameter", "参数有误：errors 写明哪个参数和原因", "A parameter is wrong: errors says which and why"),
    (404, "not_found", "没有这个地址，或没有这样的公开记录", "No such address, or no such public record"),
    (405, "method_not_allowed", "只接受 GET、HEAD、OPTIONS", "Only GET, HEAD and OPTIONS are taken"),
    (429, "too_many_requests", "请求太频繁，按 Retry-After 稍后再试", "Too many requests, try again after Retry-After"),
    (500, "error", "系统出错，请把 request_id 告诉管理员", "The system failed; tell the administrator the request_id"),
    (503, "busy", "暂时繁忙，按 Retry-After 稍后再试", "Busy, try again after Retry-After"),
)
"""Status, code, what it means in Chinese and English."""
FORM_ERRORS: tuple[tuple[int, str, str, str], ...] = (
    (403, "not_allowed", "当前用户不能这样做", "This user may not do so"),
    (409, "conflict", "内容已被他人更新，没有保存", "Somebody else was faster; nothing was saved"),
    (413, "too_large", "提交的内容太大", "More was sent than is taken"),
    (422, "invalid_input", "填写的内容有误：errors 写明哪一栏和原因", "A field is wrong: errors says which and why"),
    (422, "location_outside", "位置不在本市", "The place is not in the city"),
    (422, "file_refused", "文件不能接收", "The file cannot be taken"),
)
"""Those that only the scripts of forms meet. The type of a problem leads to the page, so each has its line there."""

VERSION = "1.1.0"
CHANGES: tuple[tuple[str, str, str, str], ...] = (
    (
        "1.1.0",
        "2026-11-29",
        "新增 OpenAPI 描述、/ogc、/projects.gpkg、csv 元数据；项目增加 category_name；数量和等级为整数；"
        "每个地址只接受自己的参数；超出末页返回空列表；错误答案带 code 和 request_id。",
        "New: this description, /ogc, /projects.gpkg, csv metadata; projects have category_name; counts and grades are"
        " whole numbers; each address takes its own parameters only; a page behind the end is an empty list; problems"
        " carry code and request_id.",
    ),
    ("1.0.0", "", "没有描述文件的第一版。", "First version, without a description."),
)
"""Version, day (empty where it is not on record), what changed in Chinese and English. A version of v1 only adds; what
goes is announced a year ahead."""
