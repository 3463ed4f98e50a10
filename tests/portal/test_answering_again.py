"""Sent twice, late, by two at once, corrected afterwards: nothing typed is lost, nothing counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.databases import at_once
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, PLACE, SURVEY

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def stored_client(stored_app: Flask) -> InspectingClient:
    """A visitor of the site on SQLite, then on PostgreSQL."""
    return InspectingClient(stored_app)


def test_twenty_replays_make_one_record_and_one_receipt(
    stored_app: Flask, stored_client: InspectingClient
) -> None:
    review = walking.ready_to_submit(stored_client, NON_USER)
    codes = {walking.receipt(stored_client.submit(review)) for _ in range(20)}
    assert len(codes) == 1
    assert [walking.given(row) for row in walking.submitted(stored_app)] == [walking.exported(NON_USER)]


def test_submitting_at_the_same_moment_makes_one_record(
    stored_app: Flask, stored_client: InspectingClient
) -> None:
    review = walking.ready_to_submit(stored_client, NON_USER)

    def submit() -> str:
        return walking.receipt(InspectingClient(stored_app).submit(review))

    codes = at_once([submit] * 6)
    assert {type(code) for code in codes} == {str}, codes
    assert len(set(codes)) == 1
    assert len(walking.submitted(stored_app)) == 1


def test_double_click_on_start_makes_two_links_and_no_record(app: Flask, client: InspectingClient) -> None:
    first, second = walking.start(client), walking.start(client)
    assert walking.home_of(first) != walking.home_of(second)
    assert walking.submitted(app) == []


def test_incomplete_answers_are_refused_with_links(app: Flask, client: InspectingClient) -> None:
    second = walking.answer(client, walking.start(client), {"province": "ON", "staff_size": "over_150"})
    home = walking.home_of(second)
    refused = client.submit(client.get(f"{home}review/"))
    links = [
        str(href) for href in refused.page.tree.xpath("//div[contains(@class,'error-summary')]//a/@href")
    ]
    assert refused.status == 422
    assert links == [f"{home}place/?from=review"] * 3 + [f"{home}messaging/?from=review"]
    assert walking.submitted(app) == []
    for link in links:
        assert client.get(link).status == 200


def test_correction_counts_once_submitted(app: Flask, client: InspectingClient) -> None:
    done = client.submit(walking.ready_to_submit(client, NON_USER))
    home = walking.home_of(done)
    back = walking.send(client, client.get(f"{home}place/"), {"role": "management"}, **{"return": "review"})
    assert [row["role"] for row in walking.submitted(app)] == ["frontline"]
    again = client.submit(back)
    assert walking.receipt(again) == walking.receipt(done)
    assert [row["role"] for row in walking.submitted(app)] == ["management"]


def test_replay_of_first_submission_does_not_submit_a_correction(
    app: Flask, client: InspectingClient
) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    done = client.submit(review)
    walking.send(client, client.get(f"{walking.home_of(done)}place/"), {"role": "management"})
    again = client.submit(review)  # the correction that was begun is still to be submitted
    assert walking.place(again) == "review"
    assert walking.receipt(client.get(done.address)) == walking.receipt(done)
    assert [row["role"] for row in walking.submitted(app)] == ["frontline"]


def test_overview_of_submitted_response_leads_to_receipt(client: InspectingClient) -> None:
    done = client.submit(walking.ready_to_submit(client, NON_USER))
    overview = client.get(walking.home_of(done))
    assert overview.page.one("//p[@class='lead']/a").get("href") == done.address


def test_two_tabs_merge_question_by_question(stored_app: Flask, stored_client: InspectingClient) -> None:
    first = walking.start(stored_client)
    other = InspectingClient(stored_app)
    tab = other.get(first.address)
    walking.send(stored_client, first, {"province": "QC"}, go="back")
    merged = walking.send(other, tab, {"staff_size": "over_150"}, go="back")
    assert merged.status == 200
    page = stored_client.get(first.address)
    assert [box.get("value") for box in page.page.all("//input[@checked]")] == ["QC", "over_150"]


def test_true_conflict_shows_both_values(stored_app: Flask, stored_client: InspectingClient) -> None:
    first = walking.start(stored_client)
    other = InspectingClient(stored_app)
    tab = other.get(first.address)
    walking.answer(stored_client, first, PLACE)
    conflict = walking.send(other, tab, {"province": "NS", "staff_size": "from_11_to_50"})
    assert conflict.status == 409
    assert conflict.page.one("//input[@name='province'][@checked]").get("value") == "ON"
    notice = conflict.page.one("//div[contains(@class, 'notice-warning')]")
    assert [walking.text_of(item) for item in notice.xpath(".//li/strong")] == ["Nova Scotia"]
    resolved = walking.send(other, conflict, {"province": "NS"})
    assert (resolved.status, walking.place(resolved)) == (200, "place")
    assert (
        stored_client.get(first.address).page.one("//input[@name='province'][@checked]").get("value") == "NS"
    )


def test_late_tab_that_changes_nothing_is_no_conflict(client: InspectingClient, app: Flask) -> None:
    first = walking.start(client)
    tab = InspectingClient(app).get(first.address)
    walking.answer(client, first, PLACE)
    late = walking.send(client, tab, {"province": "ON", "staff_size": "from_11_to_50"})
    assert (late.status, walking.place(late)) == (200, "place")


def test_closed_wave_keeps_what_is_typed(stored_app: Flask, stored_client: InspectingClient) -> None:
    page = walking.open_page(stored_client, "offer")
    walking.done(stored_app, "survey", "close", SURVEY)
    late = walking.send(stored_client, page, {"services": ["other"], "services:other": "Chess <club>"})
    assert (late.status, late.h1) == (409, "This survey is closed")
    kept = stored_client.get(page.address)
    assert kept.page.one("//input[@name='services:other']").get("value") == "Chess <club>"
    assert stored_client.get(f"{walking.home_of(page)}review/").page.all("//dd[contains(., 'Chess')]") == []


def test_closed_wave_is_not_submitted_to(app: Flask, client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    walking.done(app, "survey", "close", SURVEY)
    assert client.submit(review).status == 409
    assert walking.submitted(app) == []


def test_closed_wave_is_not_started(app: Flask, client: InspectingClient) -> None:
    page = client.get(f"/fr/surveys/{SURVEY}/")
    walking.done(app, "survey", "close", SURVEY)
    with walking.Traffic(app) as traffic:
        assert client.submit(page).status == 409
    assert [path for path, _ in traffic.answers] == [f"/fr/surveys/{SURVEY}/"]
    assert client.get(f"/en/surveys/{SURVEY}/").page.all("//form[@method='post']") == []


def test_receipt_stays_when_the_wave_is_closed(app: Flask, client: InspectingClient) -> None:
    review = walking.ready_to_submit(client, NON_USER)
    done = client.submit(review)
    walking.done(app, "survey", "close", SURVEY)
    assert walking.receipt(client.submit(review)) == walking.receipt(done)
    assert client.get(done.address).status == 200


def test_reading_changes_nothing(stored_app: Flask, stored_client: InspectingClient) -> None:
    done = stored_client.submit(walking.ready_to_submit(stored_client, NON_USER))
    home = walking.home_of(done)
    draft = walking.answer(stored_client, walking.start(stored_client), PLACE)
    private = [f"{home}{page}" for page in ("", "organization/", "review/", "done/")]
    public = ["", "surveys/", f"surveys/{SURVEY}/", "findings/", f"findings/{SURVEY}/", "case-studies/",
              "toolkit/", "conference/", "privacy/", "nothing/"]  # fmt: skip
    before = walking.database_digest()
    client = stored_app.test_client(use_cookies=False)
    for address in [*private, draft.address, *(f"/en/{page}" for page in public), "/"]:
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(address, method=method).close()
    assert walking.database_digest() == before


def test_head_of_a_page_says_what_get_says(client: InspectingClient) -> None:
    page = walking.start(client)
    for address in (page.address, "/en/", f"/en/surveys/{SURVEY}/"):
        got, head = client.get(address), client.open(address, method="HEAD")
        assert (head.status, head.body) == (got.status, b"")
        assert head.headers.get("Content-Length") == got.headers.get("Content-Length")
