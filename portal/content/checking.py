"""What is wrong with a document: its shape, what it would overwrite, and references that lead nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from portal.content import deriving, references, shapes, targets
from portal.content.kinds import kinds
from portal.content.models import Document
from portal.content.reading import document
from portal.content.shapes import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.content.kinds import Kind


def complaints_of(kind: str, slug: str, body: Mapping[str, Any]) -> list[Complaint]:
    """Everything that is wrong with a document that is to be kept; references once its shape is right."""
    return faults_of_shape(kind, slug, body) or [
        *faults_of_change(kind, slug, body),
        *faults_of_references(kind, slug, body),
    ]


def faults_of_shape(kind: str, slug: str, body: Mapping[str, Any]) -> list[Complaint]:
    """What of a document is not as its kind declares it."""
    declared = kinds()[kind]
    if not isinstance(body, Mapping):
        return [Complaint("", _("Give a group of fields."))]
    found: list[Complaint] = []
    if not shapes.is_slug(slug):
        found.append(Complaint("slug", _("Use small letters, digits and hyphens.")))
    if declared.fields:
        own = {key: value for key, value in body.items() if key not in {"slug", "position"}}
        found += shapes.check(own, declared.fields)
    return found or [
        *_faults_of_titles(declared, body),
        *_faults_of_parts(declared, body),
        *declared.check(body),
    ]


def _faults_of_titles(declared: Kind, body: Mapping[str, Any]) -> Iterator[Complaint]:
    """Titles and summaries stand in places that take no references: lists, feeds, the browser's tab."""
    for place, words in (("title", declared.title(body)), ("summary", declared.summary(body))):
        for code, text in words.items():
            if "[[" in text:
                yield Complaint(f"{place}.{code}", _("References cannot stand here; write the words."))


def _faults_of_parts(declared: Kind, body: Mapping[str, Any]) -> Iterator[Complaint]:
    names = [part.slug for part in declared.parts(body)]
    for name in dict.fromkeys(names):
        if not shapes.is_slug(name):
            yield Complaint(str(name), _("Use small letters, digits and hyphens."))
        elif names.count(name) > 1:
            yield Complaint(name, _("Two parts have this name; give one another."))


def faults_of_change(kind: str, slug: str, body: Mapping[str, Any]) -> list[Complaint]:
    """What of a change the kind's guard refuses."""
    before = document(kind, slug)
    return list(kinds()[kind].guard(before, body)) if before is not None else []


def faults_of_references(kind: str, slug: str, body: Mapping[str, Any]) -> Iterator[Complaint]:
    """References of a document that cannot be read or lead nowhere, each with its place."""
    declared = kinds()[kind]
    own = targets.Coming(declared, slug, json.loads(deriving.card(declared, slug, body)))
    for place, text in references.texts(body):
        for brackets in references.unreadable(text):
            sentence = _("“%(text)s” is no reference; write [[kind:name]].", text=brackets)
            yield Complaint(place, sentence)
        for reference in references.within(text):
            fault = targets.fault(reference, own)
            if fault:
                yield Complaint(place, fault)
    for code in declared.references(body):
        try:
            fault = targets.fault(references.of_code(code), own)
        except ValueError:
            fault = _("This is no reference; write kind:name.")
        if fault:
            yield Complaint(code, fault)


def broken() -> list[tuple[str, str, Complaint]]:
    """Every reference in the published content that leads nowhere: kind, slug, and the complaint."""
    rows = list(Document.select().order_by(Document.kind, Document.slug))
    return [
        (row.kind, row.slug, complaint)
        for row in rows
        if row.kind in kinds()
        for complaint in faults_of_references(row.kind, row.slug, json.loads(row.body))
    ]
