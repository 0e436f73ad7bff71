"""Where the fields of the signal headers stand."""

from __future__ import annotations

from pipeline.edf.fields import Field, is_number

MAIN_BYTES = 256  # EDF specification: main header, and the header of each signal
# name, width: the signal headers' fields in their order (EDF specification, header record)
_SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("dimension", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefiltering", 80),
    ("samples per record", 8),
    ("reserved", 32),
)
_NUMBERS = ("digital minimum", "digital maximum", "samples per record")


def signal_fields(head: bytes, n_signals: int) -> list[dict[str, Field]]:
    """Give the fields of each signal, by name."""
    signals: list[dict[str, Field]] = [{} for _ in range(n_signals)]
    place = MAIN_BYTES
    for name, width in _SIGNAL_FIELDS:
        for i in range(n_signals):
            part = Field(
                name=f"signal {i + 1}, {name}", start=place, raw=head[place : place + width]
            )
            signals[i][name] = part
            place += width
    return signals


def has_signal_headers(head: bytes, n_signals: int) -> bool:
    """Whether numbers stand where they would for that many signals."""
    if len(head) < MAIN_BYTES * (n_signals + 1):
        return False
    signals = signal_fields(head, n_signals)
    return all(is_number(signal[name]) for signal in signals for name in _NUMBERS)
