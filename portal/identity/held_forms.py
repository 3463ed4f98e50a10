"""Forms that came too late: what was typed is held for an hour, sealed, for the one person who typed it.

The address of a held form opens nothing by itself: the form is shown to the person whose device sent it, once
signed in, in the browser that sent it.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from flask import request, session

from portal import secret
from portal.identity import devices
from portal.identity.models import Device, HeldForm
from surveys.responses import store

if TYPE_CHECKING:
    from peewee import ModelSelect

    from portal.identity.models import User

KEPT = 3600
"""Seconds for which a form is held."""

PER_DEVICE = 5
"""Forms held of one device; a further one takes the place of the oldest."""

LARGEST = 800_000
"""Bytes of a form that is held: it must fit into a post again, with what stands around its fields."""

KEY = "held"
"""Where the session lists the forms that this browser sent."""

NEVER = re.compile(r"csrf|passw|passphrase|secret|token|credential|one.?time", re.IGNORECASE)
"""Names of fields that are never held."""


@dataclass(frozen=True, slots=True)
class Held:
    """A form as it was sent.

    Attributes:
        ident: its id.
        path: where it was sent to, query included.
        page: where the empty form stands.
        fields: names and values in the order they were sent.
        files: names of the fields in which a file was chosen; the files themselves are not held.
        kept_at: when it was sent, in seconds of UTC.
    """

    ident: str
    path: str
    page: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    kept_at: int

    @property
    def filled(self) -> tuple[tuple[str, str], ...]:
        """The fields that are not empty."""
        return tuple((name, value) for name, value in self.fields if value.strip())


def hold(path: str, page: str) -> str | None:
    """Hold the form of the present request; its own pages must have sent it, from a browser that is known.

    Args:
        path: where it was sent to, query included.
        page: where the empty form stands.

    Returns:
        The id to find it by; None when it is not held.
    """
    if not _sent_from_here():
        return None
    device = devices.remembered()
    if device is None:
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if not NEVER.search(name)]
    files = sorted({name for name, file in request.files.items(multi=True) if file.filename})
    body = {"path": path, "page": page, "fields": fields, "files": files}
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    if not any(value.strip() for _, value in fields) or len(text) > LARGEST:
        return None
    with store.write():
        _make_room(device)
        made = HeldForm.create(device=device, sealed=_seal().encrypt(text).decode())
    session[KEY] = [*_of_this_browser(), made.id][-PER_DEVICE:]
    return str(made.id)


def _sent_from_here() -> bool:
    """Whether a page of this site sent the request: no other can plant a form here."""
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def _make_room(device: Device) -> None:
    tidy()
    newest = HeldForm.select(HeldForm.id).where(HeldForm.device == device)
    newest = newest.order_by(HeldForm.kept_at.desc(), HeldForm.id).limit(PER_DEVICE - 1)
    stays = [row.id for row in newest]
    HeldForm.delete().where(HeldForm.device == device, HeldForm.id.not_in(stays)).execute()


def find(ident: str, person: User) -> Held | None:
    """A form that a person sent in this browser within the last hour.

    Args:
        ident: its id.
        person: who is signed in.
    """
    row = _of(person).where(HeldForm.id == ident).first()
    return None if row is None else _opened(row)


def waiting(person: User) -> list[Held]:
    """All forms that `find` finds, the oldest first."""
    return [_opened(row) for row in _of(person).order_by(HeldForm.kept_at, HeldForm.id)]


def _of(person: User) -> ModelSelect[HeldForm]:
    mine = (Device.user == person.id, HeldForm.id.in_(_of_this_browser()), HeldForm.kept_at > _since())
    return HeldForm.select(HeldForm).join(Device).where(*mine)


def _opened(row: HeldForm) -> Held:
    body = json.loads(_seal().decrypt(row.sealed.encode()))
    fields = tuple((name, value) for name, value in body["fields"])
    return Held(row.id, body["path"], body["page"], fields, tuple(body["files"]), row.kept_at)


def take(ident: str, person: User) -> Held | None:
    """A form that `find` finds, for the last time: of two who take it at once, one gets it."""
    with store.write():
        found = find(ident, person)
        if found is None or not HeldForm.delete().where(HeldForm.id == ident).execute():
            return None
    session[KEY] = [one for one in _of_this_browser() if one != ident]
    return found


def tidy() -> int:
    """Remove what is older than an hour; within `store.write()`. Returns how many forms went."""
    return int(HeldForm.delete().where(HeldForm.kept_at <= _since()).execute())


def _since() -> int:
    return store.now() - KEPT


def _of_this_browser() -> list[str]:
    listed: list[str] = session.get(KEY, [])
    return listed


def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret.derived("held form")))
