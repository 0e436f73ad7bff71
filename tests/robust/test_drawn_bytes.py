"""Laws of the gate: legal files come back exactly, and nothing else ever crashes it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edf.annotations import Annotation, parse_annotations
from pipeline.edf.header import Header
from pipeline.edf.reader import read_header, read_whole
from pipeline.errors import HypnicError
from pipeline.recording import Recording
from tests.robust.corpus.drawn import BDF_PLUS, PLAIN, PLUS, listed
from tests.robust.strategies import (
    Drawn,
    annotation_lists,
    legal_studies,
    list_bytes,
    near_misses,
    spoilt_fields,
)
from tests.unit.edf_bytes import Study, tal


@contextmanager
def placed(content: bytes, suffix: str = ".edf") -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"study{suffix}"
        path.write_bytes(content)
        yield path


def read(content: bytes) -> tuple[Header, Recording]:
    with placed(content) as path:
        header = read_header(path)
        recording, _ = read_whole(path, header, [f.index for f in header.facts()])
    return header, recording


@given(st.one_of(st.binary(max_size=3000), near_misses(), spoilt_fields()))
def test_any_bytes_are_read_or_refused_by_type(content: bytes) -> None:
    try:
        header, recording = read(content)
    except HypnicError:
        return
    assert header.n_records * header.record_bytes <= len(content)
    for channel in recording.channels.values():
        per_record = header.channels[channel.index].samples_per_record
        assert len(channel.digital) == header.n_records * per_record
        assert channel.rate_hz > 0.0


@given(legal_studies())
def test_a_legal_file_comes_back_exactly_and_without_a_word(study: Study) -> None:
    with placed(study.encode(), ".bdf" if study.is_bdf else ".edf") as path:
        header = read_header(path)
        recording, _ = read_whole(path, header, range(len(study.signals)))
    assert recording.notices == ()
    for signal, channel in zip(study.signals, recording.channels.values(), strict=True):
        assert channel.label == signal.label
        assert channel.digital.tolist() == signal.digital
        assert channel.rate_hz == signal.per_record / float(study.duration)


@given(annotation_lists)
def test_legal_lists_come_back_exactly(drawn: list[Drawn]) -> None:
    raw = tal("+0", "") + b"".join(a.encode() for a in drawn)
    found = parse_annotations([(raw,)], start_offset_s=0.0, duration_s=1e6)
    assert found.notices == ()
    assert list(found.annotations) == [
        Annotation(
            onset_s=float(a.onset),
            duration_s=None if a.duration is None else float(a.duration),
            text=a.text,
        )
        for a in drawn
    ]


@given(st.lists(list_bytes, max_size=4))
def test_any_lists_are_parsed_and_never_invent_a_time(parts: list[bytes]) -> None:
    found = parse_annotations([(part, part) for part in parts], start_offset_s=0.0, duration_s=9.0)
    for annotation in found.annotations:
        assert abs(annotation.onset_s) < 1e9
        assert annotation.duration_s is None or 0.0 <= annotation.duration_s < 1e9
        assert annotation.text


@given(list_bytes)
def test_any_list_bytes_in_a_file_are_read_or_refused_by_type(part: bytes) -> None:
    try:
        read(listed(part).encode())
    except HypnicError as error:
        if error.code not in {"DISCONTINUOUS", "TIME_REVERSED"}:
            raise


CUT_STUDIES = (PLAIN, listed(tal("+2.5", "Lights off")), BDF_PLUS, PLUS)


def unheeded_cuts(count: int, seed: int) -> list[tuple[int, int]]:
    """Give study and length of the cuts that were read without a warning, or read wrongly."""
    rng = random.Random(seed)  # noqa: S311  no secret depends on it
    bad = []
    for number in range(count):
        place = number % len(CUT_STUDIES)
        study = CUT_STUDIES[place]
        content = study.encode()
        length = rng.randrange(len(content))
        try:
            header, recording = read(content[:length])
        except HypnicError:
            continue
        if not (is_told(header) and is_beginning(study, header, recording)):
            bad.append((place, length))
    return bad


def is_told(header: Header) -> bool:
    return "TRUNCATED" in {str(notice.code) for notice in header.notices}


def is_beginning(study: Study, header: Header, recording: Recording) -> bool:
    """Whether all whole records were read, and nothing but them."""
    whole = (header.size_bytes - header.header_bytes) // header.record_bytes
    return header.n_records == whole and all(
        channel.digital.tolist() == list(signal.digital[: whole * signal.per_record])
        for signal, channel in zip(study.signals, recording.channels.values(), strict=True)
    )


def test_a_cut_file_is_read_to_its_last_whole_record_and_told() -> None:
    assert unheeded_cuts(300, seed=1) == []


@pytest.mark.fault
def test_two_thousand_cuts() -> None:
    assert unheeded_cuts(2000, seed=2) == []
