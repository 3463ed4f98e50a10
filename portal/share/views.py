"""The page that turns anything published into a message, with a code to photograph."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, Response, abort, render_template, url_for

from portal import content, thread
from portal.content import targets
from portal.content.kinds import with_target
from portal.content.references import PATTERN, Reference, parse
from portal.filters import absolute, in_language
from portal.languages import speak
from portal.public_pages import public
from portal.share import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

bp = speak(Blueprint("share", __name__, url_prefix="/share"))


@bp.get("/<kind>/<path:target>/")
@public()
def page(kind: str, target: str) -> str:
    """One thing as messages for WhatsApp, Telegram and SMS, and as a QR code."""
    reference, found = _found(kind, target)
    vocabulary = content.document("vocabulary", "vocabulary") or abort(404)
    address = absolute(found.address)
    summary, brief = _said(reference, found)
    return render_template(
        "share/page.html",
        found=found,
        summary=summary,
        platforms=vocabulary["platforms"],
        address=address,
        code=url_for("share.code", kind=kind, target=target),
        whatsapp=messages.whatsapp(found.title, summary, address),
        telegram=messages.telegram(found.title, summary, address),
        sms=messages.sms(found.title, address, brief),
    )


@bp.get("/<kind>/<path:target>.svg")
@public()
def code(kind: str, target: str) -> Response:
    """The address as a QR code."""
    _reference, found = _found(kind, target)
    drawn = io.BytesIO()
    segno.make(absolute(found.address), micro=False).save(
        drawn, kind="svg", scale=6, border=4, light="#ffffff", xmldecl=False
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _found(kind: str, target: str) -> tuple[Reference, targets.Found]:
    read = PATTERN.fullmatch(f"[[{kind}:{target}]]")
    reference = parse(read) if read else abort(404)
    if reference != Reference(kind, target):  # one address for one thing
        abort(404)
    return reference, targets.find([reference]).get(reference) or abort(404)


def _said(reference: Reference, found: targets.Found) -> tuple[str, str]:
    """What the thing says in a sentence, and what of it must stand in the shortest message too.

    Both are "" where the title says it, as for parts of documents.
    """
    if found.summary:
        return found.summary, found.summary
    kind = with_target(reference.kind)
    card = next(iter(content.cards(kind.name, [reference.target])), None) if kind else None
    if card is None:
        return "", ""
    return _plain(card["summary"]), _plain(card.get("brief"))


def _plain(text: Mapping[str, str] | None) -> str:
    return thread.plain(in_language(text)) if text else ""
