"""Building a release: the public figures of a wave, refused or kept back where they would not be safe."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from surveys.findings.basis import Basis, Key, Told
from surveys.findings.bundle import Listed, Named, Release, UnknownTable
from surveys.findings.disclosure import Rounding, keep, positions, protect, withhold
from surveys.findings.shortfall import needed
from surveys.findings.structure import RULES, Audit, Rules, Split, split
from surveys.findings.tables import ExactTable, Population, Record, TableError, kind, tabulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from surveys.findings.model import ReleasedTable
    from surveys.findings.partition import Partition
    from surveys.questionnaire.model import Questionnaire
    from surveys.responses.model import Entry

__all__ = ["Basis", "Built", "NotReady", "Readiness", "Release", "UnknownTable", "build", "readiness"]


class NotReady(Exception):  # noqa: N818 - a state of the wave, not a fault
    """A release cannot be made yet.

    Attributes:
        code: "few_new".
        params: `new` answers added, edited or withdrawn since the last release, how many are `needed`,
            and how many are `waiting` to be verified; numbers as text, for the staff only.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, str] = params


@dataclass(frozen=True, slots=True)
class Built:
    """A release and its private side, to be stored together in one transaction."""

    release: Release
    basis: Basis


def build(
    questionnaire: Questionnaire,
    records: Iterable[Record],
    *,
    wave: str,
    number: int,
    today: dt.date,
    key: bytes,
    previous: Release | None,
    basis: Basis | None,
    demonstration: bool,
    entry: Entry = "verified",
    opened: dt.date | None = None,
    closed: dt.date | None = None,
    rules: Rules = RULES,
) -> Built:
    """Make the next release of a wave.

    Args:
        questionnaire: the wave's.
        records: every submitted response of the wave, with the answers on its path.
        wave: the wave's name, part of every record's key.
        number: the release's number, above the previous one's.
        today: the release's date.
        key: the wave's secret, at least 16 bytes.
        previous: the wave's last release, None before its first.
        basis: the private side of `previous`.
        demonstration: whether the answers are synthetic.
        entry: whose answers enter a base.
        opened: first day of the fieldwork, if it may be told.
        closed: its last day.
        rules: the rule set, printed with the release.

    Raises:
        NotReady: if fewer than `rules.k_new` answers came, changed or went since the last release.
        ValueError: if `previous` and `basis` do not belong together or to this wave, or the key is short.
        TableError: if an answer fits no category of the questionnaire.
    """
    _check(wave, number, previous, basis, demonstration=demonstration)
    records = list(records)
    known = basis.ids if basis else ()
    population = tabulate(questionnaire, records, known=known, entry=entry, today=today)
    digests = _digests(population)
    _refuse_few_new(_readiness(digests, len(records), basis, rules))
    rounding = Rounding(population.ids, wave=wave, key=key, base=rules.rounding)
    press = _Press(population, rounding=rounding, rules=rules, number=number, previous=previous, basis=basis)
    release = Release(
        wave=wave,
        number=number,
        date=today,
        demonstration=demonstration,
        entry=entry,
        opened=opened,
        closed=closed,
        respondents=press.respondents,
        rules=rules,
        **_asked(questionnaire),
        tables=tuple(press.tables()),
    )
    return Built(release, press.basis(wave, digests))


def _refuse_few_new(stands: Readiness) -> None:
    if not stands.ready:
        numbers = {"new": stands.new, "needed": stands.needed, "waiting": stands.waiting}
        raise NotReady("few_new", **{name: str(number) for name, number in numbers.items()})


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the next release waits for: the three numbers of `NotReady`, whether it is ready or not.

    Attributes:
        new: answers in a base that were added, changed or withdrawn since the last release.
        needed: how many are needed.
        waiting: submitted answers that nobody has accepted yet.
    """

    new: int
    needed: int
    waiting: int

    @property
    def ready(self) -> bool:
        """Whether enough is new."""
        return self.new >= self.needed


def readiness(population: Population, submitted: int, basis: Basis | None, rules: Rules = RULES) -> Readiness:
    """What the next release waits for.

    Args:
        population: the responses that enter a base, identities of the basis first.
        submitted: how many responses were submitted in all.
        basis: the private side of the last release.
        rules: the rule set.
    """
    return _readiness(_digests(population), submitted, basis, rules)


def _readiness(digests: Mapping[str, str], submitted: int, basis: Basis | None, rules: Rules) -> Readiness:
    new = _changed(digests, basis.digests if basis else {})
    return Readiness(new, rules.k_new, submitted - len(digests))


class _Asked(TypedDict):
    """What a release says of its questionnaire."""

    slug: str
    title: dict[str, str]
    version: str
    hash: str
    languages: tuple[str, ...]
    themes: tuple[Named, ...]
    dimensions: tuple[Named, ...]
    questions: tuple[Listed, ...]


class _Press:
    """Decides table by table: refreshed, first shown, kept as it was, or withheld."""

    def __init__(
        self,
        population: Population,
        *,
        rounding: Rounding,
        rules: Rules,
        number: int,
        previous: Release | None,
        basis: Basis | None,
    ) -> None:
        self._population = population
        self._rounding = rounding
        self._rules = rules
        self._number = number
        self._previous = previous
        self._before: Mapping[Key, Told] = basis.tables if basis else {}
        self.respondents = population.everyone.bit_count() // 10 * 10
        self._told: dict[Key, Told] = {}
        self._audits = {
            question: Audit(rules, basis.published.get(question, ()) if basis else ())
            for question in population.cells
        }

    def tables(self) -> Iterator[ReleasedTable]:
        """Every table of the menu, in order."""
        shown: dict[Key, ReleasedTable] = {}
        withheld: list[ExactTable] = []
        exacts = [self._population.table(*pair) for pair in self._population.menu]
        for exact in exacts:
            if table := self._shown(exact):
                shown[exact.key] = table
            else:
                withheld.append(exact)
        for exact in withheld:  # when all the public figures it may be told from are known
            shown[exact.key] = self._withheld(exact, shown)
        for exact in exacts:
            yield shown[exact.key]

    def basis(self, wave: str, digests: Mapping[str, str]) -> Basis:
        """The private side, once the tables are made."""
        published = {question: tuple(audit.published) for question, audit in self._audits.items()}
        return Basis(wave, self._number, self._population.ids, digests, self._told, published)

    def _shown(self, exact: ExactTable) -> ReleasedTable | None:
        audit = self._audits[exact.question.name]
        before = self._before.get(exact.key)
        if before is None:
            fresh = split(exact, self._rules, audit)
            if fresh is None:
                return None
        else:
            fresh = Split(exact, _still(before.partition, exact), self._rules)
            apart = all(self._rules.apart(people) for people in before.changed(fresh))
            if not (apart and fresh.safe(audit)):
                return self._kept(exact, before)
        audit.publish(fresh.told)
        self._told[exact.key] = Told.of(fresh)
        return protect(fresh, self._rounding, number=self._number)

    def _kept(self, exact: ExactTable, before: Told) -> ReleasedTable | None:
        if self._previous is None:
            raise ValueError("A table cannot keep its figures without the release that holds them.")
        table = self._previous.table(*exact.key)
        if table.kind != kind(exact.question):
            return None
        self._told[exact.key] = before
        return keep(table, exact)

    def _withheld(self, exact: ExactTable, shown: Mapping[Key, ReleasedTable]) -> ReleasedTable:
        enough = needed(
            exact,
            self.respondents,
            national=shown.get((exact.question.name, None)),
            dimension=shown.get((exact.by.name, None)) if exact.by else None,
            rules=self._rules,
        )
        return withhold(exact, needed=enough, number=self._number)


def _still(partition: Partition, exact: ExactTable) -> Partition:
    """The partition of an earlier release, if the questionnaire still has all its choices."""
    for level in partition:
        for choice in level.choices:
            if choice not in exact.groups:
                name = exact.by.name if exact.by else exact.question.name
                raise TableError(f"{name!r}: an earlier release of the wave has {choice!r}; add it back.")
    return partition


def _check(
    wave: str, number: int, previous: Release | None, basis: Basis | None, *, demonstration: bool
) -> None:
    if (previous is None) != (basis is None):
        raise ValueError("A previous release and its basis are given together or not at all.")
    if previous is None or basis is None:
        return
    if (basis.wave, basis.number) != (previous.wave, previous.number):
        raise ValueError("The basis is not that of the previous release.")
    if previous.wave != wave or previous.demonstration != demonstration:
        raise ValueError("The previous release is of another wave.")
    if number <= previous.number:
        raise ValueError(f"Release {number} cannot follow release {previous.number}.")


def _digests(population: Population) -> dict[str, str]:
    """Identity -> digest of the cells it stands in, those of every question it was asked."""
    stands: dict[int, list[str]] = {position: [] for position in positions(population.everyone)}
    for question, cells in population.cells.items():
        for (item, code), members in cells.items():
            for position in positions(members):
                stands[position].append(json.dumps([question, item, code]))
    return {
        population.ids[position]: hashlib.sha256("\n".join(sorted(cells)).encode()).hexdigest()[:16]
        for position, cells in stands.items()
    }


def _changed(now: Mapping[str, str], before: Mapping[str, str]) -> int:
    """How many answers were added, edited or withdrawn."""
    return sum(now.get(identity) != before.get(identity) for identity in now.keys() | before.keys())


def _asked(questionnaire: Questionnaire) -> _Asked:
    return {
        "slug": questionnaire.slug,
        "title": dict(questionnaire.title),
        "version": questionnaire.version,
        "hash": questionnaire.hash,
        "languages": tuple(questionnaire.languages),
        "themes": tuple(Named(name, dict(label)) for name, label in questionnaire.themes.items()),
        "dimensions": tuple(
            Named(asks.name, dict(asks.dimension.label))
            for asks in questionnaire.dimensions
            if asks.dimension
        ),
        "questions": tuple(
            Listed(asks.name, asks.theme, asks.chart, asks.sensitive) for asks in questionnaire.closed
        ),
    }
