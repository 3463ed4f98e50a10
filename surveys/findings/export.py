"""One released table as a JSON document and as CSV: the same rows, the same words."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from surveys.findings.model import NO_ANSWER, ReleasedTable, Text

if TYPE_CHECKING:
    from surveys.findings.bundle import Release

SOURCE = ("survey", "wave", "release", "demo", "name", "by", "as_of")
"""What every line of a file says about where it is from."""

COLUMNS = (
    "level", "level_label", "item", "item_label", "code", "label",
    "count", "base", "percent", "low", "high", "symbol",
)  # fmt: skip
"""The keys of a row, in the order of the columns."""


def table_json(table: ReleasedTable, release: Release, language: str, *, no_answer: str) -> dict[str, Any]:
    """A table as one flat document; `count` and `base` are its only keys for numbers of people.

    Args:
        table: a table of the release.
        release: where it is from.
        language: of the wordings; one of the release's.
        no_answer: the wording of `NO_ANSWER` in that language.
    """
    return {
        "survey": release.slug,
        "wave": release.wave,
        "release": release.number,
        "demo": release.demonstration,
        "name": table.question,
        "wording": table.wording[language],
        "by": table.by,
        "kind": table.kind,
        "as_of": table.as_of,
        "state": table.state,
        "needed": table.needed,
        "language": language,
        "rows": _rows(table, language, no_answer),
    }


def table_csv(table: ReleasedTable, release: Release, language: str, *, no_answer: str) -> str:
    """A table as CSV (RFC 4180): a header, then the rows of `table_json`, each with its source.

    A withheld table has the header alone. An absent value is an empty field.

    Args:
        table: a table of the release.
        release: where it is from.
        language: of the wordings; one of the release's.
        no_answer: the wording of `NO_ANSWER` in that language.
    """
    document = table_json(table, release, language, no_answer=no_answer)
    source = {column: document[column] for column in SOURCE} | {
        "demo": "yes" if release.demonstration else "no"
    }
    out = io.StringIO()
    writer = csv.DictWriter(out, (*SOURCE, *COLUMNS))
    writer.writeheader()
    writer.writerows(source | row for row in document["rows"])
    return out.getvalue()


def filename(table: ReleasedTable, release: Release, language: str, suffix: str) -> str:
    """What a downloaded table is called, so that a demonstration says so and no two files share a name.

    Args:
        table: a table of the release.
        release: where it is from.
        language: of the words in the file.
        suffix: "csv", "json", "svg" or "png", with or without its dot.

    Returns:
        For example `DEMO-digital-messaging-2026-r3-platforms-by-province-fr.csv`.
    """
    parts = (
        *(("DEMO",) if release.demonstration else ()),
        release.slug,
        release.wave,
        f"r{release.number}",
        table.question,
        *(("by", table.by) if table.by else ()),
        language,
    )
    return f"{'-'.join(parts)}.{suffix.removeprefix('.')}"


def _rows(table: ReleasedTable, language: str, no_answer: str) -> list[dict[str, Any]]:
    return [
        {
            "level": block.level,
            "level_label": _said(block.level_label, language),
            "item": block.item,
            "item_label": _said(block.item_label, language),
            "code": row.code,
            "label": no_answer if row.code == NO_ANSWER else row.label[language],
            "count": row.count,
            "base": row.base,
            "percent": row.percent,
            "low": row.low,
            "high": row.high,
            "symbol": row.symbol,
        }
        for block in table.blocks
        for row in block.rows
    ]


def _said(text: Text | None, language: str) -> str | None:
    """A wording; None where there is nothing to word (no split, no grid)."""
    return text[language] if text else None
