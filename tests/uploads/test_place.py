"""What the place picker is told about a pair of coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from geo.coordinates import CoordinateSystem, from_wgs84
from registry.terms import Role
from tests import people
from tests.browser import Browser
from tests.cities import BOUNDARY

INSIDE = (119.93, 31.68)


@pytest.fixture
def clerk(make_app: Callable[..., Flask], sqlite_url: str) -> Browser:
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        number = people.enterprise_account(session).id
        session.commit()
    return people.signed_in(app, number)


def ask(browser: Browser, lon: object, lat: object, system: str = "WGS84", **more: str) -> tuple[int, Any]:
    answer = browser.raw("/enterprise/place", query_string={"lon": lon, "lat": lat, "system": system} | more)
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("system", list(CoordinateSystem))
def test_a_place_is_converted_and_named(clerk: Browser, system: CoordinateSystem) -> None:
    lon, lat = from_wgs84(*INSIDE, system)
    status, found = ask(clerk, f"{lon:.6f}", f"{lat:.6f}", system.value)
    assert (status, found["ok"], found["message"], found["division"]) == (200, True, "位于武进区", "320412")
    assert (round(found["lon"], 5), round(found["lat"], 5), found["near_line"], found["swapped"]) == (
        *INSIDE,
        False,
        False,
    )
    assert ask(clerk, lon, lat, system.value, lang="en")[1]["message"] == "In Wujin District"


@pytest.mark.parametrize(
    ("lon", "lat", "message", "swapped"),
    [
        ("31.68", "119.93", "经度和纬度填反了；经度应填 119.93，纬度应填 31.68。", True),
        ("0", "0", "坐标是 0,0，不是真实位置；请填写真实坐标；不知道请把经度、纬度都留空。", False),
        ("12", "50", "坐标不在国内；请核对经度（约 119 到 120）和纬度（约 31 到 32），以度计。", False),
    ],
)
def test_what_submission_would_refuse_is_said_at_once(
    clerk: Browser, lon: str, lat: str, message: str, swapped: bool
) -> None:
    status, found = ask(clerk, lon, lat)
    assert (status, found["ok"], found["lon"], found["message"], found["swapped"]) == (
        200,
        False,
        None,
        message,
        swapped,
    )


def test_outside_the_city_the_distance_is_told(clerk: Browser) -> None:
    found = ask(clerk, "120.30", "31.57")[1]
    assert (found["ok"], found["message"].startswith("位置在市域边界以外约 ")) == (False, True)
    assert found["message"].endswith(" 公里；请核对坐标和坐标系（现按 天地图/GPS（WGS-84） 换算）。")


def test_near_a_line_the_unit_decides(clerk: Browser) -> None:
    places = [(119.9 + step / 1000, 31.75) for step in range(120)]
    near = [ask(clerk, *place)[1] for place in places if BOUNDARY.locate(*place).near_line]
    assert near
    assert {found["message"] for found in near} <= {
        f"邻近区界（图上在{name}一侧），按申报板块计" for name in ("天宁区", "钟楼区", "武进区", "新北区")
    }


@pytest.mark.parametrize(
    ("lon", "lat", "system", "field"),
    [
        ("x", "31", "WGS84", "lon"),
        ("119", "", "WGS84", "lat"),
        ("NaN", "31", "WGS84", "lon"),
        ("1e400", "31", "WGS84", "lon"),
        ("9" * 5000, "31", "WGS84", "lon"),
        ("119", "31", "MARS", "system"),
        ("119", "31", "", "system"),
    ],
)
def test_what_is_no_pair_of_coordinates_is_named(clerk: Browser, lon: str, lat: str, system: str, field: str) -> None:
    status, found = ask(clerk, lon, lat, system)
    assert (status, found["errors"][0]["parameter"]) == (400, field)


def test_full_width_digits_are_digits(clerk: Browser) -> None:
    assert ask(clerk, "１１９．９３", "31.68")[1]["message"] == "位于武进区"


def test_the_picker_is_the_enterprises(clerk: Browser) -> None:
    with clerk.app.extensions["registry"].write() as session:
        officer = people.staff(session, Role.MUNICIPAL_REVIEWER).id
        session.commit()
    browser = people.signed_in(clerk.app, officer)
    assert browser.client.get("/enterprise/place?lon=119.9&lat=31.7&system=WGS84").status_code == 403
