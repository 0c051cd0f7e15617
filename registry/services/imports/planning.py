"""Comparing a standing list with the registry: read, match, settle, compare. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.names import name_key
from registry.services.imports import facts, stock
from registry.services.imports.asking.asker import Asker, Waiting
from registry.services.imports.asking.memory import recalled
from registry.services.imports.document_dates import check_documents
from registry.services.imports.drafts import DocumentDraft, EnterpriseDraft, ProjectDraft, ReportDraft, TitleDraft
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.kpis.reports import merge_report
from registry.services.imports.listed import ListedTitle
from registry.services.imports.matching import Matcher
from registry.services.imports.name_resolving import Resolved, resolve_enterprises, resolve_workshops
from registry.services.imports.plan import Plan, PlannedSheet, Progress, RowPlan
from registry.services.imports.result import NO_OPTIONS, Options
from registry.services.imports.rows import read_title
from registry.services.imports.sheets import code_lists
from registry.services.imports.sheets.columns import PROJECT_COLUMNS, READ_BESIDES
from registry.services.imports.sheets.file_values import PROJECT_VALUES
from registry.services.imports.sheets.opening import Opened, open_sheets
from registry.services.imports.sheets.row_numbers import place
from registry.spreadsheets import Book, Table
from registry.terms import DocumentKind, ProjectType
from registry.values.bad_value import BadValue
from registry.wording import Message

COLUMNS = (*PROJECT_COLUMNS, *READ_BESIDES)


def plan_projects(session: Session, table: Table, *, today: date, progress: Progress | None = None) -> Plan:
    """Compare a list of one table with the registry, without answers. InvalidInput (field `file`) without a header."""
    asker = Asker({}, recalled(session), today)
    return plan_titles(session, Book([table]), asker, NO_OPTIONS, today=today, progress=progress)


def plan_titles(
    session: Session,
    book: Book,
    asker: Asker,
    options: Options,
    *,
    today: date,
    progress: Progress | None = None,
    derived: bool = False,
) -> Plan:
    """Compare a list of titles with the registry. Raises InvalidInput (field `file`) for a file that says nothing.

    `derived`: the figures of the list are derived ones of our own files, which are not read.
    """
    lists = code_lists.load(session)
    opened = open_sheets(book, COLUMNS, asker, options, lists, PROJECT_VALUES, derived=derived)
    planner = _Planner(session, opened, asker, lists, today, progress or (lambda work, done, of: None))
    planner.read()
    planner.resolve()
    check_documents(planner.accepted(), planner.stock.documents)
    planner.match()
    planner.settle_projects()
    planner.compare()
    for row in planner.plan.rows:
        row.listed = row.named = None  # The drafts hold everything that is to be written.
    planner.plan.notices = opened.lines()
    planner.plan.questions = asker.questions()
    return planner.plan


class _Planner:
    """The stages of planning, in order; each sees only the rows that the stages before it let pass."""

    def __init__(
        self,
        session: Session,
        opened: Opened,
        asker: Asker,
        lists: code_lists.WrittenCodes,
        today: date,
        progress: Progress,
    ) -> None:
        self.session, self.opened, self.asker, self.lists = session, opened, asker, lists
        self.today, self.progress = today, progress
        self.plan = Plan([], [], [], memory=asker.memory)
        self.plan.names = lists.names
        self.stock = stock.Stock()
        self.resolved = Resolved()
        self.compared: set[int] = set()
        self.groups: dict[int, tuple[ProjectDraft, list[RowPlan]]] = {}

    def accepted(self) -> list[tuple[RowPlan, ListedTitle]]:
        """Rows that nothing has refused so far, and that wait for no answer."""
        return [
            (row, row.listed)
            for row in self.plan.rows
            if row.listed is not None and not row.refused and not row.waiting
        ]

    def read(self) -> None:
        """Parse every row."""
        done = 0
        of = sum(len(sheet.sheet.table.rows) for sheet in self.opened.sheets)
        for sheet in self.opened.sheets:
            for prepared in sheet.rows():
                plan = RowPlan(prepared.row.number, prepared.findings, waiting=prepared.waits, layout=sheet.layout)
                self.plan.rows.append(plan)
                if not plan.refused and not plan.waiting:
                    found = read_title(
                        prepared.row, sheet.layout, self.lists, self.today, self.asker, self.opened.notes
                    )
                    plan.findings += found.findings
                    plan.listed, plan.named = found.title, found.named
                    plan.waiting, plan.skipped = found.waiting, found.skipped
                sheet.done(prepared, refused=plan.refused)
                done += 1
                if done % 500 == 0:
                    self.progress(Message("检查"), done, of)
            self.plan.sheets.append(
                PlannedSheet(
                    sheet.sheet.table, sheet.layout, sheet.sheet.label, sheet.sheet.position, sheet.filler.filled
                )
            )

    def resolve(self) -> None:
        """Ask about names that look like others, and fetch what the registry knows about the things named."""
        named = [row for row in self.plan.rows if row.named is not None and not row.refused and not row.skipped]
        self.resolved = resolve_enterprises(
            named, stock.directory(self.session), self.asker, self.lists.city.all_places
        )
        wanted: set[str] = set()
        for row in named:
            if row.named is not None and row.named.enterprise:
                wanted |= {row.named.enterprise_key, self.resolved.key(row.named.enterprise_key)}
                if row.named.former:
                    wanted.add(name_key(row.named.former))
                if row.named.enterprise_key in self.resolved.open:
                    row.waiting = True
        titles = [title for _, title in self.accepted()]
        self.stock = stock.load(
            self.session,
            names=wanted,
            codes={row.named.uscc for row in named if row.named is not None and row.named.uscc},
            documents={title.document_key for title in titles},
            areas={row.named.name_key for row in named if row.named is not None and not row.named.enterprise},
        )

    def match(self) -> None:
        """Find or make enterprise, project, document and title of each row; rows with a code first."""
        accepted = self.accepted()
        matcher = Matcher(self.stock, (title for _, title in accepted), self.resolved, self.asker)
        enterprises: dict[int, EnterpriseDraft | None] = {}
        for row, title in sorted(accepted, key=lambda pair: pair[1].uscc is None):
            column = "uscc" if title.uscc is not None else "enterprise"
            try:
                enterprises[row.number] = matcher.enterprise(title, row.header("enterprise"))
            except BadValue as error:
                row.refuse(row.header(column), title.uscc or title.enterprise, error)
            except Waiting:
                row.waiting = True
        self._resolve_workshops(matcher, enterprises)
        for row, title in accepted:
            if row.number in enterprises and not row.waiting:
                enterprise = enterprises[row.number]
                self._note_namesake(matcher, row, title, enterprise)
                self._match_title(matcher, row, title, matcher.project(title, enterprise))

    def _resolve_workshops(self, matcher: Matcher, enterprises: dict[int, EnterpriseDraft | None]) -> None:
        """Ask about project names that look alike, enterprise by enterprise; rows that wait ask along."""
        groups: dict[tuple[int, str], tuple[EnterpriseDraft | None, list[RowPlan]]] = {}
        for row in self.plan.rows:
            if row.named is None or row.refused or row.skipped or not row.named.enterprise:
                continue
            key = self.resolved.key(row.named.enterprise_key)
            if row.named.enterprise_key in self.resolved.open:
                continue
            draft = enterprises.get(row.number)
            if draft is None:
                bearing = self.stock.by_name.get(key, [])
                draft = bearing[0] if len(bearing) == 1 else None
            groups.setdefault((id(draft) if draft is not None else 0, "" if draft is not None else key), (draft, []))[
                1
            ].append(row)
        known: dict[int, dict[str, str]] = defaultdict(dict)
        for (owner, key), project in self.stock.by_project_name.items():
            known[owner][key] = project.name
        for (_, name), (draft, rows) in groups.items():
            scope = draft.name_key if draft is not None else name
            names = known[id(draft)] if draft is not None else {}
            found = resolve_workshops(rows, scope, names, self.asker)
            if draft is not None:
                matcher.projects_mean[id(draft)] = found
            for row in rows:
                if row.named is not None and row.named.name_key in found.open:
                    row.waiting = True

    def _note_namesake(self, matcher: Matcher, row: RowPlan, title: ListedTitle, enterprise: Any) -> None:
        other = matcher.namesake(enterprise)
        if other is not None:
            way_out = Message("将另立一家企业；如是同一家，请核对代码")
            _warn(row, "uscc", title.uscc or "", Message("已有同名企业%(other)s", other=other.described()), way_out)

    def _match_title(self, matcher: Matcher, row: RowPlan, listed: ListedTitle, project: ProjectDraft) -> None:
        found = matcher.title(listed, project)
        if found is not None and found.row is not None:
            error = BadValue(
                Message("与%(where)s重复：同一企业、同一名称、同一类别、同一年份", where=place(found.row)),
                Message("请删去其中一行，或更正名称、类别、年份"),
            )
            row.refuse(row.header("name"), listed.name, error)
            return
        if found is None and not listed.year:
            row.refuse(row.header("year"), "", BadValue(Message("没有填写"), Message("请补填，这一列是必需的")))
            return
        document = self._document(listed)
        if found is None:
            row.is_new = True
            found = TitleDraft(
                project=project,
                category_code=listed.category.code,
                year=listed.year,
                document=document,
                name_awarded=listed.name,
                enterprise_awarded=listed.enterprise,
                remark=listed.remark,
            )
            matcher.add_title(found)
        found.row = row.number
        row.title = found
        self.groups.setdefault(id(project), (project, []))[1].append(row)
        if project.id is not None and project.type != listed.category.type:
            reason = Message(
                "该项目登记为%(type)s，而这一类别授予%(other)s",
                type=ProjectType(project.type),
                other=ProjectType(listed.category.type),
            )
            way_out = Message("记为同一项目的又一认定；工厂与其车间应分别立项")
            _warn(row, "category", listed.category.name, reason, way_out)

    def _document(self, listed: ListedTitle) -> DocumentDraft:
        document = self.stock.documents.get(listed.document_key)
        if document is None:
            document = DocumentDraft(number=listed.document, number_key=listed.document_key)
            self.stock.documents[listed.document_key] = document
        if document.announced_on is None and listed.announced_on is not None:
            document.assign("announced_on", listed.announced_on)
        return document

    def settle_projects(self) -> None:
        """Bring each project up to its rows; two rows of one year must agree."""
        by_number = {row.number: row for row in self.plan.rows}
        for project, rows in self.groups.values():
            listed = [row.listed for row in rows if row.listed is not None]
            for finding in facts.settle(project, listed, self.lists):
                by_number[finding.row].findings.append(finding)
            self.plan.projects.append(project)
            if project.id is not None:
                _credit(project, rows)

    def compare(self) -> None:
        """Bring each title and its KPI report up to its row."""
        for row, listed in self.accepted():
            title = row.title
            if title is None:
                continue
            if title.document.number_key != listed.document_key:
                row.changes["document"] = (title.document.number, listed.document)
                title.assign("document", self._document(listed))
            cited = title.document.kind == DocumentKind.CITATION.value
            title.assign("announced_on", None if cited else title.document.announced_on)
            if listed.remark:
                title.assign("remark", listed.remark)
            _compare_names(row, listed, title)
            if listed.kpis.values and row.layout is not None:
                title.report = title.report or ReportDraft()
                merge_report(row, title.report, listed.kpis, row.layout)
            if title.id is not None:
                row.changes |= {k: v for k, v in title.changes.items() if k != "document"}
            if title.project.enterprise is not None:
                self._compare_enterprise(row, listed, title.project.enterprise)

    def _compare_enterprise(self, row: RowPlan, listed: ListedTitle, enterprise: EnterpriseDraft) -> None:
        """Show what a row changes of its enterprise: the code, the name, a former name."""
        if id(enterprise) not in self.compared:
            self.compared.add(id(enterprise))
            self.plan.enterprises.append(enterprise)
        if enterprise.id is None:
            return
        if listed.uscc is not None:
            row.changes |= {k: v for k, v in enterprise.changes.items() if k == "uscc"}
        if "name" in enterprise.changes and enterprise.name_key == listed.enterprise_key:
            row.changes["enterprise.name"] = enterprise.changes["name"]
        borne = [each.name for each in enterprise.former if name_key(each.name) == name_key(listed.former)]
        if borne and listed.former:
            row.changes["enterprise.former"] = (None, borne[0])


def _warn(row: RowPlan, column: str, value: str, reason: str, way_out: str) -> None:
    row.findings.append(
        RowFinding(
            row=row.number,
            column=row.header(column),
            value=value,
            reason=reason,
            way_out=way_out,
            level=Level.WARNING,
        )
    )


def _compare_names(row: RowPlan, listed: ListedTitle, title: TitleDraft) -> None:
    """The awarded names stay as they were awarded."""
    for column, awarded, stated in (
        ("name", title.name_awarded, listed.name),
        ("enterprise", title.enterprise_awarded, listed.enterprise),
    ):
        if awarded and stated and name_key(awarded) != name_key(stated):
            _warn(
                row,
                column,
                stated,
                Message("认定时的名称是“%(name)s”", name=awarded),
                Message("保留认定时的名称"),
            )


def _credit(project: ProjectDraft, rows: list[RowPlan]) -> None:
    """Show the project's changes at the row that made them: the one of the latest year."""
    changes = {name: pair for name, pair in project.changes.items() if pair[0] != pair[1]}
    changes.pop("name_key", None)
    if changes:
        latest = max(rows, key=lambda row: (row.listed.year if row.listed else 0, -row.number))
        latest.changes |= changes
