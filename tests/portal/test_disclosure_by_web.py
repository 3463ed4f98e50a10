"""What the public can fetch tells nobody what one organization answered, or who it was."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from portal import create_app
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

ORGANIZATIONS = 12
WAITING = 10
ROOT = f"/en/findings/{SURVEY}/"
SECRETS = {
    "comment": "CANARY-comment",
    "services:other": "CANARY-service",
    "contact_consent": "yes",
    "contact_email": "canary@secret.example.org",
}
"""What one organization also wrote; none of it may reach the public."""

pytestmark = pytest.mark.xdist_group("disclosure")


@dataclass(frozen=True)
class Planted:
    """A site whose first release is out.

    Twelve invited organizations, one unlike the others, are counted in it, ten answers by the open link not.

    Attributes:
        folder: its instance; copied, never written to.
        tokens: organization -> the token of its personal link.
    """

    folder: Path
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def planted(starter_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """The site with its release, made once."""
    folder = tmp_path_factory.mktemp("planted") / "instance"
    shutil.copytree(starter_folder, folder)
    site = create_app({"PORTAL_INSTANCE": folder})
    site.testing = True
    try:
        names = [f"CANARY-organization-{number}" for number in range(ORGANIZATIONS)]
        lines = walking.done(site, "survey", "invite", SURVEY, *names).splitlines()
        tokens = {line.split("\t")[0]: line.rstrip("/").rpartition("/")[2] for line in lines}
        client = InspectingClient(site)
        for place, token in enumerate(tokens.values()):
            rare = {**SECRETS, "services": ["housing", "other"], "pilot": "yes", "training": "most"}
            walking.fill_in(client, f"/en/r/{token}/", {**NON_USER, **(rare if place == 7 else {})})
            client.post(f"/en/r/{token}/review/", follow_redirects=False)
        for _ in range(WAITING):
            home = walking.home_of_new(client)
            walking.fill_in(client, home, {**NON_USER, "province": "NU"})
            client.post(f"{home}review/", follow_redirects=False)
        assert len(walking.submitted(site)) == ORGANIZATIONS + WAITING
        said = walking.done(site, "release", "build", SURVEY)
        assert f"Release 1 of {SURVEY}@2026.1 is published." in said
    finally:
        store.let_go()
        store.database.close()
    return Planted(folder, tokens)


@pytest.fixture
def app(make_site: Callable[..., Flask], planted: Planted) -> Flask:
    """The site with its release, this test's alone."""
    return make_site(planted.folder)


def test_exact_counts_do_not_reach_the_public(app: Flask) -> None:
    tables = [json.loads(body) for body in _figures(app).values()]
    rows = [row for table in tables for row in table["rows"]]
    assert len(rows) > 40
    assert {row["count"] % 3 for row in rows} == {0}
    assert {row["base"] for row in rows} == {ORGANIZATIONS}
    # Twelve are too few to be split: no group has the ten that every group needs.
    assert {table["by"] for table in tables if table["state"] == "shown"} == {None}
    exact = [row["pilot"] for row in walking.submitted(app) if row["province"] == "ON"]
    assert (exact.count("yes"), exact.count("maybe")) == (1, ORGANIZATIONS - 1)


def test_unaccepted_answers_are_not_in_the_release(app: Flask) -> None:
    rows = json.loads(_figures(app)[f"{ROOT}province.json"])["rows"]
    counts = {row["code"]: row["count"] for row in rows if row["count"]}
    assert counts == {"ON": ORGANIZATIONS}


def test_canaries_do_not_reach_the_public(
    app: Flask, planted: Planted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = re.compile("canary|secret\\.example|" + "|".join(planted.tokens.values()), re.IGNORECASE)
    client = InspectingClient(app)
    found = walking.crawl(client, "/en/", within=lambda path: path.startswith("/en/"))
    replies = dict(found.replies)
    files = {*found.files, *_table_addresses(app, "json"), *_table_addresses(app, "csv")}
    for file in sorted(files):
        if not file.endswith((".png", ".docx")) and "/known-so-far/" not in file:
            replies[file] = client.get(file)
    for address, reply in replies.items():
        assert secret.findall(f"{address} {reply.headers}") == []
        assert secret.findall(reply.body.decode()) == [], address
    assert len(replies) > 300
    assert secret.findall(caplog.text) == []


def test_fault_on_an_own_page_is_logged_without_its_token(
    app: Flask, planted: Planted, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    del app.jinja_env.filters["t"]
    token = next(iter(planted.tokens.values()))
    answered = app.test_client(use_cookies=False).get(f"/en/r/{token}/")
    assert answered.status_code == 500
    assert "/r/<token>/" in caplog.text
    assert token not in caplog.text


def test_release_does_not_move_when_one_more_answers(app: Flask) -> None:
    before = _figures(app)
    client = InspectingClient(app)
    line = walking.done(app, "survey", "invite", SURVEY, "One More").strip()
    home = f"/en/r/{line.rstrip('/').rpartition('/')[2]}/"
    walking.fill_in(client, home, {**NON_USER, "pilot": "yes"})
    client.post(f"{home}review/", follow_redirects=False)
    assert len(walking.submitted(app)) == ORGANIZATIONS + WAITING + 1
    refused = walking.run(app, "release", "build", SURVEY)
    assert refused.exit_code == 1
    assert refused.stderr == (
        "Error: No release: 1 answer(s) were added, changed or withdrawn since the last one, "
        "and 10 are needed, so that a release cannot tell what one organization answered. "
        "10 submitted answer(s) wait to be "
        f"accepted: `flask --app app responses accept {SURVEY} CODE …`, or --all.\n"
    )
    assert _figures(app) == before


def test_correction_does_not_move_the_release(app: Flask, planted: Planted) -> None:
    before = _figures(app)
    client = InspectingClient(app)
    home = f"/en/r/{next(iter(planted.tokens.values()))}/"
    client.post(f"{home}ahead/", {"pilot": "no"}, follow_redirects=False)
    client.submit(client.get(f"{home}review/"))
    pilots = [row["pilot"] for row in walking.submitted(app) if row["province"] == "ON"]
    assert sorted(pilots) == ["maybe"] * 10 + ["no", "yes"]
    assert walking.run(app, "release", "build", SURVEY).exit_code == 1
    assert _figures(app) == before


def test_answers_by_open_link_count_once_accepted(app: Flask) -> None:
    first = {
        address.replace(ROOT, f"{ROOT}releases/1/"): json.loads(body)
        for address, body in _figures(app).items()
    }
    assert walking.done(app, "responses", "accept", SURVEY, "--all") == f"{WAITING} response(s) accepted.\n"
    assert walking.done(app, "responses", "accept", SURVEY, "--all") == "0 response(s) accepted.\n"
    walking.done(app, "release", "build", SURVEY)
    rows = json.loads(_figures(app)[f"{ROOT}province.json"])["rows"]
    assert {row["base"] for row in rows} <= {21, 24}
    client = app.test_client(use_cookies=False)
    assert {address: json.loads(client.get(address).data) for address in first} == first


def test_refused_closing_release_leaves_the_wave_open(app: Flask, client: InspectingClient) -> None:
    refused = walking.run(app, "release", "build", SURVEY, "--close")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert walking.done(app, "survey", "list") == f"{SURVEY}@2026.1: open\n"
    assert client.get(f"/en/surveys/{SURVEY}/").page.all("//form") != []


def test_withheld_table_says_from_how_many_answers_on(app: Flask) -> None:
    client = InspectingClient(app)
    told = json.loads(client.get(f"{ROOT}needs.json?by=province").body)
    assert (told["state"], told["rows"]) == ("withheld", [])
    assert told["needed"] > ORGANIZATIONS
    page = client.get(f"{ROOT}needs/?by=province")
    assert f"{told['needed']} answers" in walking.text_of(page.page.one("//main//div[@class='notice']"))
    assert page.page.all("//main//table | //main//*[local-name()='svg']") == []
    lines = list(csv.DictReader(io.StringIO(client.get(f"{ROOT}needs.csv?by=province").text)))
    assert lines == []
    assert client.get(f"{ROOT}needs.svg?by=province").status == 404


def _table_addresses(app: Flask, form: str) -> list[str]:
    """Where every table of the newest release is, in one form."""
    client = app.test_client(use_cookies=False)
    page = client.get(ROOT).text
    questions = sorted(set(re.findall(f'href="{ROOT}([a-z_]+)/"', page)))
    assert len(questions) == 24
    dimensions = ("province", "staff_size", "setting", "francophone", "role")
    splits = [f"?by={by}" for by in dimensions]
    return [
        f"{ROOT}{question}.{form}{split}"
        for question in questions
        for split in ("", *splits)
        if split != f"?by={question}"
    ]


def _figures(app: Flask) -> dict[str, bytes]:
    """Every table of the newest release as JSON, none of them from the memory of kept pages."""
    addresses = _table_addresses(app, "json")
    app.extensions["public_pages"].forget()
    client = app.test_client(use_cookies=False)
    replies = {address: client.get(address) for address in addresses}
    assert {reply.status_code for reply in replies.values()} == {200}
    return {address: reply.data for address, reply in replies.items()}
