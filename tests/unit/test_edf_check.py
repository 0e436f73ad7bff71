"""One look at a file for `hypnic check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edf.check import check_file
from pipeline.montage import MontageParameters, Role
from tests.unit.edf_bytes import Signal, Study

RULES = MontageParameters()


def placed(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "study.edf"
    path.write_bytes(content)
    return path


def test_what_serves_as_what_and_what_is_missing(tmp_path: Path) -> None:
    signals = [Signal(label=label, per_record=10) for label in ("EEG C4-M1", "EMG LAT", "Flow")]
    found = check_file(placed(tmp_path, Study(signals=signals, duration="0.1").encode()), RULES)
    assert [(lead.role, lead.label, lead.rate_hz) for lead in found.leads] == [
        (Role.LEG_LEFT, "EMG LAT", 100.0),
        (Role.EEG_C4, "EEG C4-M1", 100.0),
    ]
    assert Role.LEG_RIGHT in found.missing
    assert Role.LEG_LEFT not in found.missing
    assert found.is_readable
    assert found.duration_s == pytest.approx(0.4)


def test_notices_of_the_gate_and_of_the_montage_are_both_told(tmp_path: Path) -> None:
    study = Study(signals=[Signal(label="Chin"), Signal(label="Chin")], duration="0.1")
    found = check_file(placed(tmp_path, study.encode()), RULES)
    assert [n.code for n in found.notices] == ["DUP_LABEL", "AMBIGUOUS"]


def test_a_refusal_is_a_verdict(tmp_path: Path) -> None:
    found = check_file(placed(tmp_path, b"<html>" + bytes(300)), RULES)
    assert not found.is_readable
    assert found.error is not None
    assert found.error.code == "NOT_EDF"
    assert found.missing == tuple(Role)


def test_a_missing_file_is_a_verdict(tmp_path: Path) -> None:
    found = check_file(tmp_path / "none.edf", RULES)
    assert found.error is not None
    assert found.error.code == "IO"
