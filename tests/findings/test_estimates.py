"""Intervals against published vectors, and the rules for percentages."""

from __future__ import annotations

import pytest

from surveys.findings.estimates import Estimate, estimate, privacy_variance, wilson

# R. G. Newcombe 1998, Statistics in Medicine 17:857, Table I, method 3 (score, no continuity correction)
NEWCOMBE = [
    (81, 263, 0.25528852, 0.36620958),
    (15, 148, 0.06238640, 0.16048724),
    (0, 20, 0.0, 0.16112516),
    (1, 29, 0.00611321, 0.17175522),
]


@pytest.mark.parametrize(("count", "base", "low", "high"), NEWCOMBE)
def test_wilson_of_published_counts_is_the_published_interval(
    count: int, base: int, low: float, high: float
) -> None:
    assert wilson(count / base, base) == pytest.approx((low, high), abs=5e-9)


def test_wilson_with_further_variance_solves_its_own_equation() -> None:
    share, base, extra, z = 0.3, 40, 0.0009, 1.959963984540054
    for limit in wilson(share, base, extra=extra):
        spread = z * (limit * (1 - limit) / base + extra) ** 0.5
        assert abs(share - limit) == pytest.approx(spread, abs=1e-12)


def test_wilson_with_further_variance_is_wider_at_nobody() -> None:
    assert wilson(0, 60)[1] < wilson(0, 60, extra=privacy_variance(0, 60, 3))[1]


def test_privacy_variance_of_base_three_is_four_thirds_of_a_count() -> None:
    assert privacy_variance(0.5, 30, 3) == pytest.approx(4 / 3 / 900 * 1.25)


def test_privacy_variance_without_rounding_is_nothing() -> None:
    assert privacy_variance(0.5, 30, 1) == 0


@pytest.mark.parametrize(
    ("count", "base", "expected"),
    [
        (9, 18, Estimate(9, None, None, None, "F")),
        (12, 24, Estimate(12, 50, 29, 71, "E")),
        (30, 60, Estimate(30, 50, 37, 63, "")),
        (0, 300, Estimate(0, 0, 0, 2, "")),
        (300, 300, Estimate(300, 100, 98, 100, "")),
    ],
)
def test_estimate_of_a_base_has_its_symbol(count: int, base: int, expected: Estimate) -> None:
    assert estimate(count, base, rounding=3, smallest=20) == expected


def test_estimate_of_a_wide_interval_asks_for_caution() -> None:
    assert estimate(18, 36, rounding=3, smallest=20).symbol == "E"
    assert estimate(24, 48, rounding=3, smallest=20).symbol == ""


def test_estimate_rounds_half_a_per_cent_up() -> None:
    assert estimate(3, 24, rounding=3, smallest=20).percent == 13  # 12.5


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (48, Estimate(45, 95, 82, 100, "E")),
        (0, Estimate(3, 5, 0, 17, "E")),
    ],
)
def test_estimate_of_a_unanimous_sensitive_answer_is_capped(count: int, expected: Estimate) -> None:
    assert estimate(count, 48, rounding=3, smallest=20, sensitive=True) == expected


def test_estimate_of_a_sensitive_answer_of_many_is_not_capped() -> None:
    assert estimate(51, 51, rounding=3, smallest=20, sensitive=True).percent == 100


def test_estimate_of_a_sensitive_answer_below_percentages_keeps_its_count_from_the_edges() -> None:
    told = [estimate(count, 18, rounding=3, smallest=20, sensitive=True).count for count in (0, 9, 18)]
    assert told == [3, 9, 15]
