"""Changes of the public record under faults and races: whole or nothing at each write, one winner."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry.changes import ChangeAction, ChangeKind
from registry.db import make_engine, writers
from registry.models import (
    Application,
    ChangeRequest,
    Enterprise,
    Event,
    Project,
    Recognition,
    ReleasedPhoto,
    VoidTitle,
)
from registry.purposes import CallPurpose
from registry.services import uploads
from registry.services.review.needs import StepInput
from registry.services.titles import requests, steps
from registry.services.titles.requests import Asking
from registry.storage import Folder
from registry.terms import Action, AttachmentKind
from tests.injected import writes_of
from tests.titles.asking import LATER, TODAY, agree, ask
from tests.titles.conftest import Stocks
from tests.titles.later_makers import later_call, sent, take
from tests.titles.makers import Holders, stocked
from tests.uploads import samples
from tests.workflow.test_races import race

pytestmark = pytest.mark.slow

DOCUMENT = {"number": "演示发〔2026〕30号", "announced_on": TODAY, "document_title": "演示文件", "organ": "演示机关"}
Typed = Callable[[Holders], dict[str, Any]]


def title_of(made: Holders) -> list[str]:
    """The first project's title, as a form sends it."""
    return [str(made.titles[0].id)]


KINDS: dict[ChangeKind, tuple[str, Typed]] = {
    ChangeKind.MERGE_ENTERPRISES: ("enterprise", lambda made: {"other": made.enterprises[1].uscc}),
    ChangeKind.SUCCESSION: (
        "enterprise",
        lambda made: DOCUMENT | {
            "other": made.enterprises[1].uscc, "projects": [str(made.projects[0].id)], "titles": title_of(made),
        },
    ),
    ChangeKind.RENAME_PROJECT: ("project", lambda made: {"name": "演示更名车间"}),
    ChangeKind.MERGE_PROJECTS: ("project", lambda made: {"other": made.projects[1].code}),
    ChangeKind.KPI: (
        "project",
        lambda made: {"title": title_of(made)[0], "kpi": "operating_cost", "baseline": "382.4", "current": "200.5",
                      "measure": "元/件"},
    ),
    ChangeKind.END_TITLES: (
        "titles",
        lambda made: DOCUMENT | {"titles": title_of(made), "outcome": "revoked", "cause": "fraud"},
    ),
    ChangeKind.VOID_TITLES: ("titles", lambda made: {"titles": [str(title.id) for title in made.titles]}),
}  # fmt: skip
"""What each kind is about and what is typed: the reserved ones, which only officers begin, and corrections."""


def entered(session: Session, made: Holders, kind: ChangeKind) -> ChangeRequest:
    """A request of the city's own that waits for the publisher."""
    about, typed = KINDS[kind]
    named = {"enterprise": {"enterprise_id": made.enterprises[0].id}, "project": {"project_id": made.projects[0].id}}
    return ask(session, made.city, kind, typed=typed(made), **named.get(about, {}))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_change_is_put_into_force_whole_or_not_at_all(stocks: Stocks, tmp_path: Path, kind: ChangeKind) -> None:
    source, made = stocks(2)
    shutil.copyfile(source, tmp_path / "registry.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'registry.db'}")
    with writers(engine)() as session:
        session.get_one(Recognition, made.titles[1].id).year = 2025
        key = entered(session, made, kind).id
        session.commit()

    def puts_into_force(session: Session) -> None:
        agree(session, made.publisher, session.get_one(ChangeRequest, key))

    assert writes_of(engine, puts_into_force) > 3, "the request, what it changes, an event, a word to somebody"
    with writers(engine)() as session:
        assert session.get_one(ChangeRequest, key).state == "in_force"
        assert session.scalar(select(func.count()).where(Event.action == "change.agree")) == 1
    engine.dispose()


def test_a_change_by_three_desks_with_its_scan_is_whole_or_nothing(engine: Engine, tmp_path: Path) -> None:
    """An enterprise's own request, on both databases: each desk's step, a return and sending again, and its file."""
    made, key, folder = stocked(engine), list[int](), tmp_path / "files"
    typed = {"name": "演示更名有限公司", "document": "通知书", "simple": "1"}

    def asks(session: Session) -> None:
        key.append(ask(session, made.owners[0], ChangeKind.RENAME_ENTERPRISE, folder, typed=typed,
                       enterprise_id=made.enterprises[0].id).id)  # fmt: skip

    def gives_back(session: Session) -> None:
        row = session.get_one(ChangeRequest, key[-1])
        steps.perform(session, made.district, row.id, ChangeAction.RETURN, answer="请补充。",
                      seen_version=row.version, now=LATER)  # fmt: skip

    def desk(actor: Any) -> Callable[[Session], object]:
        return lambda session: agree(session, actor, session.get_one(ChangeRequest, key[-1]))

    def sends_again(session: Session) -> None:
        row = session.get_one(ChangeRequest, key[-1])
        asking = Asking(typed=typed, reason="演示理由", effective_on=TODAY)
        requests.resubmit(session, made.owners[0], row, asking, now=LATER)

    assert writes_of(engine, asks) > 3
    assert writes_of(engine, gives_back) > 2
    assert writes_of(engine, sends_again) > 2
    for actor in (made.district, made.city, made.publisher):
        assert writes_of(engine, desk(actor)) > 2
    assert len(list(Folder(folder).names())) == 1, "of requests that were stopped on their way no file is left"
    with writers(engine)() as session:
        assert session.get_one(Enterprise, made.enterprises[0].id).name == "演示更名有限公司"


def test_a_photo_is_asked_for_shown_and_withdrawn_whole_or_not_at_all(stocks: Stocks, tmp_path: Path) -> None:
    source, made = stocks(2)
    shutil.copyfile(source, tmp_path / "registry.db")
    engine, folder = make_engine(f"sqlite:///{tmp_path / 'registry.db'}"), Folder(tmp_path / "files")
    key = list[int]()

    def asks(session: Session) -> None:
        shot = io.BytesIO(samples.picture())
        with uploads.examine(shot, "a.jpg", kind=AttachmentKind.PHOTO) as photo:
            asking = Asking(
                typed={"caption": "演示全景"}, reason="演示理由", effective_on=TODAY, file=photo, folder=folder
            )
            project_id = made.projects[0].id
            made_one = requests.enter(
                session, made.owners[0], ChangeKind.PHOTOS, asking, project_id=project_id, now=LATER
            )
            key.append(made_one.id)

    def agrees(session: Session) -> None:
        agree(session, made.city, session.get_one(ChangeRequest, key[-1]))

    def goes(session: Session) -> None:
        agree(session, made.publisher, session.get_one(ChangeRequest, key[-1]))

    assert writes_of(engine, asks) > 2
    # The photo, its event, the request, its event, a word to the enterprise.
    assert writes_of(engine, agrees) > 4
    with writers(engine)() as session:
        [shown] = session.scalars(select(ReleasedPhoto.id))
        about = {"project_id": made.projects[0].id, "typed": {"withdraw": [str(shown)]}}
        key.append(ask(session, made.city, ChangeKind.PHOTOS, **about).id)
        session.commit()
    assert writes_of(engine, goes) > 4
    assert len(list(folder.names())) == 1, "of requests that were stopped on their way no file is left"
    engine.dispose()


def test_a_report_is_filed_and_the_filing_undone_whole_or_not_at_all(stocks: Stocks, tmp_path: Path) -> None:
    source, made = stocks(2)
    shutil.copyfile(source, tmp_path / "registry.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'registry.db'}")
    with writers(engine)() as session:
        key = sent(session, later_call(session, CallPurpose.YEARLY), made).id
        session.commit()

    def files(session: Session) -> None:
        take(session, session.get_one(Application, key), made.district, Action.FILE)

    def undoes(session: Session) -> None:
        given = StepInput(reason="核对有误")
        take(session, session.get_one(Application, key), made.district, Action.UNDO, given)

    # The report and its values, the application, its event, a word to the enterprise.
    assert writes_of(engine, files) > 4
    assert writes_of(engine, undoes) > 3
    engine.dispose()


def test_of_three_publishers_one_puts_a_change_into_force(engine: Engine) -> None:
    made = stocked(engine)
    with writers(engine)() as session:
        request = entered(session, made, ChangeKind.VOID_TITLES)
        key, version, seen = request.id, request.version, requests.fingerprint(requests.current(session, request))
        session.commit()

    def agrees(session: Session, _number: int) -> None:
        steps.perform(session, made.publisher, key, ChangeAction.AGREE, seen_version=version, seen=seen, now=LATER)

    assert race(engine, agrees, racers=3) == Counter({"won": 1, "Conflict": 2})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(VoidTitle)) == 2
        assert session.scalar(select(func.count()).where(Event.action == "change.agree")) == 1


def test_two_officers_ask_for_the_same_at_once_and_one_request_is_open(engine: Engine) -> None:
    """Of titles as of projects: also where one wants to revoke what the other declares void."""
    made = stocked(engine)
    for one, other in (
        (ChangeKind.KPI, ChangeKind.KPI),
        (ChangeKind.END_TITLES, ChangeKind.VOID_TITLES),
    ):

        def asks(session: Session, number: int, kinds: tuple[ChangeKind, ...] = (one, other)) -> None:
            entered(session, made, kinds[number])

        assert race(engine, asks, racers=2) == Counter({"won": 1, "Conflict": 1})
    with writers(engine)() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRequest)) == 2


def test_a_project_is_renamed_while_it_is_merged_away(engine: Engine) -> None:
    """Two changes of one project at once: the second is told that the record has moved on, nothing is half done."""
    made = stocked(engine)
    with writers(engine)() as session:
        renaming, merging = (
            entered(session, made, kind) for kind in (ChangeKind.RENAME_PROJECT, ChangeKind.MERGE_PROJECTS)
        )
        held = [
            (row.id, row.version, requests.fingerprint(requests.current(session, row))) for row in (renaming, merging)
        ]
        session.commit()

    def agrees(session: Session, number: int) -> None:
        key, version, seen = held[number]
        steps.perform(session, made.publisher, key, ChangeAction.AGREE, seen_version=version, seen=seen, now=LATER)

    found = race(engine, agrees, racers=2)
    assert found["won"] >= 1
    assert sum(found.values()) == 2
    with writers(engine)() as session:
        states = Counter(session.scalars(select(ChangeRequest.state)))
        assert states["in_force"] == found["won"]
        first, second = (session.get_one(Project, project.id) for project in made.projects)
        merged = {first.merged_into_id, second.merged_into_id} - {None}
        assert bool(merged) is (session.get_one(ChangeRequest, held[1][0]).state == "in_force")
        assert {title.project_id for title in session.scalars(select(Recognition))} <= (merged or {first.id, second.id})
