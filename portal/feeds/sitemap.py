"""The map of the site for search engines: every public page in each language, with its last change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flask import url_for
from lxml import etree

from portal import content, released
from portal.content.kinds import kinds
from portal.languages import LANGUAGES
from surveys.responses import waves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"

NAMESPACES: Mapping[str, str] = cast(
    "Mapping[str, str]", {None: SITEMAP, "xhtml": XHTML}
)  # None is the default one; the stubs do not know it

FIRST_PAGES = (
    "home.index", "respond.surveys", "findings.index", "findings.known_so_far", "stories.index",
    "facts.index", "platforms.index", "toolkit.index", "toolkit_chooser.chooser", "conference.index",
)  # fmt: skip


def sitemap(base: str) -> bytes:
    """The map, UTF-8; each page stands in it once for each language, and names the others.

    Args:
        base: the portal's public address, put before paths.
    """
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap=NAMESPACES)
    for path, changed in dict(_pages()).items():
        for code in LANGUAGES:
            node = etree.SubElement(root, f"{{{SITEMAP}}}url")
            etree.SubElement(node, f"{{{SITEMAP}}}loc").text = f"{base}/{code}{path}"
            if changed:
                etree.SubElement(node, f"{{{SITEMAP}}}lastmod").text = changed
            for other in LANGUAGES:
                link = {"rel": "alternate", "hreflang": other, "href": f"{base}/{other}{path}"}
                etree.SubElement(node, f"{{{XHTML}}}link", link)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _pages() -> Iterator[tuple[str, str | None]]:
    """The path of each page without its language, and the day of its last change as far as it is known."""
    for endpoint in FIRST_PAGES:
        yield _bare(url_for(endpoint)), None
    with_pages = {kind.name: kind.address for kind in kinds().values() if kind.address is not None}
    for row in content.published(with_pages):
        address = with_pages[row.kind](row.slug)
        if "#" not in address:
            yield _bare(address), datetime.fromtimestamp(row.updated_at, UTC).date().isoformat()
    for wave in waves.surveys():
        release = released.latest(wave.survey)
        if wave.state != "draft":
            yield _bare(url_for("respond.survey", slug=wave.survey)), None
        if release is None:
            continue
        day = release.date.isoformat()
        yield _bare(url_for("findings.survey", slug=release.slug)), day
        for listed in release.questions:
            yield _bare(url_for("findings.question", slug=release.slug, name=listed.name)), day


def _bare(address: str) -> str:
    return address[3:]
