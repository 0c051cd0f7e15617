"""Each contract on imports refuses what it is there to refuse: a violation is planted into the real graph."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.api import use_cases as _loaded  # noqa: F401  (configures the contract types)
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
KINDS = {"layers": LayersContract, "forbidden": ForbiddenContract}

PLANTED = {
    "One direction": ("registry.queries.record.rows", "registry.services.events"),
    "Services stand on each other": ("registry.services.accounts.sessions", "registry.services.review.steps"),
    "Pages of a capability": ("registry.views.calls.public", "registry.views.review.queue"),
    "Pages and forms never touch tables": ("registry.views.record.pages", "registry.models.projects"),
    "geo is a library": ("geo.districts", "registry.terms"),
    "Rules, models, services and queries know no web": ("registry.services.events", "flask"),
    "Nobody imports the composition root": ("registry.cli.installing", "app"),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, as the linter sees it."""
    return grimp.build_graph(
        *OPTIONS["root_packages"],
        include_external_packages=True,
        exclude_type_checking_imports=OPTIONS["exclude_type_checking_imports"],
        cache_dir=None,
    )


def kept(graph: grimp.ImportGraph, contract: dict[str, Any]) -> bool:
    """Whether a contract of pyproject.toml holds over a graph."""
    options = {
        name: str(value) if isinstance(value, bool) else value
        for name, value in contract.items()
        if name not in ("name", "type")
    }
    session = {"root_packages": OPTIONS["root_packages"], "include_external_packages": "True"}
    made = KINDS[contract["type"]](contract["name"], session_options=session, contract_options=options)
    return bool(made.check(graph=deepcopy(graph), verbose=False).kept)


def test_there_are_seven_and_each_has_its_violation() -> None:
    names = [contract["name"] for contract in OPTIONS["contracts"]]
    assert len(names) == 7
    assert [name for name in names if not any(name.startswith(start) for start in PLANTED)] == []


@pytest.mark.parametrize("start", PLANTED)
def test_a_planted_import_breaks_its_contract(graph: grimp.ImportGraph, start: str) -> None:
    [contract] = [contract for contract in OPTIONS["contracts"] if contract["name"].startswith(start)]
    assert kept(graph, contract)
    importer, imported = PLANTED[start]
    planted = deepcopy(graph)
    if imported not in planted.modules:
        planted.add_module(imported, is_squashed=True)
    planted.add_import(importer=importer, imported=imported)
    assert not kept(planted, contract)


@pytest.mark.parametrize(
    ("start", "module"),
    [
        ("One direction", "registry.helpers"),
        ("Services stand on each other", "registry.services.miscellany"),
        ("Pages of a capability", "registry.views.extras"),
    ],
)
def test_a_module_without_a_place_breaks_its_contract(graph: grimp.ImportGraph, start: str, module: str) -> None:
    [contract] = [contract for contract in OPTIONS["contracts"] if contract["name"].startswith(start)]
    planted = deepcopy(graph)
    planted.add_module(module)
    assert not kept(planted, contract)
