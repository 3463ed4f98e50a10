"""What the engine computes while somebody waits: a path, a release, a chart."""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.table import Figure
from portal import content, released
from portal.charts import drawings
from portal.languages import LANGUAGES as SPOKEN
from surveys.findings import release
from surveys.questionnaire import reader, routing
from surveys.responses import records, waves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from flask import Flask

    from surveys.findings.model import ReleasedTable

PAGES = 20
QUESTIONS_ON_A_PAGE = 5
CHARTS = 6

SLOWEST_WORD_FILE = 300
"""Milliseconds of server time."""

OK = 200

LANGUAGES = tuple(SPOKEN)

HEAD = """\
name: long
version: "1"
languages: [en]
title: {en: Long}
summary: {en: A hundred questions}
choices:
  yesno:
    - {name: yes, label: {en: Yes}}
    - {name: no, label: {en: No}}
survey:
"""

PAGE = """\
  - type: page
    name: page{page}
    label: {{en: Page {page}}}
    questions:
"""

QUESTION = """\
      - type: select_one yesno
        name: q{number}
        label: {{en: Question {number}}}
        short: {{en: Q{number}}}
"""

RELEVANT = """\
        relevant: ${{q{before}}} = 'yes' and (${{q{earlier}}} = 'yes' or not(selected(${{q{before}}}, 'no')))
"""

IMPORT = """
import time
began = time.perf_counter()
from surveys.findings import charts
print(time.perf_counter() - began)
"""


def questionnaire_of_hundred() -> str:
    """A questionnaire of 100 questions on 20 pages, each relevant by the answers to two earlier ones."""
    lines = [HEAD]
    for number in range(PAGES * QUESTIONS_ON_A_PAGE):
        if number % QUESTIONS_ON_A_PAGE == 0:
            lines.append(PAGE.format(page=number // QUESTIONS_ON_A_PAGE))
        lines.append(QUESTION.format(number=number))
        if number:
            lines.append(RELEVANT.format(before=number - 1, earlier=max(0, number - 7)))
    return "".join(lines)


def seconds(action: Callable[..., object], *arguments: object) -> float:
    """How long something takes."""
    began = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - began


def figures(app: Flask, slug: str, today: date, instance: Path) -> Iterator[Figure]:
    """Measure computing; nothing is promised of it.

    Args:
        app: the portal on a filled instance.
        slug: a survey with a demonstration and its release.
        today: the date of the release that is built.
        instance: the instance.
    """
    yield _routing()
    with app.app_context():
        yield _release(slug, today)
    yield from _charts(app, slug, instance)
    yield _word_files(app)


def _routing() -> Figure:
    questionnaire = reader.read(questionnaire_of_hundred(), "long.yaml")
    answers = dict.fromkeys(questionnaire.question, "yes")
    if len(routing.path(questionnaire, answers)) != PAGES:
        raise servers.BenchmarkError("The path of the long questionnaire does not have all its pages.")
    taken = median(seconds(routing.path, questionnaire, answers) for _ in range(50))
    return Figure("Path of 100 questions", taken * 1000, "ms", details=f"{PAGES} pages, all on it")


def _release(slug: str, today: date) -> Figure:
    wave = waves.find(f"{slug}@{waves.DEMONSTRATION}")
    questionnaire = waves.questionnaire(wave)
    began = time.perf_counter()
    found = records.records(wave)
    read = time.perf_counter() - began

    def build() -> None:
        release.build(
            questionnaire,
            found,
            wave=wave.name,
            number=1,
            today=today,
            key=bytes(32),
            previous=None,
            basis=None,
            demonstration=True,
        )

    taken = median(seconds(build) for _ in range(3))
    details = f"and {read:.2f} s to read the answers"
    return Figure(f"Release of {len(found)} organizations", taken, "s", details=details)


def _word_files(app: Flask) -> Figure:
    """The slowest of the templates, in the slowest language, as its page answers it."""
    with app.app_context():
        names = [card["slug"] for card in content.cards("template")]
    client = app.test_client()

    def take(language: str, name: str) -> None:
        answer = client.get(f"/{language}/toolkit/templates/{name}.docx?v={time.perf_counter_ns()}")
        if answer.status_code != OK:
            raise servers.BenchmarkError(f"The template {name} was answered {answer.status_code}.")

    take(LANGUAGES[0], names[0])  # brings python-docx
    taken = {
        (language, name): median(seconds(take, language, name) for _ in range(3))
        for language in LANGUAGES
        for name in names
    }
    slowest = max(taken, key=lambda made: taken[made])
    details = f"{slowest[1]} in {slowest[0]}, the slowest of {len(taken)}"
    return Figure("Template as a Word file", taken[slowest] * 1000, "ms", SLOWEST_WORD_FILE, details=details)


def _charts(app: Flask, slug: str, instance: Path) -> Iterator[Figure]:
    """Charts as files, which `init` did not draw: on first demand, and again from what was kept."""
    importing = float(servers.run(sys.executable, "-c", IMPORT, instance=instance))
    with app.test_request_context(f"/en/findings/{slug}/"):
        shown = released.latest(slug)
        if shown is None:
            raise servers.BenchmarkError(f"{slug} has no release.")
        tables = [table for table in shown.tables if table.by is None and table.state == "shown"]
        first, *others = tables[: CHARTS + 1]
        drawings.file(first, shown, "svg")  # brings matplotlib, which is told apart

        def draw(table: ReleasedTable) -> bytes:
            return drawings.file(table, shown, "svg")

        cold, _from_disk, kept = ([seconds(draw, table) for table in others] for _ in range(3))
    details = f"median of {len(others)}; the first in a process also imports for {importing * 1000:.0f} ms"
    yield Figure("Chart, drawn", median(cold) * 1000, "ms", details=details)
    yield Figure(
        "Chart, kept", median(kept) * 1000, "ms", details=f"{median(cold) / median(kept):,.0f} times as fast"
    )
