"""XML from outside as a plain tree: no document types, no entities, no endless depth."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.doubts import fault
from pipeline.notices import Notice

_DEEPEST = 64  # the formats read here nest 8 deep
_MOST_ELEMENTS = 2_000_000
_PEEK_BYTES = 4096
_NAMESPACE = "}"
_WESTERN = "windows-1252"
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]+)")
_LONGEST_S = 1e9  # 30 years: a longer time is no time of a study


@dataclass
class Element:
    """One element; names are without their namespace."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def each(self, *path: str) -> Iterator[Element]:
        """Give every element at the end of a path of tags below this one."""
        for child in self.children:
            if child.tag == path[0]:
                if len(path) == 1:
                    yield child
                else:
                    yield from child.each(*path[1:])

    def value(self, *path: str) -> str:
        """Give the stripped text of the first element at the path; blank where there is none."""
        found = next(self.each(*path), None)
        return "" if found is None else found.text.strip()


def has_root(content: bytes, tag: str) -> bool:
    """Tell whether the first element near the start, or the document type, is `tag`."""
    found: list[str] = []

    def stop(name: str, *_: object) -> None:
        found.append(name)
        raise fault("A document type.", "XML")

    parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
    parser.StartElementHandler = lambda name, _: found.append(_bare(name))
    parser.StartDoctypeDeclHandler = stop
    with suppress(expat.ExpatError, ScoringError, ValueError, LookupError):
        parser.Parse(content[:_PEEK_BYTES].lstrip(), False)  # noqa: FBT003  expat's own signature
    return bool(found) and found[0] == tag


def parse(content: bytes) -> Element:
    """Give the root element.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: no well-formed XML, or XML with a document type or an entity of its own,
        which no scoring needs and which can be made to fill the memory.
    """
    builder = _Builder()
    encoding = _WESTERN if _is_western(content) else None
    parser = expat.ParserCreate(encoding, namespace_separator=_NAMESPACE)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content.lstrip(), True)  # noqa: FBT003  expat's own signature
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0)
        raise fault("The scoring file is no well-formed XML.", f"line {line}") from error
    return builder.root.children[0]


def encoding_doubt(content: bytes) -> tuple[Notice, ...]:
    """Give the notice of XML that is not in the encoding it has to be in by its own words."""
    if not _is_western(content):
        return ()
    words = "The XML is not UTF-8 and names no other encoding; read as Windows-1252."
    return (Notice(code=Code.SCORING_ENCODING, where="scoring file", message=words),)


def _is_western(content: bytes) -> bool:
    """Tell whether the bytes are to be UTF-8 (XML 1.0, 4.3.3) and are not."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content:
        return False
    declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8).lstrip())
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def number(text: str) -> float | None:
    """Give the finite number; None where it is none. A decimal comma is a point."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < _LONGEST_S else None


class _Builder:
    """Collects the tree while expat reads."""

    def __init__(self) -> None:
        self.root = Element(tag="")
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise fault("The scoring file's XML is nested too deeply or too large.", "XML")
        bare = {_bare(key): value for key, value in attributes.items()}
        element = Element(tag=_bare(name), attributes=bare)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text


def _bare(name: str) -> str:
    return name.rpartition(_NAMESPACE)[2]


def _refuse(*_: object) -> None:
    raise fault("The scoring file's XML declares a document type, which is never read.", "XML")
