"""Turns a policy template of the toolkit into a Word file to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def policy_docx(template: Mapping[str, Any], language: str) -> bytes:
    """A policy template as a Word file in one language.

    Args:
        template: one entry of `policies` in `starter/toolkit.yaml`: `title`, `intro`, `document` (the words
            around the policy), `fields` (the blanks, which stand in the text as `[label]`) and `sections` of
            a `heading` with `paragraphs` and a `list`, counted when it is `numbered`; texts by language code.
        language: code of a language the template is written in.

    Returns:
        The bytes of a .docx file; the same template gives the same bytes.

    Raises:
        KeyError: if the template lacks a part, or a text in this language.
    """
    from portal.toolkit.word import WordDocument  # noqa: PLC0415 - python-docx is loaded when a file is made

    around = {name: text[language] for name, text in template["document"].items()}
    blanks = [field["label"][language] for field in template["fields"]]
    title = template["title"][language]

    document = WordDocument(language, title, around["header"], blanks)
    document.margins(around["header"], around["footer"])
    document.title(title)
    document.paragraph(around["notice"], style="Quote")
    document.paragraph(template["intro"][language])
    document.heading(around["blanks"], numbered=False)
    document.table([around["blank"], around["wording"]], [[f"[{blank}]", ""] for blank in blanks])
    for section in template["sections"]:
        document.heading(section["heading"][language])
        for paragraph in section.get("paragraphs", ()):
            document.paragraph(paragraph[language])
        items = [item[language] for item in section.get("list", ())]
        document.items(items, numbered=bool(section.get("numbered", False)))
    return document.to_bytes()
