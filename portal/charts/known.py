"""Known so far: figures that named sources have published, kept as documents of the kind "figure"."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal import content
from portal.filters import in_language
from portal.languages import language
from surveys.findings.model import PublishedFigure, PublishedValue

if TYPE_CHECKING:
    from surveys.findings.model import Text

KIND = "figure"


@dataclass(frozen=True, slots=True)
class Known:
    """A figure with its chart and the document it was made from."""

    chart: PublishedFigure
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading with its figures."""

    name: str
    label: Text
    figures: tuple[Known, ...]


def _known(document: dict[str, Any]) -> Known:
    source = document["source"]
    values = tuple(PublishedValue(v["code"], v["label"], float(v["value"])) for v in document["values"])
    chart = PublishedFigure(
        slug=document["slug"],
        title=document["headline"],
        unit=document["unit"],
        values=values,
        source=source["name"],
        as_of=str(source["as_of"] or ""),
        address=source["address"],
    )
    return Known(chart, document)


def figures() -> list[Known]:
    """Every published figure, in the editors' order."""
    return [_known(document) for document in content.documents(KIND)]


def figure(slug: str) -> Known | None:
    """One published figure, or None."""
    document = content.document(KIND, slug)
    return _known(document) if document else None


def by_theme() -> list[Theme]:
    """The figures under the headings of the home document."""
    home = content.document("home", "home") or {"themes": {}}
    every = figures()
    return [
        Theme(name, label, tuple(known for known in every if known.document["theme"] == name))
        for name, label in home["themes"].items()
    ]


def as_json(known: Known) -> dict[str, Any]:
    """A published figure as a document in the page's language."""
    chart = known.chart
    return {
        "name": chart.slug,
        "title": in_language(chart.title),
        "unit": chart.unit,
        "as_of": chart.as_of or None,
        "source": in_language(chart.source),
        "address": chart.address,
        "language": language(),
        "rows": [{"code": v.code, "label": in_language(v.label), "value": v.value} for v in chart.values],
    }


def as_csv(known: Known) -> str:
    """A published figure as CSV, each line with its source."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("name", "code", "label", "value", "unit", "as_of", "source", "address"))
    chart = known.chart
    for value in chart.values:
        figure = (chart.slug, value.code, in_language(value.label), value.value)
        writer.writerow((*figure, chart.unit, chart.as_of, in_language(chart.source), chart.address))
    return out.getvalue()
