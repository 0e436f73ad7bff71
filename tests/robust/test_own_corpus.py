"""Every case of the drawn corpus is read, noticed or refused as it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.edf.annotations import Annotation
from pipeline.edf.header import Header
from pipeline.edf.reader import read_header, read_whole
from pipeline.errors import EdfError
from pipeline.notices import Notice
from pipeline.recording import Recording
from tests.robust.corpus.case import Case, Must
from tests.robust.corpus.catalogue import CASES

REFUSED = [case for case in CASES if case.must == Must.REFUSE]
READABLE = [case for case in CASES if case.must != Must.REFUSE]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a readable case."""

    header: Header
    recording: Recording
    annotations: tuple[Annotation, ...]
    notices: tuple[Notice, ...]


def placed(case: Case, folder: Path) -> Path:
    path = folder / f"study{case.suffix}"
    path.write_bytes(case.content)
    return path


def read(case: Case, folder: Path) -> Outcome:
    path = placed(case, folder)
    header = read_header(path)
    recording, found = read_whole(path, header, [f.index for f in header.facts()])
    notices = tuple(dict.fromkeys(recording.notices + found.notices))
    return Outcome(
        header=header, recording=recording, annotations=found.annotations, notices=notices
    )


@pytest.fixture(params=READABLE, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> Case:
    """Give a case that must be read."""
    found = request.param
    assert isinstance(found, Case)
    return found


@pytest.fixture
def outcome(case: Case, tmp_path: Path) -> Outcome:
    """Give what came of it."""
    return read(case, tmp_path)


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(case.id for case in CASES).items() if count > 1] == []
    assert len(CASES) >= 150


@pytest.mark.parametrize("refused", REFUSED, ids=lambda case: case.id)
def test_what_cannot_be_trusted_is_refused_with_code_place_and_remedy(
    refused: Case, tmp_path: Path
) -> None:
    path = placed(refused, tmp_path)
    with pytest.raises(EdfError) as caught:
        read_whole(path, read_header(path), [])
    assert caught.value.code == refused.code
    assert refused.place in caught.value.where
    assert caught.value.remedy


def test_what_is_read_is_the_truth_and_is_noticed(case: Case, outcome: Outcome) -> None:
    check_notices(case, outcome)
    check_signals(case, outcome)
    check_start(case, outcome)
    check_annotations(case, outcome)


def check_notices(case: Case, outcome: Outcome) -> None:
    codes = {str(notice.code) for notice in outcome.notices}
    if case.must == Must.EXACT:
        assert codes == set()
    else:
        assert case.code in codes
        assert codes <= {case.code} | case.also


def check_signals(case: Case, outcome: Outcome) -> None:
    header, channels = outcome.header, list(outcome.recording.channels.values())
    truths = case.channels()
    assert [c.label for c in channels] == [t.label for t in truths]
    assert header.duration_s == pytest.approx(case.duration_s, rel=1e-12)
    for channel, truth in zip(channels, truths, strict=True):
        signal = header.channels[channel.index]
        assert tuple(channel.digital.tolist()) == truth.digital
        assert channel.rate_hz == pytest.approx(truth.rate_hz, rel=1e-12)
        assert signal.scale_uv == truth.scale_uv
        for place in (0, len(truth.digital) // 3, -1):
            physical = truth.physical(place)
            if physical is None:
                assert signal.gain is None
                continue
            assert signal.gain is not None
            assert signal.offset is not None
            found = signal.gain * int(channel.digital[place]) + signal.offset
            assert found == pytest.approx(physical, rel=1e-12, abs=1e-6 * abs(signal.gain))


def check_start(case: Case, outcome: Outcome) -> None:
    header = outcome.header
    assert header.start_date == case.date
    assert header.start_time == case.time
    assert header.start_offset_s == case.offset_s


def check_annotations(case: Case, outcome: Outcome) -> None:
    found = [(a.text, a.duration_s) for a in outcome.annotations]
    assert found == [(text, duration) for _, duration, text in case.events]
    onsets = [onset for onset, _, _ in case.events]
    assert [a.onset_s for a in outcome.annotations] == pytest.approx(onsets, abs=1e-6)


NAME = b"Mustermann"


@pytest.mark.parametrize("planted", CASES, ids=lambda case: case.id)
def test_nothing_that_is_said_holds_a_name_from_the_file(planted: Case, tmp_path: Path) -> None:
    path = tmp_path / f"study{planted.suffix}"
    path.write_bytes(with_name(planted.content))
    try:
        header = read_header(path)
        recording, found = read_whole(path, header, [f.index for f in header.facts()])
        said = [f"{n.where} {n.message}" for n in recording.notices + found.notices]
    except EdfError as error:
        said = [str(error)]
    assert not any("Muster" in words or "mann" in words for words in said)


def with_name(content: bytes) -> bytes:
    """Give the file with a name in its patient field, its first label and its annotations."""
    for place in (8, 98, 256):
        if len(content) > place + len(NAME):
            content = content[:place] + NAME + content[place + len(NAME) :]
    return content.replace(b"Lights off", NAME)
