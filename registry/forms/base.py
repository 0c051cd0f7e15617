"""What every form does: one base class, errors of rules at their fields, one list for the summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField

from registry.errors import RegistryError
from registry.names import tidy
from registry.values.row_ids import seen_version
from registry.wording import Message, Named


@dataclass(frozen=True)
class FormError:
    """One line of an error summary: the id of the control ('' for the whole form) and a sentence."""

    target: str
    message: str


def at_label(label: str, message: str) -> str:
    """The sentence of one field in a list of several: which field it is comes first, and once."""
    if label and message.startswith(label):
        return message
    return Message("%(label)s：%(message)s", label=label, message=message)


def label_of(field: Field) -> str:
    """The label of a field as a message; most labels are message ids."""
    text: str = field.label.text
    return text if isinstance(text, (Message, Named)) else Message(text)


def at_fields(errors: Iterable[FormError]) -> dict[str, str]:
    """The sentence at each control; a control without one has ''."""
    return defaultdict(str, {error.target: error.message for error in errors})


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form with a token; `absorb` takes the error of a rule to its field."""

    def absorb(self, error: RegistryError) -> int:
        """Put the error at its field, or at the head of the form. Returns the HTTP status to answer."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]
        return error.status

    @property
    def summary(self) -> list[FormError]:
        """All errors in field order, for the summary on top."""
        found = [FormError("", message) for message in self.form_errors]
        for field in self._fields.values():
            found += [FormError(field.id, at_label(label_of(field), message)) for message in field.errors]
        return found


class VersionedForm(BaseForm):
    """A form of something that somebody else may change meanwhile: it carries the version that was seen."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that was seen; -1 when it is no number, which is never the present one."""
        return seen_version(str(self.version.data or ""))


def stripped(text: str | None) -> str:
    """A filter for one-line fields: invisible characters and outer blanks gone."""
    return tidy(text or "")


class LineField(StringField):
    """One line of text, tidied; a missing one is ''."""

    def __init__(self, label: str, validators: Any = (), **options: Any) -> None:
        super().__init__(label, validators, filters=[stripped], **options)

    def _value(self) -> str:
        """What the page shows again: without the control characters that no page may hold."""
        return "".join(sign for sign in str(self.data or "") if sign.isprintable())


__all__ = ["BaseForm", "Field", "FormError", "LineField", "VersionedForm", "stripped"]
