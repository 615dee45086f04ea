"""The words of other people's scales: read from pytaxonomies, and told on the page of scales."""

from __future__ import annotations

import json
import re

from pytaxonomies import Taxonomies

from detente.case.grades import CREDIBILITY, RELIABILITY
from detente.case.scales import Scale, Term, find_scale, list_scales

PREDICATES = {
    "admiralty-reliability": ("admiralty-scale", "source-reliability"),
    "admiralty-credibility": ("admiralty-scale", "information-credibility"),
    "icd-203": ("estimative-language", "likelihood-probability"),
    "jp-2-0-confidence": ("estimative-language", "confidence-in-analytic-judgment"),
}
RANGE = re.compile(r"(\d+)-(\d+)%")


def vocabularies() -> str:
    """src/detente/case/scales_data/misp.json: terms, ranges and MISP's own numbers, no prose."""
    taxonomies = Taxonomies()
    scales = {}
    for name, (namespace, predicate) in PREDICATES.items():
        taxonomy = taxonomies[namespace]
        entries = taxonomy.predicates[predicate].entries.values()
        scales[name] = {
            "taxonomy": f"{namespace}:{predicate}",
            "version": taxonomy.version,
            "terms": [_term(entry.value, entry.expanded, entry.numerical_value) for entry in entries],
        }
    return json.dumps(scales, indent=1, ensure_ascii=False) + "\n"


def _term(value: str, expanded: str, misp: int) -> dict[str, object]:
    """One term. The tag of a likelihood is its word (the long form has a misprint); others follow it."""
    code = value.upper() if len(value) == 1 else ""
    word, *rest = (part.strip().lower() for part in expanded.split(" - "))
    found = RANGE.fullmatch(rest[-1]) if rest else None
    low, high = (int(percent) for percent in found.groups()) if found else (None, None)
    also = [re.sub(r"\(.*\)", "", part).strip() for part in rest[:-1]]
    word = word if code else value.replace("-", " ")
    return {"code": code, "word": word, "also": also, "low": low, "high": high, "misp": misp}


INTRODUCTION = """A word for a chance means something only on a scale. These are the scales that the program
knows, by name. Nothing is converted without both names, and what cannot be mapped says so.

```python
>>> from detente.case.scales import convert, number_for, word_for
>>> word_for(0.42, "icd-203"), word_for(0.42, "stix-wep")
('unlikely', 'even chance')
>>> found = convert("unlikely", "icd-203", "stix-wep")
>>> [(word, round(share, 2)) for word, share in zip(found.words, found.shares)]
[('unlikely', 0.8), ('even chance', 0.2)]
>>> number_for("likely", "icd-203").low, number_for("likely", "stix-wep").value
(0.55, 0.7)

```

STIX carries one whole number from 0 to 100 and fixes it for every word: between two STIX scales that number
decides.

```python
>>> convert("high", "stix-none-low-med-high", "stix-wep").words
('highly likely',)

```

*Cannot be judged* is missing information. It has no number, and no word on a scale that has no such word.

```python
>>> print(number_for("6", "admiralty-credibility").why)
'truth cannot be judged' on admiralty-credibility is missing information: it has no number
>>> convert("6", "admiralty-credibility", "stix-admiralty-credibility").words
('truth cannot be judged',)
>>> print(convert("moderate", "jp-2-0-confidence", "icd-203").why)
jp-2-0-confidence tells confidence and icd-203 likelihood: neither follows from the other

```

Bins are half-open: a number on a border has the upper word, and where STIX names whole per cent, 40 to 59
means from 40 to below 60. Below 1 % the STIX scales that keep a word for exactly 0 have none.
"""

AFTER = """## Grades

The NATO scale grades in words, without numbers. Ours are in [the format's reference](format.md) and may be
overridden in a case; MISP's and STIX's stand beside them. They differ on purpose: MISP gives what cannot be
judged the middle of the scale, 50, and what was confirmed certainty, 100.

"""


def scales() -> str:
    """docs/reference/scales.md: every scale with its terms."""
    note = "<!-- Made by `./run docs` from the code; edit docs/vocabularies.py instead. -->\n"
    parts = [f"# Scales of words\n\n{note}", INTRODUCTION, *map(_scale, list_scales()), AFTER + _grades()]
    return "\n".join(parts)


def _scale(scale: Scale) -> str:
    head = f"## {scale.name}\n\n{scale.title}. Tells {scale.measures}. Source: {scale.source}.\n"
    rows = [
        f"| {f'{t.code} ' if t.code else ''}{t.word} | {', '.join(t.also)} | {_range(t)} | {_value(t)} |"
        for t in scale.terms
    ]
    return "\n".join([head, "| word | also | per cent | STIX value |\n| --- | --- | --- | --- |", *rows, ""])


def _range(term: Term) -> str:
    if term.low is None or term.high is None:
        return "–"
    if term.low == term.high:
        return f"{100 * term.low:.0f}"
    return f"{100 * term.low:.0f} to {'' if term.closed else 'below '}{100 * term.high:.0f}"


def _value(term: Term) -> str:
    return "–" if term.value is None else f"{100 * term.value:.0f}"


def _grades() -> str:
    stix = {
        term.code: _value(term) for s in list_scales() if s.name.startswith("stix-adm") for term in s.terms
    }
    lines = ["| grade | word | here | MISP | STIX |", "| --- | --- | --- | --- | --- |"]
    for name, table in (("admiralty-reliability", RELIABILITY), ("admiralty-credibility", CREDIBILITY)):
        for term in find_scale(name).terms:
            here = f"{table[term.code]:.2f}" if term.code in table else "no number"
            lines.append(f"| {term.code} | {term.word} | {here} | {term.misp} | {stix.get(term.code, '–')} |")
    return "\n".join(lines) + "\n"
