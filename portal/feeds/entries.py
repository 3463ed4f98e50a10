"""What is new in each section: documents and releases as entries of a feed, in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import content, released, thread
from portal.charts import sentences
from portal.content.kinds import kinds
from portal.filters import in_language
from portal.languages import LANGUAGES
from surveys.responses import waves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEWEST = 50
"""Entries of a feed."""

SECTIONS: Mapping[str, tuple[object, str]] = {
    "case-studies": (_l("Case studies"), "stories.index"),
    "facts": (_l("Dated facts"), "facts.index"),
    "platforms": (_l("Platforms"), "platforms.index"),
    "toolkit": (_l("Toolkit"), "toolkit.index"),
    "conference": (_l("Conference"), "conference.index"),
    "findings": (_l("Findings"), "findings.index"),
}
"""Name in addresses -> what the section is called, and the endpoint of its first page."""


@dataclass(frozen=True, slots=True)
class Section:
    """The section that an address belongs to.

    Attributes:
        label: what it is called.
        address, feed: paths of its first page and of its feed, in the page's language.
    """

    label: object
    address: str
    feed: str


def section_of(path: str) -> Section | None:
    """The section that the path of a page begins with, whether or not there is such a page."""
    _empty, code, name, *_rest = [*path.split("/"), "", ""]
    if code not in LANGUAGES or name not in SECTIONS:
        return None
    label, endpoint = SECTIONS[name]
    return Section(label, url_for(endpoint), url_for("feeds.section", section=name))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        kind: the code of what it is; `label` says it in words.
        name: what it is called for good, whatever becomes of its address.
        address: path of its page in the page's language.
        published_at, updated_at: UTC seconds.
    """

    name: str
    kind: str
    label: object
    title: str
    summary: str
    address: str
    published_at: int
    updated_at: int


def entries(section: str | None) -> list[Entry]:
    """The newest entries of a section, or of all, in the page's language, the last changed first."""
    found = list(_documents(section))
    if section in (None, "findings"):
        found += _releases()
    return sorted(found, key=lambda entry: (-entry.updated_at, entry.name))[:NEWEST]


def _documents(section: str | None) -> Iterator[Entry]:
    wanted = {
        kind.name: kind for kind in kinds().values() if kind.section and section in (None, kind.section)
    }
    for row in content.published(wanted, NEWEST):
        kind = wanted[row.kind]
        if kind.address is not None:
            yield Entry(
                f"document/{row.key}",
                row.kind,
                kind.label,
                in_language(row.card["title"]),
                thread.plain(in_language(row.card["summary"])) if row.card["summary"] else "",
                kind.address(row.slug),
                row.published_at,
                row.updated_at,
            )


def _releases() -> Iterator[Entry]:
    for wave in waves.surveys():
        release = released.latest(wave.survey)
        if release is not None:
            at = int(datetime.combine(release.date, datetime.min.time(), UTC).timestamp())
            title = _(
                "%(survey)s, release %(number)s", survey=in_language(release.title), number=release.number
            )
            yield Entry(
                f"release/{release.slug}/{release.number}",
                "release",
                _("Findings"),
                title,
                " ".join(filter(None, [sentences.notice(release), sentences.release_line(release)])),
                url_for("findings.survey", slug=release.slug, number=release.number),
                at,
                at,
            )
