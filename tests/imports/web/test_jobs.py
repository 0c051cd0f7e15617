"""The work in the background: leases, servers that die, tasks that fail, permissions that are gone."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from registry.db import Base
from registry.models import ImportJob, Project
from registry.queries.accounts.told import unpacked
from registry.services.imports.jobs import running
from registry.services.imports.jobs.journal import DERIVED, RECORD, WORDS
from registry.terms import ImportState, ImportTask
from tests.imports.sheets import row
from tests.imports.web.office import Office


def test_a_server_that_died_in_the_middle_leaves_undone_and_the_next_one_does_it(office: Office) -> None:
    address = office.upload("projects", row())
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    holder = running.Worker(office.runtime.read, office.runtime.write).name.split(":")
    dead = ":".join([holder[0], ended.stdout.strip(), "0", "0"])
    with office.runtime.write() as session:
        job = session.scalars(select(ImportJob)).one()
        job.task, job.acted_by, job.lease_owner = ImportTask.APPLY.value, job.created_by, dead
        job.lease_until = datetime.now(UTC) + timedelta(minutes=10)
        session.commit()
    assert office.all(Project.id) == []
    page = office.city.client.get(address).get_data(as_text=True)
    assert "后台正在写入" in page
    office.settle()
    assert office.all(Project.name) == [("演示齿轮智能车间",)]
    assert office.all(ImportJob.id, ImportJob.state)[0][1] == ImportState.APPLIED


def test_a_lease_that_somebody_holds_is_left_alone(light_office: Office) -> None:
    light_office.upload("projects", row())
    with light_office.runtime.write() as session:
        until = datetime.now(UTC) + timedelta(minutes=10)
        values = {"task": "apply", "lease_owner": "another-machine:1:x:y", "lease_until": until}
        session.execute(update(ImportJob).values(**values, acted_by=ImportJob.created_by))
        session.commit()
    worker = running.Worker(light_office.runtime.read, light_office.runtime.write)
    assert worker.work() == 0
    assert light_office.all(Project.id) == []
    with light_office.runtime.write() as session:
        session.execute(update(ImportJob).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    assert worker.work() == 1
    assert light_office.all(Project.name) == [("演示齿轮智能车间",)]


def test_a_task_that_never_ends_well_is_given_up_with_a_sentence(light_office: Office) -> None:
    address = light_office.upload("projects", row())
    with light_office.runtime.write() as session:
        session.execute(update(ImportJob).values(task="apply", attempts=running.MOST_ATTEMPTS, lease_until=None))
        session.commit()
    assert running.Worker(light_office.runtime.read, light_office.runtime.write).work() == 0
    assert "在后台试了 3 次都没有完成，什么也没有写入。" in light_office.city.get(address).text()
    assert light_office.all(Project.id) == []


def test_who_lost_the_permission_meanwhile_writes_nothing(light_office: Office) -> None:
    address = light_office.upload("projects", row())
    with light_office.runtime.write() as session:
        session.execute(text("UPDATE account SET standing = 'disabled'"))
        session.execute(update(ImportJob).values(task="apply", acted_by=ImportJob.created_by, lease_until=None))
        session.commit()
    assert running.Worker(light_office.runtime.read, light_office.runtime.write).work() == 1
    with light_office.runtime.write() as session:
        assert unpacked(session.scalar(select(ImportJob.problem))) == "请先登录。"
        session.execute(text("UPDATE account SET standing = 'active'"))
        session.commit()
    assert light_office.all(Project.id) == []
    assert "请先登录。" in light_office.city.get(address).text()


def test_who_lost_the_permission_meanwhile_takes_nothing_back(light_office: Office) -> None:
    address = light_office.upload("projects", row())
    light_office.press(address, "apply")
    with light_office.runtime.write() as session:
        session.execute(text("UPDATE account SET standing = 'disabled'"))
        session.execute(update(ImportJob).values(task="undo", lease_until=None))
        session.commit()
    assert running.Worker(light_office.runtime.read, light_office.runtime.write).work() == 1
    assert light_office.all(Project.name) == [("演示齿轮智能车间",)]
    assert light_office.all(ImportJob.state, ImportJob.task) == [(ImportState.APPLIED.value, "")]


def test_a_list_is_shown_and_given_back_under_a_harmless_name(office: Office) -> None:
    """No text of the database holds a NUL, no page turns round, and no program comes back under its own ending."""
    for number, (given, shown, ending) in enumerate((
        ("a\0b.csv", "ab.csv", "csv"),
        ("a\u202evsc.exe", "avsc.exe", "bin"),
        ("C:\\x/..\\\x01\x1b[31m名单.csv", "[31m名单.csv", "csv"),
        ("\u202e", "名单", "bin"),
    ), 1):  # fmt: skip
        fields = {"kind": "projects", "list": (io.BytesIO("项目名称\n甲\n".encode()), given)}
        address = office.city.post("/admin/imports", fields, status=303).headers["Location"]
        office.settle()
        assert office.all(ImportJob.id, ImportJob.filename)[-1] == (number, shown)
        back = office.city.raw(f"{address}/file", audited=True).headers["Content-Disposition"]
        assert back.endswith(f".{ending}")
        assert "%2E%2E" not in back.upper()


def test_what_somebody_saves_between_reading_and_writing_is_seen(light_office: Office) -> None:
    """The list is read before the transaction that writes; a change just before that is found there."""
    runtime = light_office.runtime
    light_office.press(light_office.upload("projects", row()), "apply")
    address = light_office.upload("projects", row(详细地址="演示路7号"))
    job = light_office.all(ImportJob.id)[-1][0]

    def applied(meanwhile: str) -> None:
        with runtime.write() as session:
            values = {"task": "apply", "lease_until": None, "attempts": 0, "acted_by": ImportJob.created_by}
            session.execute(update(ImportJob).where(ImportJob.id == job).values(**values))
            session.commit()
        turns = 0

        def write() -> Session:
            # The first turn takes the task, the second is the one that writes.
            nonlocal turns
            turns += 1
            if turns == 2:
                with runtime.write() as other:
                    other.execute(text(meanwhile))
                    other.commit()
            return runtime.write()

        assert running.Worker(runtime.read, write).work() == 1

    applied("UPDATE project SET address = '别处', version = version + 1")
    assert light_office.all(Project.address) == [("别处",)]
    page = light_office.city.get(address)
    assert "预览之后登记有了变化，什么也没有写入。" in page.text()
    assert "别处 → 演示路7号" in page.text()
    # What the list has nothing to do with does not stand against it.
    applied("UPDATE account SET name = name")
    assert light_office.all(Project.address) == [("演示路7号",)]


def test_whatever_may_stand_on_an_import_has_a_word() -> None:
    """A page that names what keeps an import says 变更申请, never the name of a table."""
    imported = {Base.metadata.tables[name] for name in RECORD}
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table in imported for column in table.columns for key in column.foreign_keys)
    }
    assert "change_request" in pointing
    assert (pointing | set(RECORD)) - set(DERIVED) == set(WORDS)
