"""Shares and their intervals, computed from protected counts alone.

The interval is Wilson's (E. B. Wilson 1927, JASA 22:209; vectors in R. G. Newcombe 1998, Statistics in
Medicine 17:857) with the variance of the privacy rounding added to that of sampling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

CAUTION_BASE = 30
"""Below this base a share is marked "use with caution"."""

CAUTION_WIDTH = 0.30
"""An interval wider than this marks its share "use with caution"."""

UNANIMOUS_BASE = 50
"""Below this base a sensitive question does not say that nearly all, or nearly nobody, chose something."""

UNANIMOUS = 5
"""How near to nobody, or to all, counts as unanimous, in per cent."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The figures of one row, as `Row` has them."""

    count: int
    percent: int | None
    low: int | None
    high: int | None
    symbol: str


def privacy_variance(share: float, base: int, rounding: int) -> float:
    """What random rounding adds to the variance of a share.

    Rounding a count to a multiple of b moves it with variance (b^2 - 1) / 6 on average. The count and
    its base are both rounded, so a share p = c / n gets ((b^2 - 1) / 6) / n^2 * (1 + p^2) (delta method).

    Args:
        share: 0 to 1.
        base: protected number of those asked, above 0.
        rounding: the rounding base b.
    """
    return (rounding**2 - 1) / 6 / base**2 * (1 + share**2)


def wilson(share: float, base: int, *, extra: float = 0.0, z: float = Z95) -> tuple[float, float]:
    """Interval of a share: every p for which |share - p| <= z * sqrt(p (1 - p) / base + extra).

    With `extra` 0 this is Wilson's score interval without continuity correction. The further variance
    enters under the root, so that it also widens the interval at shares of 0 and 1, where dividing the
    base by a design effect has no meaning.

    Args:
        share: observed share, 0 to 1.
        base: number of those asked, above 0.
        extra: variance from other sources than sampling.
        z: normal quantile of the wanted coverage.

    Returns:
        Lower and upper limit, 0 to 1.
    """
    # (share - p)^2 = z^2 (p (1 - p) / base + extra), solved for p
    square = z * z
    a = 1 + square / base
    b = share + square / (2 * base)
    c = share * share - square * extra
    half = math.sqrt(b * b - a * c)
    return max(0.0, (b - half) / a), min(1.0, (b + half) / a)


def estimate(count: int, base: int, *, rounding: int, smallest: int, sensitive: bool = False) -> Estimate:
    """Share, interval and reliability symbol of one protected count.

    Whole per cent: the share rounded half up, the limits outward so that coverage is kept.

    Args:
        count: protected count, at most `base`.
        base: protected base.
        rounding: the rounding base the two were protected with.
        smallest: smallest base with percentages; below it the symbol is "F".
        sensitive: whether a near-unanimous share of a small base is to be capped.
    """
    if base < smallest:
        kept = _within(count, base, rounding) if sensitive and base else count
        return Estimate(kept, None, None, None, "F")
    if (
        sensitive
        and base < UNANIMOUS_BASE
        and not UNANIMOUS * base <= 100 * count <= (100 - UNANIMOUS) * base
    ):
        return _capped(count, base, rounding)
    share = count / base
    low, high = wilson(share, base, extra=privacy_variance(share, base, rounding))
    careful = base < CAUTION_BASE or high - low > CAUTION_WIDTH
    percent = (200 * count + base) // (2 * base)
    return Estimate(count, percent, math.floor(100 * low), math.ceil(100 * high), "E" if careful else "")


def _capped(count: int, base: int, rounding: int) -> Estimate:
    """A share beyond 5 or 95 %, said as "at most 5" or "at least 95": a function of the base alone."""
    most = 2 * count > base
    percent = 100 - UNANIMOUS if most else UNANIMOUS
    share = percent / 100
    low, high = wilson(share, base, extra=privacy_variance(share, base, rounding))
    kept = _within(count, base, rounding)
    if most:
        return Estimate(kept, percent, math.floor(100 * low), 100, "E")
    return Estimate(kept, percent, 0, math.ceil(100 * high), "E")


def _within(count: int, base: int, rounding: int) -> int:
    """The count, kept so far from 0 and from the base that it does not say what the cap hides."""
    least = rounding * -(-UNANIMOUS * base // (100 * rounding))
    most = rounding * ((100 - UNANIMOUS) * base // (100 * rounding))
    return min(max(count, least), most)
