"""What there is to read: the surveys, a release's tables by theme, and the ways to split one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import released
from surveys.responses import waves
from surveys.responses.model import UnknownSurvey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.findings.model import ReleasedTable, Text
    from surveys.findings.release import Release


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading of the findings with its national tables."""

    name: str
    label: Text
    tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One way to split a question: a dimension, and whether its table can be shown."""

    by: str | None
    label: Text
    shown: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A survey on the findings' front page."""

    slug: str
    title: Text
    release: Release | None


def surveys() -> list[Listed]:
    """Every survey with the release its findings show; one still in preparation is not public."""
    found = [(wave, released.latest(wave.survey)) for wave in waves.surveys()]
    return [
        Listed(wave.survey, waves.questionnaire(wave).title, release)
        for wave, release in found
        if release is not None or wave.state != "draft"
    ]


def has_survey(slug: str) -> bool:
    """Whether there is a survey of this name."""
    try:
        wave = waves.current(slug)
    except UnknownSurvey:
        return False
    return wave.state != "draft" or released.latest(slug) is not None


def title(slug: str) -> Text:
    """A survey's title.

    Raises:
        UnknownSurvey: when there is none.
    """
    return waves.questionnaire(waves.current(slug)).title


def themes(release: Release) -> list[Theme]:
    """The national tables that are charted, under their headings."""
    charted: Mapping[str, list[ReleasedTable]] = {theme.name: [] for theme in release.themes}
    for listed in release.questions:
        if listed.theme is not None and listed.chart != "none":
            charted[listed.theme].append(release.table(listed.name, None))
    return [Theme(t.name, t.label, tuple(charted[t.name])) for t in release.themes if charted[t.name]]


def menu(release: Release, question: str) -> list[Split]:
    """The closed menu of a question: national, then each dimension it may be split by."""
    tables = {table.by: table for table in release.tables if table.question == question}
    return [Split(by, table.by_label, table.state == "shown") for by, table in tables.items()]
