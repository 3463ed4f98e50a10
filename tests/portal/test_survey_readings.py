"""A questionnaire is brought in as it was read; what is wrong with it is said in the page's language."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale, gettext

from portal import complaining, readings
from portal.uploads import Upload, UploadError
from surveys.questionnaire.complaints import Complaint, said
from surveys.questionnaire.sentences import SENTENCES
from surveys.responses import store, waves
from tests.portal.surveying import AT, upload
from tests.portal.surveying import said as words
from tests.questionnaire.old_workbooks import old_workbook
from tests.questionnaire.workbooks import CHOICES, HEADINGS, SETTINGS, form
from tests.responses.asked import SURVEY as PRACTICE
from tests.staffing import make_person, person_of, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

FORM = "//form[@enctype]"
GOOD = ("select_one yes_no", "uses", "Uses?", "Usage ?")
TEXTS = tuple(tuple(map(str, row)) for row in SETTINGS)
OLD = old_workbook(survey=(HEADINGS, (*GOOD[:2], "Used?", "Usage ?")), choices=CHOICES, settings=TEXTS)
EXPIRED = "What was read is kept for an hour, and that hour is over. Choose the file again."
NOT_CARRIED = "What was read did not come back whole. Choose the file again."


def bring_in(client: InspectingClient, page: Reply, **fields: object) -> Reply:
    """Press “Bring in” on the page where something was read."""
    carried = {
        control.get("name"): control.get("value", "")
        for control in page.page.all(f"{FORM}//input[not(@type='file')]")
    }
    return client.post(AT + "new/", {**carried, "do": "import", **fields}, content_type="multipart/form-data")


def reading(page: Reply) -> str:
    return str(page.page.one(f"{FORM}//input[@name='reading']").get("value"))


# ---- Carried along ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "wave", "file"),
    [
        (PRACTICE.encode(), "practice.yaml", "practice@1", "practice.yaml"),
        (form(GOOD), "my form.xlsx", "my-form@2026.1", "my_form.xlsx"),
        (OLD, "my form.xls", "my-form@2026.1", "my_form.xls"),
    ],
)
def test_what_was_read_is_brought_in_without_the_file(
    stored_app: Flask, data: bytes, name: str, wave: str, file: str
) -> None:
    client = signed_in(stored_app, "survey-designer")
    read_ = upload(client, data, do="check", name=name)
    assert (read_.status, read_.page.one("//h2[@id='report']").text) == (200, "The questionnaire reads well")
    brought = bring_in(client, read_)
    assert (brought.status, brought.address) == (200, AT + wave.replace("@", "/") + "/")
    with stored_app.app_context():
        found = waves.questionnaire(waves.find(wave))
    assert found.file == file
    assert "uses" in found.question


def test_two_designers_each_bring_in_what_they_read(app: Flask) -> None:
    ada, grace = (signed_in(app, "survey-designer") for _ in range(2))
    first = upload(ada, PRACTICE, do="check")
    second = upload(grace, PRACTICE.replace("name: practice\n", "name: other\n"), do="check")
    assert bring_in(ada, first).address == f"{AT}practice/1/"
    assert bring_in(grace, second).address == f"{AT}other/1/"


def test_another_file_goes_before_the_one_that_was_read(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    read_ = upload(client, PRACTICE, do="check")
    other = PRACTICE.replace("name: practice\n", "name: other\n").encode()
    brought = bring_in(client, read_, file=(io.BytesIO(other), "other.yaml"))
    assert brought.address == f"{AT}other/1/"
    with app.app_context():
        assert waves.waves("practice") == ()


def test_a_wrong_name_loses_nothing_of_what_was_read(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    read_ = upload(client, PRACTICE, do="check")
    wrong = bring_in(client, read_, slug="Mine!")
    assert wrong.status == 422
    assert reading(wrong) == reading(read_)
    assert bring_in(client, wrong, slug="mine").address == f"{AT}mine/1/"


def test_a_wrong_name_for_a_new_file_does_not_bring_the_old_one_back(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    read_ = upload(client, PRACTICE, do="check")
    wrong = bring_in(client, read_, slug="Mine!", file=(io.BytesIO(PRACTICE.encode()), "new.yaml"))
    assert (wrong.status, wrong.page.all(f"{FORM}//input[@name='reading']")) == (422, [])


def test_a_file_with_complaints_is_not_carried(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    refused = upload(client, PRACTICE.replace("type: page", "type: pages"), do="check")
    assert (refused.status, refused.page.all(f"{FORM}//input[@name='reading']")) == (422, [])
    nothing = bring_in(client, refused)
    assert nothing.status == 422
    assert "Choose a file." in words(nothing)


@pytest.mark.parametrize(
    ("whose", "seconds", "sentence"),
    [("ada", 3500, None), ("ada", 3600, EXPIRED), ("grace", 0, NOT_CARRIED)],
)
def test_what_was_read_is_kept_for_an_hour_and_for_one_person(
    app: Flask, whose: str, seconds: int, sentence: str | None
) -> None:
    client = signed_in(app, "survey-designer", email="ada@example.org")
    page = upload(client, PRACTICE, do="check")
    with app.app_context():
        make_person(app, "survey-designer", email="grace@example.org")
        person = person_of(app, f"{whose}@example.org").pseudonym
        file = Upload("practice.yaml", "yaml", PRACTICE.encode())
        carried = readings.sealed(file, person, store.now() - seconds)
    brought = bring_in(client, page, reading=carried)
    if sentence is None:
        assert brought.address == f"{AT}practice/1/"
    else:
        assert (brought.status, brought.page.all(f"{FORM}//input[@name='reading']")) == (422, [])
        assert sentence in words(brought)


def test_a_carried_file_comes_back_as_it_was_and_nothing_else_does(app: Flask) -> None:
    file = Upload("form.xls", "xls", OLD)
    with app.app_context():
        carried = readings.sealed(file, "ada", 1000)
        assert carried is not None
        assert readings.opened(carried, "ada", 4599) == file
        for text in ("", ".", "nothing", carried + "A", "0" + carried, carried[:-1]):
            with pytest.raises(UploadError) as caught:
                readings.opened(text, "ada", 1000)
            assert caught.value.code == "not_carried"


def test_a_file_too_large_to_be_carried_is_chosen_once_more(app: Flask) -> None:
    noise = "# " + random.Random(7).randbytes(400_000).hex()  # noqa: S311 # nothing secret
    client = signed_in(app, "survey-designer")
    read_ = upload(client, PRACTICE + noise, do="check")
    assert (read_.status, read_.page.all(f"{FORM}//input[@name='reading']")) == (200, [])
    assert "It is too large to be kept here" in words(read_)
    assert upload(client, PRACTICE + noise, do="import").address == f"{AT}practice/1/"


# ---- Said in the page's language ----------------------------------------------------------------


def test_a_complaint_is_translated_with_what_it_is_put_together_from(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SENTENCES, "missing", "Choose a file.")  # a sentence that surely is translated
    message = said("quoted", value="here", message=said("missing"))
    assert message == "here: Choose a file."
    with app.test_request_context(), force_locale("fr"):
        assert complaining.sentence(message) == f"here\u00a0: {gettext('Choose a file.')}"
        assert gettext("Choose a file.") != "Choose a file."


def test_complaints_are_listed_once_with_their_place(app: Flask) -> None:
    hint = said("did_you_mean", name="label")
    message = said("unknown_key", where=said("in_page"), hint=hint)
    with app.test_request_context():
        assert complaining.sentence(message) == message
        assert complaining.sentence("is no question; correct it.") == "is no question; correct it."
        assert complaining.lines([Complaint("q.yaml", 3, "lable", message)] * 2) == [
            ("q.yaml:3: lable", str(message))
        ]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_sentence_of_the_engine_can_be_said(app: Flask, language: str) -> None:
    places = {code: re.findall(r"%\((\w+)\)s", text) for code, text in SENTENCES.items()}
    with app.test_request_context(), force_locale(language):
        for code, names in places.items():
            values = {name: f"‹{name}›" for name in names}
            assert all(value in complaining.sentence(said(code, **values)) for value in values.values())


def test_remarks_on_a_workbook_name_its_cells(app: Flask) -> None:
    same = "These five words stay English"
    client = signed_in(app, "survey-designer")
    read_ = upload(client, form(GOOD, ("text", "comment", same, same)), do="check", name="f.xlsx")
    (remark,) = read_.page.all("//ul[@class='complaints']/li")
    assert "".join(remark.itertext()) == (
        f"f.xlsx [survey]:3: D label::French (fr): is the same as in “en” (“{same}”); translate it"
    )
    assert remark.find("bdi").text == "f.xlsx [survey]:3: D label::French (fr)"
