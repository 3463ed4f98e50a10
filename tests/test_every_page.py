"""Every public page that can be reached by links is there and is sound, in each language."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from tests.inspecting import FaultyPageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.inspecting import InspectingClient, Reply

DRAWN_OR_WRITTEN = (".svg", ".png", ".csv", ".json", ".docx", ".xlsx")
"""Files made on demand; tests of their own look into them."""


def links(reply: Reply) -> Iterator[str]:
    """The pages, styles, scripts and images of this site that a page leads to, without what follows `?`."""
    for address in reply.page.tree.xpath("//a/@href|//link/@href|//img/@src|//script/@src"):
        target = urlsplit(urljoin(reply.address, str(address)))
        if not target.netloc and target.path and not target.path.endswith(DRAWN_OR_WRITTEN):
            yield target.path


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_page_is_sound(language: str, demo_client: InspectingClient) -> None:
    home = f"/{language}/"
    waiting, seen, faults = deque([home]), {home}, []
    while waiting:
        address = waiting.popleft()
        try:
            reply = demo_client.get(address, follow_redirects=True)
        except FaultyPageError as problem:
            faults.append(str(problem))
            reply = problem.reply
        if reply.status != 200:
            faults.append(f"{address} answers {reply.status}")
        elif reply.headers.get("Content-Type", "").startswith("text/html"):
            found = {link for link in links(reply) if link.startswith((home, "/static/"))} - seen
            seen |= found
            waiting.extend(sorted(found))
    assert faults == []
    assert len(seen) > 40, "the pages lead to few others: is the way into a room gone?"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_missing_page_is_sound(language: str, client: InspectingClient) -> None:
    assert client.get(f"/{language}/nothing-here/").status == 404
