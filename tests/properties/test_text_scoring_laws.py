"""Whatever the bytes: a text scoring is read or refused, never a crash and never a wait."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import HypnicError
from pipeline.formats import texts
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.scoring_parameters import ScoringParameters
from tests.unit import drawn_scorings as drawn

FILES = [text.encode() for files in drawn.ALL.values() for text in files]
OPTIONS = (ScoringParameters(), ScoringParameters(scheme="profusion", epoch_s=30.0))
STRAY = st.sampled_from(
    [b"", b"\t", b",", b";", b'"', b"\n", b"\r", b"\x00", b"\xff", b"-", b"[", b"9" * 400, b"nan"]
)


def attempt(known: texts.TextFormat, content: bytes, options: ScoringParameters) -> None:
    try:
        files = known.parse(content, options)
    except HypnicError:
        return
    for file in files:
        check(file)


def check(file: ScoringFile) -> None:
    assert file.marks
    for mark in file.marks:
        assert math.isfinite(mark.onset_s)
        assert mark.duration_s is None or 0.0 <= mark.duration_s < math.inf
        assert (mark.stage is not None) == (mark.kind is MarkKind.STAGE)


@pytest.mark.parametrize("known", texts.FORMATS, ids=lambda known: known.title)
@given(content=st.binary(max_size=300), options=st.sampled_from(OPTIONS))
def test_any_bytes_are_read_or_refused(
    known: texts.TextFormat, content: bytes, options: ScoringParameters
) -> None:
    known.looks_like(content)
    attempt(known, content, options)


@pytest.mark.parametrize("known", texts.FORMATS, ids=lambda known: known.title)
@given(text=st.text(max_size=300), encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-be"]))
def test_any_text_is_read_or_refused(known: texts.TextFormat, text: str, encoding: str) -> None:
    content = text.encode(encoding, errors="surrogatepass")
    known.looks_like(content)
    attempt(known, content, OPTIONS[1])


@given(
    content=st.sampled_from(FILES),
    cuts=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 6), STRAY), max_size=4),
)
def test_damaged_files_are_read_or_refused(
    content: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for place, length, stray in cuts:
        content = content[:place] + stray + content[place + length :]
    for known in texts.FORMATS:
        known.looks_like(content)
        attempt(known, content, OPTIONS[1])


@pytest.mark.parametrize("piece", [" ", "1", "\t", '"', ",", "-", " desat ", "DUR: 1", "1 ", "\n"])
def test_a_long_run_of_anything_takes_no_longer_than_its_length(piece: str) -> None:
    content = (piece * 20_000).encode()
    for known in texts.FORMATS:
        known.looks_like(content)
        attempt(known, content, OPTIONS[1])
        for file in FILES[:8]:
            attempt(known, file + content, OPTIONS[1])
