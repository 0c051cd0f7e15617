"""`flask import` as an officer uses it: try, answer the questions, try again, apply."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

CASES = Path(__file__).parent / "cases"
COUNTS = ("new", "changed", "unchanged", "refused")

Question = Mapping[str, Any]
Answer = Callable[[Question], str] | str


@dataclass(frozen=True)
class Run:
    """What a command said."""

    exit_code: int
    output: str
    questions: list[dict[str, Any]]

    @property
    def counts(self) -> str:
        """`new/changed/unchanged/refused` of the last line."""
        return "/".join(self._last()[name] for name in COUNTS)

    @property
    def asked(self) -> int:
        """The number of questions in the last line, which is that of the file."""
        count = int(self._last()["questions"])
        assert count == len(self.questions)
        return count

    def _last(self) -> dict[str, str]:
        return dict(part.split("=") for part in self.output.splitlines()[-1].split(" "))


class Command:
    """Runs `flask import KIND` with answers kept in a file."""

    def __init__(self, app: Flask, folder: Path, kind: str = "projects") -> None:
        self.app, self.folder, self.kind = app, folder, kind
        self.answers: dict[str, str] = {}

    def run(self, file: Path, *options: object) -> Run:
        """One call; the answers so far are handed over."""
        questions, answers = self.folder / "questions.json", self.folder / "answers.csv"
        with answers.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("id", "answer"), *self.answers.items()])
        questions.unlink(missing_ok=True)
        arguments = ["import", self.kind, str(file), "--questions", str(questions), *map(str, options)]
        if self.answers:
            arguments += ["--answers", str(answers)]
        result = self.app.test_cli_runner().invoke(args=arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        asked = json.loads(questions.read_text(encoding="utf-8"))["questions"] if questions.exists() else []
        return Run(result.exit_code, result.output, asked)

    def answer(self, found: Run, answers: Mapping[str, Answer]) -> None:
        """Answer each question by its kind, or by its kind and value (`kind:value`)."""
        self.answers |= answered(found.questions, answers)


def answered(questions: Sequence[Question], answers: Mapping[str, Answer]) -> dict[str, str]:
    """The answers by question id, found by kind, or by kind and value (`kind:value`)."""
    found: dict[str, str] = {}
    for question in questions:
        by_value = f"{question['kind']}:{question['value'] or question['column']}"
        given = answers.get(by_value, answers.get(question["kind"]))
        assert given is not None, question
        found[question["id"]] = given(question) if callable(given) else given
    return found


def proposed(question: Question) -> str:
    """The proposal of a question."""
    assert question["proposed"]
    return str(question["proposed"])


def first(beginning: str) -> Callable[[Question], str]:
    """The first choice that begins so."""
    return lambda question: next(
        choice["answer"] for choice in question["choices"] if choice["answer"].startswith(beginning)
    )


def choices(question: Question) -> Sequence[str]:
    """The answers that a question offers."""
    return [choice["answer"] for choice in question["choices"]]


def public(app: Flask, address: str = "/projects.csv") -> list[dict[str, str]]:
    """The rows of a public file."""
    with app.test_client().get(address) as answer:
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
