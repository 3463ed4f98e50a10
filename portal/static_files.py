"""Stylesheet, scripts and images: addressed by their content, so that a browser may keep them for good."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app, request, url_for

from portal.public_pages import pass_by, public

if TYPE_CHECKING:
    from flask import Flask, Response

FOR_GOOD = "public, max-age=31536000, immutable"


@lru_cache(maxsize=256)
def _version(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a file under static/, carrying the hash of its content."""
    path = Path(cast("str", current_app.static_folder)) / name
    return url_for("static", filename=name, v=_version(path, path.stat().st_mtime))


def install(app: Flask) -> None:
    """Serve static files from memory, and let browsers keep what is addressed by content."""
    app.jinja_env.globals["static_url"] = static_url
    app.view_functions["static"] = public(args=("v",))(app.view_functions["static"])

    @app.after_request
    def keep_for_good(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:  # noqa: PLR2004 - OK
            name = (request.view_args or {})["filename"]
            if request.full_path == static_url(name):
                response.headers["Cache-Control"] = FOR_GOOD
            else:  # a page from before an update asks for the file as it was
                pass_by()
        return response
