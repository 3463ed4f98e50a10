"""Checklists without JavaScript: ticks in the address, and what an address cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import content
from portal.languages import away
from portal.toolkit.checklists import joined, ticked
from portal.toolkit.kinds import CHECKLIST
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.inspecting import Reply

ADDRESS = "/en/toolkit/checklists/day-to-day/"
LIST = {"items": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}


@pytest.fixture(scope="module")
def site(lasting_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site that these tests only read."""
    return lasting_site(starter_folder)


@pytest.fixture
def client(site: Flask) -> InspectingClient:
    """A browser without scripts."""
    return InspectingClient(site)


def shown(reply: Reply) -> list[str]:
    """The ids of the ticked boxes."""
    return [box.get("value") for box in reply.page.all("//input[@type='checkbox'][@checked]")]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ()),
        ([""], ()),
        (["c.a"], ("a", "c")),
        (["a", "b"], ("a", "b")),
        (["a.a", "zz.<b>", "..."], ("a",)),
    ],
)
def test_address_ticks_what_the_list_has(given: list[str], found: tuple[str, ...]) -> None:
    assert ticked(LIST, given) == found
    assert ticked(LIST, [joined(found)]) == found


def test_plain_page_ticks_nothing(client: InspectingClient) -> None:
    reply = client.get(ADDRESS)

    assert shown(reply) == []
    assert reply.page.one("//*[@data-link]").get("hidden") is not None


def test_ticks_of_the_form_come_to_stand_in_the_address(client: InspectingClient) -> None:
    sent = client.get(f"{ADDRESS}?done=night&done=reply&done=unknown")

    assert (sent.status, sent.headers["Location"]) == (303, f"{ADDRESS}?done=night.reply")
    carried = client.get(sent.headers["Location"])
    assert shown(carried) == ["night", "reply"]
    assert carried.page.one("//*[@id='ticks-link']").get("value").endswith(f"{ADDRESS}?done=night.reply")
    assert carried.page.one("//*[@data-progress]").text == "2 of 12 done"


def test_strange_address_is_answered_and_tidied(client: InspectingClient) -> None:
    reply = client.get(f"{ADDRESS}?done=night.%3Cscript%3E..{'x' * 500}")

    assert shown(reply) == ["night"]
    assert reply.page.one("//*[@id='ticks-link']").get("value").endswith("?done=night")
    assert "&lt;script" not in reply.text


def test_address_with_ticks_is_not_kept_in_memory(site: Flask, client: InspectingClient) -> None:
    pages = site.extensions["public_pages"]._pages
    client.get(ADDRESS)
    before = set(pages)

    client.get(f"{ADDRESS}?done=night.open")

    assert set(pages) == before


def test_clear_leads_to_the_plain_page(client: InspectingClient) -> None:
    link = client.get(f"{ADDRESS}?done=night").page.one("//a[@data-clear]")

    assert link.get("href") == ADDRESS


def test_item_named_twice_is_refused(site: Flask) -> None:
    with away(site, "en"):
        body = content.document("checklist", "day-to-day")
        assert body is not None
        body["items"][3]["id"] = "night"
        found = [(complaint.place, complaint.sentence) for complaint in CHECKLIST.check(body)]

    assert found == [("items.4.id", "“night” is taken already.")]
