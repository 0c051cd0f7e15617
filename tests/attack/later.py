"""The later forms of the city that is attacked: a yearly report, a list that was read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import (
    CallSubject,
    ImportJob,
    Recognition,
)
from registry.permissions import Actor
from registry.purposes import CallPurpose, MappingMode, Outcome
from registry.services.calls import managing, subjects
from registry.services.imports.jobs import managing as lists
from registry.services.recognition import mapping
from registry.services.recognition.mapping import MappingText
from registry.spreadsheets.writing import new_book
from registry.terms import ImportState, ImportTask
from tests import applicants
from tests.applicants import NOW
from tests.recognition.makers import LATER


def build_yearly(session: Session, world: Any, staff: dict[str, Any]) -> None:
    """A yearly report that asks the public project, which is excused for a reason of the office's own."""
    text = managing.CallText(
        category=applicants.CATEGORY, year=2026, title="2026年度报告（演示）", document_number="演示〔2026〕98号",
        opens_at=NOW, closes_at=datetime.now(UTC) + timedelta(days=40), purpose=CallPurpose.YEARLY,
    )  # fmt: skip
    call = managing.create_call(session, staff["city"], text, now=LATER)
    managing.publish_call(session, staff["city"], call.id, seen_version=call.version, now=LATER)
    asked = replace(
        text, title="2026年复核（演示）", document_number="演示〔2026〕97号", purpose=CallPurpose.RE_EVALUATION
    )
    rules = applicants.rules_without_files(covers=tuple(session.scalars(select(Recognition.category_code).distinct())))
    again = managing.create_call(session, staff["city"], asked, now=LATER, rules=rules)
    managing.publish_call(session, staff["city"], again.id, seen_version=again.version, now=LATER)
    world.ids["again_call"] = again.id
    [subject] = session.scalars(select(CallSubject).where(CallSubject.call_id == call.id))
    subjects.decide(
        session,
        staff["city"],
        subject.id,
        Outcome.EXCUSED,
        reason="机密免报原因",
        seen_version=subject.version,
        now=LATER,
    )
    row = mapping.add(
        session, staff["city"],
        MappingText(
            from_code=applicants.CATEGORY, to_code="mun_smart_workshop", mode=MappingMode.DIRECT, keeps_old=True,
            document="机密发〔2026〕18号", decided_on=None,
        ),
        now=LATER,
    )  # fmt: skip
    world.ids |= {"mapping": row.id, "yearly_call": call.id, "subject": subject.id, "subject_version": subject.version}


def build_import(session: Session, city: Actor) -> ImportJob:
    """A list that was read; everything of it is internal."""
    book = new_book()
    book.active.append(["机密企业"])  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    job = lists.upload(session, city, kind="projects", filename="机密名单.xlsx", content=buffer.getvalue(), now=LATER)
    job.state, job.task, job.report = ImportState.READ.value, ImportTask.NONE.value, buffer.getvalue()
    job.answers = {"机密问题": "机密答复"}
    session.flush()
    return job
