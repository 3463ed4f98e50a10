"""What an XLSForm may hold here: its columns and types, and a remedy for each that has no counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said

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

_MEDIA = said("no_media")
_INNER = said("no_wiring")
REFUSED_COLUMNS: Mapping[str, str] = {
    "choice_filter": said("no_filter"),
    "default": said("no_defaults"),
    "read_only": said("no_read_only"),
    "readonly": said("no_read_only"),
    "parameters": said("no_parameters"),
    "repeat_count": said("no_repeat_count"),
    "trigger": said("no_trigger"),
    "guidance_hint": said("no_guidance"),
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
    "style": said("no_style"),
    "id_string": said("write_form_id"),
    "title": said("write_form_title"),
}
"""Columns of XLSForm that are not read, each with what to do."""

_PLACE = said("no_places")
_FILE = said("no_files")
_DEVICE = said("no_device")
_TIMING = said("no_timing")
_CLOCK = said("no_clock")
REFUSED_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "start-geopoint", "gps", "osm"), _PLACE),
    **dict.fromkeys(("image", "audio", "video", "file", "background-audio"), _FILE),
    **dict.fromkeys(
        ("deviceid", "phonenumber", "subscriberid", "simserial", "username", "imei", "uri:deviceid"), _DEVICE
    ),
    **dict.fromkeys(("start", "end", "today", "audit"), _TIMING),
    **dict.fromkeys(("time", "datetime", "dateTime"), _CLOCK),
    "select_one_from_file": said("no_outside_choices", use="select_one"),
    "select_one_external": said("no_outside_choices", use="select_one"),
    "select_multiple_from_file": said("no_outside_choices", use="select_multiple"),
    "csv-external": said("no_outside_data"),
    "xml-external": said("no_outside_data"),
    "barcode": said("no_barcode"),
    "hidden": said("no_hidden"),
    "range": said("no_range"),
    "rank": said("no_rank"),
    "likert": said("write_likert"),
    "page": said("write_page"),
    "group": said("write_group"),
    "begin_repeat": said("no_repeats"),
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
