"""Commands speak the language of the environment: the first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from registry.cli.words import command_language
from tests.cli.test_commands import start

CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = {"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
    ],
)
def test_the_environment_decides(environment: dict[str, str], language: str) -> None:
    assert command_language(environment) == language


def english(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run a command where the machine is set to English: its exit code and what it says."""
    done = start(folder, *arguments, **ENGLISH, **settings)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "sentence"),
    [
        (("init",), {"REGISTRY_PORT": "x"}, 1, "Error: REGISTRY_PORT must be a whole number from 1 to 65535"),
        (("demo", "load"), {}, 1, "does not exist; please run flask init first."),
        (("users", "--help"), {}, 0, "Accounts: create, list, change roles, disable, reset passwords."),
        (("users", "create", "--help"), {}, 0, "Code of the reporting unit; required for district reviewers."),
        (("city", "check", "nowhere"), {}, 1, "nowhere: there is no such folder. Check the path; docs/city.md tells"),
        (("districts", "install", "--help"), {}, 0, "Divisions were reformed: do not compare with the former areas."),
        (("districts", "install", "a.gpkg"), {}, 2, "Error: The file a.gpkg was not found; please check the path."),
        (
            ("import", "projects", "--help"),
            {},
            0,
            "As long as a row is refused or a question is open, nothing is written.",
        ),
        (("import", "template", "list.csv"), {}, 2, "The template must be a .xlsx file; given was list.csv."),
    ],
)
def test_a_command_speaks_english(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], code: int, sentence: str
) -> None:
    found, said = english(tmp_path / "missing", *arguments, **settings)
    assert found == code
    assert sentence in " ".join(said.split())
    assert not CHINESE.search(said)


def test_an_operator_works_in_english(tmp_path: Path) -> None:
    """init, an account, its mistakes, the audit and the doctor's findings."""
    folder = tmp_path / "instance"
    code, said = english(folder, "init")
    assert code == 0
    assert "Database: empty database → " in said
    made = english(folder, "users", "create", "--role", "district_reviewer", "--unit", "TNQ", "ann@example.com")
    assert made[0] == 0
    assert "Account ann@example.com created (District reviewer)." in made[1]
    again = english(folder, "users", "create", "--role", "auditor", "ann@example.com")
    assert again == (1, "Error: There is already an account with this mail address.\n")
    with sqlite3.connect(folder / "registry.db") as database:
        database.execute("UPDATE counter SET value = -1 WHERE name = 'project_code'")
    database.close()
    code, found = english(folder, "doctor")
    assert code == 1
    assert "Problem: Counter project_code: Value: stored: -1; found: At least 0;" in found
    assert english(folder, "audit", "verify")[1].startswith("Event log: ")
    assert not CHINESE.search(said + made[1] + found)
