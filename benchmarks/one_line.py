"""The yardstick: one-line Flask views, served by `flask serve`'s own server with its own options.

`python -m benchmarks.one_line PORT` serves one view for each size in `ONE_LINE_SIZES`, at `/<bytes>`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from flask import Flask

from benchmarks.servers import HOST

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZES = "ONE_LINE_SIZES"
"""The environment variable that lists body sizes in bytes, separated by commas."""


def one_line_app(sizes: Iterable[int]) -> Flask:
    """An application whose views return a body of so many bytes, made beforehand, and do nothing else."""
    app = Flask(__name__)
    for size in sizes:
        app.add_url_rule(f"/{size}", str(size), lambda body=b"x" * size: body)
    return app


if SIZES in os.environ:
    app = one_line_app(int(size) for size in os.environ[SIZES].split(","))


def _serve(port: str) -> None:
    """Run `flask serve` with these views in the portal's place, so that both have the same options."""
    from flask.cli import cli  # noqa: PLC0415 - the worker needs the views alone
    from granian import server  # noqa: PLC0415 - as above

    portals_server: Any = server.Server

    def with_one_line_views(_target: str, **options: object) -> object:
        return portals_server("benchmarks.one_line:app", **options)

    server.Server = with_one_line_views  # type: ignore[assignment]
    cli.main(args=["--app", "app", "serve", "--host", HOST, "--port", port])


if __name__ == "__main__":
    _serve(sys.argv[1])
