"""The four national titles that the bureau's reply 常工信复〔2021〕第24号 states: facts, not inventions.

Their own documents and, for three of them, their years are not known; they cite the reply. Their
places are known to the district only, and which district is a guess that the remark names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from registry.models import Document, Enterprise, Project, Recognition
from registry.names import document_number_key, name_key
from registry.services.record.codes import draw, project_code
from registry.terms import DocumentKind, Precision, ProjectType, RecognitionStatus

REPLY = "常工信复〔2021〕第24号"


@dataclass(frozen=True)
class Fact:
    """One national title as the reply states it."""

    name: str
    enterprise: str | None
    type: ProjectType
    category: str
    year: int | None
    unit: str
    industry: str | None
    note: str


FACTS = (
    Fact(
        "中车戚墅堰机车车辆工艺研究所智能制造新模式应用项目",
        "中车戚墅堰机车车辆工艺研究所",
        ProjectType.PROJECT,
        "nat_new_mode_application",
        None,
        "JKQ",
        "37",
        "答复中写作“威研所”；所属板块为推测",
    ),
    Fact(
        "万帮充电智能制造新模式应用项目",
        "万帮充电",
        ProjectType.PROJECT,
        "nat_new_mode_application",
        None,
        "WJQ",
        "38",
        "企业名称按答复的简称；所属板块为推测",
    ),
    Fact(
        "江苏戚墅堰轨道交通产业园高端装备制造业（轨道交通）标准化试点",
        None,
        ProjectType.PARK,
        "nat_standardization_pilot",
        2018,
        "JKQ",
        "37",
        "答复中写作“威墅堰”；国家标准委与工业和信息化部",
    ),
    Fact(
        "达实久信智能制造系统解决方案供应商项目",
        "达实久信",
        ProjectType.SUPPLIER,
        "nat_solution_supplier",
        None,
        "WJQ",
        None,
        "企业名称按答复的简称；所属板块为推测",
    ),
)


def load_facts(session: Session, at: datetime) -> None:
    """Enter the four titles; like all rows of the demo stock they go when it is purged."""
    reply = Document(
        number=REPLY,
        number_key=document_number_key(REPLY),
        kind=DocumentKind.CITATION.value,
        title="",
        organ="常州市工业和信息化局",
        announced_on=None,
        is_demo=True,
        created_at=at,
    )
    session.add(reply)
    session.flush()
    for fact in FACTS:
        _enter(session, fact, reply, at)


def _enter(session: Session, fact: Fact, reply: Document, at: datetime) -> None:
    enterprise = None
    if fact.enterprise is not None:
        enterprise = Enterprise(
            name=fact.enterprise,
            name_key=name_key(fact.enterprise),
            is_demo=True,
            created_at=at,
            updated_at=at,
        )
        session.add(enterprise)
        session.flush()
    project = Project(
        code=project_code(draw(session, "project_code")),
        type=fact.type.value,
        name=fact.name,
        name_key=name_key(fact.name),
        enterprise_id=enterprise.id if enterprise else None,
        unit_code=fact.unit,
        division_code="320412",
        industry_code=fact.industry,
        precision=Precision.DISTRICT.value,
        remark=fact.note,
        is_demo=True,
        created_at=at,
        updated_at=at,
    )
    session.add(project)
    session.flush()
    session.add(
        Recognition(
            project_id=project.id,
            category_code=fact.category,
            year=fact.year,
            document_id=reply.id,
            announced_on=None,
            name_awarded=fact.name,
            enterprise_awarded=fact.enterprise or "",
            status=RecognitionStatus.VALID.value,
            remark=fact.note,
            created_at=at,
        )
    )
