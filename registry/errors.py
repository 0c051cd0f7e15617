"""The error tree. `app.py` maps a class to a status; `BaseForm.absorb` maps a field to its input.

RegistryError                    a sentence for a person (`wording.Message`)
├── BadParameter          400    a malformed query parameter, named
├── InvalidInput          422    a value that breaks a rule, at its field
│   └── LocationOutside   422    coordinates that cannot be in the city
├── NotAllowed            403    the actor may see it but not do this
├── NotFound              404    nothing there, or nothing that this actor may know of
├── Conflict              409    somebody else was faster
├── TooManyAttempts       429    wait before the next try, the seconds told
├── Busy                  503    no room at this moment, or something is away; come back in some seconds
└── OperatorError         exit 1 the set-up is not right; one clear sentence at start
"""

from __future__ import annotations


class RegistryError(Exception):
    """Base of all errors that are meant for a person.

    `code` names the error for programs, `field` the form field or query parameter it belongs to.
    """

    code = "error"
    status = 500

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadParameter(RegistryError):
    """A query parameter is malformed; `field` is its name."""

    code = "bad_parameter"
    status = 400


class InvalidInput(RegistryError):
    """A submitted value breaks a rule; `field` names the input."""

    code = "invalid_input"
    status = 422


class LocationOutside(InvalidInput):
    """Coordinates that are swapped, 0,0 or more than 500 m outside the city's drawn boundary."""

    code = "location_outside"


class NotAllowed(RegistryError):
    """The actor lacks a permission; the message gives the reason."""

    code = "not_allowed"
    status = 403


class NotFound(RegistryError):
    """No such record in the actor's scope."""

    code = "not_found"
    status = 404


class Conflict(RegistryError):
    """The record changed since the actor read it, or somebody else won a race."""

    code = "conflict"
    status = 409


class TooManyAttempts(RegistryError):
    """Too many tries in a short time; `seconds` is how long to wait."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Busy(RegistryError):
    """The site cannot do this at the moment; `seconds` says when to ask again."""

    code = "busy"
    status = 503

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class OperatorError(RegistryError):
    """The installation is incomplete: no database, wrong schema, missing assets or data directory."""

    code = "operator"
    status = 503
