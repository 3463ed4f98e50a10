"""Organizations invited through the staff's pages: by mail, by a link to hand on, no key to begun answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.mail import unsubscribing
from portal.mail.models import Message
from surveys.responses import arrivals, drafts, erasure, participants, store, waves
from tests.inspecting import InspectingClient
from tests.page_rules import text_of
from tests.portal import walking
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


def declined(app: Flask, address: str) -> None:
    """Somebody has asked for no more mail."""
    with app.app_context(), app.test_request_context():
        hashed = unsubscribing.read(unsubscribing.link(address).rstrip("/").rpartition("/")[2])
        assert hashed is not None
        unsubscribing.stop(hashed)


def waiting_for(app: Flask) -> list[str | None]:
    with app.app_context():
        return [row.recipient for row in Message.select().order_by(Message.recipient)]


def test_who_asked_for_no_more_mail_is_told_apart_and_not_written_to(stored_app: Flask) -> None:
    declined(stored_app, "Desk@aurora.example.org")
    client = signed_in(stored_app, "survey-designer")
    lines = "Aurora, desk@aurora.example.org\nBoreal, desk@boreal.example.org\nCedar, it@cedar.example.org"
    reply = invite(client, lines)
    assert [text_of(notice) for notice in reply.page.all("//*[@role='status']/p")] == [
        "2 invitations are on their way.",
        "1 invitation was not sent: its address asked for no more mail.",
    ]
    assert waiting_for(stored_app) == ["desk@boreal.example.org", "it@cedar.example.org"]
    rows = [[text_of(cell) for cell in row.xpath("./th|./td")] for row in reply.page.all("//tbody/tr")]
    assert [row[2] for row in rows] == [
        "d…@aurora.example.org asked for no more mail", "d…@boreal.example.org", "i…@cedar.example.org",
    ]  # fmt: skip
    assert [bool(row.xpath(".//button")) for row in reply.page.all("//tbody/tr")] == [False, True, True]


def test_inviting_again_says_that_the_address_asked_for_no_more_mail(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    page = invite(client, "Aurora, desk@aurora.example.org")
    declined(app, "desk@aurora.example.org")
    again = client.submit(page, form=button(page, "Invite again"))
    assert "1 invitation was not sent: its address asked for no more mail." in said(again)
    assert "on its way" not in said(again)
    assert waiting_for(app) == ["desk@aurora.example.org"]  # the first, which is withheld when it is sent


def test_the_command_names_whoever_asked_for_no_more_mail(app: Flask) -> None:
    declined(app, "desk@example.org")
    with app.app_context():
        participants.enrol(waves.current(SURVEY), "Aurora", "en", "desk@example.org")
    result = walking.run(app, "survey", "invite", SURVEY, "Aurora", "Boreal")
    assert [line.partition("\t")[0] for line in result.stdout.splitlines()] == ["Aurora", "Boreal"]
    assert result.stderr == "Aurora: its address asked for no more mail, so the portal sends it none.\n"


def test_nobody_is_invited_once_it_was_erased_who_answered(app: Flask) -> None:
    begun(app, "Aurora", "desk@example.org")
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE + "organizations/")
    with app.app_context():
        erasure.erase_identifiers(waves.close_wave(waves.current(SURVEY)))
        waves.open_wave(waves.current(SURVEY))
    sentence = "It was erased who answered this survey, so nobody can be invited to it"
    form = "//form[.//textarea[@name='organizations']]"
    reply = client.submit(page, {"organizations": "Aurora, desk@example.org", "language": "en"}, form=form)
    assert (reply.status, sentence in said(reply), waiting_for(app)) == (422, True, [])
    fresh = client.get(WAVE + "organizations/")
    assert (sentence in said(fresh), fresh.page.all(form)) == (True, [])
    refused = walking.run(app, "survey", "invite", SURVEY, "Aurora")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: It was erased who answered ")


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
