"""Each value of each filter, asked once: the count beside it, the list behind it and its statistics are one number."""

from __future__ import annotations

from flask import Flask

from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import SELECTING, Filters
from registry.queries.catalogue.selection import select_projects

VALUES = {
    "tier": 3, "category": 17, "year": 7, "status": 3, "unit": 7, "division": 7, "industry": 32, "sector": 6, "type": 6,
    "size": 5, "ownership": 5,
}  # fmt: skip
"""How many values each filter offers in the demo, `none` included where something may be unstated."""
OTHERWISE = {"honor", "year_from", "year_to", "q", "bbox", "as_of", "has", "ladder", "grade"}
"""Parameters that select but are no lists of values."""


def test_every_filter_is_a_dimension_or_stands_apart() -> None:
    assert set(VALUES) == set(BY_NAME)
    assert {*VALUES, *OTHERWISE} == set(SELECTING)


def test_count_list_and_statistics_agree_for_every_value(demo_app: Flask) -> None:
    runtime, client = demo_app.extensions["registry"], demo_app.test_client()
    with runtime.read() as session:
        facets = select_projects(session, runtime.catalogues.current(session), Filters()).facets
    assert {name: len(counts) for name, counts in facets.items()} == VALUES
    for name, counts in facets.items():
        for code, count in counts.items():
            listed = client.get(f"/api/v1/projects?{name}={code}").get_json()["total"]
            points = client.get(f"/map/points.json?{name}={code}").get_json()
            grouped = client.get(f"/map/clusters.json?{name}={code}").get_json()
            assert (grouped["count"], grouped["without"]) == (points["count"], points["without"]), f"{name}={code}"
            assert sum(map(sum, grouped["tiers"].values())) == grouped["count"]
            figures = client.get(f"/api/v1/statistics?{name}={code}").get_json()["projects"]
            drawn = points["count"] + points["without"]
            assert (listed, drawn, figures) == (count, count, count), f"{name}={code}"
        assert max(counts.values()) > 0, f"the demo has nothing to select by {name}"


def test_the_pages_of_a_list_share_one_selection_of_their_state(demo_app: Flask) -> None:
    runtime = demo_app.extensions["registry"]
    with runtime.read() as session:
        catalogue = runtime.catalogues.current(session)
        first, second = (select_projects(session, catalogue, Filters(tier=("national",), page=n)) for n in (1, 2))
        assert second is first
        assert select_projects(session, catalogue, Filters(tier=("provincial",))) is not first
        # A text is looked for in the database, which a request that writes may see before others do.
        one, other = (select_projects(session, catalogue, Filters(q="演示")) for _ in range(2))
        assert one is not other
        assert one.projects.tolist() == other.projects.tolist()
