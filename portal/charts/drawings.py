"""Charts as the pages and files need them: drawn on first demand, kept by what they show."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from flask import current_app
from markupsafe import Markup

from portal.charts import sentences
from portal.filters import in_language
from portal.languages import direction, language
from surveys.findings.charts_words import Words
from surveys.findings.model import ReleasedTable

if TYPE_CHECKING:
    from pathlib import Path

    from surveys.findings.model import PublishedFigure
    from surveys.findings.release import Release

DRAWING = 1
"""Version of how charts look; raised when they change, so that kept ones are not used."""

Size = Literal["wide", "narrow"]


def inline(table: ReleasedTable, release: Release, size: Size) -> Markup:
    """A released table's chart for a page."""
    return Markup(_kept(table, _words(table, release, size), "svg", size, inline=True).decode())  # noqa: S704 - our own drawing


def file(table: ReleasedTable, release: Release, form: str) -> bytes:
    """A released table's chart as a file that says itself what it is."""
    return _kept(table, _words(table, release, "wide"), form, "wide", inline=False)


def published_inline(figure: PublishedFigure, size: Size) -> Markup:
    """A published figure's chart for a page."""
    return Markup(_kept(figure, _published_words(figure, size), "svg", size, inline=True).decode())  # noqa: S704 - our own drawing


def published_file(figure: PublishedFigure, form: str) -> bytes:
    """A published figure's chart as a file."""
    return _kept(figure, _published_words(figure, "wide"), form, "wide", inline=False)


def _words(table: ReleasedTable, release: Release, size: Size) -> Words:
    return _said(
        ids=f"{table.question}-{table.by or 'all'}-{size}",
        title=sentences.headline(table),
        subtitle=sentences.subtitle(table, release),
        description=sentences.alternative(table),
        notice=sentences.notice(release),
        note=sentences.reading(),
        source=sentences.source(table, release),
    )


def _published_words(figure: PublishedFigure, size: Size) -> Words:
    return _said(
        ids=f"known-{figure.slug}-{size}",
        title=in_language(figure.title),
        description=sentences.published_alternative(figure),
        source=sentences.published_source(figure),
    )


def _said(**words: str) -> Words:
    """The given words, with how the page's language writes numbers."""
    group, decimal = {"en": (",", "."), "fr": ("\u00a0", ","), "ar": (",", ".")}[language()]
    return Words(
        language=language(),
        rtl=direction() == "rtl",
        no_answer=sentences.no_answer(),
        base=sentences.base("{n}"),
        percent=sentences.share_of("{n}"),
        few=sentences.few(),
        group=group,
        decimal=decimal,
        **words,
    )


def _kept(
    shown: ReleasedTable | PublishedFigure, words: Words, form: str, size: Size, *, inline: bool
) -> bytes:
    told = json.dumps(
        [DRAWING, asdict(shown), asdict(words), form, size, inline], sort_keys=True, default=dict
    )
    name = f"{hashlib.sha256(told.encode()).hexdigest()}.{form}"
    folder = current_app.config["PORTAL"].instance / "charts"
    return _read(folder / name) or _draw(folder / name, shown, words, size, inline=inline)


@lru_cache(maxsize=1024)
def _in_memory(path: Path) -> bytes:
    return path.read_bytes()


def forget() -> None:
    """Take away the kept charts; each is drawn again when somebody asks for it."""
    shutil.rmtree(current_app.config["PORTAL"].instance / "charts", ignore_errors=True)
    _in_memory.cache_clear()


def _read(path: Path) -> bytes | None:
    try:
        return _in_memory(path)
    except FileNotFoundError:
        return None


def _draw(
    path: Path, shown: ReleasedTable | PublishedFigure, words: Words, size: Size, *, inline: bool
) -> bytes:
    """Draw and keep; written aside and renamed, so that nobody reads half a chart."""
    # On a new machine matplotlib keeps a list of fonts; it belongs with all else the portal writes.
    os.environ.setdefault("MPLCONFIGDIR", str(path.parent / "fonts"))
    from surveys.findings import charts  # noqa: PLC0415 - brings matplotlib, which only drawing needs

    form: charts.Form = "png" if path.suffix == ".png" else "svg"
    if isinstance(shown, ReleasedTable):
        drawn = charts.draw(shown, words, form=form, size=size, inline=inline)
    else:
        drawn = charts.draw_published(shown, words, form=form, size=size, inline=inline)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.{id(drawn)}")
    aside.write_bytes(drawn)
    aside.replace(path)
    return drawn
