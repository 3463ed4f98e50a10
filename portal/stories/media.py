"""Where the media of a case study lie: files of this portal, or videos that another site shows in a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any
    from urllib.parse import SplitResult

OWN_PATH = re.compile(r"/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
"""The path of a file of this portal; nothing that leads to another host or out of its folder."""

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
VIMEO_PATH = re.compile(r"/(?:video/)?(\d{1,12})(?:/([0-9a-f]{1,20}))?")


@dataclass(frozen=True, slots=True)
class Provider:
    """A site that shows its videos in a frame.

    Attributes:
        name: what people call it.
        origin: what a browser contacts for the frame, as a policy names it.
        frame: a video's address, split -> the frame's path; None where the address is no video of the site.
    """

    name: str
    origin: str
    frame: Callable[[SplitResult], str | None]


@dataclass(frozen=True, slots=True)
class Frame:
    """A video as it can be shown in a page: the site's name, its origin, and the frame's whole address."""

    provider: str
    origin: str
    address: str


def is_own(address: str | None) -> bool:
    """Whether an address is the path of a file of this portal."""
    return address is not None and OWN_PATH.fullmatch(address) is not None


def frame(medium: Mapping[str, Any]) -> Frame | None:
    """How a video of another site is shown; None where the medium is none, or its provider is not known.

    Args:
        medium: `kind`, `provider` and `address` of one item of a case study's media.
    """
    address, provider = medium.get("address"), PROVIDERS.get(medium.get("provider") or "")
    if medium["kind"] != "video" or not address or provider is None:
        return None
    path = provider.frame(urlsplit(address))
    return None if path is None else Frame(provider.name, provider.origin, provider.origin + path)


def plays_own(media: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a page with these media plays files of this portal."""
    return any(medium["kind"] in {"video", "audio"} and is_own(medium.get("address")) for medium in media)


def _youtube(address: SplitResult) -> str | None:
    host, path = (address.hostname or "").removeprefix("www."), address.path
    found = ""
    if host == "youtu.be":
        found = path.strip("/")
    elif host in {"youtube.com", "m.youtube.com"} and path == "/watch":
        found = parse_qs(address.query).get("v", [""])[0]
    elif host in {"youtube.com", "youtube-nocookie.com"} and path.startswith("/embed/"):
        found = path.removeprefix("/embed/")
    return f"/embed/{found}" if VIDEO_ID.fullmatch(found) else None


def _vimeo(address: SplitResult) -> str | None:
    found = VIMEO_PATH.fullmatch(address.path.rstrip("/"))
    if address.hostname not in {"vimeo.com", "www.vimeo.com", "player.vimeo.com"} or found is None:
        return None
    key = f"&h={found[2]}" if found[2] else ""
    return f"/video/{found[1]}?dnt=1{key}"


PROVIDERS: Mapping[str, Provider] = {
    "youtube": Provider("YouTube", "https://www.youtube-nocookie.com", _youtube),
    "vimeo": Provider("Vimeo", "https://player.vimeo.com", _vimeo),
}
