"""Structure: which groups may be told at all, and in which partition a table is shown.

A group that is too small is dangerous, and so is one that anyone can compute by subtracting two
published groups. Rounding alone does not mend either (`disclosure` adds it to what passes here).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from surveys.findings import partition as partitions
from surveys.findings.tables import ExactTable, union
from surveys.questionnaire.expressions import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from surveys.findings.partition import Level, Partition


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule set; it is printed with every release, for only the key is secret.

    Attributes:
        k_base: fewest people in a published group.
        k_diff: fewest people by which two published groups, or a group now and before, may differ.
        rounding: every published count is a multiple of it.
        n_pct: smallest base with percentages.
        k_new: fewest answers added, edited or withdrawn between two releases.
        k_fine: fewest answers from which the fine partition of a dimension is tried.
    """

    k_base: int = 10
    k_diff: int = 10
    rounding: int = 3
    n_pct: int = 20
    k_new: int = 10
    k_fine: int = 100

    def apart(self, people: int) -> bool:
        """The rule of ten: a difference is nobody, or enough."""
        return people == 0 or people >= self.k_diff

    @property
    def least_base(self) -> int:
        """The smallest base that is printed: `k_base`, up to a multiple of the rounding base."""
        return self.rounding * -(-self.k_base // self.rounding)


RULES = Rules()


class Audit:
    """Every group ever published about one question, and whether another may join them.

    Two published groups of one question tell how they differ: by whom one holds and the other does not.
    """

    def __init__(self, rules: Rules, published: Iterable[int] = ()) -> None:
        self._rules = rules
        self.published = dict.fromkeys(published)

    def clear(self, groups: Iterable[int]) -> bool:
        """Whether no group differs from a published one by too few."""
        return all(self._apart(group, other) for group in groups for other in self.published)

    def publish(self, groups: Iterable[int]) -> None:
        """Remember groups as published for good."""
        self.published.update(dict.fromkeys(groups))

    def _apart(self, one: int, other: int) -> bool:
        return self._rules.apart((one ^ other).bit_count())


@dataclass(frozen=True)
class Split:
    """An exact table under one partition: what would be told, and whether it may be."""

    exact: ExactTable
    partition: Partition
    rules: Rules

    @cached_property
    def bases(self) -> Mapping[str, int]:
        """Level code -> mask of those asked; levels outside the question's own condition are left out."""
        exact = self.exact
        groups = {level.code: exact.members(level.choices) & exact.asked for level in self.partition}
        return {code: group for code, group in groups.items() if group}

    @property
    def told(self) -> Iterator[int]:
        """The groups that publishing would tell of: each base, and all of them together."""
        yield from self.bases.values()
        yield union(self.bases.values())

    def safe(self, audit: Audit) -> bool:
        """Whether every group is large enough, and so is every group known by subtraction."""
        exact = self.exact
        if not self.bases or (len(self.bases) == 1 and exact.by and not _bound(exact)):
            return False
        unplaced = exact.asked & ~union(self.bases.values())
        return (
            all(self.passes(level) for level in self.partition)
            and self.rules.apart(unplaced.bit_count())
            and audit.clear(self.told)
        )

    def passes(self, level: Level) -> bool:
        """The threshold, and the rule of ten for those not asked and for the rest of those asked."""
        members = self.exact.members(level.choices)
        asked = (members & self.exact.asked).bit_count()
        if asked == 0 and _bound(self.exact):
            return True
        return (
            asked >= self.rules.k_base
            and self.rules.apart((members & ~self.exact.asked).bit_count())
            and self.rules.apart((self.exact.asked & ~members).bit_count())
        )


def split(exact: ExactTable, rules: Rules, audit: Audit) -> Split | None:
    """The first partition of the ladder under which a table may be shown for the first time.

    The ladder: fine levels merged along the hierarchy, the declared coarse partition, nothing. A small
    wave begins with the coarse one, because a table keeps for good the partition it is first shown in.
    """
    for rung in _ladder(exact, rules):
        tried = Split(exact, rung, rules)
        if tried.safe(audit):
            return tried
    return None


def _ladder(exact: ExactTable, rules: Rules) -> Iterator[Partition]:
    if exact.by is None:
        yield partitions.NATIONAL
        return
    declared = partitions.coarse(exact.by)
    if declared is None or exact.everyone.bit_count() >= rules.k_fine:
        probe = Split(exact, (), rules)
        yield partitions.merged(
            exact.by,
            probe.passes,
            lambda level: (exact.members(level.choices) & exact.asked).bit_count(),
        )
    if declared is not None:
        yield declared


def _bound(exact: ExactTable) -> bool:
    """Whether the dimension alone decides who is asked: the levels it leaves out are public then."""
    relevant = exact.question.relevant
    if exact.by is None or relevant is None:
        return False
    return references(relevant) == {exact.by.name}
