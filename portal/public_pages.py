"""Public pages kept whole: answered from memory before anything else of the application runs.

A view marked `@public` depends on its address, on the public content and on nothing else: no cookie, no
header. Its answer is compressed once and kept until the public content changes.
"""

from __future__ import annotations

import gzip
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from flask import Response, current_app, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from portal import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

View = TypeVar("View", bound="Callable[..., object]")

CAPACITY = 64_000_000
"""Bytes of kept pages in one process."""

FRESH_FOR = 1.0
"""Seconds for which another process's change may go unnoticed."""

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
"""A request that sets one is for Flask to answer."""

KEPT_PLACE = "portal.kept_place"
"""Where a request's environment names the endpoint and the route of the kept page that answered it."""

COMPRESSIBLE = ("text/", "image/svg+xml", "application/json")


def public(*, args: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Mark a view whose answer depends only on its address and the public content.

    Args:
        args: the query arguments the view reads; an address with any other is answered, but not kept.
    """

    def mark(view: View) -> View:
        view.public_args = frozenset(args)  # type: ignore[attr-defined]
        return view

    return mark


def is_kept() -> bool:
    """Whether the present answer is a kept page, now or from now on: the same bytes for everybody."""
    return bool(g.get("kept"))


def pass_by() -> None:
    """Answer the present request, but keep nothing of it: its address could be any of very many."""
    g.passing = True


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as sent before; `place` is its endpoint and its route."""

    stamp: int
    place: tuple[str, str]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes | None

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.body) + len(self.packed or b"")


class PublicPages:
    """The pages one process keeps."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._stamp = (-1.0, 0)

    def stamp(self) -> int:
        """The count of public changes, read from the database at most once a second."""
        read_at, stamp = self._stamp
        if time.monotonic() - read_at > FRESH_FOR:
            stamp = content.changes()
            self._stamp = (time.monotonic(), stamp)
        return stamp

    def forget(self) -> None:
        """Drop every page and read the stamp anew."""
        with self._lock:
            self._pages.clear()
            self._size = 0
            self._stamp = (-1.0, 0)

    def at_once(self, environ: WSGIEnvironment) -> Kept | None:
        """The kept answer to a plain GET, as long as it need not be asked whether it is still true.

        Only hosts and addresses that Flask has answered before are found here.
        """
        read_at, stamp = self._stamp
        if environ["REQUEST_METHOD"] != "GET" or time.monotonic() - read_at > FRESH_FOR:
            return None
        key = (environ.get("HTTP_HOST", ""), f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")
        kept = self._pages.get(key)
        if kept is None or kept.stamp != stamp or any(name in environ for name in CONDITIONS):
            return None
        self._used(key)
        return kept

    def find(self) -> Kept | None:
        """The kept answer to the present request, if it is still true."""
        kept = self._pages.get(_key())
        if kept is None or kept.stamp != self.stamp():
            return None
        self._used(_key())
        return kept

    def keep(self, response: Response, stamp: int) -> Kept:
        """Keep an answer; returns it as kept."""
        body = response.get_data()
        packed = gzip.compress(body, 6) if (response.mimetype or "").startswith(COMPRESSIBLE) else None
        for name in ("Content-Length", "Content-Encoding", "Vary"):
            response.headers.pop(name, None)
        headers = tuple(response.headers.items())
        place = (request.endpoint or "", request.url_rule.rule if request.url_rule else "")
        kept = Kept(stamp, place, headers, body, packed)
        with self._lock:
            self._put(_key(), kept)
        return kept

    def _used(self, key: tuple[str, str]) -> None:
        """The pages not read for longest are dropped first."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)

    def _put(self, key: tuple[str, str], kept: Kept) -> None:
        old = self._pages.pop(key, None)
        self._size += kept.size - (old.size if old else 0)
        self._pages[key] = kept
        while self._size > CAPACITY:
            _, gone = self._pages.popitem(last=False)
            self._size -= gone.size


def _key() -> tuple[str, str]:
    return request.host, request.full_path


def _keepable() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    args: frozenset[str] | None = getattr(view, "public_args", None)
    if args is None or request.method not in {"GET", "HEAD"}:
        return False
    return all(name in args and len(values) == 1 for name, values in request.args.lists())


def answer(kept: Kept) -> Response:
    """The kept answer for this browser: packed if it can unpack, 304 if it has it already."""
    use_packed = kept.packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(kept.packed if use_packed else kept.body, headers=list(kept.headers))
    if use_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _unpacks(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def kept_first(pages: PublicPages, flask: WSGIApplication) -> WSGIApplication:
    """Answer what is kept before Flask makes a request of it, which would take most of the time."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        kept = pages.at_once(environ)
        if kept is None:
            return flask(environ, start_response)
        environ[KEPT_PLACE] = kept.place
        packed = kept.packed if _unpacks(environ.get("HTTP_ACCEPT_ENCODING", "")) else None
        body = kept.body if packed is None else packed
        headers = [*kept.headers, ("Content-Length", str(len(body))), ("Vary", "Accept-Encoding")]
        if packed is not None:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return (body,)

    return application


def install(app: Flask) -> PublicPages:
    """Answer kept pages first, and keep what public views answer."""
    pages = PublicPages()
    app.extensions["public_pages"] = pages
    app.wsgi_app = kept_first(pages, app.wsgi_app)  # type: ignore[method-assign, assignment] # as Flask documents

    @app.before_request
    def answer_kept() -> Response | None:
        if not _keepable():
            return None
        kept = pages.find()
        if kept is None:
            g.page_stamp = pages.stamp()
            return None
        request.environ[KEPT_PLACE] = kept.place
        g.kept = True
        return answer(kept)

    @app.after_request
    def keep(response: Response) -> Response:
        if "page_stamp" not in g or g.get("passing") or response.status_code != 200:  # noqa: PLR2004 - OK
            return response
        response.direct_passthrough = False
        if "v" not in request.args:
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        response.add_etag(weak=True)
        kept = pages.keep(response, g.page_stamp)
        g.kept = True
        response.close()
        return answer(kept)

    return pages
