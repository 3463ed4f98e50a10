"""What the website says in a chart, in the language of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.findings.model import Text

_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences around the figures; the figures themselves come from the table.

    Attributes:
        language: which wording of a researcher's text is drawn.
        rtl: whether the language is written from right to left; the chart is then mirrored.
        ids: prefix of every id in the drawing; unique in the page that takes it in.
        title: the finding in one sentence; the drawing's accessible name, drawn in files only.
        subtitle: measure, population, wave; drawn in files only.
        description: the alternative text.
        no_answer: label of the category of those who left the question.
        base: how a base is written, `{n}` standing for the number.
        percent: how a share is written, `{n}` standing for the number.
        notice: a mark drawn above everything ("DEMONSTRATION DATA"), "" for none.
        note: what the thin lines are ("Thin lines: 95 % interval"); drawn only where there are any.
        few: what a number without a per cent sign is; drawn only where there is one.
        source: where the figures come from; drawn in files only.
        group: what stands between thousands in published figures.
        decimal: the decimal sign in published figures.

    Raises:
        ValueError: if `ids` could not begin an id.
    """

    language: str
    rtl: bool
    ids: str
    title: str
    description: str
    no_answer: str
    subtitle: str = ""
    base: str = "n = {n}"
    percent: str = "{n}%"
    notice: str = ""
    note: str = ""
    few: str = ""
    source: str = ""
    group: str = ","
    decimal: str = "."

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.ids):
            raise ValueError(f"ids must be letters, digits, - and _, beginning with a letter: {self.ids!r}")

    def of(self, text: Text | None) -> str:
        """A researcher's text in the language of the page; "" where there is none at all."""
        return text[self.language] if text else ""

    def people(self, count: int) -> str:
        """A base as written ("n = 126")."""
        return self.base.replace("{n}", self.number(count))

    def share(self, percent: float) -> str:
        """A share as written ("45%"), one decimal only where there is one."""
        return self.percent.replace("{n}", self.number(percent))

    def number(self, value: float) -> str:
        """A number as written, at most one decimal."""
        whole = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
        return whole.replace(".", "\0").replace(",", self.group).replace("\0", self.decimal)
