"""The prefilter field: which band the recorder let through."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TERM = re.compile(
    r"(?:\b|(?<=Hz))(HP|LP|N|NOTCH|BAND(?:PASS)?)\s*[:=]?\s*(DC|\d*[.,]?\d+)(?![.,]?\d|\s*s(?:ec)?\b)\s*(?:-\s*(\d+(?:[.,]\d+)?))?"
    r"\s*([mk]?Hz)?",
    re.IGNORECASE,
)
_SCALE = {"mhz": 1e-3, "khz": 1e3}


@dataclass(frozen=True, kw_only=True)
class Prefilter:
    """Corner frequencies in Hz; None where the field does not give one."""

    highpass_hz: float | None = None
    lowpass_hz: float | None = None
    notch_hz: float | None = None


def read_prefilter(text: str) -> Prefilter:
    """Give the corners that a field such as ``HP:0.3Hz LP:100Hz N:50Hz`` states.

    References
    ----------
    EDF+ specification 2.1.3.4 and the EDF programming guidelines: ``HP:``, ``LP:``, ``N:``.
    Where a corner is named twice, the narrower band counts; a time constant in seconds is none.
    """
    found: dict[str, list[float]] = {"HP": [], "LP": [], "N": []}
    for kind, first, second, unit in _TERM.findall(text):
        scale = _SCALE.get(unit.lower(), 1.0)
        value = 0.0 if first.upper() == "DC" else _number(first) * scale
        if kind.upper().startswith("BAND"):
            found["HP"].append(value)
            found["LP"] += [_number(second) * scale] if second else []
        else:
            found["N" if kind.upper() == "NOTCH" else kind.upper()].append(value)
    return Prefilter(
        highpass_hz=max(found["HP"], default=None),
        lowpass_hz=min((x for x in found["LP"] if x > 0.0), default=None),
        notch_hz=min(found["N"], default=None),
    )


def _number(text: str) -> float:
    return float(text.replace(",", "."))
