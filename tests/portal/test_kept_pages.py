"""What stays: kept pages and their limits, figures of an earlier release, a release after a withdrawal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from flask import request, request_started

from portal import public_pages, releasing
from portal.commands import running
from surveys.findings.release import NotReady
from surveys.responses import drafts, releases, waves
from tests.portal import walking
from tests.portal.walking import PLACE, SURVEY

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from surveys.questionnaire.model import Value
    from tests.inspecting import InspectingClient

ROOT = f"/en/findings/{SURVEY}/"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A visitor who looks at headers and bytes."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that Flask was asked for, in order; what is kept is answered before."""
    monkeypatch.setattr(public_pages, "FRESH_FOR", 60.0)  # however slow the machine is
    heard: list[str] = []

    def note(_app: Flask, **_more: object) -> None:
        heard.append(request.full_path.rstrip("?"))

    request_started.connect(note, app)
    app.extensions["noting"] = note  # a signal holds its listener weakly
    return heard


# Kept pages


@pytest.mark.parametrize(
    "address",
    [
        "/en/case-studies/?platform=telegram&platform=whatsapp",
        "/en/case-studies/?platform=telegram&platform=telegram",
        "/static/style.css?v=000000000000",
        "/static/style.css?v=",
    ],
)
def test_address_that_could_be_any_of_many_is_not_kept(
    address: str, browser: FlaskClient, asked: list[str]
) -> None:
    for _ in range(2):
        with browser.get(address) as answered:
            assert (answered.status_code, len(answered.data) > 1000) == (200, True)
            assert "immutable" not in answered.headers.get("Cache-Control", "")
    assert asked == [address] * 2


def test_known_version_is_kept(browser: FlaskClient, asked: list[str]) -> None:
    address = browser.get("/en/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    asked.clear()
    answers = [browser.get(address) for _ in range(2)]
    assert [answer.headers["Cache-Control"] for answer in answers] == [
        "public, max-age=31536000, immutable"
    ] * 2
    assert asked == [address]


@pytest.mark.parametrize(
    "query", ["platform=nothing", "audience=nothing", "platform=telegram&audience=x", "platform=%00"]
)
def test_address_with_an_unknown_filter_is_answered_and_not_kept(
    query: str, app: Flask, browser: FlaskClient
) -> None:
    kept = app.extensions["public_pages"]._pages
    assert browser.get(f"/en/case-studies/?{query}").status_code == 200
    assert list(kept) == []
    assert browser.get("/en/case-studies/").status_code == 200
    assert len(kept) == 1


@pytest.mark.parametrize("again", ["read", "asked whether it changed"])
def test_page_not_read_for_longest_goes_first(
    again: str, browser: FlaskClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [f"/en/{page}/" for page in ("privacy", "accessibility", "method", "toolkit")]
    sizes, tags = {}, {}
    for address in every:
        packed = browser.get(address, headers={"Accept-Encoding": "gzip"})
        sizes[address] = len(browser.get(address).data) + len(packed.data)
        tags[address] = {} if again == "read" else {"If-None-Match": packed.headers["ETag"]}
    last, *three = sorted(every, key=lambda address: sizes[address])
    browser.application.extensions["public_pages"].forget()
    monkeypatch.setattr(public_pages, "CAPACITY", sum(sizes[address] for address in three))
    for address in three:
        browser.get(address)
    read, forgotten, other = three
    browser.get(read, headers=tags[read])
    browser.get(last)
    asked.clear()
    for address in (read, other, last):
        browser.get(address)
    assert asked == []
    browser.get(forgotten)
    assert asked == [forgotten]


@pytest.mark.parametrize(
    "page", ["", "case-studies/", "surveys/", "findings/", f"findings/{SURVEY}/", "toolkit/templates/", "r/"]
)
def test_null_character_in_an_address_is_not_found(page: str, stored_app: Flask) -> None:
    client = stored_app.test_client(use_cookies=False)
    refused = [client.open(f"/en/{page}a%00b/", method=method) for method in ("GET", "POST")]
    assert [answer.status_code for answer in refused] == [404, 404]


def test_home_keeps_its_finding_when_the_survey_is_closed(
    demo_app: Flask, demo_client: InspectingClient
) -> None:
    before = demo_client.get("/en/")
    walking.done(demo_app, "survey", "close", SURVEY)
    demo_app.extensions["public_pages"].forget()
    after = demo_client.get("/en/")
    finding = "//h2[@id='headline']/a"
    assert walking.texts(after, finding) == walking.texts(before, finding)
    assert after.page.one(finding).get("href", "").startswith(ROOT)
    assert after.page.all(f"//a[@href='/en/surveys/{SURVEY}/'][@class='button']") == []


# Releases


def answer(number: int, **values: Value) -> list[str]:
    """So many organizations answer the same; gives their ids."""
    wave, ids = waves.current(SURVEY), []
    for _ in range(number):
        draft = drafts.start(wave, "en", verified=True).response_id
        drafts.save(draft, base_revision=None, values={**PLACE, **values})
        drafts.submit(draft)
        ids.append(draft)
    return ids


@pytest.fixture
def answered(app: Flask) -> list[str]:
    """Ids of thirty organizations that are counted in a first release, half of them users of messaging."""
    with app.app_context():
        ids = answer(15, uses_messaging="yes", platforms=["whatsapp"])
        ids += answer(15, uses_messaging="no", why_not=["time"])
        releasing.build_release(waves.current(SURVEY))
    return ids


def test_table_kept_from_an_earlier_release_says_so_in_its_file(
    answered: list[str], app: Flask, browser: FlaskClient
) -> None:
    assert len(answered) == 30
    with app.app_context():
        answer(5, uses_messaging="yes", platforms=["whatsapp"])
        answer(5, uses_messaging="no", why_not=["time"])
        assert releasing.build_release(waves.current(SURVEY)).number == 2
    said = {
        address: b"These figures are those of release 1:" in browser.get(f"{ROOT}{address}.svg").data
        for address in ("platforms", "uses_messaging", "releases/1/platforms", "releases/2/platforms")
    }
    assert said == {
        "platforms": True,
        "uses_messaging": False,
        "releases/1/platforms": False,
        "releases/2/platforms": True,
    }


def test_release_counts_who_went_and_forgets_who_it_was(answered: list[str], app: Flask) -> None:
    known = releases.basis(SURVEY, 1)
    with app.app_context():
        for went in answered[:9]:
            drafts.withdraw(went)
        with pytest.raises(NotReady) as caught:
            releasing.build_release(waves.current(SURVEY))
        assert caught.value.params["new"] == "9"
        drafts.withdraw(answered[9])
        assert releasing.build_release(waves.current(SURVEY)).number == 2
    assert sorted(known["ids"]) == sorted(answered)
    for number in (1, 2):
        basis = releases.basis(SURVEY, number)
        text = json.dumps(basis)
        assert [each in text for each in answered] == [False] * 10 + [True] * 20
        assert len(basis["ids"]) == len(set(basis["ids"])) == 30
    assert releases.basis(SURVEY, 1)["masks"] == known["masks"]


# Setting up


def test_init_opens_the_first_wave_alone(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = running.INSTRUMENTS / f"{SURVEY}.yaml"
    text = shipped.read_text(encoding="utf-8")
    assert text.count('version: "2026.1"') == 1
    folder = tmp_path / "instruments"
    folder.mkdir()
    (folder / shipped.name).write_text(text.replace("2026.1", "2026.2"), encoding="utf-8")
    monkeypatch.setattr(running, "INSTRUMENTS", folder)
    walking.done(app, "survey", "close", SURVEY)
    assert "is open" not in walking.done(app, "init")
    listed = sorted(walking.done(app, "survey", "list").splitlines())
    assert listed == [f"{SURVEY}@2026.1: closed", f"{SURVEY}@2026.2: draft"]
