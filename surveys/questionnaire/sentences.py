"""The sentences of all complaints by their codes, in English; the portal says them in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _l(sentence: str) -> str:
    """Mark a sentence for the translators; it stays as it is."""
    return sentence


FILE: Mapping[str, str] = {
    "did_you_mean": _l("Did you mean “%(name)s”?"),
    "file_large": _l("the file is larger than %(most)s characters; split the questionnaire"),
    "file_empty": _l("the file is empty; start with “name:”"),
    "not_yaml": _l(
        "this is not YAML (%(problem)s); check the indentation, and put quotes around a text that contains "
        "“: ” or starts with a sign"
    ),
    "not_text": _l("this is not readable text (%(problem)s); save the file as UTF-8"),
    "anchor": _l("anchors and aliases (%(sign)s) are not read; write the text out"),
    "tag": _l("tags (%(tag)s) are not read; remove it"),
    "nested_deep": _l("this is nested deeper than %(most)s levels; put it nearer the top"),
    "documents": _l("there is more than one document (---); keep one"),
    "key_no_text": _l("a key must be a text; put quotes around it"),
    "key_twice": _l("this key stands on line %(line)s already; keep one"),
    "no_mapping": _l("a questionnaire is a mapping; start with “name:”"),
}
"""About the file as a whole."""

ENTRIES: Mapping[str, str] = {
    "unknown_key": _l("%(where)s has no such key; remove or correct it. %(hint)s"),
    "in_questionnaire": _l("a questionnaire"),
    "in_page": _l("a page"),
    "in_group": _l("a group"),
    "in_question": _l("a question of type %(type)s"),
    "in_choice": _l("a choice"),
    "in_row": _l("a row"),
    "in_band": _l("a band"),
    "in_dimension": _l("a dimension"),
    "missing": _l("is missing; add it"),
    "no_single_text": _l("must be one text, not a list or a mapping"),
    "empty": _l("is empty; write it, or remove the key"),
    "no_name": _l("“%(value)s” is no name; use %(shape)s, at most 60"),
    "shape_question": _l("small letters, digits and _, a letter first"),
    "shape_page": _l("small letters, digits, _ and -, a letter first"),
    "shape_choice": _l("letters, digits, _ and -, no spaces"),
    "shape_slug": _l("small letters, digits and -"),
    "not_among": _l("“%(value)s” is not known here; write one of: %(known)s. %(hint)s"),
    "nothing": _l("nothing"),
    "no_flag": _l("“%(value)s” is neither; write yes or no"),
    "not_whole": _l("“%(value)s” is not a whole number; write digits only"),
    "not_worded": _l("must give the wording of every language; write {%(pattern)s}"),
    "missing_wording": _l("is missing; add the wording in “%(language)s”"),
    "undeclared_language": _l("is not one of the questionnaire's languages; declare or remove it"),
    "no_list_of_texts": _l("must be a list of plain texts"),
    "no_list_of_entries": _l("must be a list of entries, each with its own keys"),
    "no_inner_mapping": _l("must be a mapping; write its keys indented below it"),
    "no_list": _l("must be a list; start each item with “- ”"),
    "empty_list": _l("is an empty list; add an item, or remove the key"),
}
"""About what stands under a key, whatever it means."""

QUESTIONS: Mapping[str, str] = {
    "no_language_code": _l("“%(value)s” is no language code; write one such as en, fr, ar"),
    "language_twice": _l("names a language twice; keep one"),
    "theme_no_name": _l("is no name; use letters, digits, _ and -"),
    "page_taken": _l("another page is named “%(name)s”; choose another name"),
    "not_in_page": _l("only pages stand directly under survey; put this inside a page's questions"),
    "reserved_address": _l("“%(name)s” is reserved for the website; choose another name"),
    "name_taken": _l("“%(name)s” is taken by the one on line %(line)s; choose another name"),
    "no_type": _l("“%(value)s” is not a type; write one of: %(known)s. %(hint)s"),
    "takes_no_list": _l("“%(type)s” takes no choice list; remove “%(list)s”"),
    "names_no_list": _l("names no choice list; write “%(type)s LIST” with a list from choices"),
    "no_such_list": _l("there is no choice list “%(list)s”; add it. %(hint)s"),
    "no_scale": _l("none of the list's choices has a scale; give each its place from -2 to 2"),
    "likert_other": _l("a likert scale has no place for an “other” text; use another list"),
    "one_choice": _l("the list has one choice only; add another, or ask an acknowledge"),
    "not_a_date": _l("“%(value)s” is not a date; write it as 2026-03-31"),
    "not_a_number": _l("“%(value)s” is not a number; write it as 12.5"),
    "nothing_between": _l("is smaller than low, so that no answer would be accepted; exchange them"),
    "no_theme": _l("is missing; name the heading it is charted under, or write “chart: none”"),
    "max_length": _l("must lie between 1 and 20000"),
    "two_others": _l("a list can have one “other” choice only; remove one of them"),
    "scale_outside": _l("must lie between -2 and 2; leave it out for “does not apply”"),
    "reserved_level": _l("“%(name)s” is reserved; choose another name"),
    "choice_taken": _l("another choice here is named “%(name)s”; choose another name"),
    "row_taken": _l("another row here is named “%(name)s”; choose another name"),
    "band_taken": _l("another band here is named “%(name)s”; choose another name"),
    "no_band_below": _l("smaller numbers are accepted but have no band; lower it, or leave it out"),
    "no_band_above": _l("larger numbers are accepted but have no band; raise it, or leave it out"),
    "band_reversed": _l("is smaller than low; exchange them"),
    "band_open": _l("only the first band may lack low, and only the last may lack high"),
    "band_gap": _l("must be %(number)s, so that the bands leave no gap and no overlap"),
    "coarser_taken": _l("is a choice or reserved; give the coarser level another name"),
    "no_level": _l("is no level of this question; correct it. %(hint)s"),
    "level_unworded": _l("“%(name)s” has no wording; add it under labels. %(hint)s"),
    "own_ancestor": _l("“%(name)s” is its own ancestor; remove one of the steps"),
    "levels_unplaced": _l("must place every level; add %(names)s"),
}
"""About pages, questions and their parts."""

EXPRESSIONS: Mapping[str, str] = {
    "at_character": _l("%(problem)s (at character %(position)s)"),
    "digits": _l("this number has more than %(most)s digits; shorten it"),
    "no_quote": _l("this text has no closing quote; add one"),
    "no_brace": _l("an answer is written ${name}; complete the braces"),
    "equals": _l("write one “=” to compare"),
    "sign_and_or": _l("write “and” or “or” instead of this sign"),
    "no_number": _l("this is not a number; write it as 12.5, and a text in quotes"),
    "meaningless": _l("“%(sign)s” means nothing here; remove it"),
    "unexpected": _l("“%(word)s” is not expected here; is “and” or “or” missing?"),
    "sign_missing": _l("“%(sign)s” is missing here"),
    "many_parts": _l("the expression has more than %(most)s parts; split it with a calculate"),
    "many_levels": _l("the expression has more than %(most)s levels; split it with a calculate"),
    "long_expression": _l("the expression is longer than %(most)s characters; split it with a calculate"),
    "empty_expression": _l("the expression is empty; write one, or remove the key"),
    "value_missing": _l("a value is missing before “%(word)s”; write one"),
    "value_missing_end": _l("a value is missing before the end; write one"),
    "bare_word": _l(
        "“%(word)s” is neither an answer nor a text; write ${%(word)s} for an answer or '%(word)s' for a text"
    ),
    "no_function": _l("there is no function “%(name)s”. %(hint)s"),
    "wrong_arguments": _l("“%(name)s” takes %(wanted)s, not %(given)s"),
    "one_argument_or_more": _l("1 argument or more"),
    "arguments_or_more": _l("%(least)s arguments or more"),
    "one_argument": _l("1 argument"),
    "arguments": _l("%(number)s arguments"),
    "arguments_between": _l("%(least)s or %(most)s arguments"),
    "pattern_no_text": _l("the pattern of “regex” must be a text in quotes"),
    "long_pattern": _l("the pattern is longer than %(most)s characters; shorten it"),
    "no_pattern": _l("“%(pattern)s” is not a regular expression (%(problem)s); correct it"),
    "dot_outside": _l("“.” is the answer being checked; outside a constraint write ${name}"),
    "no_question": _l("there is no question “%(name)s”; correct the name. %(hint)s"),
    "note_has_no_answer": _l("“%(name)s” is a note and has no answer; name a question"),
    "no_part": _l("“%(name)s” has no part “%(part)s”; name a row of its grid. %(hint)s"),
    "no_such_choice": _l("“%(value)s” is no choice of “%(name)s”; correct it. %(hint)s"),
    "depends_on_itself": _l("depends on itself; ask that one first, or move this one down"),
    "depends_on_later": _l(
        "depends on “%(name)s”, which is asked later; ask that one first, or move this one down"
    ),
    "later_page": _l("refers to “%(name)s” on a later page; put the constraint there"),
    "circle": _l("goes round in a circle (%(way)s); let one of them not depend on the next"),
}
"""About conditions, constraints and calculations."""

REMARKS: Mapping[str, str] = {
    "page_never": _l("this page is never shown; correct its conditions, or remove it"),
    "question_never": _l("is never asked, whatever the answers; correct its condition, or remove it"),
    "untranslated": _l("is missing; translate it"),
    "same_words": _l("is the same as in “%(language)s” (“%(words)s”); translate it"),
}
"""What a designer should know of a questionnaire that can be read."""

WORKBOOKS: Mapping[str, str] = {
    "workbook_large": _l(
        "this workbook is larger than a questionnaire can be; a sheet may have cells far below or far to the "
        "right: copy the filled cells into a new workbook"
    ),
    "workbook_locked": _l("this workbook is locked with a password; save it without one"),
    "workbook_damaged": _l(
        "this is no workbook that can be read; open it in a spreadsheet and save it as .xlsx"
    ),
    "quoted": _l("%(value)s: %(message)s"),
    "many_rows": _l("the sheet has %(number)s rows; at most %(most)s are read, split the form"),
    "many_columns": _l("the sheet has %(number)s columns; at most %(most)s are read, delete the others"),
    "sheet_empty": _l("nothing stands in this sheet; fill in %(columns)s"),
    "sheet_missing": _l("there is no sheet “%(name)s”; add it, with %(columns)s. %(hint)s"),
    "columns_of_survey": _l("the columns type, name and label"),
    "columns_of_choices": _l("the columns list_name, name and label"),
    "columns_of_settings": _l("the columns form_title, summary, form_id, version and default_language"),
    "column_missing": _l("there is no column “%(name)s” with anything in it; add it"),
    "column_unworded": _l("there is no wording; fill a column “%(name)s”"),
    "column_language": _l("there is no wording in “%(language)s”; fill a column “%(name)s::%(language)s”"),
    "setting_unworded": _l("there is no wording; write it in row 2 of a column “%(name)s”"),
    "setting_language": _l(
        "there is no wording in “%(language)s”; write it in row 2 of a column “%(name)s::%(language)s”"
    ),
    "column_twice": _l("holds the same as column %(column)s; delete one of them"),
    "no_heading": _l("this column has cells but no heading; write one, or delete the column"),
    "column_not_read": _l("this column is not read here; %(remedy)s"),
    "correct_column": _l("delete or correct it. %(hint)s"),
    "column_no_languages": _l("“%(name)s” has no languages; write one column “%(name)s”"),
    "column_no_code": _l(
        "“%(language)s” names no language code; write it in brackets, as in "
        "“%(name)s::%(language)s (%(code)s)”"
    ),
    "control_character": _l("%(value)s holds the control character %(sign)s (shown as □); delete it"),
    "default_no_code": _l(
        "%(value)s names no language code; write the language of the columns that name none, such as "
        "English (en)"
    ),
    "default_missing": _l(
        "is missing; write the language of the columns that name none, such as English (en)"
    ),
    "default_nowhere": _l("no column has a wording in %(value)s; write one of: %(known)s"),
    "settings_rows": _l("%(value)s: the settings have one row; delete this one"),
    "list_no_name": _l("%(value)s is no name; use letters, digits, _ and -, at most 60"),
    "or_other": _l("“or_other” needs a choice named “other” in the list “%(list)s”; add it with its wording"),
    "cell_no_flag": _l("%(value)s is neither; write yes or no"),
    "many_words": _l("%(value)s has words too many; write “%(kind)s” only"),
    "many_words_list": _l("%(value)s has words too many; write type, list, and “or_other” if need be"),
    "group_open": _l("%(value)s does not end; add a row “end_%(what)s” below its last question"),
    "groups_deep": _l("groups stand in each other more than %(most)s deep; end one before"),
    "group_unseen": _l(
        "%(value)s: a group inside a page is not shown, so it has no %(name)s; write a note as its first "
        "question, or delete this"
    ),
    "group_appearance": _l("%(value)s is not known for a group; delete it"),
    "end_holds": _l("%(value)s belongs to nothing; move it to “begin_%(what)s”"),
    "ends_nothing": _l("“%(kind)s” ends nothing; delete the row, or add “begin_%(what)s” above"),
    "wrong_end": _l("“%(kind)s” meets the %(what)s that begins on row %(row)s; write the end that fits"),
    "group_empty": _l("%(value)s has no questions; add one, or delete it with its end"),
    "type_missing": _l("is missing; write what %(value)s asks for"),
    "type_refused": _l("“%(kind)s”: %(remedy)s"),
    "type_unknown": _l("%(value)s is not a type; write one of: %(known)s. %(hint)s"),
    "list_both_ways": _l(
        "“%(list)s” is used with “or_other” and without it (first on row %(row)s); copy the list under "
        "another name"
    ),
    "appearance_unknown": _l("%(value)s is not known; write one of: %(known)s, or delete it. %(hint)s"),
    "likert_appearance": _l("“likert” is for select_one; delete it, or change the type"),
    "row_name_taken": _l("“%(name)s” stands on row %(row)s already; choose another name"),
}
"""About an XLSForm workbook."""

REMEDIES: Mapping[str, str] = {
    "no_media": _l("pictures, sounds and films are not shown in a question; delete this column"),
    "no_wiring": _l("the form's inner wiring is not used here; delete this column"),
    "no_filter": _l("choices cannot depend on other answers; ask a question for each case, with “relevant”"),
    "no_defaults": _l("answers are not filled in beforehand; delete this column"),
    "no_read_only": _l("every question can be answered; make it a note, or delete this column"),
    "no_parameters": _l("parameters are not read; write limits in the columns “low” and “high”"),
    "no_repeat_count": _l("repeats are not supported; delete this column"),
    "no_trigger": _l("calculations follow every answer by themselves; delete this column"),
    "no_guidance": _l("there is no hint for interviewers; move the text to “hint”, or delete this column"),
    "no_style": _l("every outermost group is a page; delete this column"),
    "write_form_id": _l("the survey's name stands under “form_id”; rename this column"),
    "write_form_title": _l("the survey's title stands under “form_title”; rename this column"),
    "no_places": _l("places are not recorded; ask for the town in a text, or delete the row"),
    "no_files": _l(
        "files, pictures and recordings are not taken; ask for a web address (type url), or delete the row"
    ),
    "no_device": _l("nothing is recorded about the device or its owner; delete the row"),
    "no_timing": _l("times of answering are not recorded; delete the row (expressions can use today())"),
    "no_clock": _l("times of day are not asked for; use date, or text"),
    "no_outside_choices": _l(
        "choices from a file are not read; copy them to the sheet “choices” and use %(use)s"
    ),
    "no_outside_data": _l("outside data are not read; delete the row"),
    "no_barcode": _l("codes are not scanned; ask for the number in a text"),
    "no_hidden": _l("nothing is recorded unseen; use calculate, or delete the row"),
    "no_range": _l("ask for an integer, with limits in the columns “low” and “high”"),
    "no_rank": _l("choices cannot be put in order; ask for the most important one (select_one)"),
    "write_likert": _l("write select_one and the list's name, with “likert” in the column “appearance”"),
    "write_page": _l("write begin_group above the questions of a page and end_group below them"),
    "write_group": _l("write begin_group above the questions of a group and end_group below them"),
    "no_repeats": _l("repeats are not supported; ask for the number (integer), and for details in a text"),
}
"""What to do instead where XLSForm has what we have not."""

SENTENCES: Mapping[str, str] = {
    **FILE,
    **ENTRIES,
    **QUESTIONS,
    **EXPRESSIONS,
    **REMARKS,
    **WORKBOOKS,
    **REMEDIES,
}
"""Code -> sentence; %(name)s stands for a value."""
