"""The doctor: recomputes what is derived and reports what differs. It never repairs anything.

`examine` reads one state of the database in portions, so that a record of a million titles needs no
more memory than a worker that serves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from registry.services.doctor.duplicates import (
    check_enterprises,
    check_names,
    check_projects,
    check_similar_enterprises,
)
from registry.services.doctor.figures import check_figures
from registry.services.doctor.files import check_files
from registry.services.doctor.findings import Finding
from registry.services.doctor.kpis import check_kpis
from registry.services.doctor.notices import check_identities, check_periods
from registry.services.doctor.places import check_places
from registry.services.doctor.recommendations import check_ranks
from registry.services.doctor.records import check_codes, check_events, check_keys, check_search
from registry.services.doctor.sealed import check_sealed
from registry.services.doctor.titles import check_empty_projects, check_titles
from registry.wording import Message

Check = Callable[[Session], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    Message("位置"): check_places,
    Message("认定"): check_titles,
    Message("没有认定的项目"): check_empty_projects,
    Message("指标"): check_kpis,
    Message("名称"): check_keys,
    Message("检索"): check_search,
    Message("编号"): check_codes,
    Message("同名企业"): check_enterprises,
    Message("相近企业"): check_similar_enterprises,
    Message("不能用的名称"): check_names,
    Message("相近项目"): check_projects,
    Message("推荐顺序"): check_ranks,
    Message("公示"): check_periods,
    Message("办理记录"): check_events,
    Message("加密的内容"): check_sealed,
    Message("统计"): check_figures,
}
"""Title of each check → the check, in the order in which they are run."""


def examine(session: Session, *, progress: Callable[[str], None] = lambda title: None) -> Iterator[Finding]:
    """Everything that differs, check by check; `progress` hears the title of each check before it runs.

    A fresh session is put on one snapshot on PostgreSQL, as it is on SQLite, so that a concurrent
    publication is not taken for drift; a transaction that has begun is kept.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    for title, check in CHECKS.items():
        progress(title)
        yield from check(session)


__all__ = ["CHECKS", "Finding", "check_files", "check_identities", "examine"]
