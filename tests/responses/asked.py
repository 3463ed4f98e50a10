"""A small questionnaire that these tests answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from surveys.responses import drafts, waves

if TYPE_CHECKING:
    from surveys.responses.model import Wave

SURVEY = """
name: practice
version: "1"
languages: [en]
title: {en: Practice}
summary: {en: How it is done}
choices:
  yes_no:
    - {name: yes, label: {en: "Yes"}}
    - {name: no, label: {en: "No"}}
  platforms:
    - {name: whatsapp, label: {en: WhatsApp}}
    - {name: telegram, label: {en: Telegram}}
    - {name: other, label: {en: Another}, other: yes}
  agree:
    - {name: disagree, label: {en: Disagree}, scale: -1}
    - {name: agree, label: {en: Agree}, scale: 1}
survey:
  - type: page
    name: use
    label: {en: Use}
    questions:
      - {type: select_one yes_no, name: uses, label: {en: "Do you use it?"}, short: {en: Use}, required: yes}
      - type: select_multiple platforms
        name: platforms
        label: {en: "Which ones?"}
        short: {en: Platforms}
        relevant: ${uses} = 'yes'
      - {type: integer, name: reach, label: {en: "How many people?"}, relevant: "${uses} = 'yes'"}
      - {type: text, name: why_not, label: {en: "Why not?"}, relevant: "${uses} = 'no'"}
      - {type: calculate, name: platform_count, calculation: "count-selected(${platforms})"}
  - type: page
    name: views
    label: {en: Views}
    questions:
      - type: likert agree
        name: barriers
        label: {en: "It is hard because of"}
        short: {en: Barriers}
        rows:
          - {name: time, label: {en: Time}}
          - {name: money, label: {en: Money}}
      - {type: decimal, name: change, label: {en: "Change in per cent"}}
      - {type: text, name: comment, label: {en: Comment}}
      - {type: email, name: address, label: {en: "E-mail address"}}
      - {type: text, name: person, label: {en: Name}, consent: contact}
"""

add = partial(waves.add, SURVEY, "practice.yaml")


def open_wave() -> Wave:
    """The survey's wave, open."""
    return waves.open_wave(add())


def answered(wave: Wave, **values: Any) -> str:
    """Begin a response and save answers; returns its id."""
    draft_id = drafts.start(wave, "en").response_id
    drafts.save(draft_id, base_revision=None, values=values)
    return draft_id


def submitted(wave: Wave, **values: Any) -> str:
    """Begin a response, save answers and submit it; returns its id."""
    draft_id = answered(wave, **values)
    drafts.submit(draft_id)
    return draft_id
