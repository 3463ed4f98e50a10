"""Findings in the thread: `[[finding:survey/question]]` is a chart of the latest release, or a given one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import g, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal import released
from portal.charts import drawings, sentences
from portal.content.targets import Found, register
from portal.filters import in_language
from surveys.findings.release import UnknownTable
from surveys.responses import waves
from surveys.responses.model import UnknownSurvey

if TYPE_CHECKING:
    from flask import Flask

    from portal.content.references import Reference
    from surveys.findings.model import ReleasedTable
    from surveys.findings.release import Release


PIN = re.compile("[0-9]{1,6}")


def find(reference: Reference) -> Found | None:
    """A finding in the page's language: its question as words, its chart as a block.

    While nothing is released, the reference is a link to where the finding will be.
    """
    survey, _slash, question = reference.target.partition("/")
    release = _release(survey, reference.pin)
    table = _table(release, question, reference.by) if release else None
    if release is None or table is None:
        label = None if reference.pin else _asked(survey, question)
        return Found(label, url_for("findings.survey", slug=survey)) if label else None
    number = release.number if reference.pin else None
    address = url_for("findings.question", slug=survey, number=number, name=question, by=reference.by or None)
    return Found(
        in_language(table.short),
        address,
        block=lambda: _chart(table, release, address),
        summary=_said(table, release),
    )


def exists(reference: Reference) -> bool:
    """Whether a survey asks the question, and the release held to has its table."""
    survey, _slash, question = reference.target.partition("/")
    release = _release(survey, reference.pin)
    if release is not None:
        return _table(release, question, reference.by) is not None
    return not reference.pin and not reference.by and _asked(survey, question) is not None


def _release(survey: str, pin: str) -> Release | None:
    if not pin:
        return released.latest(survey)
    return released.numbered(survey, int(pin)) if PIN.fullmatch(pin) else None


def _table(release: Release, question: str, by: str) -> ReleasedTable | None:
    try:
        return release.table(question, by or None)
    except UnknownTable:
        return None


def _asked(survey: str, question: str) -> str | None:
    """What the survey's present questionnaire calls a question that it asks; None where it does not."""
    try:
        wave = waves.current(survey)
    except UnknownSurvey:
        return None
    if wave.state == "draft":
        return None
    questionnaire = waves.questionnaire(wave)
    found = questionnaire.question.get(question)
    return in_language(found.short or found.label) if found is not None and found.closed else None


def _said(table: ReleasedTable, release: Release) -> str:
    """The finding in one sentence, as it travels without its page; demonstration data say so first."""
    headline = sentences.headline(table)
    if release.demonstration:
        return _("Demonstration data, not for citation: %(finding)s", finding=headline)
    return headline


def _chart(table: ReleasedTable, release: Release, address: str) -> Markup | None:
    drawn: set[str] = g.setdefault("charts_of_thread", set())
    if table.state != "shown" or address in drawn:  # drawn twice, its parts would have one name twice
        return None
    drawn.add(address)
    return Markup(  # noqa: S704 - our own template
        render_template(
            "thread/finding.html",
            table=table,
            release=release,
            address=address,
            say=sentences,
            draw=drawings,
        )
    )


def install(app: Flask) -> None:
    """Register findings as targets of the thread."""
    register(app, "finding", find, exists)
