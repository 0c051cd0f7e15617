"""The nearest projects by the spatial order are those that a look at all of them finds."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.queries.catalogue.nearby import METRES_PER_DEGREE, SpatialOrder

# A coarse lattice makes equal places and equal distances, a fine one makes crowds far from each other.
PLACE = st.one_of(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda at: (119.5 + at[0] / 10, 31.3 + at[1] / 10)),
    st.tuples(st.floats(119.0, 120.5), st.floats(31.0, 32.5)),
    st.tuples(st.floats(119.9, 119.90001), st.floats(31.7, 31.70001)),
)


@given(st.lists(st.none() | PLACE, min_size=1, max_size=120), st.integers(1, 5), st.data())
@settings(max_examples=150, deadline=None)
def test_the_nearest_are_those_of_a_search_through_all(places, wanted, data):
    lon = np.array([place[0] if place else math.nan for place in places])
    lat = np.array([place[1] if place else math.nan for place in places])
    located = np.flatnonzero(~np.isnan(lon))
    if not located.size:
        return
    position = int(data.draw(st.sampled_from(located.tolist())))
    found, metres = SpatialOrder.of(lon, lat).nearest(position, wanted)

    others = located[located != position]
    north = (lat[others] - lat[position]) * METRES_PER_DEGREE
    east = (lon[others] - lon[position]) * METRES_PER_DEGREE * math.cos(math.radians(lat[position]))
    away = np.hypot(north, east)
    expected = others[np.lexsort((others, away))[:wanted]]
    assert found.tolist() == expected.tolist()
    assert metres.tolist() == sorted(away.tolist())[:wanted]


def test_a_record_without_places_has_no_order_to_fail_on():
    order = SpatialOrder.of(np.array([math.nan]), np.array([math.nan]))
    assert order.positions.tolist() == []
