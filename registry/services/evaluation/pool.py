"""专家库: who can be drawn, for which industries, and which enterprises somebody must not judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc as uscc_number

from registry.errors import Conflict, InvalidInput
from registry.models import (
    Expert,
    ExpertField,
    Industry,
)
from registry.names import has_control_characters, name_key, tidy
from registry.permissions import Actor, Permission, require
from registry.services.evaluation.conflicts import expert_account, let_go
from registry.services.events import Entry, record
from registry.wording import Message


@dataclass(frozen=True, kw_only=True)
class ExpertInput:
    """What the pool knows of an expert."""

    employer: str
    employer_uscc: str = ""
    title: str = ""
    languages: str = ""
    industries: tuple[str, ...] = ()
    active: bool = True


def enter(
    session: Session, actor: Actor, account_id: int, given: ExpertInput, *, seen_version: int, now: datetime
) -> Expert:
    """Put an account of the role into the pool, or change what is known of it (`seen_version` 0: not there yet).

    An application of an enterprise that turns out to be the employer leaves the expert's hands at once.
    """
    require(actor, Permission.EXPERT_MANAGE)
    account = expert_account(session, account_id)
    expert = session.get(Expert, account.id, with_for_update=True)
    if (0 if expert is None else expert.version) != seen_version:
        raise Conflict(Message("这位专家的登记刚被他人更新，请核对后再保存，您填写的内容都还在。"))
    employer, code = _employer(given), _code(given.employer_uscc)
    known = set(session.scalars(select(Industry.code)))
    if not given.industries or set(given.industries) - known:
        raise InvalidInput(Message("请至少勾选一个熟悉的行业。"), field="industries")
    before = _values(expert)
    if expert is None:
        expert = Expert(account_id=account.id, fields=[])
        session.add(expert)
    expert.employer, expert.employer_key, expert.employer_uscc = employer, name_key(employer), code
    expert.title, expert.languages = _line(given.title, 60, "title"), _line(given.languages, 100, "languages")
    expert.active, expert.updated_at = given.active, now
    wanted = sorted(set(given.industries))
    kept = {field.industry_code: field for field in expert.fields}
    expert.fields = [kept.get(code) or ExpertField(industry_code=code) for code in wanted]
    session.flush()
    after = _values(expert)
    changes = {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}
    entry = Entry(action="expert.update", subject_type="expert", subject_id=expert.account_id, changes=changes)
    record(session, actor, entry, at=now)
    let_go(session, actor, expert, now=now)
    return expert


def _employer(given: ExpertInput) -> str:
    text = tidy(given.employer)
    if not text or len(text) > 200 or has_control_characters(text):
        raise InvalidInput(Message("请填写工作单位的全称，最多 200 个字；退休的填原单位。"), field="employer")
    return text


def _code(typed: str) -> str:
    text = tidy(typed).upper()
    if text and not uscc_number.is_valid(text):
        raise InvalidInput(Message("统一社会信用代码不对；请核对 18 位，或留空。"), field="employer_uscc")
    return str(uscc_number.compact(text)) if text else ""


def _line(typed: str, most: int, field: str) -> str:
    text = tidy(typed)
    if len(text) > most or has_control_characters(text):
        raise InvalidInput(Message("最多 %(most)s 个字；请缩短。", most=most), field=field)
    return text


def _values(expert: Expert | None) -> dict[str, object]:
    if expert is None:
        return {}
    return {
        "employer": expert.employer,
        "employer_uscc": expert.employer_uscc,
        "active": expert.active,
        "industries": [field.industry_code for field in expert.fields],
    }
