"""A release as a value and as canonical bytes: all that the public pages need, and nothing exact.

The bytes write each wording once; the value gives every table its own, ready to be shown.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from surveys.findings.model import Block, ReleasedTable, Row, Text
from surveys.findings.structure import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from surveys.responses.model import Entry

FORMAT = 1
"""Version of the bytes' shape."""


class UnknownTable(LookupError):  # noqa: N818 - says what happened, as Python's own LookupErrors do
    """The release holds no such table: it is not in the menu."""


@dataclass(frozen=True, slots=True)
class Named:
    """A theme or a dimension: its code and its wording."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as the findings list it; its wording stands in its tables."""

    name: str
    theme: str | None
    chart: str | None
    sensitive: bool


@dataclass(frozen=True)
class Release:
    """The public figures of one wave at one date: an immutable record.

    Attributes:
        slug: the survey.
        version, hash: of the questionnaire.
        number: of the release, rising within the survey.
        date: the day it was made.
        entry: whose answers enter a base.
        opened, closed: dates of the fieldwork, as far as they are known.
        respondents: answers in it, down to a full ten.
        themes, dimensions, questions: in the questionnaire's order.
        tables: a question's national table, then its splits, question after question.
    """

    slug: str
    title: Text
    version: str
    hash: str
    languages: tuple[str, ...]
    wave: str
    number: int
    date: dt.date
    demonstration: bool
    entry: Entry
    opened: dt.date | None
    closed: dt.date | None
    respondents: int
    rules: Rules
    themes: tuple[Named, ...]
    dimensions: tuple[Named, ...]
    questions: tuple[Listed, ...]
    tables: tuple[ReleasedTable, ...]

    def table(self, question: str, by: str | None = None) -> ReleasedTable:
        """One table, national or split.

        Raises:
            UnknownTable: if it is not in the menu.
        """
        try:
            return self._tables[question, by]
        except KeyError:
            raise UnknownTable(f"There is no table of {question!r} by {by!r}.") from None

    @cached_property
    def _tables(self) -> Mapping[tuple[str, str | None], ReleasedTable]:
        return {(table.question, table.by): table for table in self.tables}

    def to_json(self) -> bytes:
        """Canonical bytes: UTF-8, sorted keys, no spaces; the same release gives the same bytes.

        Raises:
            ValueError: if one code has two wordings, which the bytes could not tell apart.
        """
        document = {
            **{name: getattr(self, name) for name in _PLAIN},
            "format": FORMAT,
            "date": self.date.isoformat(),
            "opened": self.opened.isoformat() if self.opened else None,
            "closed": self.closed.isoformat() if self.closed else None,
            "rules": asdict(self.rules),
            "themes": [[theme.name, theme.label] for theme in self.themes],
            "dimensions": [
                [dimension.name, dimension.label, _wordings(self._levels(dimension.name))]
                for dimension in self.dimensions
            ],
            "questions": [_question(listed, self._of(listed.name)) for listed in self.questions],
            "tables": [_table(table) for table in self.tables],
        }
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()

    @classmethod
    def from_json(cls, body: bytes | str) -> Release:
        """The release that `to_json` wrote.

        Raises:
            ValueError: if the bytes are of another shape.
        """
        document = json.loads(body)
        if document["format"] != FORMAT:
            raise ValueError(f"The release is of format {document['format']}, not {FORMAT}.")
        questions = {question["name"]: question for question in document["questions"]}
        dimensions = {name: (label, dict(levels)) for name, label, levels in document["dimensions"]}
        plain = {name: document[name] for name in _PLAIN} | {"languages": tuple(document["languages"])}
        return cls(
            **plain,
            date=dt.date.fromisoformat(document["date"]),
            opened=dt.date.fromisoformat(document["opened"]) if document["opened"] else None,
            closed=dt.date.fromisoformat(document["closed"]) if document["closed"] else None,
            rules=Rules(**document["rules"]),
            themes=tuple(Named(*theme) for theme in document["themes"]),
            dimensions=tuple(Named(name, label) for name, (label, _) in dimensions.items()),
            questions=tuple(
                Listed(**{name: question[name] for name in ("name", "theme", "chart", "sensitive")})
                for question in questions.values()
            ),
            tables=tuple(_read(table, questions, dimensions) for table in document["tables"]),
        )

    def _of(self, question: str) -> list[ReleasedTable]:
        return [table for table in self.tables if table.question == question]

    def _levels(self, dimension: str) -> Iterable[tuple[str, Text]]:
        for table in self.tables:
            if table.by == dimension:
                yield from ((block.level, block.level_label) for block in table.blocks)


_PLAIN = (
    "slug", "title", "version", "hash", "languages", "wave", "number", "demonstration", "entry",
    "respondents",
)  # fmt: skip


def _question(listed: Listed, tables: list[ReleasedTable]) -> dict[str, Any]:
    blocks = [block for table in tables for block in table.blocks]
    first = tables[0]
    return {
        **asdict(listed),
        "kind": first.kind,
        "wording": first.wording,
        "short": first.short,
        "scale": first.scale,
        "codes": _wordings((row.code, row.label) for block in blocks for row in block.rows),
        "items": _wordings((block.item, block.item_label or {}) for block in blocks if block.item),
    }


def _table(table: ReleasedTable) -> dict[str, Any]:
    return {
        "question": table.question,
        "by": table.by,
        "state": table.state,
        "as_of": table.as_of,
        "needed": table.needed,
        "blocks": [
            [
                block.level,
                block.item,
                block.base,
                [[row.code, row.count, row.percent, row.low, row.high, row.symbol] for row in block.rows],
            ]
            for block in table.blocks
        ],
    }


def _read(
    table: Mapping[str, Any], questions: Mapping[str, Any], dimensions: Mapping[str, Any]
) -> ReleasedTable:
    question = questions[table["question"]]
    label, levels = dimensions[table["by"]] if table["by"] else ({}, {})
    codes, items = dict(question["codes"]), dict(question["items"])
    blocks = tuple(
        Block(
            level=level,
            level_label=levels.get(level, {}),
            base=base,
            rows=tuple(
                Row(code, codes[code], count, base, percent, low, high, symbol)
                for code, count, percent, low, high, symbol in rows
            ),
            item=item,
            item_label=items[item] if item else None,
        )
        for level, item, base, rows in table["blocks"]
    )
    return ReleasedTable(
        question=table["question"],
        kind=question["kind"],
        wording=question["wording"],
        short=question["short"],
        by=table["by"],
        by_label=label,
        state=table["state"],
        blocks=blocks,
        as_of=table["as_of"],
        needed=table["needed"],
        scale=question["scale"],
    )


def _wordings(pairs: Iterable[tuple[str, Text]]) -> list[list[Any]]:
    """Each code with its wording, in the order met."""
    found: dict[str, Text] = {}
    for code, label in pairs:
        if found.setdefault(code, label) != label:
            raise ValueError(f"{code!r} has two wordings in one release.")
    return [[code, label] for code, label in found.items()]
