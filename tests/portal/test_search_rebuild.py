"""What search finds is made anew from the documents, and nothing else is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import content, searching
from surveys.responses import store

if TYPE_CHECKING:
    from flask import Flask


def found(query: str) -> list[str]:
    """Addresses that a query finds, in their order."""
    return [hit.address for hit in searching.search(query, "en", {}, 1, 50).hits]


def test_deriving_anew_finds_the_same_and_drops_what_is_left_of_documents_that_are_gone(
    stored_app: Flask,
) -> None:
    with stored_app.app_context():
        known, put = found("messaging"), searching.documents()
        assert len(known) > 5
        with store.write():
            for kind, slug, word in (("case-study", "gone", "Zeppelin"), ("finding", "s/q", "Zebra")):
                passage = searching.Passage(word, f"{word} {word}.")
                searching.put(kind, slug, "en", f"/en/{slug}/", [passage])
            store.database.execute_sql("UPDATE search_word SET count = 900 WHERE word = 'messaging'")
        assert (found("zeppelin"), found("zebra")) == (["/en/gone/"], ["/en/s/q/"])
        before = content.changes()
        number, faults = content.rebuild()
        assert (number > 20, faults) == (True, [])
        assert content.changes() == before + 1, "kept pages are made anew"
        assert (found("zeppelin"), found("zebra")) == ([], ["/en/s/q/"])
        assert found("messaging") == known
        assert searching.documents() == put | {("finding", "s/q")}
        assert searching.tidy() == 0


def test_sessions_of_a_conference_are_found_one_by_one(stored_app: Flask) -> None:
    with stored_app.app_context():
        (summit, *_) = content.documents("conference")
        title = summit["sessions"][0]["title"]["en"]
        results = searching.search(title, "en", {"kind": "conference"}, 1, 50)
        anchors = [hit.address.partition("#")[2] for hit in results.hits]
        assert anchors[0] == summit["sessions"][0]["slug"]
        assert all(also.address.partition("#")[2] not in anchors for hit in results.hits for also in hit.also)
