"""Published content: checked before it is kept, tied together by references, and derived anew at will."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any

import pytest

from portal import content, starter
from portal.content import references
from surveys.responses import store
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from flask import Flask

SUMMIT = "summit-2020"


def _summit() -> dict[str, Any]:
    found = content.document("conference", SUMMIT)
    assert found is not None
    return copy.deepcopy(found)


def _save(slug: str, body: dict[str, Any]) -> None:
    with store.write():
        content.save("conference", slug, {**body, "slug": slug})


def _refused(slug: str, body: dict[str, Any]) -> list[str]:
    with pytest.raises(content.RefusedError) as refused:
        _save(slug, body)
    return [str(complaint) for complaint in refused.value.complaints]


def test_references_are_read_as_they_are_written() -> None:
    text = "See [[finding:digital-messaging/platforms@2?by=province|the chart]] and [[ fact:group-limit ]]."
    first, second = references.within(text)
    assert (first.kind, first.target, first.pin, first.by, first.words) == (
        "finding", "digital-messaging/platforms", "2", "province", "the chart",
    )  # fmt: skip
    assert (str(first), str(second)) == (
        "[[finding:digital-messaging/platforms@2?by=province]]",
        "[[fact:group-limit]]",
    )
    wrong = "[[nothing]]\n[[fact:Group Limit]]\n[[fact:ok]] [not one]\n[ [case:x]] [[case:x|a [b] c]]"
    assert references.unreadable(wrong) == [
        "[[nothing]]",
        "[[fact:Group Limit]]",
        "[ [case:x]] [[case:x|a [b] c]]",
        "[[case:x|a [b] c]]",
    ]
    assert list(references.within("[[a:b|" + " " * 60_000)) == []  # in no time to speak of


def test_saved_document_is_read_listed_and_seen(stored_app: Flask) -> None:
    client = InspectingClient(stored_app)
    with stored_app.app_context():
        before = content.changes()
        body = _summit()
        body["title"] = {"en": "A second meeting", "fr": "Une deuxième rencontre", "ar": "لقاء ثان"}
        _save("second", body)
        assert content.document("conference", "second") == {**body, "slug": "second"}
        assert [card["slug"] for card in content.cards("conference")] == [SUMMIT, "second"]
        assert content.changes() > before
        newest = next(content.published(["conference"]))
        assert (newest.slug, newest.published_at) == ("second", newest.updated_at)
    assert "Une deuxième rencontre" in client.get("/fr/conference/second/").text
    assert "لقاء ثان" in client.get("/ar/conference/").text


def test_a_body_of_another_shape_is_refused_with_every_place_and_nothing_is_kept(app: Flask) -> None:
    with app.app_context():
        body = _summit()
        del body["title"]["ar"]
        body["sessions"][0]["certainty"] = "maybe"
        body["sources"][0]["address"] = "javascript:alert(1)"
        body["unheard"] = "of"
        body["year"] = "20-20"
        assert sorted(_refused("third", body)) == [
            "sessions.1.certainty: “maybe” is none of: stated, probable.",
            "sources.1.address: Write the whole address, beginning with https://.",
            "title.ar: The text in Arabic is missing.",
            "unheard: There is no field of this name here.",
            "year: Write a date as 2026-11-03, 2026-11 or 2026.",
        ]
        assert content.document("conference", "third") is None


def test_a_reference_that_leads_nowhere_is_refused_with_its_place(app: Flask) -> None:
    with app.app_context():
        body = _summit()
        body["about"]["text"]["fr"] += " [[case:nobody]]"
        body["sessions"][0]["summary"]["en"] += " [[session:summit-2020/none]] [[spell:frog]] [[Case:x]]"
        body["sessions"][1]["summary"]["ar"] += (
            " [[finding:digital-messaging/none]] [[finding:none/platforms]]"
        )
        complaints = _refused("third", body)
        assert [line.partition(": ")[0] for line in complaints] == [
            "about.text.fr", *["sessions.1.summary.en"] * 3, *["sessions.2.summary.ar"] * 2,
        ]  # fmt: skip
        assert complaints[0].endswith("[[case:nobody]] leads nowhere; correct its name or take it out.")
        assert "“[[Case:x]]” is no reference; write [[kind:name]]." in complaints[1]
        assert "there is no kind “spell”; there are case, " in complaints[3]


def test_targets_say_where_they_are_used_in_the_reader_s_language(app: Flask) -> None:
    client = InspectingClient(app)
    with app.app_context():
        body = _summit()
        body["title"] = {"en": "Second <meeting>", "fr": "Deuxième <rencontre>", "ar": "لقاء <ثان>"}
        for code in ("en", "fr", "ar"):
            body["about"]["text"][code] += f" [[session:{SUMMIT}/define-your-goals]]"
        _save("second", body)
        assert content.mentioning("session", f"{SUMMIT}/define-your-goals") == [("conference", "second")]
    page = client.get(f"/fr/conference/{SUMMIT}/").text
    assert '<a href="/fr/conference/second/">Deuxième &lt;rencontre&gt;</a>' in page
    shown = client.get("/ar/conference/second/").text
    assert f'<a href="/ar/conference/{SUMMIT}/#define-your-goals">حدّدوا أهدافكم أولًا</a>' in shown
    with app.app_context(), store.write():
        content.remove("conference", "second")
        assert content.mentioning("session", f"{SUMMIT}/define-your-goals") == []
    assert client.get("/fr/conference/second/").status == 404


def test_broken_references_are_found_by_the_command(stored_app: Flask) -> None:
    runner = stored_app.test_cli_runner()
    assert runner.invoke(args=["content", "check"]).output == "Every reference leads somewhere.\n"
    with stored_app.app_context():
        body = _summit()
        body["about"]["text"]["en"] += " [[session:second/define-your-goals]]"
        _save("second", _summit())
        _save("third", body)
        with pytest.raises(content.RefusedError) as refused, store.write():
            content.remove("conference", "second")
        assert "conference/third: It is referred to there" in str(refused.value)
        with store.write():
            content.remove("conference", "second", force=True)
    told = runner.invoke(args=["content", "check"])
    assert told.exit_code == 1
    nowhere = "[[session:second/define-your-goals]] leads nowhere; correct its name or take it out."
    assert told.output.splitlines() == [
        f"conference third, about.text.en: {nowhere}",
        "Error: 1 reference(s) lead nowhere; correct them in the documents named.",
    ]
    page = InspectingClient(stored_app).get("/en/conference/third/").text
    assert '<span class="unknown">no longer available</span>' in page


def test_a_new_name_keeps_the_old_address_alive(stored_app: Flask) -> None:
    client = InspectingClient(stored_app)
    runner = stored_app.test_cli_runner()
    with stored_app.app_context():
        _save("second", _summit())
    for old, new in (("second", "other"), ("other", "last")):
        done = runner.invoke(args=["content", "rename", "conference", old, new])
        assert done.output == f"conference {old} is called {new} now; its old address leads there.\n"
    for address in ("/ar/conference/second/?x=1", "/ar/conference/other/?x=1"):
        answer = client.get(address)
        assert answer.headers["Location"] == "/ar/conference/last/?x=1"
    assert client.get("/ar/conference/last/").status == 200
    with stored_app.app_context():
        _save("second", _summit())  # the name is free again, and whoever takes it gets its address
    assert client.get("/ar/conference/second/").status == 200


@pytest.mark.parametrize(
    ("kind", "slug", "new", "said"),
    [
        ("conference", "none", "other", "There is no conference called none."),
        ("conference", SUMMIT, "Bad Name", "Use small letters, digits and hyphens."),
        ("conference", SUMMIT, "a" * 81, "Use small letters, digits and hyphens."),
        ("conference", SUMMIT, SUMMIT, "“summit-2020” is taken already."),
        ("toolkit", "toolkit", "other", "Documents of this kind have no address of their own."),
        ("spell", "frog", "prince", "There is no kind spell; there are "),
    ],
)
def test_a_name_that_cannot_be_is_refused(app: Flask, kind: str, slug: str, new: str, said: str) -> None:
    told = app.test_cli_runner().invoke(args=["content", "rename", kind, slug, new])
    assert told.exit_code == 1
    assert said in told.output
    with app.app_context():
        assert content.moved_to(f"/conference/{slug}/") is None
        assert content.broken() == []


def test_texts_follow_a_new_name(stored_app: Flask) -> None:
    with stored_app.app_context():
        body = _summit()
        body["about"]["text"]["en"] += (
            " [[session:second/define-your-goals|these goals]] [[case:ottawa-group]]"
        )
        _save("second", _summit())
        _save("user", body)
        with store.write():
            content.rename("conference", "second", "other")
            content.rename("case-study", "ottawa-group", "ottawa")
        assert content.broken() == []
        user = content.document("conference", "user")
        assert user is not None
        assert user["about"]["text"]["en"].endswith(
            " [[session:other/define-your-goals|these goals]] [[case:ottawa]]"
        )
        assert ("conference", "user") in content.mentioning("case", "ottawa")
        assert content.mentioning("case", "ottawa-group") == []


def test_what_was_renamed_or_removed_does_not_come_back_with_the_shipped_content(stored_app: Flask) -> None:
    with stored_app.app_context():
        with store.write():
            content.rename("conference", SUMMIT, "first-summit")
            content.remove("page", "method")
        assert content.seed(starter.starters()).written == 0
        assert [card["slug"] for card in content.cards("conference")] == ["first-summit"]
        assert content.document("page", "method") is None


def test_a_part_that_others_refer_to_stays(app: Flask) -> None:
    with app.app_context():
        body = _summit()
        body["about"]["text"]["en"] += " [[session:second/define-your-goals]]"
        _save("second", _summit())
        _save("user", body)
        shorter = _summit()
        shorter["sessions"] = shorter["sessions"][:1]
        assert _refused("second", shorter) == [
            "conference/user: The part “define-your-goals” is referred to there; change that first."
        ]


def test_a_document_may_refer_to_its_own_new_part_and_not_to_its_old_one(app: Flask) -> None:
    with app.app_context():
        body = _summit()
        body["sessions"][1]["slug"] = "newer"
        body["about"]["text"]["en"] += " [[session:second/newer]]"
        _save("second", body)
        body["sessions"][1]["slug"] = "newest"
        assert _refused("second", body) == [
            "about.text.en: [[session:second/newer]] leads nowhere; correct its name or take it out."
        ]


HOSTILE: list[tuple[str, Any, str]] = [
    ("title", {"en": "a\x0bb", "fr": "b", "ar": "ج"}, "title.en: It holds characters that cannot be shown"),
    ("title", {"en": "\ud800", "fr": "b", "ar": "ج"}, "title.en: It holds characters that cannot be shown"),
    (
        "title",
        {"en": "T [[case:ottawa-group]]", "fr": "b", "ar": "ج"},
        "title.en: References cannot stand here",
    ),
    ("title", ["a"], "title: Write this in each language"),
    ("year", "2022-02-31", "year: Write a date"),
    ("year", "٢٠٢٢", "year: Write a date"),
    ("complete", "yes", "complete: Choose yes or no."),
    (
        "sources",
        [{"id": "x", "name": {"en": "a", "fr": "b", "ar": "ج"}, "address": "http://[::1"}],
        "sources.1.address",
    ),
    ("sessions", {"slug": "x"}, "sessions: Give a list."),
    ("sessions", [None], "sessions.1: Give a group of fields."),
    ("licence", "\x00\u2028 ", "licence: Write one line"),
]


@pytest.mark.parametrize(("name", "value", "said"), HOSTILE)
def test_hostile_bodies_are_refused_in_a_sentence(app: Flask, name: str, value: Any, said: str) -> None:
    with app.app_context():
        assert said in "; ".join(_refused("hostile", {**_summit(), name: value}))


def test_a_body_that_is_no_group_is_refused(app: Flask) -> None:
    with app.app_context():
        for body in ([], None, "text"):
            told = content.complaints_of("conference", "x", body)  # type: ignore[arg-type]
            assert [str(complaint) for complaint in told] == [": Give a group of fields."]


def test_what_is_left_out_is_filled_and_a_document_keeps_its_place(app: Flask) -> None:
    with app.app_context():
        body = {
            key: value for key, value in _summit().items() if key not in {"materials", "place", "conflicts"}
        }
        _save("second", body)
        kept = content.document("conference", "second")
        assert kept is not None
        assert (kept["materials"], kept["place"], kept["conflicts"]) == ([], None, [])
        _save(SUMMIT, _summit())
        assert [card["slug"] for card in content.cards("conference")] == [SUMMIT, "second"]
    assert InspectingClient(app).get("/ar/conference/second/").status == 200


def test_addresses_of_any_length_and_kind_are_looked_for_quickly_and_end_in_the_page(
    stored_app: Flask,
) -> None:
    client = stored_app.test_client()
    with stored_app.app_context():
        _save("second", _summit())
        with store.write():
            content.rename("conference", "second", "other")
    for path in ("/en/" + "a/" * 20_000, "/en/%00/x/", "/en/..//evil.example/", "/en/conference/secondly/"):
        assert client.get(path).status_code == 404, path
    moved = client.get("/en/conference/second/%0d%0aX:y%3Fa=b%23c/")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "/en/conference/other/%0D%0AX%3Ay%3Fa%3Db%23c/"
    assert moved.headers["Cache-Control"] == "no-cache"


def test_of_two_writers_at_once_the_second_is_refused_and_nothing_is_lost(stored_app: Flask) -> None:
    fact = "whatsapp-group-limit"
    both_have_read = threading.Barrier(2)
    outcomes: list[object] = []

    def append(name: str) -> None:
        with stored_app.app_context():
            body = content.document("fact", fact)
            assert body is not None
            newest = {**body["statements"][-1], "id": name}
            both_have_read.wait(10)
            try:
                with store.write():
                    content.save("fact", fact, {**body, "statements": [*body["statements"], newest]})
                outcomes.append(name)
            except content.RefusedError as error:
                outcomes.append(error)

    threads = [threading.Thread(target=append, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stored_app.app_context():
        body = content.document("fact", fact)
    assert body is not None
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert [statement["id"] for statement in body["statements"]][-2:] == ["1024", *kept]
    assert len(outcomes) == 2
    assert len(kept) == 1


def test_what_is_derived_comes_back_the_same(stored_app: Flask) -> None:
    with stored_app.app_context():
        body = _summit()
        body["about"]["text"]["en"] += f" [[session:{SUMMIT}/define-your-goals]]"
        _save("second", body)
        cards = {kind: content.cards(kind) for kind in stored_app.extensions["kinds"]}
        used = content.mentioning("session", f"{SUMMIT}/define-your-goals")
        assert used
        with store.write():
            content.Document.update(card="{}").execute()
        told = stored_app.test_cli_runner().invoke(args=["content", "rebuild"])
        assert told.output.startswith("Derived anew from ")
        assert {kind: content.cards(kind) for kind in stored_app.extensions["kinds"]} == cards
        assert content.mentioning("session", f"{SUMMIT}/define-your-goals") == used


def test_seeding_again_writes_nothing_and_leaves_edits_alone(app: Flask) -> None:
    with app.app_context():
        assert content.seed(starter.starters()).written == 0
        body = _summit()
        body["year"] = "2021"
        _save(SUMMIT, body)
        assert content.seed(starter.starters()).written == 0
        assert _summit()["year"] == "2021"
