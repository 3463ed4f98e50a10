"""A file that was read, carried by the form until it is used: sealed for one person, for an hour.

Nothing is kept on our side, so that two people, or two windows, never meet.
"""

from __future__ import annotations

import base64
import hmac
import zlib

from portal import secret
from portal.uploads import Upload, UploadError

SECONDS = 3600

LARGEST = 600_000
"""Characters a form carries along; together with its other fields less than a form may have."""

_PURPOSE = "reading"


def sealed(upload: Upload, person: str, at: int) -> str | None:
    """A file as a field of a form.

    Args:
        upload: the file.
        person: whose form it is, by pseudonym.
        at: now, in Unix seconds.

    Returns:
        Text for a hidden field; None when the file is too large to be carried.
    """
    head = f"{at} {upload.kind} {upload.name}\n".encode()
    body = base64.urlsafe_b64encode(zlib.compress(head + upload.data)).decode("ascii")
    return f"{_seal(body, person)}.{body}" if len(body) <= LARGEST else None


def opened(text: str, person: str, at: int) -> Upload:
    """The file that a form carried.

    Args:
        text: as `sealed` gave it.
        person: whose form it is, by pseudonym.
        at: now, in Unix seconds.

    Raises:
        UploadError: `not_carried` when it is not what this person was given, `expired` after an hour.
    """
    seal, _, body = text.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(body, person).encode()):
        raise UploadError("not_carried")
    head, _, data = zlib.decompress(base64.urlsafe_b64decode(body)).partition(b"\n")
    since, kind, name = head.decode().split(" ", 2)
    if at - int(since) >= SECONDS:
        raise UploadError("expired")
    return Upload(name, kind, data)


def _seal(body: str, person: str) -> str:
    return secret.keyed_hash(_PURPOSE, f"{person} {body}")
