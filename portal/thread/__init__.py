"""The evidence thread: references become values, charts and links, and each target says who uses it."""

from __future__ import annotations

from portal.content.targets import Found, plain, register
from portal.thread.rendering import install, line, text
from portal.thread.uses import Use, uses

__all__ = ["Found", "Use", "install", "line", "plain", "register", "text", "uses"]
