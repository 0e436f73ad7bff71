"""Units and prefilters as header fields spell them."""

from __future__ import annotations

import pytest

from pipeline.edf.prefilter import read_prefilter
from pipeline.edf.units import read_unit


@pytest.mark.parametrize(
    ("raw", "scale_uv", "doubt"),
    [
        (b"uV", 1.0, None),
        (b"mV", 1e3, None),
        (b"V", 1e6, None),
        (b"nV", 1e-3, None),
        (b"\xb5V", 1.0, "UNIT_ENCODING"),
        (b"\xc2\xb5V", 1.0, "UNIT_ENCODING"),
        (b"\xce\xbcV", 1.0, "UNIT_ENCODING"),
        (b"\x83\xcaV", 1.0, "UNIT_ENCODING"),
        (b"UV", 1.0, "UNIT_SPELLING"),
        (b"uv", 1.0, "UNIT_SPELLING"),
        (b"MV", None, "UNIT_UNKNOWN"),
        (b".V", None, "UNIT_UNKNOWN"),
        (b"?V", None, "UNIT_UNKNOWN"),
        (b"", None, "UNIT_UNKNOWN"),
        (b"%", None, None),
        (b"degC", None, None),
    ],
)
def test_units_come_from_a_table(raw: bytes, scale_uv: float | None, doubt: str | None) -> None:
    unit = read_unit(raw.ljust(8), "EEG C4-M1")
    assert (unit.scale_uv, unit.doubt) == (scale_uv, doubt)


def test_a_hypnogram_needs_no_unit() -> None:
    assert read_unit(b"        ", "Hypnogram").doubt is None


@pytest.mark.parametrize(
    ("text", "highpass_hz", "lowpass_hz", "notch_hz"),
    [
        ("HP:0.3Hz LP:100Hz N:50Hz", 0.3, 100.0, 50.0),
        ("HP:0.3 LP:35", 0.3, 35.0, None),
        ("HP: 0,5 Hz, LP: 0.1kHz", 0.5, 100.0, None),
        ("HP:DC LP:75Hz", 0.0, 75.0, None),
        ("HP:100mHz", 0.1, None, None),
        ("BP: none", None, None, None),
        ("Band: 0.1-30 Hz Notch 60Hz", 0.1, 30.0, 60.0),
        ("HP:0.3Hz LP:35Hz HP:10Hz LP:100Hz", 10.0, 35.0, None),
        ("HP:0.3s LP:70Hz", None, 70.0, None),
        ("HP:.5Hz,LP:35Hz", 0.5, 35.0, None),
        ("HP:0.53HzLP:35Hz", 0.53, 35.0, None),
        ("HP:0.3,LP:35", 0.3, 35.0, None),
        ("", None, None, None),
    ],
)
def test_prefilters(
    text: str, highpass_hz: float | None, lowpass_hz: float | None, notch_hz: float | None
) -> None:
    found = read_prefilter(text)
    assert found.highpass_hz == pytest.approx(highpass_hz)
    assert found.lowpass_hz == lowpass_hz
    assert found.notch_hz == notch_hz
