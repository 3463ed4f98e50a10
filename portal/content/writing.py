"""Writing published content: checked before it is kept, with everything that is derived from it.

`save` is the one way in for editors; shipped content comes in by `seeding`, through the same checks.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext as _

from portal.content import deriving, references, shapes
from portal.content.checking import complaints_of
from portal.content.kinds import kinds
from portal.content.models import Document, Mention, Moved
from portal.content.reading import changed, document, parts_of
from portal.content.shapes import Complaint
from portal.languages import away
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portal.content.kinds import Kind


class RefusedError(Exception):
    """A document that cannot be kept, renamed or removed as it was asked.

    Attributes:
        complaints: everything that is wrong.
    """

    def __init__(self, kind: str, slug: str, complaints: list[Complaint]) -> None:
        self.complaints = complaints
        listed = "; ".join(map(str, complaints))
        super().__init__(f"{kind} {slug}: {listed}")


def save(kind: str, slug: str, body: Mapping[str, Any], *, position: int | None = None) -> None:
    """Keep a document, once nothing is wrong with it; within the caller's transaction.

    Args:
        kind: its kind.
        slug: its name in addresses.
        body: the whole document.
        position: its place among its kind; where it is when None, or behind all others if it is new.

    Raises:
        RefusedError: naming everything that is wrong.
    """
    changed()  # first: its row puts writers in order, so that none writes over what it has not seen
    complaints = complaints_of(kind, slug, body)
    complaints = complaints or list(_parts_in_use(kind, slug, body))
    if complaints:
        raise RefusedError(kind, slug, complaints)
    whole = completed(kind, slug, body)
    keep(kind, slug, whole, position=position)
    deriving.derive(kind, slug, whole)
    deriving.derive_users(kinds()[kind], slug)


def completed(kind: str, slug: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A body with its name, and with the fields that were left out."""
    return shapes.filled({**body, "slug": slug}, kinds()[kind].fields)


def _parts_in_use(kind: str, slug: str, body: Mapping[str, Any]) -> Iterator[Complaint]:
    """Parts that would go although other documents refer to them."""
    declared = kinds()[kind]
    gone = parts_of(kind, slug) - {part.slug for part in declared.parts(body)}
    for part in sorted(gone):
        for user in _users(declared.part_target, f"{slug}/{part}"):
            if (user.source_kind, user.source_slug) != (kind, slug):
                sentence = _("The part “%(part)s” is referred to there; change that first.", part=part)
                yield Complaint(f"{user.source_kind}/{user.source_slug}", sentence)


def _users(target_kind: str, target: str) -> list[Mention]:
    return list(Mention.select().where(Mention.target_kind == target_kind, Mention.target == target))


def keep(
    kind: str,
    slug: str,
    body: Mapping[str, Any],
    *,
    position: int | None = None,
    starter: str | None = None,
) -> None:
    """Write a document that was checked, with its card; nothing else of it is derived here.

    Args:
        kind: its kind.
        slug: its name.
        body: the whole document.
        position: its place; unchanged, or behind all others, when None.
        starter: hash of the shipped text it is; None for an edit.
    """
    text, now = canonical(body), store.now()
    named = (Document.kind == kind) & (Document.slug == slug)
    before = Document.get_or_none(named)
    values: dict[str, Any] = {"body": text, "card": deriving.card(kinds()[kind], slug, body)}
    if position is not None:
        values["position"] = position
    if starter is not None:
        values["starter"] = starter
    if before is None:
        places = Document.select(Document.position).where(Document.kind == kind)
        values.setdefault("position", max((row.position for row in places), default=-1) + 1)
        times = {"published_at": now, "updated_at": now}
        Document.create(kind=kind, slug=slug, key=secrets.token_hex(8), **times, **values)
        return
    values["published_at"] = before.published_at or now
    values["updated_at"] = before.updated_at if before.updated_at and before.body == text else now
    Document.update(values).where(named).execute()


def canonical(body: Mapping[str, Any]) -> str:
    """A body as it is kept; keys stay in the editors' order."""
    return json.dumps(body, ensure_ascii=False, default=str)


def remove(kind: str, slug: str, *, force: bool = False) -> None:
    """Take a document away, with everything derived from it; within the caller's transaction.

    Args:
        kind: its kind.
        slug: its name.
        force: also where others refer to it; their texts then say that it is no longer available.

    Raises:
        RefusedError: when others refer to it.
    """
    changed()
    users = [] if force else _users_of(kinds()[kind], slug)
    if users:
        sentence = _("It is referred to there; change that first.")
        listed = [Complaint(f"{user[0]}/{user[1]}", sentence) for user in users]
        raise RefusedError(kind, slug, listed)
    Document.delete().where(Document.kind == kind, Document.slug == slug).execute()
    deriving.forget(kind, slug)


def _users_of(declared: Kind, slug: str) -> list[tuple[str, str]]:
    """Kind and slug of every other document that refers to a document or to a part of it."""
    named = (Mention.target_kind == declared.target) & (Mention.target == slug)
    part = (Mention.target_kind == declared.part_target) & Mention.target.startswith(f"{slug}/")
    found = {(user.source_kind, user.source_slug) for user in Mention.select().where(named | part)}
    return sorted(found - {(declared.name, slug)})


def rename(kind: str, slug: str, new: str) -> None:
    """Give a document another name; its old address leads to the new one, and texts name it anew.

    Raises:
        LookupError: when there is no such document.
        RefusedError: when the new name is taken or cannot be one, or the kind has one page for all.
    """
    changed()
    body = document(kind, slug)
    if body is None:
        raise LookupError(f"There is no {kind} called {slug}.")
    declared = kinds()[kind]
    paths = [_path(declared, name) for name in (slug, new)] if shapes.is_slug(new) else [None, None]
    refused = []
    if not shapes.is_slug(new):
        refused.append(Complaint("slug", _("Use small letters, digits and hyphens.")))
    elif document(kind, new) is not None:
        refused.append(Complaint("slug", _("“%(name)s” is taken already.", name=new)))
    elif paths[0] == paths[1]:
        refused.append(Complaint("slug", _("Documents of this kind have no address of their own.")))
    if refused:
        raise RefusedError(kind, slug, refused)
    users = _users_of(declared, slug)
    Document.update(slug=new).where(Document.kind == kind, Document.slug == slug).execute()
    deriving.forget(kind, slug)
    for user_kind, user_slug in [(kind, new), *users]:
        found = body if user_slug == new and user_kind == kind else document(user_kind, user_slug)
        if found is not None:
            told = {**_renamed(found, kinds()[user_kind].fields, declared, slug, new), "slug": user_slug}
            keep(user_kind, user_slug, told)
            deriving.derive(user_kind, user_slug, told)
    if paths[0] and paths[1]:
        _move(paths[0], paths[1])


def _renamed(value: Any, fields: tuple[shapes.Field, ...], declared: Kind, old: str, new: str) -> Any:
    """A body in which everything that names a document names it anew."""
    names = [name for name in (declared.target, declared.part_target) if name]
    known = {field.name: field for field in fields}

    def walk(inner: Any, field: shapes.Field | None) -> Any:
        if isinstance(inner, str):
            if isinstance(field, shapes.Ref) and field.kind == declared.name:
                return new if inner == old else inner
            coded = references.renamed(f"[[{inner}]]", names, old, new)[2:-2]
            return coded if coded != inner else references.renamed(inner, names, old, new)
        if isinstance(inner, list):
            return [walk(item, field) for item in inner]
        if isinstance(inner, dict):
            below = field.fields if isinstance(field, shapes.One | shapes.Many) else ()
            deeper = {found.name: found for found in below}
            return {key: walk(item, deeper.get(key)) for key, item in inner.items()}
        return inner

    return {key: walk(item, known.get(key)) for key, item in value.items()}


def _path(declared: Kind, slug: str) -> str | None:
    """The path of a document's page without its language; None where it has none of its own."""
    if declared.address is None:
        return None
    with away(current_app, "en"):
        path = declared.address(slug).removeprefix("/en")
    return None if "#" in path else path


def _move(old: str, new: str) -> None:
    Moved.update(new=new).where(Moved.new == old).execute()  # no reader is sent on twice
    Moved.delete().where(Moved.old.in_([old, new])).execute()
    Moved.create(old=old, new=new)
