"""Turns a template of the toolkit, filled in or blank, into a Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.toolkit.templates import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def template_docx(
    template: Mapping[str, Any],
    words: Mapping[str, Any],
    language: str,
    answers: Mapping[str, str] | None = None,
) -> bytes:
    """A template as a Word file in one language.

    Args:
        template: a document of the kind `template`.
        words: the words around it, `document` of the toolkit: `header`, `footer`, `notice`, `message` and
            the words of the table of blanks; texts by language code.
        language: code of a language the template is written in.
        answers: name of a blank -> what stands in its place; the others are left to be filled by hand.

    Returns:
        The bytes of a .docx file; the same template and answers give the same bytes.

    Raises:
        KeyError: if a text in this language is missing.
    """
    from portal.toolkit.word import WordDocument  # noqa: PLC0415 - python-docx is loaded when a file is made

    filled = fill(template, language, answers)
    document = WordDocument(language, filled.title, words["header"][language])
    document.margins(words["header"][language], words["footer"][language])
    document.title(filled.title)
    document.paragraph(words["notice"][language], style="Quote")
    document.paragraph(filled.intro)
    if filled.message:
        document.heading(words["message"][language])
        document.paragraph(filled.message)
    for section in filled.sections:
        document.heading(section.heading)
        for block in section.blocks:
            if block.kind == "paragraph":
                document.paragraph(block.items[0])
            else:
                document.items(block.items, numbered=block.kind == "counted")
    if filled.left:
        document.heading(words["blanks"][language], numbered=False)
        head = [words["blank"][language], words["wording"][language]]
        document.table(head, [[blank, ""] for blank in filled.left])
    return document.to_bytes()
