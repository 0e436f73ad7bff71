"""WFDB sleep annotations, written here by the bytes of the MIT format."""

from __future__ import annotations

import pytest

from pipeline.errors import ScoringError
from pipeline.formats import wfdb
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.mit_annotations import decode
from pipeline.formats.placing import StudyFrame
from pipeline.hypnogram import Stage

RATE_HZ = 250.0
NOTE = 22


def word(code: int, low: int) -> bytes:
    return (code << 10 | low).to_bytes(2, "little")


def aux(text: str) -> bytes:
    raw = text.encode("latin-1")
    return word(63, len(raw)) + raw + b"\x00" * (len(raw) % 2)


def skip(samples: int) -> bytes:
    raw = samples.to_bytes(4, "little", signed=True)
    return word(59, 0) + raw[2:] + raw[:2]


def st(*rows: tuple[int, str]) -> bytes:
    """A file of (sample, text)."""
    content, now = b"", 0
    for sample, text in rows:
        step, now = sample - now, sample
        content += (word(NOTE, step) if step < 1024 else skip(step) + word(NOTE, 0)) + aux(text)
    return content + b"\x00\x00"


def night(texts: str, first: int = 1) -> bytes:
    """A stage row each 30 s, cut by commas; the first at sample 1 as in the database."""
    return st(*((first if k == 0 else k * 7500, t.strip()) for k, t in enumerate(texts.split(","))))


def parsed(content: bytes) -> ScoringFile:
    (file,) = wfdb.parse(content, RATE_HZ)
    return file


def drawn(file: ScoringFile, duration_s: float) -> str:
    hypnogram = assemble(file, StudyFrame(duration_s=duration_s)).hypnogram
    assert hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in hypnogram.stages)


def test_times_are_summed_over_skips() -> None:
    content = st((5, "W"), (1_000_000, "1"), (1_000_010, "2"))
    assert [a.sample for a in decode(content)] == [5, 1_000_000, 1_000_010]


def test_a_skip_may_go_back() -> None:
    content = word(NOTE, 100) + aux("W") + skip(-40) + word(NOTE, 0) + aux("1") + b"\x00\x00"
    assert [a.sample for a in decode(content)] == [100, 60]


def test_texts_of_odd_length_are_padded() -> None:
    assert [a.text for a in decode(st((1, "4"), (2, "4 LA"), (3, "3 L LA")))] == [
        "4",
        "4 LA",
        "3 L LA",
    ]


def test_what_belongs_to_the_last_annotation_is_no_annotation() -> None:
    content = word(NOTE, 7) + word(61, 3) + word(62, 1) + word(60, 2) + aux("W") + b"\x00\x00"
    assert [(a.sample, a.text) for a in decode(content)] == [(7, "W")]


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_a_file_that_ends_too_early_is_refused(cut: int) -> None:
    with pytest.raises(ScoringError, match="SCORING_SYNTAX"):
        decode(night("W,1,2")[:-cut])


def test_a_stage_each_30_s_begins_with_the_record() -> None:
    assert drawn(parsed(night("W,1,2,3,4,R,MT")), 210.0) == "W1233RM"


def test_annotations_that_begin_late_leave_the_start_unscored() -> None:
    assert drawn(parsed(st((15000, "W"), (22500, "2"))), 120.0) == "??W2"


def test_each_leg_flag_is_one_movement_as_long_as_its_epoch_and_told() -> None:
    file = parsed(night("W,2 L L LA,2 LA"))
    scoring = assemble(file, StudyFrame(duration_s=90.0))
    times = [(e.onset_s, e.duration_s) for e in scoring.movements or ()]
    assert times == [(30.0, 30.0)] * 3 + [(60.0, 30.0)]
    assert "SCORING_BY_EPOCH" in {n.code for n in scoring.notices}


@pytest.mark.parametrize("flag", ["H", "HA", "OA", "X", "CA", "CAA"])
def test_respiratory_flags(flag: str) -> None:
    kinds = [m.kind for m in parsed(night(f"2 {flag}")).marks]
    assert kinds == [MarkKind.STAGE, MarkKind.RESPIRATORY]


def test_arousals_without_a_moment_are_not_used_and_told() -> None:
    file = parsed(night("2 A,2 LA,2 X,2 OA"))
    assert assemble(file, StudyFrame(duration_s=120.0)).arousals is None
    assert "3 arousals without a moment" in file.notices[-1].message


def test_flags_run_together_are_counted_and_left_out() -> None:
    kinds = [m.kind for m in parsed(night("2 LL")).marks]
    assert kinds == [MarkKind.STAGE, MarkKind.UNKNOWN]


def test_without_a_rate_the_file_is_refused_with_what_to_do() -> None:
    with pytest.raises(ScoringError, match=r"SCORING_RATE.*\.hea.*scoring.sample_rate_hz"):
        wfdb.parse(night("W"), 0.0)


def test_a_time_resolution_in_the_file_wins() -> None:
    content = st((0, "## time resolution: 100"), (3000, "R"), (6000, "R"))
    (file,) = wfdb.parse(content, RATE_HZ)
    assert [m.onset_s for m in file.marks] == [30.0, 60.0]


@pytest.mark.parametrize(
    ("header", "rate_hz"),
    [
        (b"slp01a 4 250/0.0333(94) 1800000 23:07:00 19/1/1989\n", 250.0),
        (b"# a comment\nx 1 128.5\n", 128.5),
        (b"x 1\n", None),
        (b"", None),
        (None, None),
        (b"x 1 0\n", None),
    ],
)
def test_the_rate_of_a_header(header: bytes | None, rate_hz: float | None) -> None:
    assert wfdb.rate_of(header) == rate_hz


@pytest.mark.parametrize("content", [b"", b"\x00\x00", b"W\n1\n2\n", b"\x01\x58", st((5, "N"))])
def test_what_is_no_sleep_annotation(content: bytes) -> None:
    assert not wfdb.looks_like(content)


def test_sleep_annotations_are_told_by_their_content() -> None:
    assert wfdb.looks_like(night("W,1 L"))
