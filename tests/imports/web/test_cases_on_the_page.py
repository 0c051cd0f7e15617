"""Every case of a list goes in through the page as it does by command: the same questions, counts and result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.browser import Page
from tests.imports.commands import CASES, Answer, answered
from tests.imports.listed import CASES_OF_PROJECTS, CASES_OF_THE_STOCK, CASES_REFUSED, Case, holds, named
from tests.imports.web.office import Office, figures, questions

pytestmark = pytest.mark.slow

REMEMBERED = {"enterprise_similar", "workshop_similar", "rename", "former_name"}
FIGURES = ("新增", "有变化", "没有变化", "不能导入")


@pytest.fixture
def office_of(
    make_app: Callable[..., Flask], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Case], Office]]:
    """Officers over a fresh registry, or over the demo stock where a case speaks of it."""
    offices: list[Office] = []

    def made(case: Case) -> Office:
        app = request.getfixturevalue("demo_app") if case.demo else make_app(request.getfixturevalue("sqlite_url"))
        offices.append(Office(app, tmp_path))
        return offices[-1]

    yield made
    for office in offices:
        office.settle()


def counts(page: Page) -> str:
    """`new/changed/unchanged/refused` of the preview; all 0 where the whole file is refused and none is shown."""
    found = figures(page)
    return "/".join(found[name].removesuffix("行") for name in FIGURES) if found else "0/0/0/0"


def told(case: Case) -> dict[str, str]:
    """The options of the command as the page's fields."""
    names = (each.removeprefix("--") for each in case.options[::2])
    return {name: value for name, value in zip(names, case.options[1::2], strict=True) if name != "sheet"}


def answers_of(case: Case) -> Mapping[str, Answer]:
    """The answers of a case; a sheet that the command is told is one of them."""
    if "--sheet" not in case.options:
        return case.answers
    return {**case.answers, "sheet": case.options[case.options.index("--sheet") + 1]}


def understood(office: Office, case: Case) -> tuple[str, Page, str]:
    """Upload a case, tell what its command is told, see that its questions are asked, and answer them.

    Gives the address, the page once nothing is open, and all that the pages have said on the way.
    """
    address = office.send(case.kind, CASES / case.file)
    page = office.city.get(address)
    if beside := told(case):
        page = office.reply(address, {}, beside)
    asked, said = questions(page), page.text()
    answers = answers_of(case)
    if "--sheet" in case.options:
        # The page asks which sheet; the command is told.
        assert [question["kind"] for question in asked] == ["sheet"]
    else:
        assert sorted(question["kind"] for question in asked) == sorted(case.asked), page.text()
    if asked:
        assert not [form for form in page.forms() if (form.get("action") or "").endswith("/apply")]
        page = office.reply(address, answered(asked, answers))
    assert questions(page) == []
    assert counts(page) == case.counts, page.text()
    return address, page, f"{said} {page.text()}"


@pytest.mark.parametrize("case", [*CASES_OF_PROJECTS, *CASES_OF_THE_STOCK], ids=named)
def test_a_case_goes_in_by_the_page(office_of: Callable[[Case], Office], case: Case) -> None:
    office = office_of(case)
    address, _page, said = understood(office, case)
    for words in case.says:
        assert words in said
    assert "已写入登记" in office.press(address, "apply").text()
    holds(office.app, case)
    # The same list again changes nothing; what was decided about names is not asked again.
    again = office.send(case.kind, CASES / case.file)
    page = office.reply(again, {}, told(case))
    asked = questions(page)
    assert not {question["kind"] for question in asked} & REMEMBERED
    page = office.reply(again, answered(asked, answers_of(case)))
    assert questions(page) == []
    assert counts(page) == f"0/0/{sum(map(int, case.counts.split('/')))}/0", page.text()


@pytest.mark.parametrize("case", CASES_REFUSED, ids=named)
def test_a_refused_case_says_why_and_cannot_be_written(office_of: Callable[[Case], Office], case: Case) -> None:
    office = office_of(case)
    before = office.record()
    _address, page, said = understood(office, case)
    for words in case.says:
        assert words in said
    assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/apply")]
    assert office.record() == before
