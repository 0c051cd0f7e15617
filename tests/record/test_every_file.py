"""Every file of the public record, in every tier, unit, division, category, type and year of the demo."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from flask import Flask

from registry.permissions import Permission
from registry.queries.catalogue.code_lists import load_code_lists
from registry.terms import ProjectType, RecognitionStatus, Tier

pytestmark = pytest.mark.slow
KINDS = (".csv", ".xlsx", ".geojson", ".docx")


def files(app: Flask) -> list[str]:
    """Public addresses that end like a file and take no code."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        if not rule.arguments and rule.rule.endswith(KINDS) and policy is Permission.PUBLIC_READ:
            found.append(rule.rule)
    return sorted(found)


def scopes(app: Flask) -> Iterator[str]:
    """Every value of every list once, and nothing at all."""
    with app.extensions["registry"].read() as session:
        lists = load_code_lists(session)
    yield ""
    yield from (f"tier={tier.value}" for tier in Tier)
    yield from (f"unit={code}" for code in lists.units)
    yield from (f"division={code}" for code in (*lists.divisions, "none"))
    yield from (f"category={code}" for code in lists.categories)
    yield from (f"type={kind.value}" for kind in ProjectType)
    yield from (f"status={status.value}" for status in RecognitionStatus)
    yield from (f"year={year}" for year in range(2014, 2027))
    yield "year=none"


def opens(address: str, body: bytes) -> bool:
    """Whether the program that people open such a file with would."""
    path = address.partition("?")[0]
    if path.endswith(".docx"):
        return bool(docx.Document(io.BytesIO(body)).paragraphs)
    if path.endswith(".xlsx"):
        return bool(openpyxl.load_workbook(io.BytesIO(body), read_only=True).sheetnames)
    if path.endswith(".geojson"):
        return json.loads(body)["type"] == "FeatureCollection"
    return body.startswith(b"\xef\xbb\xbf")


def test_every_file_opens_in_every_scope(demo_app: Flask) -> None:
    client = demo_app.test_client()
    paths = files(demo_app)
    assert {"/projects.csv", "/projects.xlsx", "/projects.geojson", "/statistics.xlsx", "/statistics.docx"} <= set(
        paths
    )
    failed = []
    for scope in scopes(demo_app):
        for path in paths:
            for language in ("zh", "en") if path.endswith(".docx") else ("zh",):
                address = f"{path}?{scope}&lang={language}"
                with client.get(address) as answer:
                    if answer.status_code != 200 or not opens(address, answer.get_data()):
                        failed.append((address, answer.status_code))
    assert failed == []
