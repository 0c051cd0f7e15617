"""An importer on a fresh database: rows or a file in, plan out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.db import Base, writers
from registry.permissions import OPERATOR
from registry.services.imports import Level, Plan, apply_plan
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.memory import recalled
from registry.services.imports.planning import plan_titles
from registry.services.imports.result import NO_OPTIONS
from registry.spreadsheets import Book, read_file
from tests.imports.shapes import Shapes
from tests.imports.sheets import TODAY, table, write_csv, write_xlsx
from tests.imports.web.office import Office


class Importer:
    """Imports rows (through a real file) or a file, and looks at what is stored."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def file(self, path: Path, *, applied: bool = True, answers: Mapping[str, str] | None = None) -> Plan:
        """Plan a file, answer its questions by kind, and apply it unless something is refused or asked."""
        book = Book([read_file(path)])
        with writers(self.engine)() as session:
            memory = recalled(session)
            plan = plan_titles(session, book, Asker({}, memory, TODAY), NO_OPTIONS, today=TODAY)
            if answers:
                given = {question.id: answers[question.kind.value] for question in plan.questions}
                plan = plan_titles(session, book, Asker(given, memory, TODAY), NO_OPTIONS, today=TODAY)
            if applied and not plan.refused and not plan.questions:
                apply_plan(session, OPERATOR, plan)
                session.commit()
        return plan

    def rows(self, *rows: Mapping[str, Any], applied: bool = True, answers: Mapping[str, str] | None = None) -> Plan:
        """The same for rows given by header; text stays text and numbers numbers."""
        return self.file(write_xlsx(self.folder / "rows.xlsx", table(rows)), applied=applied, answers=answers)

    def csv(self, *rows: Mapping[str, Any]) -> Plan:
        """The same through a csv file."""
        return self.file(write_csv(self.folder / "rows.csv", table(rows)))

    def refusals(self, *rows: Mapping[str, Any]) -> list[tuple[int, str, str]]:
        """(row, column, reason) of what is refused; nothing may be stored then."""
        before = self.counts()
        plan = self.rows(*rows)
        assert self.counts() == before
        return messages(plan, Level.ERROR)

    def all(self, *columns: Any) -> list[tuple[Any, ...]]:
        """Rows of the database, in the order of their first column."""
        with Session(self.engine) as session:
            return [tuple(row) for row in session.execute(select(*columns).order_by(columns[0]))]

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self.engine.connect() as connection:
            tables = Base.metadata.sorted_tables
            return {each.name: connection.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def messages(plan: Plan, *levels: Level) -> list[tuple[int, str, str]]:
    """(row, column, reason) of the findings of these levels."""
    return [
        (finding.row, finding.column, finding.reason)
        for row in plan.rows
        for finding in row.findings
        if finding.level in levels
    ]


def asked(plan: Plan) -> list[tuple[str, str, tuple[int, ...]]]:
    """(kind, column, rows) of the open questions."""
    return [(question.kind.value, question.column, question.rows) for question in plan.questions]


def outcomes(plan: Plan) -> Sequence[str]:
    """The outcome of each row."""
    return [row.outcome.value for row in plan.rows]


@pytest.fixture
def importer(engine: Engine, tmp_path: Path) -> Importer:
    """An importer on both kinds of database."""
    return Importer(engine, tmp_path)


@pytest.fixture
def light(sqlite_url: str, tmp_path: Path) -> Iterator[Importer]:
    """An importer on SQLite alone, for rules that no database takes part in."""
    from registry.db import make_engine

    engine = make_engine(sqlite_url)
    yield Importer(engine, tmp_path)
    engine.dispose()


@pytest.fixture
def shapes(sqlite_template: Path) -> Iterator[Shapes]:
    """A reader of small lists over the registry as it is after `flask init`; it only reads."""
    from registry.db import make_engine

    engine = make_engine(f"sqlite:///{sqlite_template}")
    with Session(engine) as session:
        yield Shapes(session)
    engine.dispose()


@pytest.fixture
def office(make_app: Callable[..., Flask], database_url: str, tmp_path: Path) -> Iterator[Office]:
    found = Office(make_app(database_url), tmp_path)
    yield found
    found.settle()


@pytest.fixture
def light_office(make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """The same on SQLite alone, for what no database takes part in."""
    found = Office(make_app(sqlite_url), tmp_path)
    yield found
    found.settle()
