"""The city of the attack tests, which has every role and an application in every stage."""

from __future__ import annotations

from tests.attack.conftest import city, stage

__all__ = ["city", "stage"]
