"""`demo load`: the same stock on every machine, drawn from one seed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.db import city_of
from registry.errors import Conflict, OperatorError
from registry.models import (
    Document,
    Enterprise,
    Project,
    Recognition,
)
from registry.names import document_number_key, name_key
from registry.permissions import Actor
from registry.services import imports
from registry.services.demo import casework, facts, histories, lives, notices, rounds, shown, words
from registry.services.demo.histories import MADE_AT
from registry.services.demo.places import draw_spot
from registry.services.demo.purging import is_empty
from registry.services.demo.stock import Batch, Stock, WorkshopPlan, load_stock, workshop_plans
from registry.services.demo.values import draw_values, make_report, verified
from registry.services.events import Entry, record
from registry.services.notices.identity import IdentityKey
from registry.services.record import search_index
from registry.services.record.codes import draw, project_code
from registry.storage import Storage
from registry.terms import Basis, CoordinateOrigin, DocumentKind, Precision, ProjectType, RecognitionStatus
from registry.wording import Message


def load_demo(
    session: Session,
    actor: Actor,
    *,
    now: datetime | None = None,
    folder: Storage | None = None,
    identity_key: IdentityKey | None = None,
) -> int:
    """Load the demo stock, accounts, calls and their applications, which began in the months before `now`.

    Without `identity_key` nobody is kept as the one who objects.

    `folder` is the storage of files, for photos; without one there are none. Returns the number of projects; raises
    Conflict on a database with records.
    """
    if not is_empty(session):
        raise Conflict(Message("数据库中已有记录，不能装入演示数据。请使用新的数据目录，或先运行 flask demo purge。"))
    stock = load_stock(city_of(session))
    _Loader(session, stock).load(actor)
    projects = session.scalars(select(Project.id).order_by(Project.id)).all()
    search_index.refresh(session, projects)
    moment = now or datetime.now(UTC)
    random = Random(stock.seed)  # noqa: S311  (repeatable)
    staff = casework.load_casework(session, stock, random, now=moment, folder=folder)
    rounds.load_round(session, stock, staff, now=moment)
    own = Random(stock.seed + 1)  # noqa: S311  (repeatable, and the draws of the other casework stay as they are)
    notices.load_notices(session, stock, own, now=moment, identity_key=identity_key)
    lives.load_lives(session, staff, now=moment)
    shown.load_shown(session, stock, staff, now=moment, folder=folder)
    record(
        session,
        actor,
        Entry(action="demo.load", subject_type="registry", note=f"装入演示数据：{len(projects)} 个项目。"),
    )
    return len(projects)


class _Loader:
    """One run of the loader; every draw comes from one generator in a fixed order."""

    def __init__(self, session: Session, stock: Stock) -> None:
        self.session, self.stock, self.city = session, stock, city_of(session)
        self.words = words.load_words(self.city)
        self.towns: dict[str, list[str]] = {}
        for row in self.city.towns:
            self.towns.setdefault(row.unit, []).append(row.name)
        self.random = Random(stock.seed)  # noqa: S311  (repeatable, not secret)
        self.documents: dict[tuple[str, int], Document] = {}
        self.numbers = 1
        self.serial = 100
        self.names: set[str] = set()
        self.enterprises: list[tuple[Enterprise, words.Line, str]] = []

    def load(self, actor: Actor) -> None:
        """Everything, in order of dependence."""
        if self.stock.batch:
            self._batch(actor, self.stock.batch)
        workshops = [self._workshop(plan) for plan in workshop_plans(self.stock, self.random)]
        if self.stock.batch:
            self._climb(self.stock.batch)
        self._factories(workshops)
        self._services()
        facts.load_facts(self.session, self.stock, MADE_AT)
        self.session.flush()
        holders = [enterprise for enterprise, _line, _unit in self.enterprises]
        histories.add_histories(self.session, self.stock, self.random, workshops, holders)
        self.session.flush()

    def _batch(self, actor: Actor, batch: Batch) -> None:
        """The batch comes in by the importer itself, then is marked as demo data."""
        table = spreadsheets.read_file(batch.path)
        plan = imports.plan_projects(self.session, table, today=date(2026, 1, 1))
        if plan.refused:
            reasons = list(imports.report_lines(plan))[-3:-1]
            raise OperatorError(
                Message("演示名单 %(file)s 有被拒绝的行：%(reasons)s", file=f"demo/{batch.path.name}", reasons=reasons)
            )
        imports.apply_plan(self.session, actor, plan)
        for model in (Enterprise, Project, Document):
            changes: dict[str, object] = {"is_demo": True}
            if model is not Document:
                changes |= {"created_at": MADE_AT, "updated_at": MADE_AT}
            self.session.execute(update(model).values(changes))
        self.session.expire_all()
        given = select(Recognition.category_code, Recognition.year, Document).join(
            Document, Recognition.document_id == Document.id
        )
        for category, year, document in self.session.execute(given.order_by(Recognition.id)):
            self.documents.setdefault((category, year or 0), document)
        self.batch_size = len(plan.rows)

    def _document(self, category: str, year: int) -> Document:
        """The document of a batch, made on first use."""
        if (category, year) not in self.documents:
            self.numbers += 1
            number = f"演示〔{year}〕{self.numbers}号"
            name = next(row.name for row in self.city.categories if row.code == category)
            document = Document(
                number=number,
                number_key=document_number_key(number),
                kind=DocumentKind.RECOGNITION.value,
                title=f"关于公布{year}年{name}名单的通知（演示）",
                organ="演示机关",
                announced_on=self.stock.announced_on(category, year),
                is_demo=True,
                created_at=MADE_AT,
            )
            self.session.add(document)
            self.session.flush()
            self.documents[category, year] = document
        return self.documents[category, year]

    def _enterprise(self, line: words.Line, unit: str) -> Enterprise:
        """A new enterprise, or in one case of four one of the same trade and unit that is already there."""
        same = [held for held, other, where in self.enterprises if other.industry == line.industry and where == unit]
        if same and self.random.random() < 0.4:
            return self.random.choice(same)
        self.serial += 1
        name = words.enterprise_name(self.random, self.words, line, self.names)
        division = self.stock.divisions[unit]
        made = Enterprise(
            name=name,
            name_key=name_key(name),
            uscc=words.demo_code(division, self.serial) if self.random.random() < 0.9 else None,
            verified=False,
            is_demo=True,
            created_at=MADE_AT,
            updated_at=MADE_AT,
        )
        self.session.add(made)
        self.session.flush()
        self.enterprises.append((made, line, unit))
        return made

    def _project(
        self, *, name: str, kind: ProjectType, unit: str, enterprise: Enterprise, line: words.Line | None
    ) -> Project:
        division = self.stock.divisions[unit]
        spot = draw_spot(self.random, self.stock, unit, division, self.city.boundary)
        project = Project(
            code=project_code(self.session, draw(self.session, "project_code")),
            type=kind.value,
            name=name,
            name_key=name_key(name),
            enterprise_id=enterprise.id,
            unit_code=unit,
            division_code=division,
            town=self.random.choice(self.towns[unit]) if unit in self.towns else "",
            address=f"演示路{self.random.randint(1, 399)}号",
            industry_code=line.industry if line else None,
            lon=spot.lon,
            lat=spot.lat,
            typed_lon=spot.lon,
            typed_lat=spot.lat,
            typed_system=CoordinateOrigin.WGS84.value,
            precision=Precision.EXACT.value,
            near_line=spot.near_line,
            products=line.product if line else "",
            summary=words.summary(self.random, self.words, line) if line else "",
            is_demo=True,
            created_at=MADE_AT,
            updated_at=MADE_AT,
        )
        self.session.add(project)
        self.session.flush()
        return project

    def _title(self, project: Project, enterprise: Enterprise, category: str, year: int) -> Recognition:
        document = self._document(category, year)
        title = Recognition(
            project_id=project.id,
            category_code=category,
            year=year,
            document_id=document.id,
            announced_on=document.announced_on,
            name_awarded=project.name,
            enterprise_awarded=enterprise.name,
            status=RecognitionStatus.VALID.value,
            created_at=MADE_AT,
        )
        self.session.add(title)
        self.session.flush()
        return title

    def _workshop(self, plan: WorkshopPlan) -> Project:
        line = words.draw_line(self.random, self.words)
        enterprise = self._enterprise(line, plan.unit)
        name = self._workshop_name(enterprise, line)
        project = self._project(name=name, kind=ProjectType.WORKSHOP, unit=plan.unit, enterprise=enterprise, line=line)
        for category, year in plan.titles:
            title = self._title(project, enterprise, category, year)
            if category != self.stock.sparse or self.random.random() < 0.6:
                self._reports(title, year)
        return project

    def _workshop_name(self, enterprise: Enterprise, line: words.Line) -> str:
        """A name that this enterprise has not used yet."""
        stem = f"演示{line.product}{line.process}"
        used = set(self.session.scalars(select(Project.name).where(Project.enterprise_id == enterprise.id)))
        for suffix in (
            "智能车间",
            "数字化智能车间",
            "二期智能车间",
            "三期智能车间",
            "四期智能车间",
            "五期智能车间",
        ):
            if stem + suffix not in used:
                return stem + suffix
        return f"{stem}智能车间（{len(used) + 1}号）"

    def _reports(self, title: Recognition, year: int) -> None:
        """A declared report, and in one case of four a verified one beside it."""
        values = draw_values(self.random)
        years = (year - 2, year)
        self.session.add(make_report(title, values, basis=Basis.DECLARED, years=years, at=MADE_AT))
        if self.random.random() < 0.25:
            found = verified(self.random, values)
            self.session.add(make_report(title, found, basis=Basis.VERIFIED, years=years, at=MADE_AT))

    def _climb(self, batch: Batch) -> None:
        """Some workshops of the batch hold an earlier title, some a further one."""
        projects = list(self.session.scalars(select(Project).order_by(Project.id).limit(self.batch_size)))
        holders = {held.id: held for held in self.session.scalars(select(Enterprise))}
        given = []
        if batch.earlier:
            given += [(batch.earlier, project) for project in projects[: batch.earlier.projects]]
        if batch.further:
            given += [(batch.further, project) for project in projects[-batch.further.projects :]]
        for extra, project in given:
            first, last = extra.years
            year = first if first == last else self.random.randint(first, last)
            self._title(project, holders[project.enterprise_id or 0], extra.category, year)

    def _factories(self, workshops: list[Project]) -> None:
        """Factories are projects of their own that parent their enterprise's workshops."""
        series = self.stock.factories
        if series is None:
            return
        held: dict[int, list[Project]] = {}
        for project in workshops:
            held.setdefault(project.enterprise_id or 0, []).append(project)
        largest = sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0]))[: len(series.years)]
        for (enterprise_id, own), year in zip(largest, series.years, strict=False):
            enterprise = self.session.get_one(Enterprise, enterprise_id)
            line = words.Line(own[0].industry_code or "34", own[0].products, "总装")
            factory = self._project(
                name=f"演示{line.product}智能工厂",
                kind=ProjectType.FACTORY,
                unit=own[0].unit_code,
                enterprise=enterprise,
                line=line,
            )
            self._reports(self._title(factory, enterprise, series.category, year), year)
            for project in own:
                project.parent_id = factory.id

    def _services(self) -> None:
        series = self.stock.services
        if series is None:
            return
        for serial in range(series.projects):
            unit = self.stock.draw_unit(self.random)
            name = f"演示{self.words['brands'][serial]}智能制造技术服务有限公司"
            self.names.add(name)
            division = self.stock.divisions[unit]
            self.serial += 1
            enterprise = Enterprise(
                name=name,
                name_key=name_key(name),
                uscc=words.demo_code(division, self.serial),
                is_demo=True,
                created_at=MADE_AT,
                updated_at=MADE_AT,
            )
            self.session.add(enterprise)
            self.session.flush()
            project = self._project(
                name=f"演示{self.words['brands'][serial]}智能制造服务",
                kind=ProjectType.SUPPLIER,
                unit=unit,
                enterprise=enterprise,
                line=None,
            )
            self._title(project, enterprise, series.category, self.random.choice(series.years))
