"""Staff forms: our own sentences, a summary that leads to each field, and everything typed comes back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import wtforms
from babel.messages.pofile import read_po
from flask import g, render_template_string
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, EqualTo, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.staff import forms
from portal.staff.forms import StaffForm
from tests.inspecting import fill, inspect
from tests.page_rules import Page, read_page, text_of

if TYPE_CHECKING:
    from flask import Flask

PAGE = """<!doctype html><html lang="{{ g.language }}" dir="ltr"><head><meta charset="utf-8">
<title>Clinic</title></head><body><a href="/{{ g.language }}/">DMSI</a><h1>Clinic</h1>
{% from "macros/staff.html" import whole_form %}{{ whole_form(form, "OK") }}</body></html>"""

HEADERS = {"Content-Security-Policy": "default-src 'none'"}
CATALOGUES = Path(forms.__file__).parent.parent / "translations"
NAMES = [("a", "Alpha"), ("b", "Beta")]


class ClinicForm(StaffForm):
    """One field of each kind."""

    token = HiddenField()
    name = StringField("Name", [DataRequired(), Length(max=20)], description="As on the letterhead")
    email = EmailField("E-mail", [Email()])
    code = StringField("Code", [Regexp("[a-z]+$")])
    word = PasswordField("Password", [Length(min=8)])
    again = PasswordField("Password again", [EqualTo("word")])
    size = IntegerField("Size", [NumberRange(min=1, max=500)])
    since = DateField("Since", [Optional()])
    kind = RadioField("Kind", choices=NAMES)
    services = SelectMultipleField(
        "Services", choices=NAMES, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    province = SelectField("Province", choices=NAMES)
    notes = TextAreaField("Notes")
    letter = FileField("Letter")
    agreed = BooleanField("The clinic agreed", [DataRequired()])


WRONG: dict[str, Any] = {
    "name": "A very long name <b>of</b> a clinic",
    "email": "nobody",
    "code": "A1",
    "word": "short",
    "again": "shorter",
    "size": "-1",
    "since": "yesterday",
    "kind": "z",
    "services": ["b", "z"],
    "province": "b",
    "notes": "\nFirst line\n</textarea><script>alert(1)</script>",
}

COMPLAINTS = [
    ("name", "Name: Write at most 20 characters."),
    ("email", "E-mail: This is not an e-mail address."),
    ("code", "Code: This is not written as it should be."),
    ("word", "Password: Write at least 8 characters."),
    ("again", "Password again: Type the same in both fields."),
    ("size", "Size: Enter a number from 1 to 500."),
    ("since", "Since: This is not a date. Write it like 2026-03-31."),
    ("kind-0", "Kind: Choose one of what is offered."),
    ("services-0", "Services: “z” is not offered."),
    ("agreed", "The clinic agreed: This is needed."),
]


def post(
    app: Flask, values: dict[str, Any], language: str = "en", kind: type[StaffForm] = ClinicForm
) -> Page:
    """The page of a form after a post, held against the rules of every page."""
    with app.test_request_context("/staff/clinic/", method="POST", data=values):
        g.language = language
        form = kind()
        form.validate_on_submit()
        html = render_template_string(PAGE, form=form)
    page = read_page("/staff/clinic/", 200, HEADERS, html)
    assert language != "en" or inspect(page) == []
    return page


def summary(page: Page) -> list[tuple[str, str]]:
    return [
        (link.get("href", "")[1:], text_of(link)) for link in page.all("//div[@class='error-summary']//a")
    ]


def test_every_complaint_leads_to_its_field(app: Flask) -> None:
    page = post(app, WRONG)
    assert summary(page) == COMPLAINTS
    assert text_of(page.one("//*[@id='error-title']")) == "10 things need your attention"
    top = page.one("//div[@role='alert']")
    assert (top.get("tabindex"), top.get("autofocus")) == ("-1", "")
    for anchor, _ in COMPLAINTS:
        assert len(page.all(f"//*[@id='{anchor}'][self::input or self::select or self::textarea]")) == 1


def test_each_field_tells_its_own_complaint(app: Flask) -> None:
    page = post(app, WRONG)
    wrong = {name.partition("-")[0]: sentence.partition(": ")[2] for name, sentence in COMPLAINTS}
    told = {
        error.get("id", "").removesuffix("-error"): text_of(error)
        for error in page.all("//*[@class='field-error']")
    }
    assert told == wrong
    name = page.one("//input[@name='name']")
    assert (name.get("aria-invalid"), name.get("aria-describedby")) == ("true", "name-hint name-error")
    assert page.one("//fieldset[.//input[@name='kind']]").get("aria-describedby") == "kind-error"
    assert page.one("//textarea").get("aria-invalid") is None


def test_everything_typed_comes_back(app: Flask) -> None:
    page = post(app, WRONG)
    sent = fill(page.one("//form"), {})
    chosen = {"word": [""], "again": [""], "services": ["b"], "token": [""], "csrf_token": sent["csrf_token"]}
    typed = {name: [value] for name, value in WRONG.items() if name not in {*chosen, "kind", "notes"}}
    del sent["notes"]
    assert sent == {**typed, **chosen}
    assert "".join(page.one("//textarea").itertext()) == WRONG["notes"]


def test_sound_form_complains_of_nothing(app: Flask) -> None:
    right = {
        "name": "Clinic",
        "email": "a@example.org",
        "code": "abc",
        "word": "longenough",
        "again": "longenough",
        "size": "3",
        "kind": "a",
        "province": "a",
        "agreed": "y",
    }
    page = post(app, right)
    assert (summary(page), page.all("//*[@aria-invalid]"), page.all("//*[@role='alert']")) == ([], [], [])


def test_what_may_stay_empty_says_so(app: Flask) -> None:
    page = post(app, WRONG)
    marked = page.all("//*[@class='field-label'][span[@class='optional']]")
    assert [text_of(label).partition(" (")[0] for label in marked] == ["Since", "Services", "Notes", "Letter"]
    assert page.all("//*[@required]") == []


def test_form_that_takes_a_file_can_send_it(app: Flask) -> None:
    class Plain(StaffForm):
        name = StringField("Name")

    assert post(app, WRONG).one("//form").get("enctype") == "multipart/form-data"
    assert post(app, {}, kind=Plain).one("//form").get("enctype") is None
    with app.test_request_context("/staff/", method="POST", data={"letter": (BytesIO(b"Dear"), "a.txt")}):
        assert ClinicForm().letter.data.read() == b"Dear"


def test_complaint_about_the_whole_form(app: Flask) -> None:
    class Whole(StaffForm):
        name = StringField("Name")

        def validate(self, extra_validators: Any = None) -> bool:
            super().validate(extra_validators)
            self.form_errors.append("These two do not go together.")
            return False

    page = post(app, {"name": "x"}, kind=Whole)
    assert [text_of(item) for item in page.all("//div[@role='alert']//li")] == [
        "These two do not go together."
    ]
    assert summary(page) == []


def test_there_are_words_for_everything_wtforms_says() -> None:
    catalogue = Path(wtforms.__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "wtforms.po"
    with catalogue.open("rb") as file:
        said = [message.id for message in read_po(file) if message.id]
    assert {one for one in said if isinstance(one, str)} == forms.SENTENCES.keys()
    assert {one[0] for one in said if isinstance(one, tuple)} == forms.PLURALS.keys()


@pytest.mark.parametrize(("language", "eight"), [("fr", 1), ("ar", 3)])
def test_complaints_are_in_the_language_of_the_page(app: Flask, language: str, eight: int) -> None:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file)}
    with app.test_request_context():
        needed = str(forms.SENTENCES["This field is required."])
    plural = forms.PLURALS["Field must be at least %(min)d character long."]
    page = post(app, WRONG, language)
    told = {
        error.get("id"): text_of(error) for error in page.all("//*[@id='agreed-error']|//*[@id='word-error']")
    }
    assert told == {"agreed-error": catalogue[needed], "word-error": catalogue[plural][eight] % {"min": 8}}
