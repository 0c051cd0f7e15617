"""Checks that cannot fail show nothing: each is asked about a server with one fault, and has to find it.

The requirements of the standard are tried on answers that are spoiled on their way; GDAL on a relay (`relay.py`)
that stands before a real server.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import ValidationError

from tests.open import test_ogc as checks
from tests.open.conftest import Asker
from tests.open.programs import gdal_faults
from tests.open.relay import FAULTS
from tests.served import flask_serve

Spoil = Callable[[str, Any], Any]
"""What becomes of an answer: its address and its JSON."""


@dataclass(frozen=True)
class Twin:
    """A server that differs in one thing, and the check that has to see it."""

    check: Callable[..., None]
    arguments: tuple[Any, ...]
    spoil: Spoil


class Twisted(Asker):
    """Asks the true server and spoils what it hears."""

    def __init__(self, app: Flask, spoil: Spoil) -> None:
        super().__init__(app)
        self.spoil = spoil

    def response(self, address: str, **options: Any) -> Any:
        """The answer, spoiled where it is JSON."""
        found = super().response(address, **options)
        if found.is_json or found.mimetype == "application/geo+json":
            found.set_data(json.dumps(self.spoil(address, json.loads(found.data))))
        return found


def everywhere(name: str, change: Callable[[Any], Any]) -> Spoil:
    """Change each member of this name, however deep it lies."""

    def spoil(_address: str, found: Any) -> Any:
        if isinstance(found, list):
            return [spoil("", each) for each in found]
        if not isinstance(found, dict):
            return found
        return {key: change(value) if key == name else spoil("", value) for key, value in found.items()}

    return spoil


def features(change: Callable[[str, list[Any]], list[Any]]) -> Spoil:
    """Change the list of features of a page; the address tells what was asked."""
    return lambda address, found: (
        found | ({"features": change(address, found["features"])} if "features" in found else {})
    )


def without(rel: str) -> Spoil:
    """Leave out links of a kind."""
    return everywhere("links", lambda links: [each for each in links if each["rel"] != rel])


def each_feature(change: Callable[[Any], Any]) -> Spoil:
    """Change every feature of a page."""
    return features(lambda _address, found: [change(each) for each in found])


def swapped(feature: Any) -> Any:
    """Latitude before longitude, as many have it."""
    geometry = feature["geometry"]
    return feature | {"geometry": geometry and geometry | {"coordinates": geometry["coordinates"][::-1]}}


def clockwise(feature: Any) -> Any:
    """Rings that run the other way round."""
    geometry = feature["geometry"]
    rings = [[ring[::-1] for ring in polygon] for polygon in geometry["coordinates"]]
    return feature | {"geometry": geometry | {"coordinates": rings}}


def when(part: str, change: Callable[[list[Any]], list[Any]]) -> Spoil:
    """Change the features of questions that hold this."""
    return features(lambda address, found: change(found) if part in address else found)


def shortened(found: list[Any]) -> list[Any]:
    """A page that ends early."""
    return found[:-1]


def located(found: list[Any]) -> list[Any]:
    """Without those that have no place, as a database answers a box."""
    return [each for each in found if each["geometry"]]


def dated(found: list[Any]) -> list[Any]:
    """Without those that have no day."""
    return [each for each in found if each["properties"]["announced_on"]]


TWINS = {
    "relative addresses": Twin(
        checks.test_1_the_landing_page_leads_everywhere, (), everywhere("href", lambda href: "/ogc")
    ),
    "no description of the service": Twin(checks.test_1_the_landing_page_leads_everywhere, (), without("service-desc")),
    "no way to the data": Twin(checks.test_1_the_landing_page_leads_everywhere, (), without("data")),
    "a class that is not kept": Twin(
        checks.test_2_the_conformance_classes_are_those_that_are_kept,
        (),
        everywhere("conformsTo", lambda found: [*found, found[0].replace("core", "crs")]),
    ),
    "a description of a later version": Twin(
        checks.test_3_the_description_is_valid_openapi, (), everywhere("openapi", lambda _version: "3.1.0")
    ),
    "a description without answers": Twin(
        checks.test_3_the_description_is_valid_openapi, (), everywhere("responses", lambda _answers: {"ok": {}})
    ),
    "a collection that is described in two ways": Twin(
        checks.test_4_and_5_collections_are_listed_as_they_describe_themselves,
        (),
        lambda address, found: found | ({"title": "x"} if "projects" in address and "title" in found else {}),
    ),
    "an extent that is too small": Twin(
        checks.test_6_the_extent_holds_all, ("projects",), everywhere("bbox", lambda _box: [[119.9, 31.7, 120, 31.8]])
    ),
    "an extent that ends too early": Twin(
        checks.test_6_the_extent_holds_all,
        ("projects",),
        everywhere("interval", lambda found: [[found[0][0], found[0][0]]]),
    ),
    "latitude first": Twin(
        checks.test_7_8_and_23_items_are_geojson_in_lon_and_lat, ("projects",), each_feature(swapped)
    ),
    "rings that run clockwise": Twin(
        checks.test_7_8_and_23_items_are_geojson_in_lon_and_lat, ("divisions",), each_feature(clockwise)
    ),
    "a box that is not declared": Twin(
        checks.test_9_11_and_14_bbox_limit_and_datetime_are_declared,
        ("projects",),
        everywhere("parameters", lambda found: [each for each in found if each["name"] != "bbox"]),
    ),
    "a greatest limit that is not declared": Twin(
        checks.test_9_11_and_14_bbox_limit_and_datetime_are_declared, ("projects",), everywhere("maximum", lambda _n: 9)
    ),
    "a box without the unlocated": Twin(checks.test_10_the_unlocated_are_in_every_box, (), when("bbox=", located)),
    "a box that loses one": Twin(
        checks.test_10_a_box_keeps_what_it_meets_and_what_has_no_place,
        ("projects", checks.BOXES[0]),
        when("bbox=", shortened),
    ),
    "a page that is too short": Twin(
        checks.test_12_a_page_is_as_long_as_asked, ("7", 7), features(lambda _address, found: found[:-1])
    ),
    "a time without the undated": Twin(
        checks.test_15_a_time_keeps_what_it_meets_and_what_has_none, checks.TIMES[0], when("datetime=", dated)
    ),
    "a time that loses one": Twin(
        checks.test_15_a_time_keeps_what_it_meets_and_what_has_none, checks.TIMES[5], when("datetime=", shortened)
    ),
    "no next page": Twin(checks.test_18_and_19_following_next_gives_every_feature_once, ("projects",), without("next")),
    "a next page that forgets the question": Twin(
        checks.test_18_and_19_following_next_gives_every_feature_once,
        ("projects",),
        everywhere("href", lambda href: href.replace("datetime=", "lang=&f=")),
    ),
    "a wrong count": Twin(
        checks.test_20_numbers_and_the_time_are_true, (), everywhere("numberMatched", lambda count: count + 1)
    ),
    "a time of long ago": Twin(
        checks.test_20_numbers_and_the_time_are_true, (), everywhere("timeStamp", lambda _time: "2020-01-01T00:00:00Z")
    ),
    "a feature without its collection": Twin(
        checks.test_21_a_feature_stands_at_its_own_address, ("projects",), without("collection")
    ),
    "an answer with a member too many": Twin(
        checks.test_25_and_26_every_path_answers_as_it_is_described,
        (),
        each_feature(lambda found: found | {"properties": found["properties"] | {"secret": 1}}),
    ),
    "an equality that is none": Twin(
        checks.test_27_a_parameter_named_like_a_property_is_equality_on_it, ("tier",), when("tier=", shortened)
    ),
    "the last ones first": Twin(
        checks.test_the_first_features_have_places_and_figures, (), features(lambda _address, found: found[::-1])
    ),
}


FOUND = (AssertionError, LookupError, StopIteration, ValidationError)
"""How a check says that it has found a fault."""


@pytest.mark.parametrize("open_app", [""], indirect=True, ids=["at the root"])
@pytest.mark.parametrize("name", TWINS)
def test_a_fault_of_a_twin_is_found(asker: Asker, name: str) -> None:
    twin = TWINS[name]
    with pytest.raises(FOUND):
        twin.check(Twisted(asker.app, twin.spoil), *twin.arguments)
    # The same way of asking finds no fault where there is none.
    twin.check(Twisted(asker.app, lambda _address, found: found), *twin.arguments)


@pytest.fixture(scope="module")
def relay(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The relay before a real server; the name of a fault follows its address."""
    folder = tmp_path_factory.mktemp("relay")
    shutil.copyfile(demo_file, folder / "registry.db")
    (folder / "secret.key").write_text("k" * 32)
    with flask_serve(folder, {}) as served:
        command = [sys.executable, "-m", "tests.open.relay", f"http://{served.host}:{served.port}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            yield process.stdout.readline().strip()
            process.terminate()


@pytest.mark.parametrize("fault", FAULTS)
def test_gdal_shows_the_fault_of_a_server(relay: str, fault: str) -> None:
    found = gdal_faults(f"{relay}/{fault}")
    assert FAULTS[fault].shows <= set(found), found
    assert bool(found) == bool(FAULTS[fault].shows), found
