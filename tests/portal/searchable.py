"""Content for the tests of the search, and queries that nobody should fear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import searching
from portal.searching import Passage
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUP, LINE, RULES = "/case-studies/group/", "/case-studies/line/", "/facts/rules/"

CONTENT = {
    ("case-study", "group", "en", GROUP, "2016"): [
        Passage(
            "A **WhatsApp** group for newcomers",
            "Volunteers answer questions about housing. " * 9 + "The settlement workers moderate at night.",
            facets={"platform": ["whatsapp"], "province": ["ON"]},
        ),
        Passage("Lessons", "Ask for consent first: [[fact:consent|write it down]].", "lessons"),
    ],
    ("case-study", "line", "en", LINE, "2020"): [
        Passage(
            "A text message line",
            "Newcomers write, settlement workers answer. <b>No app</b> & no data plan.",
            facets={"platform": ["sms", "whatsapp"], "province": ["QC"]},
        )
    ],
    ("fact", "rules", "en", RULES, "2020"): [
        Passage("Members a group can hold", "A group holds 256 members.", facets={"platform": ["whatsapp"]})
    ],
    ("case-study", "group", "fr", GROUP, "2016"): [
        Passage(
            "Un groupe pour les nouveaux arrivants",
            "Des réfugiés posent des questions à l’établissement. L’évaluation a suivi, par texto.",
            facets={"platform": ["whatsapp"], "province": ["ON"]},
        )
    ],
    ("case-study", "group", "ar", GROUP, "2016"): [
        Passage(
            "مجموعة واتس اب للوافدين",
            "وصلت رسائل كثيرة إلى المنظمات في أوتاوا، وأجابت عنها منظمة واحدة.",
            facets={"platform": ["whatsapp"], "province": ["ON"]},
        )
    ],
}


def fill(content: Iterable[tuple[str, str, str, str, str]] = tuple(CONTENT)) -> None:
    """Put the content of these tests into an empty index, in some order."""
    with store.write():
        for kind, slug, language, address, year in content:
            passages = CONTENT[kind, slug, language, address, year]
            searching.put(kind, slug, language, f"/{language}{address}", passages, year)


BAD = [
    "", " ", "?!…—", '"', "'", "AND", "OR NOT", "title: whatsapp", "whats*", "(", ")))", "NEAR(a b)", "a:b:c",
    "^whatsapp", "- - -", "{title} : x", "'whatsapp' & !x", "a <-> b", "a:*", "\\", "%_%", "\0", "what\0sapp",
    "\u202ewhatsapp\u202c", "\u200f", "👍🏽 👨\u200d👩\u200d👧", "whatsapp👍", "\ud800", "é\u0301\u0301", "א",
    "नमस्ते", "中文 群", "\U0001d4e6hatsapp", "x" * 10_000, "word " * 2_000, "volunteers " * 500, "()" * 5_000,
    "1" * 300, "; DROP TABLE search_word",
]  # fmt: skip
