"""A small survey and people who answer it, for the tests of the findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from surveys.findings.release import Basis, Built, Release, build
from surveys.questionnaire.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY = b"test-secret-0123456789abcdef"
"""The key of worked example W8."""

HEAD = """
name: sample
version: "1"
languages: [en, fr]
title: {en: Sample, fr: Exemple}
summary: {en: A sample., fr: Un exemple.}
themes:
  practice: {en: Practice, fr: Pratique}
choices:
  yesno:
    - {name: yes, label: {en: "Yes", fr: Oui}}
    - {name: no, label: {en: "No", fr: Non}}
  region:
    - {name: ON, label: {en: Ontario, fr: Ontario}}
    - {name: QC, label: {en: Quebec, fr: Québec}}
    - {name: NS, label: {en: Nova Scotia, fr: Nouvelle-Écosse}}
    - {name: NB, label: {en: New Brunswick, fr: Nouveau-Brunswick}}
    - {name: YT, label: {en: Yukon, fr: Yukon}}
    - {name: NU, label: {en: Nunavut, fr: Nunavut}}
  size:
    - {name: small, label: {en: Small, fr: Petite}}
    - {name: large, label: {en: Large, fr: Grande}}
  tool:
    - {name: sms, label: {en: SMS, fr: Texto}}
    - {name: app, label: {en: App, fr: Appli}}
    - {name: none, label: {en: None, fr: Aucun}, exclusive: yes}
  agree:
    - {name: against, label: {en: Disagree, fr: En désaccord}, scale: -1}
    - {name: for, label: {en: Agree, fr: "D’accord"}, scale: 1}
    - {name: na, label: {en: Does not apply, fr: Sans objet}}
"""

REGION = """
      - type: select_one region
        name: region
        label: {en: Where?, fr: Où ?}
        short: {en: Region, fr: Région}
        theme: practice
        dimension:
          label: {en: Region, fr: Région}
          parents: {NS: atlantic, NB: atlantic, YT: territories, NU: territories}
          labels:
            atlantic: {en: Atlantic, fr: Atlantique}
            territories: {en: Territories, fr: Territoires}
            ontario: {en: Ontario alone, fr: Ontario seul}
            rest: {en: Rest of Canada, fr: Reste du Canada}
          coarse: {ON: ontario, QC: rest, NS: rest, NB: rest, YT: rest, NU: rest}
"""

SURVEY = """
survey:
  - type: page
    name: first
    label: {en: First, fr: Première}
    questions:
"""

USES = """
      - {type: select_one yesno, name: uses, label: {en: Uses it?, fr: L’utilise ?},
         short: {en: Use, fr: Usage}, theme: practice}
"""

SIZE = """
      - type: select_one size
        name: size
        label: {en: How large?, fr: Quelle taille ?}
        short: {en: Size, fr: Taille}
        theme: practice
        dimension: {label: {en: Size, fr: Taille}}
"""

MORE = """
      - type: select_multiple tool
        name: tools
        label: {en: Which?, fr: Lesquels ?}
        short: {en: Tools, fr: Outils}
        theme: practice
        relevant: ${uses} = 'yes'
      - type: likert agree
        name: views
        label: {en: Views?, fr: Avis ?}
        short: {en: Views, fr: Avis}
        theme: practice
        rows:
          - {name: safe, label: {en: It is safe., fr: C’est sûr.}}
          - {name: quick, label: {en: It is quick., fr: C’est rapide.}}
      - type: integer
        name: staff
        label: {en: How many?, fr: Combien ?}
        short: {en: Staff, fr: Personnel}
        theme: practice
        low: 0
        bands:
          - {name: few, label: {en: Up to 9, fr: Jusqu’à 9}, low: 0, high: 9}
          - {name: many, label: {en: 10 or more, fr: 10 ou plus}, low: 10}
      - {type: text, name: remarks, label: {en: Remarks?, fr: Remarques ?}}
"""

ALL = HEAD + SURVEY + REGION + USES + SIZE + MORE


@dataclass(frozen=True)
class Reply:
    """One submitted response."""

    id: str
    answers: Mapping[str, Any]
    verified: bool = True


def replies(number: int, *, start: int = 1, **answers: Any) -> list[Reply]:
    """So many people with the same answers, `org001` and on."""
    return [Reply(f"org{position:03}", answers) for position in range(start, start + number)]


def crowd(number: int, *, start: int = 0) -> list[Reply]:
    """Varied people; the same position always answers the same."""
    regions = ("ON", "QC", "ON", "NS", "QC", "ON", "NB", "QC", "ON", "YT", "NS", "NB")
    return [
        Reply(
            f"p{each:04}",
            {
                "region": regions[each % 12],
                "uses": "no" if each % 3 == 0 else "yes",
                "size": "large" if each % 5 < 2 else "small",
                "tools": [["sms"], ["sms", "app"], ["none"], []][each % 4],
                "views": {"safe": ("for", "against", "na")[each % 3], "quick": ("for", "against")[each % 2]},
                "staff": each % 20,
                "remarks": f"remark {each}",
            },
        )
        for each in range(start, start + number)
    ]


def publish(
    source: str,
    people: Iterable[Reply],
    *,
    after: Built | None = None,
    number: int = 1,
    wave: str = "w1",
    **settings: Any,
) -> Built:
    """Build a release, after another one if there was one."""
    return build(
        read(source, "sample.yaml"),
        people,
        wave=wave,
        number=number,
        today=date(2026, 3, number),
        key=KEY,
        previous=Release.from_json(after.release.to_json()) if after else None,
        basis=Basis.from_document(after.basis.to_document()) if after else None,
        demonstration=False,
        **settings,
    )


def levels(release: Release, question: str, by: str) -> dict[str, int]:
    """Level -> base of a split table."""
    return {block.level: block.base for block in release.table(question, by).blocks}
