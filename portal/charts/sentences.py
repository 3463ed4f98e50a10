"""Findings in words, one grammar in three languages: headline, how to read the chart, alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.filters import day, in_language, labelled, listed, number
from surveys.findings.headline import headline as headline_facts
from surveys.findings.model import NO_ANSWER

if TYPE_CHECKING:
    from surveys.findings.model import Block, PublishedFigure, ReleasedTable, Row
    from surveys.findings.release import Release

NAMED = 2
"""Categories named in an alternative text at each end."""


def no_answer() -> str:
    """The wording of the category of those who left the question."""
    return _("No answer")


def label(row: Row) -> str:
    """The wording of a category."""
    return no_answer() if row.code == NO_ANSWER else in_language(row.label)


def share_of(text: str) -> str:
    """A written number as a share."""
    return _("%(number)s%%", number=text)


def share(percent: float) -> str:
    """A share as the language writes it."""
    return share_of(number(percent))


def base(text: str) -> str:
    """A written number as a base."""
    return _("n = %(number)s", number=text)


def few() -> str:
    """What a number without a per cent sign is."""
    return _("A number without a per cent sign counts organizations: fewer than 20 were asked.")


def headline(table: ReleasedTable) -> str:
    """The finding in one sentence; the question's short name where no option stands out."""
    if table.by:
        return _(
            "%(question)s, by %(dimension)s",
            question=in_language(table.short),
            dimension=in_language(table.by_label),
        )
    facts = headline_facts(table)
    if facts is None:
        return in_language(table.short)
    if facts.kind == "agree":
        said = listed((quoted(text) for text in upper_end(table)), "or")
        sentence = _("%(percent)s answered %(answers)s", percent=share(facts.percent), answers=said)
        return labelled(in_language(facts.label), sentence) if facts.label else sentence
    said = quoted(in_language(facts.label))
    if facts.kind == "majority":
        return _("A majority, %(percent)s, answered %(answer)s", percent=share(facts.percent), answer=said)
    return _("Most often answered, by %(percent)s: %(answer)s", percent=share(facts.percent), answer=said)


def quoted(text: str) -> str:
    """A wording between the language's quotation marks."""
    return _("“%(text)s”", text=text)


def upper_end(table: ReleasedTable) -> list[str]:
    """The wordings of a likert scale's positive half."""
    scale = table.scale or {}
    return [label(row) for row in table.blocks[0].rows if scale.get(row.code, 0) > 0]


def subtitle(table: ReleasedTable, release: Release) -> str:
    """What is measured, of whom, when."""
    return _("“%(wording)s” Share of the organizations asked. Survey wave: %(wave)s.",
             wording=in_language(table.wording), wave=wave_name(release))  # fmt: skip


def wave_name(release: Release) -> str:
    """The wave as a reader knows it."""
    return _("demonstration") if release.demonstration else release.wave


def source(table: ReleasedTable, release: Release) -> str:
    """Where a figure comes from, as a file must say itself."""
    words = {"survey": in_language(release.title), "number": release.number, "day": day(release.date)}
    if release.demonstration:
        said = _("Made-up data, not for citation. %(survey)s, release %(number)s of %(day)s.", **words)
    else:
        said = _("%(survey)s, release %(number)s of %(day)s. CC BY 4.0.", **words)
    return f"{said} {kept(table)}" if table.as_of != release.number else said


def kept(table: ReleasedTable) -> str:
    """That a table shows an earlier release's figures, and why."""
    return _(
        "These figures are those of release %(number)s: too few answers came since to change them safely.",
        number=table.as_of,
    )


def release_line(release: Release) -> str:
    """A release in one line: its number, its day, and how many organizations are in it."""
    organizations = ngettext(
        "at least %(num)d organization", "at least %(num)d organizations", release.respondents
    )
    line = _("Release %(number)s of %(day)s", number=release.number, day=day(release.date))
    return labelled(line, organizations) + "."


def notice(release: Release) -> str:
    """The mark of demonstration data, "" for real figures."""
    return _("DEMONSTRATION DATA: made up, not for citation") if release.demonstration else ""


def reading() -> str:
    """How to read the thin lines of a chart."""
    return _("Thin lines: %(share)s interval, rounding included.", share=share(95))


def interval() -> str:
    """What the interval of a table is called."""
    return _("%(share)s interval", share=share(95))


def alternative(table: ReleasedTable) -> str:
    """A chart as text: base, the ends of each distribution, and where the whole table is."""
    parts = [_group(block, table) for block in table.blocks[: 2 * NAMED]]
    if len(table.blocks) > 2 * NAMED:
        more = len(table.blocks) - 2 * NAMED
        parts.append(ngettext("%(num)d more group.", "%(num)d more groups.", more))
    return " ".join([*parts, _("The table below holds every figure.")])


def _group(block: Block, table: ReleasedTable) -> str:
    named = [in_language(text) for text in (block.level_label, block.item_label) if text]
    asked = _("%(base)s asked", base=number(block.base))
    head = " ".join([*named, f"({asked})"]) if named else asked
    rows = [row for row in block.rows if row.code != NO_ANSWER]
    if table.kind != "likert":
        rows = sorted(rows, key=lambda row: -row.count)
    said = listed(f"{label(row)} {_figure(row)}" for row in rows[: 2 * NAMED])
    return labelled(head, said) + "."


def _figure(row: Row) -> str:
    return number(row.count) if row.percent is None else share(row.percent)


def published_alternative(figure: PublishedFigure) -> str:
    """A published figure as text."""
    write = share if figure.unit == "percent" else number
    said = listed(f"{in_language(value.label)} {write(value.value)}" for value in figure.values)
    return f"{said}."


def published_source(figure: PublishedFigure) -> str:
    """Where a published figure comes from."""
    if not figure.as_of:
        return _("Source: %(name)s, undated", name=in_language(figure.source))
    return _("Source: %(name)s, %(date)s", name=in_language(figure.source), date=day(figure.as_of))


def withheld(table: ReleasedTable) -> str:
    """Why a table is not shown, and from when it will be."""
    if table.needed is None:
        return _("This table cannot be shown: too few organizations answered.")
    return _(
        "This table cannot be shown yet. It will be from about %(needed)s answers on.",
        needed=number(table.needed),
    )


def says(table: ReleasedTable) -> bool:
    """Whether one option stands out, so that the headline states a finding."""
    return headline_facts(table) is not None
