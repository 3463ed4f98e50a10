"""Every type of question is asked, judged, told in words and kept, in each language, without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal import walking

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.inspecting import InspectingClient

QUESTIONS = """
name: every-type
version: "1"
languages: [en, fr, ar]
title: {en: Every type, fr: Tous les types, ar: كل الأنواع}
summary: {en: One question of each type, fr: Une question de chaque type, ar: سؤال من كل نوع}
themes:
  all: {en: All of them, fr: Tout cela, ar: الكل}
choices:
  app:
    - {name: sms, label: {en: Texts, fr: Textos, ar: رسائل}}
    - {name: other, label: {en: Another, fr: Autre, ar: غيرها}, other: yes}
    - {name: none, label: {en: None, fr: Aucune, ar: لا شيء}, exclusive: yes}
  agree:
    - {name: no, label: {en: Disagree, fr: En désaccord, ar: لا أوافق}, scale: -1}
    - {name: yes, label: {en: Agree, fr: En accord, ar: أوافق}, scale: 1}
survey:
  - type: page
    name: one
    label: {en: First page, fr: Première page, ar: الصفحة الأولى}
    questions:
      - {type: note, name: hello, label: {en: Welcome to you, fr: Bienvenue à vous, ar: أهلًا بكم}}
      - {type: integer, name: staff, low: 1, high: 500, label: {en: Staff, fr: Personnel, ar: الموظفون}}
      - {type: decimal, name: hours, label: {en: Hours, fr: Heures, ar: الساعات}}
      - {type: date, name: since, low: 2010-01-01, label: {en: Since, fr: Depuis, ar: منذ}}
      - {type: url, name: site, label: {en: Site, fr: Site Web, ar: الموقع}}
      - {type: email, name: mail, label: {en: Mail, fr: Courriel, ar: البريد}}
      - {type: text, name: city, max_length: 10, label: {en: City, fr: Ville, ar: المدينة}}
      - {type: calculate, name: double, calculation: "${staff} * 2"}
  - type: page
    name: two
    label: {en: Second page, fr: Deuxième page, ar: الصفحة الثانية}
    questions:
      - type: select_multiple app
        name: apps
        theme: all
        short: {en: Apps, fr: Applications, ar: التطبيقات}
        label: {en: Which apps, fr: Quelles applications, ar: أي تطبيقات}
      - type: group
        name: about_texts
        relevant: selected(${apps}, 'sms')
        questions:
          - type: likert agree
            name: cheap
            theme: all
            short: {en: Cheap, fr: Peu cher, ar: رخيصة}
            label: {en: Texts are cheap, fr: Les textos coûtent peu, ar: الرسائل رخيصة}
      - type: likert agree
        name: views
        theme: all
        short: {en: Views, fr: Avis, ar: آراء}
        label: {en: What do you say, fr: Qu’en dites-vous, ar: ما رأيكم}
        rows:
          - {name: fast, label: {en: It is fast, fr: C’est rapide, ar: سريع}}
          - {name: safe, label: {en: It is safe, fr: C’est sûr, ar: آمن}}
      - {type: acknowledge, name: sure, required: yes, label: {en: I am sure, fr: C’est certain, ar: متأكد}}
"""

WRONG = {
    "staff": "12.5",
    "hours": "many",
    "since": "2009-12-31",
    "site": "example",
    "mail": "nobody",
    "city": "a" * 11,
}

COMPLAINTS = [
    "Write a whole number, without decimals.",
    "Write a number, for example 25.",
    "Write a date from January 1, 2010 on.",
    "Write a web address that begins with https://",
    "Write an e-mail address, for example name@example.org.",
    "Shorten this to 10 characters. It has 11 now.",
]

RIGHT = {
    "staff": "١٢٠",
    "hours": "7,5",
    "since": "2017-03-31",
    "site": "https://example.org/a",
    "mail": "a@example.org",
    "city": "Ottawa",
}


@pytest.fixture
def first_page(app: Flask, client: InspectingClient, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of the first page of a response to a survey of every type."""
    file = tmp_path / "every-type.yaml"
    file.write_text(QUESTIONS, encoding="utf-8")
    walking.done(app, "survey", "import", str(file))
    walking.done(app, "survey", "open", "every-type")
    started = client.submit(client.get(f"/{request.param}/surveys/every-type/"))
    assert started.address.endswith("/one/")
    return started.address


@pytest.mark.parametrize("first_page", ["en"], indirect=True)
def test_each_type_tells_what_is_wrong_and_gives_the_text_back(
    first_page: str, client: InspectingClient
) -> None:
    refused = client.submit(client.get(first_page), WRONG, form="//form[@id='page']")
    assert refused.status == 422
    assert walking.texts(refused, "//*[contains(@class, 'error-summary')]//li") == COMPLAINTS
    typed = {field: refused.page.one(f"//input[@name='{field}']").get("value") for field in WRONG}
    assert typed == WRONG


@pytest.mark.parametrize("first_page", walking.LANGUAGES, indirect=True)
def test_each_type_is_kept_to_the_record(first_page: str, app: Flask, client: InspectingClient) -> None:
    second = client.submit(client.get(first_page), RIGHT, form="//form[@id='page']")
    apps = {"apps": ["sms", "other"], "apps:other": "Line", "views:fast": "yes", "sure": "yes"}
    shown = client.submit(second, apps, form="//form[@id='page']")
    assert shown.address.partition("#")[0].endswith("/two/"), "the likert question is asked now"
    review = client.submit(shown, {"cheap": "no"}, form="//form[@id='page']")
    assert walking.place(review) == "review"
    assert walking.place(client.submit(review)) == "done"
    [row] = walking.submitted(app, "every-type")
    kept = {name: row[name] for name in ("staff", "hours", "since", "site", "city", "double", "cheap")}
    assert kept == {
        "staff": "120",
        "hours": "7.5",
        "since": "2017-03-31",
        "site": "https://example.org/a",
        "city": "Ottawa",
        "double": "240",
        "cheap": "no",
    }
    assert (row["apps/sms"], row["apps/other"], row["apps:other"], row["views/fast"]) == (
        "1",
        "1",
        "Line",
        "yes",
    )
