"""What pages tell machines about themselves: schema.org data as JSON-LD, which a browser never runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from markupsafe import Markup

from portal.filters import absolute
from portal.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

NO_WORKS = frozenset({"Event"})
"""What is no work of anybody, and has no licence."""

PUBLISHER = {"@type": "Organization", "name": "DMSI"}


def json_ld(data: Mapping[str, Any]) -> Markup:
    """A data script with what schema.org calls the page's thing.

    Args:
        data: its type and properties; the context, language, address, licence and publisher are added, and
            properties that are None or empty are left out.
    """
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "inLanguage": language(),
        "url": absolute(request.path),
        **({} if data["@type"] in NO_WORKS else {"license": LICENCE, "publisher": PUBLISHER}),
        **data,
    }
    kept = {name: value for name, value in told.items() if value not in (None, "", [], {})}
    text = json.dumps(kept, ensure_ascii=False, default=str)
    # As JSON allows, so that no text can end the element.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 - escaped just above


def site() -> Markup:
    """The portal as a website that can be searched."""
    search = absolute(url_for("search.index")) + "?q={query}"
    return json_ld(
        {
            "@type": "WebSite",
            "name": "DMSI portal",
            "inLanguage": list(LANGUAGES),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": search},
                "query-input": "required name=query",
            },
        }
    )


def install(app: Flask) -> None:
    """Give templates `json_ld` and `site_ld`."""
    app.jinja_env.globals.update(json_ld=json_ld, site_ld=site)
