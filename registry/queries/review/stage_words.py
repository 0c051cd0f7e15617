"""The stages of an application inside the city's check, in words for officers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.wording import Message


class StageCode(StrEnum):
    """Codes of the queue's filter."""

    EXPERTS = "experts"
    SCORING = "scoring"
    CHAIR = "chair"
    INSPECTION = "inspection"
    FIXING = "fixing"
    PROPOSAL = "proposal"


@dataclass(frozen=True)
class Stage:
    """A stage with its words for officers."""

    code: StageCode
    words: Message


NAMES = {
    StageCode.EXPERTS: Message("待分派专家"),
    StageCode.SCORING: Message("专家评审中"),
    StageCode.CHAIR: Message("待组长裁定"),
    StageCode.INSPECTION: Message("待现场核查"),
    StageCode.FIXING: Message("整改中"),
    StageCode.PROPOSAL: Message("待拟认定"),
}
"""What the filter calls a stage."""
