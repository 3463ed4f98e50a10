"""What search finds of the findings: each released national table, by what it says and what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for
from flask_babel import gettext as _

from portal import released, searching
from portal.charts import sentences
from portal.filters import in_language
from portal.languages import LANGUAGES, away
from surveys.responses import waves

if TYPE_CHECKING:
    from surveys.findings.model import ReleasedTable
    from surveys.findings.release import Release

KIND = "finding"


def index() -> None:
    """Index the findings of every survey anew; within the caller's transaction."""
    searching.remove(KIND)
    for wave in waves.surveys():
        release = released.latest(wave.survey)
        if release is not None:
            _index_release(release)


def _index_release(release: Release) -> None:
    for code in LANGUAGES:
        with away(current_app, code):
            for listed in release.questions:
                table = release.table(listed.name, None)
                if table.state != "shown":
                    continue
                words = (row.label for block in table.blocks for row in block.rows if row.label)
                said = [in_language(table.wording), *(in_language(label) for label in words)]
                searching.put(
                    KIND,
                    f"{release.slug}/{table.question}",
                    code,
                    url_for("findings.question", slug=release.slug, name=table.question),
                    [searching.Passage(_title(table, release), "\n\n".join(dict.fromkeys(said)))],
                    str(release.date.year),
                )


def _title(table: ReleasedTable, release: Release) -> str:
    headline = sentences.headline(table)
    return _("%(headline)s (demonstration data)", headline=headline) if release.demonstration else headline
