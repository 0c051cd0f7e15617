"""The language of commands: Chinese, or English where the environment asks for another language.

As with other programs the first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set decides; `C` and `POSIX` are
English. Where none is set the commands speak Chinese, as the site does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from registry.wording import catalogue, told

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def command_language(environment: Mapping[str, str] | None = None) -> str:
    """`zh` or `en`, from the environment of the process."""
    given = os.environ if environment is None else environment
    wanted = next((given[name] for name in VARIABLES if given.get(name)), "zh")
    return "zh" if wanted.lower().startswith("zh") else "en"


def here(message: str) -> str:
    """The message in the language of this process."""
    return told(message, command_language())


def say(message: str, *, err: bool = False) -> None:
    """One line on the screen."""
    click.echo(here(message), err=err)


def misused(message: str) -> click.UsageError:
    """Wrong use of a command: exit code 2."""
    return click.UsageError(here(message))


def localise(command: click.Command) -> None:
    """Put the help of a command, of its options and of the commands below it into the language of the process."""
    if command_language() == "zh":
        return
    words = catalogue(command_language())
    for item in (command, *command.params):
        if isinstance(item, (click.Command, click.Option)) and item.help:
            item.help = words.gettext(item.help)
        if isinstance(item, click.Option) and item.metavar:
            item.metavar = words.gettext(item.metavar)
    for below in getattr(command, "commands", {}).values():
        localise(below)
