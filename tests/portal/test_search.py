"""Everything published is found, in the forms in which people type it, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import searching
from portal.searching import Passage
from surveys.responses import store
from tests.portal.searchable import BAD, CONTENT, GROUP, LINE, RULES, fill

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.searching import Piece, Results


def ask(query: str, language: str = "en", page: int = 1, per_page: int = 10, **facets: str) -> Results:
    """What a query finds."""
    return searching.search(query, language, facets, page, per_page)


def found(query: str, language: str = "en", **facets: str) -> set[str]:
    """Addresses that a query finds, without their language."""
    results = searching.search(query, language, facets, 1, 10)
    return {hit.address.removeprefix(f"/{language}") for hit in results.hits}


def marked(pieces: Iterable[Piece]) -> str:
    """Pieces as text, those that were found in brackets."""
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces)


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the index's tables but for their numbers."""
    tables = {
        "search_entry": "kind, slug, language, position, facets",
        "search_passage": "href, title, plain, exact, stem, light, title_exact, title_stem, title_light",
        "search_word": "language, word, shown, count, length, letters",
    }
    asked = {name: f"SELECT {columns} FROM {name}" for name, columns in tables.items()}  # noqa: S608 - ours
    return {
        name: sorted(tuple(row) for row in store.database.execute_sql(text)) for name, text in asked.items()
    }


@pytest.fixture
def filled(opened_store: str) -> str:
    """A store of either kind with the content of these tests in its index."""
    fill()
    return opened_store


FINDS = [
    ("en", "whatsapp", {GROUP}),
    ("en", "واتساب", {GROUP}),
    ("en", "SMS", {LINE}),
    ("en", "newcomer", {GROUP, LINE}),
    ("en", "settlement newcomers", {GROUP, LINE}),
    ("en", "settlement volunteers", {GROUP}),
    ("en", "groups", {GROUP, RULES}),
    ("en", "how do we ask for consent", {f"{GROUP}#lessons"}),
    ("en", "volu", {GROUP}),
    ("en", "questions about hous", {GROUP}),
    ("en", "256", {RULES}),
    ("en", "fact", set()),
    ("fr", "refugies", {GROUP}),
    ("fr", "réfugiée", {GROUP}),
    ("fr", "établissement", {GROUP}),
    ("fr", "évaluer", {GROUP}),
    ("fr", "evaluation", {GROUP}),
    ("fr", "SMS", {GROUP}),
    ("fr", "newcomers", {GROUP}),
    ("fr", "volunteers", set()),
    ("ar", "WhatsApp", {GROUP}),
    ("ar", "واتساب", {GROUP}),
    ("ar", "رسالة", {GROUP}),
    ("ar", "والمنظمات", {GROUP}),
    ("ar", "مُنَظَّمات", {GROUP}),
    ("ar", "وافدون", {GROUP}),
    ("ar", "اوتاوا", {GROUP}),
]


@pytest.mark.usefixtures("filled")
def test_words_are_found_in_the_forms_people_type() -> None:
    answers = [(language, query, found(query, language)) for language, query, _ in FINDS]
    assert answers == FINDS


@pytest.mark.usefixtures("filled")
def test_what_names_its_subject_stands_first() -> None:
    assert [hit.address for hit in ask("whatsapp group").hits] == [f"/en{GROUP}"]
    assert [hit.address for hit in ask("group").hits] == [f"/en{RULES}", f"/en{GROUP}"]
    assert [hit.address for hit in ask("newcomers").hits] == [f"/en{GROUP}", f"/en{LINE}"]


@pytest.mark.usefixtures("opened_store")
def test_a_title_that_is_just_what_was_typed_stands_before_shorter_texts() -> None:
    with store.write():
        for number in range(8):
            title = Passage("Telegram: " * 3 + str(number), "Telegram.")
            searching.put("fact", f"f{number}", "en", f"/en/f/{number}/", [title])
        searching.put(
            "platform", "telegram", "en", "/en/telegram/", [Passage("Télégram", "Other words. " * 90)]
        )
    results = ask("telegram")
    assert (results.total, results.hits[0].address) == (9, "/en/telegram/")
    assert marked(results.hits[0].title) == "[Télégram]"
    assert ask("تلغرام").hits[0].address == "/en/telegram/"


@pytest.mark.usefixtures("filled")
def test_the_passage_that_answers_is_shown_with_its_words_marked() -> None:
    (hit,) = ask("settlement workers volunteers").hits
    assert marked(hit.title) == "A WhatsApp group for newcomers"
    text = marked(hit.excerpt)
    assert text.endswith("The [settlement] [workers] moderate at night.")
    assert text.startswith("…")
    assert 150 < len(text) < 260
    (line,) = ask("sms").hits
    assert marked(line.title) == "A [text message] line"
    assert marked(line.excerpt) == "Newcomers write, settlement workers answer. <b>No app</b> & no data plan."
    (lesson,) = ask("written consent", language="en").hits
    assert marked(lesson.excerpt) == "Ask for [consent] first: write it down."
    (french,) = ask("refugies evaluees etablissement", "fr").hits
    assert marked(french.excerpt).startswith("Des [réfugiés] posent des questions à [l’établissement]. ")
    (arabic,) = ask("منظمات واتساب", "ar").hits
    assert marked(arabic.title) == "مجموعة [واتس اب] للوافدين"
    assert marked(arabic.excerpt) == "وصلت رسائل كثيرة إلى [المنظمات] في أوتاوا، وأجابت عنها [منظمة] واحدة."


MISTYPED = [
    ("en", "whatsupp", "WhatsApp", {GROUP}),
    ("en", "voluntears", "volunteers", {GROUP}),
    ("en", "voolunteres at night", "volunteers at night", {GROUP}),
    ("en", "membres of groups", "members of groups", {RULES}),
    ("en", "volu", None, {GROUP}),
    ("en", "xqz", None, set()),
    ("en", "zzzzzzzzz", None, set()),
    ("en", "2561", None, set()),
    ("fr", "refugeis", "réfugiés", {GROUP}),
    ("fr", "l’etablisement", "établissement", {GROUP}),
    ("ar", "المنضمات", "المنظمات", {GROUP}),
]


@pytest.mark.usefixtures("filled")
def test_a_mistyped_word_is_taken_for_the_one_that_was_meant() -> None:
    answers = []
    for language, query, corrected, _ in MISTYPED:
        results = ask(query, language)
        shown = results.corrected
        same = corrected if shown and corrected and shown.casefold() == corrected.casefold() else shown
        answers.append((language, query, same, found(query, language)))
    assert answers == MISTYPED


@pytest.mark.usefixtures("filled")
def test_what_was_typed_can_be_looked_for_as_it_is() -> None:
    literal = searching.search("voluntears", "en", {}, 1, 10, literal=True)
    assert (literal.total, literal.corrected, literal.query) == (0, None, "voluntears")


@pytest.mark.usefixtures("filled")
def test_pages_with_some_of_the_words_are_shown_where_none_has_all() -> None:
    some = ask("housing 256")
    assert (some.partial, some.total, {hit.address for hit in some.hits}) == (
        True, 2, {f"/en{GROUP}", f"/en{RULES}"},
    )  # fmt: skip
    every = ask("housing questions")
    assert (every.partial, every.total) == (False, 1)


@pytest.mark.usefixtures("filled")
def test_results_are_counted_by_facet() -> None:
    assert ask("newcomers group").counts == {
        "kind": {"case-study": 1},
        "platform": {"whatsapp": 1},
        "province": {"ON": 1},
        "year": {"2016": 1},
    }
    every = ask("newcomers group consent 256 line")
    assert (every.partial, every.total) == (True, 3)
    assert every.counts == {
        "kind": {"case-study": 2, "fact": 1},
        "platform": {"whatsapp": 3, "sms": 1},
        "province": {"ON": 1, "QC": 1},
        "year": {"2020": 2, "2016": 1},
    }


@pytest.mark.usefixtures("filled")
def test_choosing_a_facet_narrows_and_keeps_its_other_choices() -> None:
    query = "newcomers group consent 256 line"
    narrowed = ask(query, year="2020")
    assert (narrowed.total, {hit.address for hit in narrowed.hits}) == (2, {f"/en{LINE}", f"/en{RULES}"})
    assert narrowed.counts == {
        "kind": {"case-study": 1, "fact": 1},
        "platform": {"whatsapp": 2, "sms": 1},
        "province": {"QC": 1},
        "year": {"2020": 2, "2016": 1},
    }
    both = ask(query, year="2020", kind="fact")
    assert (both.total, both.counts["year"], both.counts["kind"]) == (
        1, {"2020": 1}, {"case-study": 1, "fact": 1},
    )  # fmt: skip
    nothing = ask(query, year="1999")
    assert (nothing.total, nothing.hits, nothing.pages) == (0, (), 0)
    assert found(query, year="") == found(query)


@pytest.mark.usefixtures("opened_store")
def test_many_results_come_in_pages_and_none_twice() -> None:
    with store.write():
        for number in range(23):
            searching.put(
                "fact", f"f{number:02}", "en", f"/en/f/{number:02}/", [Passage("Same", "Same text")]
            )
    pages = [ask("same", page=number, per_page=10) for number in (1, 2, 3)]
    addresses = [hit.address for page in pages for hit in page.hits]
    assert addresses == [f"/en/f/{number:02}/" for number in range(23)]
    assert [(page.total, page.page, page.pages) for page in pages] == [(23, n, 3) for n in (1, 2, 3)]
    assert ask("same", page=99, per_page=10) == pages[2]
    assert ask("same", page=-1, per_page=10) == pages[0]


SECTIONS = [
    Passage("Bus riders", "A summary about buses.", facets={"platform": ["sms"]}),
    Passage("Bus riders · Why this platform", "Buses, buses.", "why", {"platform": ["sms", "signal"]}),
    Passage("Bus riders · What came of it", "Buses, buses, and all the buses were late.", "results"),
    Passage("What a driver says", "Something about a bus that was late, and then some more.", "medium-1"),
]


@pytest.mark.usefixtures("opened_store")
def test_a_document_has_one_place_and_names_its_next_best_passages() -> None:
    with store.write():
        searching.put("case-study", "bus", "en", "/en/bus/", SECTIONS)
        searching.put("fact", "bus", "en", "/en/fact/", [Passage("Fares", "A bus costs three dollars.")])
    results = ask("bus")
    assert (results.total, results.pages) == (2, 1)
    first, second = results.hits
    assert (second.address, second.also) == ("/en/fact/", ())
    assert first.kind == "case-study"
    places = {
        "/en/bus/": "Bus riders",
        "/en/bus/#why": "Why this platform",
        "/en/bus/#results": "What came of it",
    }
    named = {also.address: also.title for also in first.also}
    assert len(named) == 2
    assert {first.address, *named} == set(places), "the fourth fits least"
    assert named == {address: places[address] for address in named}
    assert results.counts == {
        "kind": {"case-study": 1, "fact": 1},
        "platform": {"signal": 1, "sms": 1},
    }
    assert [(hit.address, hit.also) for hit in ask("bus", platform="signal").hits] == [("/en/bus/#why", ())]
    assert [(hit.address, hit.also) for hit in ask("driver").hits] == [("/en/bus/#medium-1", ())]
    assert [len(ask("bus", page=number, per_page=1).hits) for number in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.usefixtures("opened_store")
def test_passages_that_stand_alone_have_places_of_their_own() -> None:
    said = [
        Passage(f"Session {word}", "About buses.", word, alone=word != "intro")
        for word in ("intro", "a", "b")
    ]
    with store.write():
        assert searching.put("conference", "c", "en", "/en/c/", said) is True
        assert searching.put("conference", "c", "en", "/en/c/", said) is False
    results = ask("buses")
    assert (results.total, results.counts["kind"]) == (3, {"conference": 3})
    assert [(hit.address, hit.also) for hit in results.hits] == [
        ("/en/c/#intro", ()), ("/en/c/#a", ()), ("/en/c/#b", ()),
    ]  # fmt: skip
    together = [Passage(told.title, told.text, told.anchor) for told in said]
    with store.write():
        assert searching.put("conference", "c", "en", "/en/c/", together) is True
    assert (ask("buses").total, ask("buses").counts["kind"]) == (1, {"conference": 1})


@pytest.mark.usefixtures("opened_store")
def test_more_equal_passages_than_are_looked_at_once_still_come_in_order() -> None:
    with store.write():
        for number in reversed(range(130)):
            twice = [Passage("Same", "Same text"), Passage("Same", "Same text", "again")]
            searching.put("fact", f"f{number:03}", "en", f"/en/f/{number:03}/", twice)
    results = ask("same", page=13)
    assert (results.total, results.pages) == (130, 13)
    assert [hit.address for hit in results.hits] == [f"/en/f/{number:03}/" for number in range(120, 130)]
    assert {also.address for hit in results.hits for also in hit.also} == {
        f"/en/f/{number:03}/#again" for number in range(120, 130)
    }


# What is kept is derived


@pytest.mark.usefixtures("filled")
def test_putting_a_document_again_replaces_it() -> None:
    before = rows()
    new = [Passage("A Signal channel", "Nobody left.")]
    assert searching.put("case-study", "group", "en", "/en/new/", new) is True
    assert found("whatsapp") == set()
    assert found("volunteers") == set()
    assert found("signal") == {"/new/"}
    assert found("واتساب", "ar") == {GROUP}, "the other languages stay"
    key = ("case-study", "group", "en", GROUP, "2016")
    assert searching.put("case-study", "group", "en", f"/en{GROUP}", CONTENT[key], "2016") is True
    assert searching.put("case-study", "group", "en", f"/en{GROUP}", CONTENT[key], "2016") is False
    assert rows() == before


@pytest.mark.usefixtures("filled")
def test_a_removed_document_is_found_in_no_language() -> None:
    searching.remove("case-study", "group")
    asked = (("en", "volunteers"), ("fr", "refugies"), ("ar", "واتساب"))
    assert [found(query, language) for language, query in asked] == [set()] * 3
    assert found("newcomers") == {LINE}
    assert ask("voluntears").corrected is None, "its words are forgotten with it"
    searching.remove("case-study", "group")
    searching.remove("case-study")
    assert (found("newcomers"), found("256")) == (set(), {RULES}), "a whole kind goes, and no other"


@pytest.mark.usefixtures("filled")
def test_thrown_away_and_put_again_it_finds_the_same() -> None:
    queries = [(language, query) for language, query, _ in FINDS] + [
        ("en", "housing 256"),
        ("en", "voluntears"),
    ]
    before, kept = [ask(query, language) for language, query in queries], rows()
    searching.clear()
    assert set(map(len, rows().values())) == {0}
    assert [ask(query, language).total for language, query in queries] == [0] * len(queries)
    fill(reversed(tuple(CONTENT)))
    assert rows() == kept
    assert [ask(query, language) for language, query in queries] == before


@pytest.mark.usefixtures("filled")
def test_tidying_mends_the_count_of_words() -> None:
    before = rows()["search_word"]
    assert searching.tidy() == 0
    with store.write():
        store.database.execute_sql("DELETE FROM search_word WHERE word = 'volunteers'")
        store.database.execute_sql("UPDATE search_word SET count = 7 WHERE word = 'settlement'")
    assert ask("voluntears").corrected is None
    assert searching.tidy() == 2
    assert rows()["search_word"] == before
    assert ask("voluntears").corrected == "volunteers"


@pytest.mark.usefixtures("filled")
def test_a_write_that_is_undone_leaves_the_index_as_it_was() -> None:
    before = rows()
    with store.database.atomic() as transaction:
        searching.put("fact", "new", "en", "/en/new/", [Passage("Bicycle", "Bicycles")])
        assert found("bicycle") == {"/new/"}
        transaction.rollback()
    assert found("bicycle") == set()
    assert rows() == before


@pytest.mark.usefixtures("filled")
def test_no_text_makes_a_query_fail() -> None:
    for language in ("en", "fr", "ar"):
        for query in BAD:
            results = ask(query, language)
            assert len(results.query) <= 200
            assert results.total >= len(results.hits)
    assert found("\u202ewhats\u200bapp\u202c") == {GROUP}
    assert found("whatsapp👍") == {GROUP}
    assert found("title: whatsapp") == {GROUP}
