"""XML from strangers: a tree with line numbers, tolerant of form, closed to attacks.

Forgiven, besides what `reading` forgives: blank lines before the declaration, and a bare ampersand.
Refused: document type declarations (and with them entities of one's own and external files), more than
MOST_ELEMENTS or MOST_DEPTH. Text between elements is not kept: no format here uses it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from detente.deals.formats.reading import Report, read_text
from detente.errors import InputError

MOST_ELEMENTS = 500_000
"""Elements of one file."""

MOST_DEPTH = 50
"""Elements within elements."""

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>")
_BARE = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9A-Fa-f]+);)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: `tag`, `attributes` as written, the `line` it starts on, its `children` in order."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The tag as messages show it."""
        return f"<{self.tag}>"

    def all(self, tag: str) -> list[Element]:
        """The children with a tag."""
        return [child for child in self.children if child.tag == tag]


def text_of(report: Report, element: Element, name: str) -> str | None:
    """An attribute without the blanks around it; None and an error where it is missing or empty."""
    value = element.attributes.get(name, "").strip()
    if not value:
        report.wrong(element, f"must have the attribute {name}")
        return None
    return value


def number_of(
    report: Report,
    element: Element,
    name: str,
    default: float | None = None,
    *,
    low: float = -1e300,
    high: float = 1e300,
) -> float | None:
    """An attribute as a finite number in low..high; `default` where it is missing; else None, noted."""
    if default is not None and name not in element.attributes:
        return default
    value = text_of(report, element, name)
    if value is None:
        return None
    found = float(value) if _NUMBER.fullmatch(value) and len(value) < 400 else None
    if found is None or not low <= found <= high:
        within = "a finite number" + (f" from {low:g} to {high:g}" if low > -1e300 or high < 1e300 else "")
        report.wrong(element, f"{name} must be {within}", repr(value[:40]))
        return None
    return found


def whole_of(report: Report, element: Element, name: str) -> int | None:
    """An attribute as a whole number of 32 bits; None and an error where it is not."""
    value = text_of(report, element, name)
    if value is None:
        return None
    if not _WHOLE.fullmatch(value) or not -(2**31) <= int(value) < 2**31:
        report.wrong(element, f"{name} must be a whole number", repr(value[:40]))
        return None
    return int(value)


def read_xml(path: Path) -> Element:
    """The root element of a file.

    Raises InputError, with the line, for what is not XML or is refused (see the module). Cost: linear
    in the file, at most MOST_BYTES. It will NOT keep text between elements, comments and namespaces.
    """
    return parse_xml(read_text(path), str(path))


def parse_xml(text: str, name: str) -> Element:
    """The root element of a text; `name` is the file in error messages. As `read_xml`."""
    lead = text[: len(text) - len(text.lstrip())]
    body = text[len(lead) :]
    declared = _DECLARATION.match(body)
    if declared:
        lead += re.sub(r"[^\n]", " ", declared.group())
        body = body[declared.end() :]
    before = lead.count("\n")
    parser = expat.ParserCreate(encoding="utf-8")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    builder = _Builder(name, before, parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(_BARE.sub("&amp;", body).encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        line, why = error.lineno + before, expat.ErrorString(error.code)
        raise InputError(f"{name}:{line} must be well-formed XML, got {why}") from None
    return builder.root[0]


@dataclass(slots=True)
class _Builder:
    name: str
    before: int
    parser: expat.XMLParserType
    root: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    count: int = 0

    def refuse(self, must: str) -> InputError:
        return InputError(f"{self.name}:{self.parser.CurrentLineNumber + self.before} {must}")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise self.refuse(f"must have at most {MOST_ELEMENTS:,} elements")
        if len(self.open) >= MOST_DEPTH:
            raise self.refuse(f"must nest at most {MOST_DEPTH} elements deep")
        element = Element(tag, attributes, self.parser.CurrentLineNumber + self.before)
        (self.open[-1].children if self.open else self.root).append(element)
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def doctype(self, *given: object) -> None:
        raise self.refuse("must not have a document type declaration; remove <!DOCTYPE …>")
