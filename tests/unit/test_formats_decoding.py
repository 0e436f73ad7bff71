"""Bytes of text scorings to lines."""

from __future__ import annotations

import codecs

import pytest

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.decoding import decode, head

NIGHT = "Éveil\r\nStadium Ü\n"
LINES = ("Éveil", "Stadium Ü", "")


@pytest.mark.parametrize(
    "content",
    [
        NIGHT.encode("utf-8"),
        codecs.BOM_UTF8 + NIGHT.encode("utf-8"),
        codecs.BOM_UTF16_LE + NIGHT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + NIGHT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + NIGHT.encode("utf-32-le"),
    ],
)
def test_what_is_marked_or_utf_8_is_no_guess(content: bytes) -> None:
    assert (decode(content).lines, decode(content).notices) == (LINES, ())


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16-le", "utf-16-be"])
def test_what_is_guessed_is_told(encoding: str) -> None:
    text = decode(NIGHT.encode(encoding))
    assert text.lines == LINES
    assert [n.code for n in text.notices] == [Code.SCORING_ENCODING]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end: str) -> None:
    assert decode(end.join(["W", "N1", "N2"]).encode()).lines == ("W", "N1", "N2")


def test_a_form_feed_or_a_line_separator_within_a_line_does_not_cut_it() -> None:
    assert len(decode("a\u2028b\x0cc\u0085d".encode()).lines) == 1


def test_the_end_mark_of_dos_is_no_line() -> None:
    assert decode(b"W\r\nR\r\n\x1a").lines == ("W", "R", "")


def test_damaged_characters_are_counted() -> None:
    text = decode(codecs.BOM_UTF16_LE + "W".encode("utf-16-le") + b"\x00")
    assert "1 characters could not be decoded" in text.notices[0].message


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ScoringError, match="no text file"):
        decode(bytes(range(8)))
    assert head(bytes(range(8))) == ()
