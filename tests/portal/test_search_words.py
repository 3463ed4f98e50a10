"""Words of three languages are found by the forms in which people type them."""

from __future__ import annotations

import pytest

from portal.searching import queries, vocabulary, words
from portal.searching.plain import plain


def keys(text: str, language: str) -> list[words.Keys]:
    """The keys of a text's words."""
    return [words.keys(token.written, language) for token in words.tokens(text)]


def meet(one: str, other: str, language: str) -> bool:
    """Whether a word finds another: one of its keys is the other's, in the same column."""
    (left,), (right,) = keys(one, language), keys(other, language)
    columns = ((left.exact, right.exact), (left.stem, right.stem), (left.light, right.light))
    return any(mine == yours != "" for mine, yours in columns)


MEETING = {
    "ar": [
        ("المنظمة", "منظمة"),
        ("المنظمة", "منظمات"),
        ("المنظمة", "والمنظمات"),
        ("المنظمة", "للمنظمات"),
        ("منظمات", "والمنظمات"),
        ("منظمات", "مُنَظَّمة"),
        ("والمنظمات", "للمنظمات"),
        ("المنظمه", "المنظمات"),
        ("للوافدين", "وافدون"),
        ("وافدون", "الوافدون"),
        ("إلى", "الى"),
        ("أوتاوا", "اوتاوا"),
        ("مســتقبل", "مستقبل"),
        ("٢٠٢٢", "2022"),
        ("۲۰۲۲", "2022"),
        ("مستشفى", "مستشفي"),
        ("WhatsApp", "whatsapp"),
    ],
    "fr": [
        ("évaluation", "évaluer"),
        ("évaluation", "évaluées"),
        ("évaluer", "évaluées"),
        ("evaluees", "évaluées"),
        ("evaluation", "évaluer"),
        ("refugies", "réfugiés"),
        ("refugie", "réfugiés"),
        ("réfugiée", "réfugiés"),
        ("établissement", "l’établissement"),
        ("etablissement", "l'établissement"),
        ("d’établissements", "l'établissement"),
        ("ÉTABLISSEMENT", "établissement"),
        ("cœur", "coeur"),
        ("qu’organiser", "organisés"),
    ],
    "en": [
        ("newcomer", "newcomers"),
        ("Ottawa’s", "ottawa"),
        ("messaging", "messages"),
        ("don’t", "dont"),
        ("café", "cafe"),
        ("ＷｈａｔｓＡｐｐ", "whatsapp"),
        ("co\u00adoperate", "cooperate"),
    ],
}


@pytest.mark.parametrize(
    ("language", "one", "other"), [(code, *pair) for code, pairs in MEETING.items() for pair in pairs]
)
def test_a_word_finds_its_other_forms(language: str, one: str, other: str) -> None:
    assert meet(one, other, language)
    assert meet(other, one, language)


STRANGERS = {
    "ar": [("منظمة", "نظام"), ("رسالة", "رسائل"), ("وفد", "فرد")],
    "fr": [("message", "ménage"), ("évaluer", "évoluer")],
    "en": [("organ", "organization"), ("new", "news")],
}


@pytest.mark.parametrize(
    ("language", "one", "other"), [(code, *pair) for code, pairs in STRANGERS.items() for pair in pairs]
)
def test_words_that_only_look_alike_do_not_meet(language: str, one: str, other: str) -> None:
    assert not meet(one, other, language)


def test_the_keys_of_words_are_these() -> None:
    assert keys("l’Établissement évaluées", "fr") == [
        words.Keys("etablissement", "etabl", "etabl"),
        words.Keys("evaluees", "evalu", "evalue"),
    ]
    assert keys("والمنظمات", "ar") == [words.Keys("والمنظمات", "والمنظما", "منظم")]
    assert keys("Newcomers", "en") == [words.Keys("newcomers", "newcom")]
    assert keys("aujourd’hui", "fr")[0].exact == "aujourdhui"


def test_a_number_is_one_word_however_it_is_grouped() -> None:
    text = "1,024 1 024 1\u00a0024 ١٬٠٢٤ 1024; in 2020 332 people; 2016, 256; 12,34"
    found = [words.fold(token.written) for token in words.tokens(text)]
    assert found[:5] == ["1024"] * 5
    assert found[5:] == ["in", "2020", "332", "people", "2016", "256", "12", "34"]


def test_a_word_stands_where_it_was_written() -> None:
    text = "«L’ÉTÉ», مُنَظَّمة 👍 x_y"
    found = [(text[token.start : token.end], token.written) for token in words.tokens(text)]
    assert found == [("L’ÉTÉ", "été"), ("مُنَظَّمة", "مُنَظَّمة"), ("x", "x"), ("y", "y")]


@pytest.mark.parametrize("nothing", ["", "  ", "!?…", "👍🏽", "\u202e\u200f", "ـــ", "\0", "''"])
def test_what_holds_no_word_has_none(nothing: str) -> None:
    assert list(words.tokens(nothing)) == []
    assert queries.read(nothing, "ar").parts == ()


def forms(typed: str, language: str) -> set[str]:
    """Every form that a query of one part stands for, folded."""
    (part,) = queries.read(typed, language).parts
    return {" ".join(word.exact for word in form.words) for form in part.forms}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("typed", ["WhatsApp", "واتساب", "واتس اب", "الواتساب"])
def test_a_platform_is_found_in_any_script(typed: str, language: str) -> None:
    assert {"whatsapp", "واتساب", "واتس اب"} <= forms(typed, language)


SYNONYMS = [
    ("ar", "رسالة", "رسايل"),
    ("ar", "رسائل", "رساله"),
    ("ar", "تلغرام", "تيليغرام"),
    ("ar", "تيليجرام", "تلغرام"),
    ("ar", "رسالة نصية", "sms"),
    ("fr", "texto", "sms"),
    ("fr", "textos", "رساله نصيه"),
    ("fr", "messagerie", "message"),
    ("fr", "messages", "messagerie"),
    ("fr", "nouveaux arrivants", "newcomer"),
    ("en", "text messages", "sms"),
    ("en", "organisations", "organization"),
]


@pytest.mark.parametrize(("language", "typed", "same"), SYNONYMS)
def test_words_that_mean_the_same_are_looked_for_together(language: str, typed: str, same: str) -> None:
    assert same in forms(typed, language)


def test_a_word_without_synonyms_stands_for_itself() -> None:
    assert forms("bicycle", "en") == {"bicycle"}


def typed_words(query: queries.Query) -> list[str]:
    """What stands at the parts of a query."""
    return [query.text[part.start : part.end] for part in query.parts]


def test_words_that_stand_everywhere_are_left_out_unless_there_is_nothing_else() -> None:
    assert typed_words(queries.read("how to join the group", "en")) == ["join", "group"]
    assert typed_words(queries.read("to be", "en")) == ["to", "be"]
    assert typed_words(queries.read("dans les écoles", "fr")) == ["écoles"]
    assert typed_words(queries.read("المنظمات في أوتاوا", "ar")) == ["المنظمات", "أوتاوا"]


def test_a_very_long_query_is_cut_and_says_so() -> None:
    short, long = queries.read("word " * 12, "en"), queries.read("word " * 2000, "en")
    assert (len(short.parts), short.cut) == (12, False)
    assert (len(long.parts), long.cut, len(long.text)) == (12, True, 199)
    assert queries.read("x" * 10_000, "en").text == "x" * 200


FAULTS = [
    ("whatsapp", "whatsapp", 0),
    ("whatsap", "whatsapp", 1),
    ("whatsaapp", "whatsapp", 1),
    ("whatsopp", "whatsapp", 1),
    ("whastapp", "whatsapp", 1),
    ("telegarm", "telegram", 1),
    ("volenters", "volunteers", 2),
    ("", "abc", 3),
]


@pytest.mark.parametrize(("one", "other", "number"), FAULTS)
def test_faults_between_words_are_counted(one: str, other: str, number: int) -> None:
    assert vocabulary.faults(one, other) == vocabulary.faults(other, one) == number


MARKDOWN = {
    "# A *heading*\n\nSome **bold** text.": "A heading · Some bold text.",
    "- one\n- [two](https://example.org/x)": "one · two",
    "[[fact:whatsapp-group-limit|256 members]] at most": "256 members at most",
    "A group holds [[fact:whatsapp-group-limit]].": "A group holds ….",
    "| a | b |\n|---|---|\n| c | d |": "a · b · c · d",
    "two\nlines\0 \u202eturned": "two lines turned",
    "`code` and <b>raw</b>": "code and <b>raw</b>",
    "plain 5 * 3 * 2": "plain 5 * 3 * 2",
}


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_is_read_as_words(text: str) -> None:
    assert plain(text) == MARKDOWN[text]
