"""What an XLSForm may hold here: its columns and types, and a remedy for each that has no counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS = {
    "begin_group": "group",
    "end_group": "group",
    "begin_repeat": "repeat",
    "end_repeat": "repeat",
}

CHOICE_TYPES = ("select_one", "select_multiple")
TYPES = (
    "text",
    "integer",
    "decimal",
    "date",
    "select_one",
    "select_multiple",
    "note",
    "acknowledge",
    "calculate",
    "email",
    "url",
)
"""The types of questions; `email` and `url` are our own."""

APPEARANCES = ("multiline", "likert", "minimal", "columns")

TRANSLATED: Mapping[str, frozenset[str]] = {
    "survey": frozenset({"label", "hint", "required_message", "constraint_message", "short"}),
    "choices": frozenset({"label"}),
    "settings": frozenset({"form_title", "summary"}),
}
"""The columns with a wording in each language, by sheet."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "survey": ("type", "name"),
    "choices": ("list_name", "name"),
    "settings": (),
}
"""The columns a sheet cannot do without, wordings not counted."""

WORDED: Mapping[str, tuple[str, ...]] = {
    "survey": ("label",),
    "choices": ("label",),
    "settings": ("form_title", "summary"),
}
"""The wordings a sheet cannot do without."""

PASSED = ("relevant", "constraint", "calculation", "low", "high", "max_length", "consent", "chart")
"""The columns whose cells are taken as they are, in the order in which they are written."""

COLUMNS: Mapping[str, frozenset[str]] = {
    "survey": frozenset({"type", "name", "required", "appearance", "sensitive", *PASSED})
    | TRANSLATED["survey"],
    "choices": frozenset({"list_name", "name", "exclusive", "other", "scale"}) | TRANSLATED["choices"],
    "settings": frozenset({"form_id", "version", "default_language"}) | TRANSLATED["settings"],
}
"""Every column that is read, by sheet."""

_MEDIA = "pictures, sounds and films are not shown in a question; delete this column"
_INNER = "the form's inner wiring is not used here; delete this column"
REFUSED_COLUMNS: Mapping[str, str] = {
    "choice_filter": "choices cannot depend on other answers; ask a question for each case, with “relevant”",
    "default": "answers are not filled in beforehand; delete this column",
    "read_only": "every question can be answered; make it a note, or delete this column",
    "readonly": "every question can be answered; make it a note, or delete this column",
    "parameters": "parameters are not read; write limits in the columns “low” and “high”",
    "repeat_count": "repeats are not supported; delete this column",
    "trigger": "calculations follow every answer by themselves; delete this column",
    "guidance_hint": "there is no hint for interviewers; move the text to “hint”, or delete this column",
    "media": _MEDIA,
    "image": _MEDIA,
    "big-image": _MEDIA,
    "audio": _MEDIA,
    "video": _MEDIA,
    "autoplay": _MEDIA,
    "bind": _INNER,
    "body": _INNER,
    "instance": _INNER,
    "instance_name": _INNER,
    "submission_url": _INNER,
    "public_key": _INNER,
    "auto_send": _INNER,
    "auto_delete": _INNER,
    "save_to": _INNER,
    "style": "every outermost group is a page; delete this column",
    "id_string": "the survey's name stands under “form_id”; rename this column",
    "title": "the survey's title stands under “form_title”; rename this column",
}
"""Columns of XLSForm that are not read, each with what to do."""

_PLACE = "places are not recorded; ask for the town in a text, or delete the row"
_FILE = "files, pictures and recordings are not taken; ask for a web address (type url), or delete the row"
_DEVICE = "nothing is recorded about the device or its owner; delete the row"
_TIMING = "times of answering are not recorded; delete the row (expressions can use today())"
_CLOCK = "times of day are not asked for; use date, or text"
_OUTSIDE = "choices from a file are not read; copy them to the sheet “choices” and use {use}"
REFUSED_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "start-geopoint", "gps", "osm"), _PLACE),
    **dict.fromkeys(("image", "audio", "video", "file", "background-audio"), _FILE),
    **dict.fromkeys(
        ("deviceid", "phonenumber", "subscriberid", "simserial", "username", "imei", "uri:deviceid"), _DEVICE
    ),
    **dict.fromkeys(("start", "end", "today", "audit"), _TIMING),
    **dict.fromkeys(("time", "datetime", "dateTime"), _CLOCK),
    "select_one_from_file": _OUTSIDE.format(use="select_one"),
    "select_one_external": _OUTSIDE.format(use="select_one"),
    "select_multiple_from_file": _OUTSIDE.format(use="select_multiple"),
    "csv-external": "outside data are not read; delete the row",
    "xml-external": "outside data are not read; delete the row",
    "barcode": "codes are not scanned; ask for the number in a text",
    "hidden": "nothing is recorded unseen; use calculate, or delete the row",
    "range": "ask for an integer, with limits in the columns “low” and “high”",
    "rank": "choices cannot be put in order; ask for the most important one (select_one)",
    "likert": "write select_one and the list's name, with “likert” in the column “appearance”",
    "page": "write begin_group above the questions of a page and end_group below them",
    "group": "write begin_group above the questions of a group and end_group below them",
    "begin_repeat": "repeats are not supported; ask for the number (integer), and for details in a text",
}
"""Types of XLSForm that are not asked here, each with what to do; `end_repeat` goes with its beginning."""

LANGUAGE_CODES: Mapping[str, str] = {
    "english": "en",
    "french": "fr",
    "français": "fr",
    "arabic": "ar",
    "العربية": "ar",
}
"""Codes to propose for languages that are written by name only."""
