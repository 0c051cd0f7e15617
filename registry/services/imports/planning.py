"""Comparing a standing list with the registry: read, match, settle, compare. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.names import name_key
from registry.services.imports import code_lists, facts, stock
from registry.services.imports.columns import read_layout
from registry.services.imports.drafts import DocumentDraft, ProjectDraft, ReportDraft, TitleDraft
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.kpi_reports import merge_report
from registry.services.imports.matching import Matcher
from registry.services.imports.plan import Plan, Progress, RowPlan
from registry.services.imports.rows import ListedTitle, read_title
from registry.services.imports.sheet_rows import data_rows
from registry.spreadsheets import Table
from registry.terms import DocumentKind, ProjectType
from registry.values.bad_value import BadValue


def plan_projects(session: Session, table: Table, *, today: date, progress: Progress | None = None) -> Plan:
    """Compare a standing list with the registry. Raises InvalidInput (field `file`) without a header."""
    planner = _Planner(session, table, today, progress or (lambda work, done, of: None))
    planner.read()
    planner.check_documents()
    planner.match()
    planner.settle_projects()
    planner.compare()
    for row in planner.plan.rows:
        row.listed = None  # The drafts hold everything that is to be written.
    return planner.plan


class _Planner:
    """The stages of planning, in order; each sees only the rows that the stages before it let pass."""

    def __init__(self, session: Session, table: Table, today: date, progress: Progress) -> None:
        self.session, self.today, self.progress = session, today, progress
        layout = read_layout(table)
        self.plan = Plan(table, layout, [], [*table.notices, *layout.notices()])
        self.lists = code_lists.load(session)
        self.plan.names = self.lists.names
        self.stock = stock.Stock()
        self.groups: dict[int, tuple[ProjectDraft, list[RowPlan]]] = {}

    def accepted(self) -> list[tuple[RowPlan, ListedTitle]]:
        """Rows that nothing has refused so far."""
        return [(row, row.listed) for row in self.plan.rows if row.listed is not None and not row.refused]

    def read(self) -> None:
        """Parse every row and fetch what the registry knows about the things named."""
        rows, notices = data_rows(self.plan.table, self.plan.layout)
        self.plan.notices += notices
        for done, (row, findings) in enumerate(rows, 1):
            if findings:
                self.plan.rows.append(RowPlan(row.number, findings))
                continue
            title, findings = read_title(row, self.plan.layout, self.lists, self.today)
            self.plan.rows.append(RowPlan(row.number, findings, listed=title))
            if done % 500 == 0:
                self.progress("检查", done, len(rows))
        titles = [title for _, title in self.accepted()]
        self.stock = stock.load(
            self.session,
            names={title.enterprise_key for title in titles if title.enterprise},
            codes={title.uscc for title in titles if title.uscc},
            documents={title.document_key for title in titles},
            areas={title.name_key for title in titles if not title.enterprise},
        )

    def check_documents(self) -> None:
        """One document has one date: in the file, and in the registry."""
        header = self.plan.layout.header("announced_on")
        dated: dict[str, dict[date, int]] = defaultdict(dict)
        for row, title in self.accepted():
            if title.announced_on is not None:
                dated[title.document_key].setdefault(title.announced_on, row.number)
        for row, title in self.accepted():
            dates = dated.get(title.document_key, {})
            known = self.stock.documents.get(title.document_key)
            own = title.announced_on
            if len(dates) > 1 and own is not None:
                other = next(day for day in dates if day != own)
                error = BadValue(
                    f"文号 {title.document} 在第 {dates[other]} 行的公布日期是 {other.isoformat()}，"
                    f"在第 {row.number} 行是 {own.isoformat()}",
                    "同一文号只有一个日期，请对照文件改为一致",
                )
                row.refuse(header, own.isoformat(), error)
            elif known is not None and known.announced_on and own and known.announced_on != own:
                error = BadValue(
                    f"文号 {known.number} 已登记的公布日期是 {known.announced_on.isoformat()}",
                    "请对照文件；如登记有误，请先更正文件的日期",
                )
                row.refuse(header, own.isoformat(), error)

    def match(self) -> None:
        """Find or make enterprise, project, document and title of each row; rows with a code first."""
        accepted = self.accepted()
        matcher = Matcher(self.stock, (title for _, title in accepted))
        enterprises = {}
        for row, title in sorted(accepted, key=lambda pair: pair[1].uscc is None):
            try:
                enterprises[row.number] = matcher.enterprise(title)
            except BadValue as error:
                column = "uscc" if title.uscc is not None else "enterprise"
                row.refuse(self.plan.layout.header(column), title.uscc or title.enterprise, error)
        for row, title in accepted:
            if row.number in enterprises:
                enterprise = enterprises[row.number]
                self._note_namesake(matcher, row, title, enterprise)
                self._match_title(matcher, row, title, matcher.project(title, enterprise))

    def _note_namesake(self, matcher: Matcher, row: RowPlan, title: ListedTitle, enterprise: Any) -> None:
        other = matcher.namesake(enterprise)
        if other is not None:
            way_out = "将另立一家企业；如是同一家，请核对代码"
            self._warn(row, "uscc", title.uscc or "", f"已有同名企业{other}", way_out)

    def _warn(self, row: RowPlan, column: str, value: str, reason: str, way_out: str) -> None:
        header = self.plan.layout.header(column)
        row.findings.append(
            RowFinding(
                row=row.number,
                column=header,
                value=value,
                reason=reason,
                way_out=way_out,
                level=Level.WARNING,
            )
        )

    def _match_title(self, matcher: Matcher, row: RowPlan, listed: ListedTitle, project: ProjectDraft) -> None:
        found = matcher.title(listed, project)
        if found is not None and found.row is not None:
            error = BadValue(
                f"与第 {found.row} 行重复：同一企业、同一名称、同一类别、同一年份",
                "请删去其中一行，或更正名称、类别、年份",
            )
            row.refuse(self.plan.layout.header("name"), listed.name, error)
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
            kinds = ProjectType(project.type).zh, ProjectType(listed.category.type).zh
            reason = f"该项目登记为{kinds[0]}，而这一类别授予{kinds[1]}"
            self._warn(
                row,
                "category",
                listed.category.name,
                reason,
                "记为同一项目的又一认定；工厂与其车间应分别立项",
            )

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
            self._compare_names(row, listed, title)
            if listed.kpis.values:
                title.report = title.report or ReportDraft()
                merge_report(row, title.report, listed.kpis, self.plan.layout)
            if title.id is not None:
                row.changes |= {k: v for k, v in title.changes.items() if k != "document"}
            enterprise = title.project.enterprise
            if enterprise is not None and enterprise.id is not None and listed.uscc is not None:
                row.changes |= {k: v for k, v in enterprise.changes.items() if k == "uscc"}

    def _compare_names(self, row: RowPlan, listed: ListedTitle, title: TitleDraft) -> None:
        """The awarded names stay as they were awarded."""
        for column, awarded, stated in (
            ("name", title.name_awarded, listed.name),
            ("enterprise", title.enterprise_awarded, listed.enterprise),
        ):
            if awarded and stated and name_key(awarded) != name_key(stated):
                self._warn(row, column, stated, f"认定时的名称是“{awarded}”", "保留认定时的名称")


def _credit(project: ProjectDraft, rows: list[RowPlan]) -> None:
    """Show the project's changes at the row that made them: the one of the latest year."""
    changes = {name: pair for name, pair in project.changes.items() if pair[0] != pair[1]}
    if changes:
        latest = max(rows, key=lambda row: (row.listed.year if row.listed else 0, -row.number))
        latest.changes |= changes
