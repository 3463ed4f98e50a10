"""Stages and steps: each step with an address, examples and its origin, found by the thread and by search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import content
from portal.content import references, targets
from portal.languages import away
from portal.toolkit.kinds import KINDS, STAGE
from surveys.responses import store
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask


@pytest.fixture(scope="module")
def site(lasting_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site that these tests only read."""
    return lasting_site(starter_folder)


@pytest.fixture
def client(site: Flask) -> InspectingClient:
    """A browser that judges what it sees."""
    return InspectingClient(site)


def test_every_step_is_an_anchor_of_its_stage(site: Flask, client: InspectingClient) -> None:
    with away(site, "en"):
        stages = content.documents("stage")

    for stage in stages:
        page = client.get(f"/en/toolkit/{stage['slug']}/").page
        slugs = [step["slug"] for step in stage["steps"]]
        assert [item.get("id") for item in page.all("//ol[@class='steps']/li")] == slugs
        links = page.all("//nav[@aria-labelledby='steps-title']//a")
        assert [link.get("href") for link in links] == [f"#{slug}" for slug in slugs]


def test_step_names_its_examples_and_its_origin(client: InspectingClient) -> None:
    page = client.get("/en/toolkit/select-a-platform/").page
    case = client.get("/en/case-studies/francophone-portal/")

    step = page.one("//li[@id='go-where-people-are']")
    examples = [link.text for link in step.xpath(".//a[contains(@href, '/case-studies/')]")]
    assert case.h1 in examples
    [origin] = step.xpath(".//p[@class='small'][contains(., 'Idea from a named source')]")
    assert [link.get("href") for link in origin.xpath("./a")] == [
        "http://frontlinetech.km4s.ca/digital-messaging-for-settlement-and-integration-dmsi/"
    ]


def test_every_step_can_be_shared_and_the_message_leads_back_to_it(
    site: Flask, client: InspectingClient
) -> None:
    with away(site, "en"):
        stages = content.documents("stage")

    for stage in stages:
        page = client.get(f"/en/toolkit/{stage['slug']}/").page
        links = [
            link.get("href") for link in page.all("//ol[@class='steps']//p[@class='small share-link']/a")
        ]
        slugs = [step["slug"] for step in stage["steps"]]
        assert links == [f"/en/share/step/{stage['slug']}/{slug}/" for slug in slugs]
        for link, slug in zip(links, slugs, strict=True):
            reply = client.get(link)
            assert (reply.status, f"/en/toolkit/{stage['slug']}/#{slug}" in reply.text) == (200, True)


def test_step_says_where_it_is_used(app: Flask) -> None:
    with away(app, "en"), store.write():
        body = content.document("checklist", "day-to-day")
        assert body is not None
        body["items"][0]["text"]["en"] += " [[step:organize-and-run/after-hours]]"
        content.save("checklist", "day-to-day", body)

    page = InspectingClient(app).get("/en/toolkit/organize-and-run/").page
    links = page.all("//li[@id='after-hours']//div[@class='used-in']//a")
    assert "/en/toolkit/checklists/day-to-day/" in [link.get("href") for link in links]
    others = page.all("//li[@id!='after-hours']//div[@class='used-in']//a")
    assert "/en/toolkit/checklists/day-to-day/" not in [link.get("href") for link in others]


@pytest.mark.parametrize(
    ("code", "there"),
    [
        ("step:right-for-you/what-it-asks", True),
        ("step:right-for-you/nothing", False),
        ("step:right-for-you", False),
        ("checklist:day-to-day", True),
        ("template:after-hours-message", True),
        ("template:nothing", False),
    ],
)
def test_thread_finds_steps_checklists_and_templates(site: Flask, code: str, there: bool) -> None:  # noqa: FBT001 - a case
    with away(site, "fr"):
        assert targets.exists(references.of_code(code)) is there


def test_step_is_found_under_its_own_name(site: Flask) -> None:
    reference = references.of_code("step:organize-and-run/after-hours")
    with away(site, "fr"):
        found = targets.find([reference])[reference]

    assert (found.title, found.address) == (
        "Fermer la porte avec bienveillance",
        "/fr/toolkit/organize-and-run/#after-hours",
    )


def test_template_says_which_steps_use_it(client: InspectingClient) -> None:
    page = client.get("/en/toolkit/templates/after-hours-message/").page

    uses = page.all("//section[@class='used-in']//a")
    assert "/en/toolkit/organize-and-run/" in [link.get("href") for link in uses]


def test_no_reference_of_the_toolkit_leads_nowhere(site: Flask) -> None:
    with away(site, "en"):
        names = {kind.name for kind in KINDS}
        assert [str(complaint) for kind, _slug, complaint in content.broken() if kind in names] == []


def test_search_finds_a_step_at_its_anchor(site: Flask) -> None:
    with away(site, "en"):
        body = content.document("stage", "evaluate")
        assert body is not None
        passages = list(STAGE.passages(body, "fr"))

    assert [passage.anchor for passage in passages] == ["", *(step["slug"] for step in body["steps"])]
    assert passages[1].title == body["steps"][0]["title"]["fr"]
    assert body["steps"][0]["tips"][0]["text"]["fr"] in passages[1].text


def test_steps_of_the_same_name_are_refused(site: Flask) -> None:
    with away(site, "en"):
        body = content.document("stage", "evaluate")
        assert body is not None
        body["steps"][1]["slug"] = body["steps"][0]["slug"]
        found = [complaint.place for complaint in STAGE.check(body)]

    assert found == ["steps.2.slug"]


def test_index_leads_to_everything(site: Flask, client: InspectingClient) -> None:
    with away(site, "en"):
        kinds = {"stage": "", "checklist": "checklists/", "template": "templates/"}
        expected = {
            f"/en/toolkit/{folder}{card['slug']}/"
            for kind, folder in kinds.items()
            for card in content.cards(kind)
        }

    links = {link.get("href") for link in client.get("/en/toolkit/").page.all("//main//a")}
    assert expected | {"/en/toolkit/chooser/"} <= links
