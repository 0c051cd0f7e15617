"""Edge cases 6 and 14, and what a draw promises: a pure function of pool, share and seed that anybody can repeat."""

from __future__ import annotations

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.application_form.drawing import draw

POOLS = st.dictionaries(
    st.sampled_from(["TNQ", "WJQ", "LYS"]),
    st.lists(st.integers(1, 999).map(lambda n: f"26-{n:04d}"), unique=True, max_size=30),
)


@given(pool=POOLS, share=st.integers(1, 100), seed=st.text(max_size=20))
def test_each_unit_gives_its_share_rounded_up_in_the_order_of_the_hashes(
    pool: dict[str, list[str]], share: int, seed: str
) -> None:
    drawn = draw(pool, share, seed)
    assert set(drawn) == set(pool)
    for unit, numbers in pool.items():
        assert len(drawn[unit]) == math.ceil(share * len(numbers) / 100)
        lots = {number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest() for number in numbers}
        assert drawn[unit] == sorted(numbers, key=lots.__getitem__)[: len(drawn[unit])]


@given(pool=POOLS, share=st.integers(1, 100))
def test_the_order_in_which_applications_stand_changes_nothing(pool: dict[str, list[str]], share: int) -> None:
    turned = {unit: numbers[::-1] for unit, numbers in reversed(pool.items())}
    assert draw(pool, share, "7") == draw(turned, share, "7")


@pytest.mark.parametrize(("share", "of", "drawn"), [(50, 1, 1), (1, 1, 1), (50, 2, 1), (50, 3, 2), (30, 10, 3), (31, 10, 4), (100, 7, 7), (50, 0, 0)])  # fmt: skip
def test_shares(share: int, of: int, drawn: int) -> None:
    assert len(draw({"TNQ": [str(number) for number in range(of)]}, share, "s")["TNQ"]) == drawn


def test_another_seed_is_another_draw() -> None:
    pool = {"TNQ": [f"26-{number:04d}" for number in range(20)]}
    assert len({tuple(draw(pool, 20, str(seed))["TNQ"]) for seed in range(10)}) == 10
