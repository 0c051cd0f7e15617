"""The city of the attack tests, which has every role and an application in every stage, and an office that imports."""

from __future__ import annotations

from tests.attack.conftest import city, stage
from tests.imports.conftest import light_office

__all__ = ["city", "light_office", "stage"]
