"""JSON documents in a column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peewee import TextField

if TYPE_CHECKING:
    from peewee import Field

    _DocumentBase = Field[Any]
else:
    _DocumentBase = TextField


class DocumentField(_DocumentBase):
    """A JSON document kept as text, character for character the same in SQLite and PostgreSQL.

    Everything outside ASCII is escaped: a null character or half a surrogate pair in what somebody typed
    is refused by PostgreSQL and must not cost them the rest.
    """

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """The document as text; None stays the database's null."""
        return None if value is None else json.dumps(value, separators=(",", ":"), allow_nan=False)

    def python_value(self, value: Any) -> Any:
        """The text as a document."""
        return None if value is None else json.loads(value)
