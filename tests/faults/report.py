"""What a fault did: one line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Result:
    """How many were acknowledged, how many of these were lost, and what else was not as promised."""

    name: str
    acknowledged: int
    lost: int
    wrong: int
    note: str = ""

    def line(self) -> str:
        """The line that is printed."""
        return f"{self.name:<30} acknowledged {self.acknowledged:>5}  lost {self.lost}  wrong {self.wrong}  {self.note}"
