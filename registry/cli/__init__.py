"""The command line: `flask …`, one module per group. Exit codes: 0 done, 1 the data has errors, 2 wrong use."""

from __future__ import annotations

from flask import Flask

from registry.cli import (
    auditing,
    backups,
    calendar,
    cities,
    demonstration,
    doctor,
    filing,
    importing,
    installing,
    maintenance,
    records,
    reminding,
    renewing,
    retaining,
    serving,
    users,
)
from registry.cli.words import localise


def register(app: Flask) -> None:
    """Add all commands to the application."""
    for module in (
        installing,
        cities,
        importing,
        demonstration,
        auditing,
        maintenance,
        records,
        doctor,
        filing,
        backups,
        calendar,
        reminding,
        renewing,
        retaining,
        serving,
        users,
    ):
        module.register(app)
    for command in app.cli.commands.values():
        localise(command)
