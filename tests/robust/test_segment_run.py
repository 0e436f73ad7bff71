"""A night with a gap, scored with --segment, is the night of the same part uncut."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import process, store
from pipeline.cli.app import app
from pipeline.edf.blocks import start_bytes
from pipeline.edf.reader import read_annotations, read_header
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.settings import load

SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"
N_BEFORE, N_TAKEN, GAP_S = 40, 600, 300
SEGMENT = load(None, {"night.gaps": "longest"}).settings


def cut(path: Path, kept: range, *, onset_s: int, gap_at: int | None = None) -> Path:
    """Write some records of the nap without annotations; a gap lies before record `gap_at`."""
    content, header = SAMPLE.read_bytes(), read_header(SAMPLE)
    [place] = header.annotation_indices
    starts = start_bytes(header)
    head = bytearray(content[: header.header_bytes])
    head[192:197] = b"EDF+C" if gap_at is None else b"EDF+D"
    head[236:244] = str(len(kept)).encode().ljust(8)
    assert header.start is not None
    moment = header.start + timedelta(seconds=onset_s)
    head[176:184] = moment.strftime("%H.%M.%S").encode()
    body = b""
    for n, k in enumerate(kept):
        first = header.header_bytes + k * header.record_bytes
        record = bytearray(content[first : first + header.record_bytes])
        late = GAP_S if gap_at is not None and n >= gap_at else 0
        stamp = f"+{n * header.record_duration_s + late:g}\x14\x14".encode()
        part = slice(starts[place], starts[place + 1])
        record[part] = stamp.ljust(part.stop - part.start, b"\x00")
        body += record
    path.write_bytes(bytes(head) + body)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segment")


@pytest.fixture(scope="module")
def gapped(folder: Path) -> Path:
    kept = range(N_BEFORE + N_TAKEN)
    return cut(folder / "gapped.edf", kept, onset_s=0, gap_at=N_BEFORE)


@pytest.fixture(scope="module")
def part(folder: Path, gapped: Path) -> Outcome:
    return process.score_study(gapped, folder / "out", SEGMENT)


@pytest.fixture(scope="module")
def uncut(folder: Path) -> Outcome:
    seconds = read_header(SAMPLE).record_duration_s
    kept = range(N_BEFORE, N_BEFORE + N_TAKEN)
    path = cut(folder / "uncut.edf", kept, onset_s=round(N_BEFORE * seconds) + GAP_S)
    return process.score_study(path, folder / "out", SEGMENT)


@pytest.mark.parametrize("name", ["epochs.parquet", "events.parquet", "descents.parquet"])
def test_the_tables_are_the_same(folder: Path, part: Outcome, uncut: Outcome, name: str) -> None:
    first, second = (pq.read_table(folder / "out" / o.folder / name) for o in (part, uncut))
    assert first.num_rows == second.num_rows
    assert first.equals(second)


def test_the_record_says_the_offset(folder: Path, part: Outcome, uncut: Outcome) -> None:
    seconds = read_header(SAMPLE).record_duration_s
    night, plain = (
        store.read_record(folder / "out" / o.folder / "night.json") for o in (part, uncut)
    )
    assert night["segment"] == {
        "number": 2,
        "n_parts": 2,
        "start_s": N_BEFORE * seconds + GAP_S,
        "duration_s": N_TAKEN * seconds,
        "left_out_s": N_BEFORE * seconds,
    }
    assert plain["segment"] is None
    assert night["metrics"] == plain["metrics"]
    assert night["start_clock_hour"] == plain["start_clock_hour"]
    assert {"SEGMENT"} == set(part.notices) - set(uncut.notices)


def test_the_annotation_file_counts_from_the_recordings_start(
    folder: Path, part: Outcome, uncut: Outcome
) -> None:
    found = []
    for outcome in (part, uncut):
        [path] = (folder / "out" / outcome.folder).glob("*_annotations.edf")
        found.append(read_annotations(path, read_header(path)).annotations)
    later_s = N_BEFORE * read_header(SAMPLE).record_duration_s + GAP_S
    first, second = found
    assert [a.text for a in first] == [a.text for a in second]
    expected = [a.onset_s + later_s for a in second]
    assert [a.onset_s for a in first] == pytest.approx(expected, abs=1e-6)
    assert len(found[0]) > 10


def test_our_own_annotation_file_scores_the_same_part_again(
    folder: Path, gapped: Path, part: Outcome
) -> None:
    [own] = (folder / "out" / part.folder).glob("*_annotations.edf")
    again = process.score_study(gapped, folder / "again", SEGMENT, scoring=own)
    assert again.status is OutcomeStatus.SCORED, again.message
    tables = [
        pq.read_table(folder / root / o.folder / "epochs.parquet")
        for root, o in (("out", part), ("again", again))
    ]
    assert tables[0]["stage"].equals(tables[1]["stage"])
    assert tables[0]["onset_s"].equals(tables[1]["onset_s"])


def test_without_the_option_it_is_set_aside_and_a_check_tells_what_would_be_scored(
    folder: Path, gapped: Path
) -> None:
    run = CliRunner()
    words = [str(gapped), "--out", str(folder / "refused")]
    refused = run.invoke(app, ["run", *words])
    assert refused.exit_code == 1
    assert "DISCONTINUOUS" in refused.output
    assert "--segment" in refused.output
    checked = run.invoke(app, ["check", str(gapped)])
    assert "with --segment: Part 2 of 2" in " ".join(checked.output.split())


def test_the_option_is_part_of_what_names_a_result() -> None:
    assert load(None, {}).settings.analysis_record() != SEGMENT.analysis_record()
