"""The place every request passes first and last: who really asks, its number, its line in the log, its count.

It stands in front of the kept pages, which Flask never sees.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import logs, metrics, public_pages, request_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    Headers = list[tuple[str, str]]
    Caught = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

SERVER_FAULT = 500

PLACE = "portal.place"
"""Where a request's environment names its endpoint and its route, once Flask has found them."""

NO_PLACE = (None, logs.UNKNOWN)


class Answer:
    """Listens to what the application says of its answer."""

    __slots__ = ("headers", "start_response", "status")

    def __init__(self, start_response: StartResponse) -> None:
        self.start_response = start_response
        self.status = SERVER_FAULT
        self.headers: Headers = []

    def __call__(
        self, status: str, headers: Headers, problem: Caught | None = None, /
    ) -> Callable[[bytes], object]:
        """Hand the beginning of an answer on."""
        self.status, self.headers = int(status[:3]), headers
        return (
            self.start_response(status, headers, problem) if problem else self.start_response(status, headers)
        )

    @property
    def size(self) -> int:
        """Bytes of the body as announced; 0 where nothing is."""
        return next((int(value) for name, value in self.headers if name.lower() == "content-length"), 0)


def watched(application: WSGIApplication, seen: metrics.Requests, *, trusted: bool) -> WSGIApplication:
    """Number, count and log the requests to an application.

    Args:
        application: what answers them.
        seen: where they are counted.
        trusted: whether proxies of ours stand in front.
    """

    def watching(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        number = request_ids.give(environ, trusted=trusted)
        answer = Answer(start_response)
        try:
            return application(environ, answer)
        finally:
            _note(environ, number, answer, time.perf_counter() - began, seen)

    return watching


def _note(
    environ: WSGIEnvironment, number: str, answer: Answer, seconds: float, seen: metrics.Requests
) -> None:
    kept = public_pages.KEPT_PLACE in environ
    endpoint, rule = environ.get(public_pages.KEPT_PLACE) or environ.get(PLACE) or NO_PLACE
    method = environ["REQUEST_METHOD"]
    method = method if method in logs.METHODS else "other"
    seen.count(method, metrics.group(endpoint, method), answer.status, seconds, kept=kept)
    # A server says who it is; a test, or a command that looks at a page, does not.
    if "SERVER_SOFTWARE" in environ:
        told = logs.Request(number, method, rule, answer.status, seconds, answer.size, kept)
        logs.write_request(told)


def install(app: Flask, *, proxies: int) -> None:
    """Stand in front of the application.

    Args:
        app: the portal, with its kept pages in front already.
        proxies: how many reverse proxies of ours stand in front, whose word on who asks is taken.
    """

    def note_place() -> None:
        if request.url_rule is not None:
            request.environ[PLACE] = (request.endpoint, request.url_rule.rule)

    app.before_request_funcs.setdefault(None, []).insert(0, note_place)
    seen = app.extensions["requests_seen"] = metrics.Requests()
    door = watched(app.wsgi_app, seen, trusted=proxies > 0)
    if proxies:
        door = ProxyFix(door, x_for=proxies, x_proto=proxies, x_host=proxies)
    app.wsgi_app = door  # type: ignore[method-assign, assignment] # as Flask documents
