"""What a text finds is what LIKE finds in the stored texts: in any state of the record, with any letters."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from registry.db import readers
from registry.models import ProjectSearch
from registry.names import fold
from registry.queries.catalogue import current, texts
from registry.queries.catalogue.current import Catalogues
from registry.queries.catalogue.selection import text_hits
from registry.queries.catalogue.texts import Texts

LETTERS = "ab1-é演示电机\U00020bb7\U00020bb8"
"""Among them two that share their first half as UTF-16."""


def drawn(draw: random.Random, most: int) -> str:
    return "".join(draw.choices(LETTERS, k=draw.randint(1, most)))


@pytest.mark.parametrize("stride", [3, 64, 1 << 17])
@pytest.mark.parametrize("gathered", [0, 10_000])
def test_a_term_is_found_where_a_line_holds_it(monkeypatch: pytest.MonkeyPatch, stride: int, gathered: int) -> None:
    monkeypatch.setattr(texts, "STRIDE", stride)
    monkeypatch.setattr(texts, "GATHERED", gathered)
    monkeypatch.setattr(texts, "CHUNK", 7)
    draw = random.Random(stride)
    rows = [(3 * number, "\n".join(drawn(draw, 9) for _ in range(draw.randint(1, 4)))) for number in range(40)]
    rows.append((1000, ""))
    held = Texts.of(rows)
    asked = [[drawn(draw, 3) for _ in range(draw.randint(1, 3))] for _ in range(60)]
    for terms in [*asked, ["a" * 100], ["无"], ["\x00"], *([letter] for letter in LETTERS)]:
        wanted = [key for key, line in rows if all(term in line for term in terms)]
        assert held.ids_with(terms).tolist() == wanted, terms


def test_no_rows_hold_nothing() -> None:
    assert Texts.of([]).ids_with(["演示"]).tolist() == []


def like(session: Session, q: str) -> list[int]:
    statement = select(ProjectSearch.project_id).order_by(ProjectSearch.project_id)
    for term in fold(q).split():
        statement = statement.where(ProjectSearch.text.contains(term, autoescape=True))
    return list(session.scalars(statement))


CHANGES = (
    "UPDATE project_search SET text = 'xinming\n新名𠮷车间' WHERE project_id = {project}",
    "UPDATE project_search SET text = text || '\n又名' WHERE project_id = {project}",
    "DELETE FROM project_search WHERE project_id = {project}",
    "UPDATE recognition SET year = 2016 WHERE project_id = {project}",
)


def test_hits_are_those_of_like_in_every_state(demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, carried, made = random.Random(7), Catalogues(), []
    whole = current.load_texts
    monkeypatch.setattr(current, "load_texts", lambda session: made.append(1) or whole(session))
    with readers(demo_engine)() as session:
        lines = [line for text in session.scalars(select(ProjectSearch.text)) for line in text.split("\n")]
        ids = list(session.scalars(select(ProjectSearch.project_id)))
    for _ in range(12):
        with demo_engine.begin() as connection:
            connection.execute(text(draw.choice(CHANGES).format(project=draw.choice(ids))))
        with readers(demo_engine)() as session:
            catalogue = carried.current(session)
            for _ in range(6):
                line = draw.choice([*lines, "新名𠮷车间", "又名"])
                begin = draw.randrange(len(line))
                q = f"{line[begin : begin + draw.randint(1, 5)]} {draw.choice(['', '演示', 'y', '%', '_', '车间'])}"
                found = text_hits(session, catalogue, q)
                assert (found if found is None else found.tolist()) == (like(session, q) if q.strip() else None), q
    assert len(made) == 1, "only the first state was read whole"


def test_a_state_is_searched_as_its_reader_sees_it(demo_engine: Engine) -> None:
    carried = Catalogues()
    with readers(demo_engine)() as before, readers(demo_engine)() as after:
        first = carried.current(before)
        with demo_engine.begin() as connection:
            connection.execute(text("UPDATE project_search SET text = '演示新名'"))
        found = text_hits(after, carried.current(after), "演示新名")
        assert found is not None
        assert len(found)
        earlier = text_hits(before, first, "演示新名")
        assert earlier is not None
        np.testing.assert_array_equal(earlier, [])
