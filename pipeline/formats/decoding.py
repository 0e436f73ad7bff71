"""Bytes of a text file as lines, and what had to be guessed to read them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.notices import Notice

_MARKS = (  # the longer mark first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD_BYTES = 65_536  # enough for the headers of every format here; even, for UTF-16
_LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines cuts at more than ends of lines
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_REPLACED = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text file.

    Attributes
    ----------
    lines
        Without their ends; line 1 of the file is the first.
    notices
        What was guessed.
    """

    lines: tuple[str, ...]
    notices: tuple[Notice, ...] = ()


def decode(content: bytes) -> Text:
    """Give the lines of a text: by its byte order mark, else UTF-8, else Windows-1252.

    UTF-16 without a mark is told by its zero bytes. What is neither marked nor UTF-8 is a guess,
    which is noticed.

    Raises
    ------
    ScoringError
        `SCORING_UNREADABLE` where the bytes are no text.
    """
    text, guess = _text(content)
    if _CONTROL.search(text):
        raise ScoringError(
            "The scoring is no text file.",
            code=Code.SCORING_UNREADABLE,
            where="scoring",
            remedy="Export the scoring as text from the program that made it.",
        )
    return Text(lines=tuple(_LINE_END.split(text)), notices=_notices(text, guess))


def head(content: bytes) -> tuple[str, ...]:
    """Give the first lines, to tell the format; none where the bytes are no text."""
    part = content[:_HEAD_BYTES]
    if len(content) > _HEAD_BYTES:  # a character may be cut at the end; so is its line
        part = part[: part.rfind(b"\n") + 1] or part
    text, _ = _text(part)
    return () if _CONTROL.search(text) else tuple(_LINE_END.split(text))


def _text(content: bytes) -> tuple[str, str]:
    encoding, guess = _encoding(content)
    text = content.decode(encoding, errors="replace")
    return text.rstrip("\x1a"), guess  # DOS ended its texts with this byte


def _encoding(content: bytes) -> tuple[str, str]:
    """Give the encoding, and its name where it is a guess."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, ""
    if b"\x00" in content:
        is_little = content[1::2].count(0) > content[0::2].count(0)
        return ("utf-16-le", "UTF-16") if is_little else ("utf-16-be", "UTF-16")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _western(content)
    return "utf-8", ""


def _western(content: bytes) -> tuple[str, str]:
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in it
        return "latin-1", "ISO-8859-1"
    return "cp1252", "Windows-1252"


def _notices(text: str, guess: str) -> tuple[Notice, ...]:
    found = []
    if guess:
        found.append(f"The text names no encoding and is not UTF-8; read as {guess}.")
    n_replaced = text.count(_REPLACED)
    if n_replaced:
        found.append(f"{n_replaced} characters could not be decoded.")
    return tuple(
        Notice(code=Code.SCORING_ENCODING, where="scoring", message=words) for words in found
    )
