"""From how many answers on a withheld table is expected to be shown, told from public figures alone.

The answer is computed from nothing but rounded counts that the same release publishes, the full tens of
answers, and the questionnaire. It therefore gives away nothing, and it is an estimate: it supposes that
the next answers are like the ones so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.findings import partition as partitions
from surveys.findings.model import NO_ANSWER, ReleasedTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from surveys.findings.partition import Partition
    from surveys.findings.structure import Rules
    from surveys.findings.tables import ExactTable

STEPS = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Round numbers for tables of which nothing public says how near they are."""


def needed(
    exact: ExactTable,
    respondents: int,
    *,
    national: ReleasedTable | None,
    dimension: ReleasedTable | None,
    rules: Rules,
) -> int:
    """The number of answers, in full tens, from which the table is expected to be shown.

    A group grows with the wave. If the weakest group of the best partition holds the share w of those
    asked the dimension, and the question is asked of the share a, then 10 / (w * min(a, 1 - a)) answers
    are enough (only a where everybody is asked). Without those figures it is the next round number.

    Args:
        exact: read for its question and dimension only, never for a count.
        respondents: answers in this release, down to a full ten.
        national: the question's national table in this release.
        dimension: the national table of the dimension's own question.
        rules: read for the threshold and for where the fine partition begins.
    """
    wanted = _projected(exact, national, dimension, rules) if exact.by else None
    if wanted is None:
        return next((step for step in STEPS if step > respondents), _tens(respondents + 1))
    return max(_tens(wanted), respondents + 10)


def _projected(
    exact: ExactTable, national: ReleasedTable | None, dimension: ReleasedTable | None, rules: Rules
) -> float | None:
    if not (national and national.blocks and dimension and dimension.blocks and exact.by):
        return None
    base, whole = national.blocks[0].base, dimension.blocks[0].base
    reached = min(1.0, base / whole)
    if exact.routed:
        reached = min(reached, 1 - reached)
    counts = {row.code: row.count for row in dimension.blocks[0].rows if row.code != NO_ANSWER}
    declared = partitions.coarse(exact.by)
    weakest = _shares(declared, counts, whole)[0] if declared else 0.0
    # merging goes on until two groups are left: all but the largest are the weaker one
    split = 1 - max(_shares(partitions.roots(exact.by), counts, whole))
    per_answer = (weakest * reached / rules.k_base, split * reached / rules.k_base)
    coarse, fine = (1 / rate if rate > 0 else None for rate in per_answer)
    if fine is not None and declared:
        fine = max(fine, rules.k_fine)
    return min((answers for answers in (coarse, fine) if answers is not None), default=None)


def _shares(partition: Partition, counts: Mapping[str, int], whole: int) -> list[float]:
    return sorted(min(1.0, _sum(counts, level.choices) / whole) for level in partition)


def _sum(counts: Mapping[str, int], choices: Iterable[str]) -> int:
    return sum(counts[choice] for choice in choices)


def _tens(answers: float) -> int:
    return -int(-answers // 10) * 10
