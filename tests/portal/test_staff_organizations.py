"""Organizations invited through the staff's pages: by mail, by a link to hand on, no key to begun answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveys.responses import arrivals, drafts, participants, store, waves
from tests.inspecting import InspectingClient
from tests.portal.surveying import AT, WAVE, button, run_jobs, said, upload
from tests.portal.walking import SURVEY
from tests.responses.asked import SURVEY as PRACTICE
from tests.staffing import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import Reply


def invite(client: InspectingClient, lines: str, language: str = "en") -> Reply:
    page = client.get(WAVE + "organizations/")
    form = "//form[.//textarea[@name='organizations']]"
    return client.submit(page, {"organizations": lines, "language": language}, form=form)


def test_an_organization_with_an_address_is_written_to_with_a_link_made_at_sending(stored_app: Flask) -> None:
    client = signed_in(stored_app, "survey-designer")
    reply = invite(client, "Aurora Centre, desk@aurora.example.org", "fr")
    assert "1 invitation is on its way." in said(reply)
    assert "d…@aurora.example.org" in said(reply)
    assert "desk@aurora.example.org" not in reply.text
    with stored_app.app_context():
        assert store.Token.select().count() == 0
    assert run_jobs(stored_app) >= 1
    (written,) = (stored_app.config["PORTAL"].instance / "mail").glob("*.eml")
    with stored_app.app_context():
        assert store.Token.select().count() == 1
    letter = written.read_text()
    assert "Content-Language: fr" in letter
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in letter


def test_an_organization_without_an_address_gets_a_link_shown_once(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    reply = invite(client, "Boreal House\n\nCedar, with a comma")
    links = [code.text or "" for code in reply.page.all("//dd/code")]
    assert [
        term.text_content() if hasattr(term, "text_content") else "".join(term.itertext())
        for term in reply.page.all("//section[@aria-labelledby='links']//dt")
    ] == [
        "Boreal House",
        "Cedar, with a comma",
    ]
    assert client.get("/en/" + links[0].split("/en/")[1]).status == 200
    assert "/r/" not in client.get(WAVE + "organizations/").text


def test_faulty_lines_are_named_and_nobody_is_invited(app: Flask) -> None:
    lines = "Aurora, desk@example.org\nBoreal, not@an@address\nAurora\n" + "x" * 301
    reply = invite(signed_in(app, "survey-designer"), lines)
    assert reply.status == 422
    faults = "".join(reply.page.one("//p[@id='organizations-error']").itertext())
    assert "Line 2: " in faults
    assert "Line 3 is the organization of line 1 again." in faults
    assert "Line 4: the name has 1 to 300 characters." in faults
    assert (reply.page.one("//textarea").text or "").strip() == lines
    with app.app_context():
        assert store.Participant.select().count() == 0


def test_nobody_is_invited_to_what_is_over(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE + "organizations/")
    with app.app_context():
        waves.close_wave(waves.find(SURVEY))
    reply = client.submit(
        page, {"organizations": "Aurora", "language": "en"}, form="//form[.//textarea[@name='organizations']]"
    )
    assert reply.status == 422
    assert "The wave is over" in said(reply)


def test_inviting_again_makes_another_key_to_the_same_response(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    invite(client, "Aurora")
    page = client.get(WAVE + "organizations/")
    again = client.submit(page, form=button(page, "Invite again"))
    assert len(again.page.all("//dd/code")) == 1
    with app.app_context():
        assert (store.Response.select().count(), store.Token.select().count()) == (1, 2)


def begun(app: Flask, organization: str, email: str | None = None) -> None:
    """An organization that was invited and has saved an answer."""
    with app.app_context():
        participant = participants.enrol(waves.current(SURVEY), organization, "en", email)
        draft = drafts.find(participants.token(participant))
        drafts.save(draft.id, base_revision=None, values={"province": "BC"})


@pytest.mark.parametrize("line", ["Aurora", "Aurora, evil@other.example.org"])
def test_nobody_gets_the_key_of_a_response_that_was_begun(stored_app: Flask, line: str) -> None:
    begun(stored_app, "Aurora", "desk@example.org")
    client = signed_in(stored_app, "survey-designer")
    reply = invite(client, f"Boreal\n{line}")
    assert reply.status == 422
    assert "Line 2: this organization has begun to answer" in said(reply)
    with stored_app.app_context():
        assert [(row.organization, row.email) for row in arrivals.participants(waves.current(SURVEY))] == [
            ("Aurora", "desk@example.org")
        ]
        assert store.Token.select().count() == 1


def test_inviting_again_writes_only_to_the_address_known_before(app: Flask) -> None:
    begun(app, "Aurora", "desk@example.org")
    begun(app, "Boreal")
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE + "organizations/")
    forms = page.page.all("//form[.//button[starts-with(normalize-space(), 'Invite again')]]")
    written, refused = (
        client.post(form.get("action"), {"csrf_token": form.find(".//input").get("value")}) for form in forms
    )
    assert "One more invitation is on its way." in said(written)
    assert "This organization has begun to answer" in said(refused)
    assert "/r/" not in written.text + refused.text


def test_nobody_is_invited_before_the_survey_opens(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    upload(client, PRACTICE, do="import")
    page = client.get(f"{AT}practice/1/organizations/")
    form = "//form[.//textarea[@name='organizations']]"
    reply = client.submit(page, {"organizations": "Aurora", "language": "en"}, form=form)
    assert (reply.status, "The survey is not open yet." in said(reply)) == (422, True)


def test_a_form_sent_after_the_session_ended_leads_to_signing_in(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE + "organizations/")
    stranger = InspectingClient(app, cookies=True)
    form = "//form[.//textarea[@name='organizations']]"
    reply = stranger.submit(page, {"organizations": "Aurora", "language": "en"}, form=form)
    assert (reply.status, reply.address) == (200, "/staff/account/sign-in")
