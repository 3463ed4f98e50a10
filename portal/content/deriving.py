"""What is derived from documents: their cards, what mentions what, and what search finds.

All of it can be thrown away, and made anew by `rebuild`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import current_app

from portal import searching
from portal.content import references, shapes, targets
from portal.content.kinds import kinds
from portal.content.models import Document, Mention
from portal.content.reading import changed
from portal.languages import LANGUAGES, away
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.content.kinds import Kind


def card(declared: Kind, slug: str, body: Mapping[str, Any]) -> str:
    """What lists and references are told of a document, as JSON."""
    parts = {part.slug: {"title": part.title, "anchor": part.anchor} for part in declared.parts(body)}
    told = {"slug": slug, "title": declared.title(body), "summary": declared.summary(body)}
    return json.dumps(
        {**told, **declared.card(body), **({"parts": parts} if parts else {})}, ensure_ascii=False
    )


def derive(kind: str, slug: str, body: Mapping[str, Any]) -> None:
    """Make anew the mentions of a document and what search finds of it."""
    declared = kinds()[kind]
    written = (reference for _place, text in references.texts(body) for reference in references.within(text))
    structured = (references.of_code(code) for code in declared.references(body))
    named = {(reference.kind, reference.target) for reference in (*written, *structured)}
    Mention.delete().where(Mention.source_kind == kind, Mention.source_slug == slug).execute()
    rows = [
        {"source_kind": kind, "source_slug": slug, "target_kind": target_kind, "target": target}
        for target_kind, target in sorted(named)
    ]
    if rows:
        Mention.insert_many(rows).execute()
    _index(declared, slug, body)


def _index(declared: Kind, slug: str, body: Mapping[str, Any]) -> None:
    if declared.address is None:
        return
    year = declared.card(body).get("year")
    parts = {part.anchor for part in declared.parts(body)}
    for code in LANGUAGES:
        with away(current_app, code):
            passages = [
                searching.Passage(
                    told.title, targets.plain(told.text), told.anchor, told.facets, alone=told.anchor in parts
                )
                for told in declared.passages(body, code)
            ]
            address = declared.address(slug)
        searching.put(declared.name, slug, code, address, passages, str(year) if year else None)


def derive_users(declared: Kind, slug: str) -> None:
    """Index anew the documents that refer to one, for they quote its words."""
    named = (Mention.target_kind == declared.target) & (Mention.target == slug)
    users = Mention.select(Mention.source_kind, Mention.source_slug).where(named).distinct()
    for user in list(users):
        row = Document.get_or_none(Document.kind == user.source_kind, Document.slug == user.source_slug)
        if row is not None and (row.kind, row.slug) != (declared.name, slug):
            _index(kinds()[row.kind], row.slug, json.loads(row.body))


def forget(kind: str, slug: str) -> None:
    """Drop everything that is derived from a document."""
    Mention.delete().where(Mention.source_kind == kind, Mention.source_slug == slug).execute()
    searching.remove(kind, slug)


def rebuild() -> tuple[int, list[str]]:
    """Make everything anew that is derived from documents, and drop what is left of documents that are gone.

    What search finds is made from the texts again although they are the same, for how words are kept may have
    changed with the portal. What is derived from something else, as the findings are, stays.

    Returns:
        The number of documents, and for each that no longer has the shape of its kind a sentence; those keep
        what was derived before.
    """
    faults = []
    with store.write():
        changed()  # first: its row puts writers in order, so that what is read here is what is derived from
        rows = [row for row in Document.select() if row.kind in kinds()]
        for row in rows:
            declared, body = kinds()[row.kind], json.loads(row.body)
            own = {key: value for key, value in body.items() if key not in {"slug", "position"}}
            wrong = list(shapes.check(own, declared.fields)) if declared.fields else []
            if wrong:
                faults.append(f"{row.kind} {row.slug}, {wrong[0]}")
                continue
            now = store.now()
            values = {
                "card": card(declared, row.slug, shapes.filled(body, declared.fields)),
                "published_at": row.published_at or now,
                "updated_at": row.updated_at or now,
            }
            Document.update(values).where(Document.id == row.id).execute()
        _forget_gone({(row.kind, row.slug) for row in Document.select(Document.kind, Document.slug)})
        for row in rows:  # once every card is there, for texts quote each other
            if not any(fault.startswith(f"{row.kind} {row.slug},") for fault in faults):
                body = shapes.filled(json.loads(row.body), kinds()[row.kind].fields)
                searching.remove(row.kind, row.slug)
                derive(row.kind, row.slug, body)
        searching.tidy()
    return len(rows), faults


def _forget_gone(there: set[tuple[str, str]]) -> None:
    """Drop what is derived from documents of our kinds other than these."""
    sources = Mention.select(Mention.source_kind, Mention.source_slug).distinct()
    derived = {(row.source_kind, row.source_slug) for row in sources} | searching.documents()
    for kind, slug in sorted(derived - there):
        if kind in kinds():
            forget(kind, slug)
