"""The inspecting client sees: a sound page passes, each planted fault is caught by the rule meant for it."""

from __future__ import annotations

import pytest
from flask import Flask, Response, redirect, request

from tests import page_languages
from tests.inspecting import RULES, FaultyPageError, InspectingClient, inspect
from tests.page_rules import read_page

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"

HEAD = """<!doctype html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/static/style.css"><link rel="canonical" href="https://portal.example.org/en/"></head>
<body><nav><a href="/{lang}/">{home}</a> <a href="/fr/" lang="fr">Français</a>
<a href="/ar/" lang="ar" dir="rtl">العربية</a> <a href="https://example.org/">{elsewhere}</a></nav>
"""

ENGLISH = HEAD.format(lang="en", direction="ltr", title="A page", home="Home", elsewhere="Elsewhere") + (
    """<main><h1 id="top">A page of the survey</h1><h2>What it is for</h2>
<p>This is what the page says to you, and <code>le nom de la table</code> is code.</p>
<form method="post" action="/en/answer/?step=2">
<input type="hidden" name=":revision" value="3">
<label for="staff">Staff</label><input id="staff" name="staff" aria-describedby="hint">
<p id="hint">A number</p>
<label>Province <select name="province"><option value="">Choose</option><option>ON</option></select></label>
<fieldset><legend>Platforms</legend>
<label><input type="checkbox" name="platforms" value="sms" checked> SMS</label>
<label><input type="checkbox" name="platforms" value="signal"> Signal</label></fieldset>
<label for="words">Anything else</label><textarea id="words" name="words">
Bonjour, est-ce que vous parlez de la vie dans la ville ?</textarea>
<button>Send</button></form>
<img src="/static/a.png" alt=""><svg aria-hidden="true"><path d="M0 0"/></svg>
<script type="application/json">{"a": 1}</script><script src="/static/a.js"></script></main></body></html>"""
)

ARABIC = HEAD.format(lang="ar", direction="rtl", title="صفحة", home="الرئيسية", elsewhere="موقع آخر") + (
    """<main><h1>صفحة من صفحات الاستبيان</h1>
<p>تستعمل منظمة Refugee 613 تطبيق Telegram للتواصل مع الوافدين الجدد.</p>
<p><bdi>Digital Messaging for Settlement and Integration</bdi></p></main></body></html>"""
)

FRENCH = HEAD.format(lang="fr", direction="ltr", title="Une page", home="Accueil", elsewhere="Ailleurs") + (
    """<main><h1>Une page du sondage</h1>
<p>Voici ce que la page dit aux organismes qui y répondent.</p></main>
</body></html>"""
)


def faults(html: str, address: str = "/en/", policy: str = POLICY) -> list[str]:
    return inspect(read_page(address, 200, {"Content-Security-Policy": policy}, html))


@pytest.mark.parametrize(("address", "html"), [("/en/", ENGLISH), ("/fr/", FRENCH), ("/ar/", ARABIC)])
def test_inspect_sound_page(address: str, html: str) -> None:
    assert faults(html, address) == []


PLANTED = [
    ("valid", "</h2>", "</h3>"),
    ("one_h1", '<h1 id="top">A page of the survey</h1>', '<h2 id="top">A page</h2>'),
    ("one_h1", "<h2>What it is for</h2>", "<h1>Another</h1>"),
    ("one_h1", "<h2>What it is for</h2>", "<h2> </h2>"),
    ("heading_order", "<h2>What it is for</h2>", "<h3>What it is for</h3>"),
    ("heading_order", "<nav>", "<h2>Menu</h2><nav>"),
    ("unique_ids", '<p id="hint">', '<p id="staff">'),
    ("titled", "<title>A page</title>", "<title> </title>"),
    ("titled", "<title>A page</title>", ""),
    ("labelled", '<label for="staff">Staff</label>', ""),
    ("labelled", '<label for="staff">Staff</label>', '<label for="staff"></label>'),
    ("labelled", "Province <select", "<select"),
    ("labelled", "<button>Send</button>", "<button></button>"),
    ("labelled", "<button>Send</button>", '<input type="submit">'),
    ("grouped", "<legend>Platforms</legend>", ""),
    ("references", 'aria-describedby="hint"', 'aria-describedby="hint missing"'),
    ("references", '<label for="words">', '<label for="word">'),
    ("references", "<nav>", '<nav><a href="#main">Skip</a>'),
    ("images", '<img src="/static/a.png" alt="">', '<img src="/static/a.png">'),
    ("images", '<svg aria-hidden="true">', "<svg>"),
    ("nothing_inline", "<nav>", '<nav style="color:red">'),
    ("nothing_inline", "<nav>", '<nav onclick="go()">'),
    ("nothing_inline", "</head>", "<style>p{color:red}</style></head>"),
    ("nothing_inline", '<script src="/static/a.js">', "<script>go()"),
    ("nothing_inline", "https://example.org/", "javascript:go()"),
    ("nothing_foreign", "/static/a.js", "https://cdn.example.org/a.js"),
    ("nothing_foreign", "/static/a.png", "//cdn.example.org/a.png"),
    ("nothing_foreign", "/static/style.css", "https://cdn.example.org/style.css"),
    ("nothing_foreign", 'action="/en/', 'action="https://cdn.example.org/en/'),
    ("way_back", '<a href="/en/">', '<a href="/fr/">'),
    ("declared", 'lang="en"', 'lang="fr"'),
    ("declared", 'lang="en"', ""),
    ("declared", 'dir="ltr"', 'dir="rtl"'),
    ("unmixed", "A number", "العدد"),
    ("unmixed", "A number", "Le nombre de vos organismes dans la province"),
]


@pytest.mark.parametrize(("rule", "sound", "faulty"), PLANTED)
def test_inspect_planted_fault(rule: str, sound: str, faulty: str) -> None:
    assert sound in ENGLISH
    found = [fault for fault in faults(ENGLISH.replace(sound, faulty, 1)) if fault.startswith(f"{rule}:")]
    assert len(found) == 1, found


@pytest.mark.parametrize(
    ("address", "html", "planted"),
    [
        ("/ar/", ARABIC, "<p>This sentence was left in English.</p>"),
        ("/ar/", ARABIC, '<img src="/a.png" alt="A chart of the answers">'),
        ("/ar/", ARABIC.replace("صفحة من صفحات الاستبيان", "Paper"), "<p>Ink Paper Letters</p>" * 8),
        ("/fr/", FRENCH, "<p>This is what the page says to you.</p>"),
        ("/fr/", FRENCH, "<p>مرحبا</p>"),
        ("/en/", ENGLISH, "<p>Voici ce que la page dit aux organismes.</p>"),
    ],
)
def test_inspect_mixed_languages(address: str, html: str, planted: str) -> None:
    found = faults(html.replace("</main>", f"{planted}</main>"), address)
    assert [fault.split(":")[0] for fault in found] == ["unmixed"], found


@pytest.mark.parametrize("weak", ["", "default-src *", f"{POLICY} 'unsafe-inline'", f"{POLICY} 'nonce-abc'"])
def test_inspect_weak_policy(weak: str) -> None:
    assert [fault.split(":")[0] for fault in faults(ENGLISH, policy=weak)] == ["policy"]


def test_inspect_untranslated_text(tmp_path, monkeypatch) -> None:  # noqa: ANN001 - pytest's own fixtures
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Sources"\nmsgstr "Sources"\n\n'
        'msgid "Answers sent: %(number)s"\nmsgstr "Réponses envoyées : %(number)s"\n'
    )
    monkeypatch.setattr(page_languages, "CATALOGUES", tmp_path)
    html = FRENCH.replace("</main>", "<h2>Sources</h2><p>Answers sent: 12</p></main>")
    assert faults(html, "/fr/") == ["translated: untranslated in a page in “fr”: “Answers sent: 12”"]


def test_rules_each_have_a_planted_fault() -> None:
    planted = {rule for rule, *_ in PLANTED} | {"policy", "translated"}
    assert {rule.__name__ for rule in RULES} == planted


def site() -> Flask:
    """A site of one sound page, one faulty page, and a form that answers what it was sent."""
    app = Flask(__name__, static_folder=None)
    app.config["visits"] = 0

    @app.get("/en/")
    def sound() -> str:
        return ENGLISH

    @app.get("/en/count/")
    def counting() -> str:
        app.config["visits"] += 1
        return ENGLISH

    @app.get("/en/faulty/")
    def faulty() -> tuple[str, int]:
        return ENGLISH.replace("h1", "h2"), 404

    @app.post("/en/answer/")
    def answer() -> Response:
        app.config["sent"] = {key: request.form.getlist(key) for key in request.form} | {
            "at": request.full_path
        }
        return redirect("/en/")  # type: ignore[return-value]

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def test_client_faulty_page_is_refused_whatever_its_status() -> None:
    with pytest.raises(FaultyPageError, match=r"/en/faulty/ \(404\) is faulty:\n  one_h1: 0 h1 headings"):
        InspectingClient(site()).get("/en/faulty/")


def test_client_get_that_changes_something_is_refused() -> None:
    app = site()
    client = InspectingClient(app, fingerprint=lambda: app.config["visits"])
    assert client.get("/en/").h1 == "A page of the survey"
    with pytest.raises(FaultyPageError, match="a GET changed what is stored"):
        client.get("/en/count/")


def test_client_submit_sends_what_a_browser_would() -> None:
    app = site()
    client = InspectingClient(app)
    reply = client.submit(client.get("/en/"), {"staff": "12", "platforms": ["sms", "signal"]})
    assert (reply.status, reply.address) == (200, "/en/")
    assert app.config["sent"] == {
        ":revision": ["3"],
        "staff": ["12"],
        "province": [""],
        "platforms": ["sms", "signal"],
        "words": ["Bonjour, est-ce que vous parlez de la vie dans la ville ?"],
        "at": "/en/answer/?step=2",
    }


@pytest.mark.parametrize("values", [{"stuff": "12"}, {"province": "QC"}, {"platforms": ["fax"]}])
def test_client_submit_what_the_page_does_not_offer(values: dict[str, str]) -> None:
    client = InspectingClient(site())
    page = client.get("/en/")
    with pytest.raises(AssertionError, match=next(iter(values))):
        client.submit(page, values)
