"""Which enterprises a text means, for every search that knows enterprises by their names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select

from registry.models import Enterprise, EnterpriseName, FormerCode, OtherName
from registry.names import fold, name_key


def called(text: str) -> ColumnElement[bool]:
    """Enterprises with this in a name: the true one, a former, short or misprinted one; or with this code, now or
    formerly."""
    key, code = name_key(text), "".join(fold(text).upper().split())
    if not key:
        return false()
    named = [
        select(table.enterprise_id).where(
            table.enterprise_id.is_not(None), table.name_key.contains(key, autoescape=True)
        )
        for table in (EnterpriseName, OtherName)
    ]
    coded = select(FormerCode.enterprise_id).where(FormerCode.uscc == code)
    return or_(
        Enterprise.name_key.contains(key, autoescape=True),
        Enterprise.uscc == code,
        *(Enterprise.id.in_(found) for found in (*named, coded)),
    )
