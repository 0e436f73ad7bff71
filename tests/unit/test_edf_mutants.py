"""Damaged files: refused with a typed error, or read as a second reader reads them."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pyedflib
import pytest

from pipeline.edf.header import Header
from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.errors import HypnicError
from pipeline.formats.edf_annotations import to_scoring
from pipeline.montage import MontageParameters, assign, lead
from pipeline.recording import Recording
from tests.unit.edf_bytes import Signal, Study, tal

STRAY = b"0123456789-+.,eE \x00\x14\x15\xff"
LISTS = tuple(
    tal(f"+{i}", "") + tal(f"+{i}", "Sleep stage N1", duration="30") + tal(f"+{i}.5", "LM")
    for i in range(4)
)
SEEDS = (
    Study(signals=[Signal(label="C4"), Signal(label="M1")], duration="0.1"),
    Study(signals=[Signal(), Signal(label="EMG LAT", per_record=5)], lists=LISTS),
    Study(signals=[Signal()], lists=LISTS, is_bdf=True),
    Study(signals=(), lists=LISTS[:1], duration="0", records=1),
)


def mutant(rng: random.Random) -> tuple[bytes, str]:
    """Give a file with a few bytes changed, or cut short."""
    study = rng.choice(SEEDS)
    content = bytearray(study.encode())
    for _ in range(rng.choice((1, 1, 2, 4))):
        if rng.random() < 0.1:
            del content[1 + rng.randrange(len(content)) :]
        start = 236 if rng.random() < 0.1 else 0
        content[rng.randrange(min(start, len(content) - 1), len(content))] = rng.choice(STRAY)
    return bytes(content), ".bdf" if study.is_bdf else ".edf"


def read_all(path: Path) -> tuple[Header, Recording]:
    """Read a file as a study is read, from the header to the scoring."""
    header = read_header(path)
    recording = read_recording(path, header, [f.index for f in header.facts()])
    for derivation in assign(header.facts(), MontageParameters()).derivations:
        lead(recording, derivation)
    to_scoring(read_annotations(path, header).annotations, header.duration_s)
    return header, recording


def disagreement(path: Path, recording: Recording) -> str:
    """Say in what a second reader differs; blank where it agrees or refuses the file."""
    try:
        with warnings.catch_warnings(action="ignore"), pyedflib.EdfReader(str(path)) as reader:
            for index, channel in enumerate(recording.channels.values()):
                other = reader.readSignal(index, digital=True)
                if len(other) != len(channel.digital):
                    return f"{len(other)} samples of {len(channel.digital)}"
                if (other != channel.digital).any():
                    return "other samples"
    except OSError:
        return ""
    return ""


def bad_mutants(folder: Path, *, seed: int, count: int) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  no secret depends on it
    found = []
    for number in range(count):
        content, suffix = mutant(rng)
        path = folder / f"mutant{suffix}"
        path.write_bytes(content)
        try:
            header, recording = read_all(path)
        except HypnicError:
            continue
        difference = "" if header.notices or recording.notices else disagreement(path, recording)
        found += [f"{number}: {difference}"] if difference else []
    return found


def test_mutants_are_refused_by_type_or_read_like_a_second_reader(tmp_path: Path) -> None:
    assert bad_mutants(tmp_path, seed=1, count=1000) == []


@pytest.mark.fault
def test_fifty_thousand_mutants(tmp_path: Path) -> None:
    assert bad_mutants(tmp_path, seed=2, count=50_000) == []
