"""Spellings of voltage units, and how many microvolts each is. Nothing is told from amplitude."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pipeline.aliases import ALL_KEYS, normalise
from pipeline.codes import Code

_PLAIN = {"nV": 1e-3, "uV": 1.0, "mV": 1e3, "V": 1e6}

# A micro sign as Latin-1, UTF-8 (micro or Greek mu), Shift-JIS, code page 437, GBK or EUC-JP,
# EUC-KR and UTF-8 of Latin-1 of UTF-8 write it.
_MICRO_BYTES = (
    *(b"\xb5", b"\xc2\xb5", b"\xce\xbc", b"\x83\xca", b"\xe6"),
    *(b"\xa6\xcc", b"\xa5\xec", b"\xc3\x82\xc2\xb5"),
)

# "MV" is not here: it may be mega, milli or micro. Nor are "?V" and ".V": a lost micro sign is
# likely, a lost m is possible.
_SPELT = {
    "UV": 1.0,
    "Uv": 1.0,
    "uv": 1.0,
    "mv": 1e3,
    "nv": 1e-3,
    "v": 1e6,
    "microV": 1.0,
    "microv": 1.0,
    "uVolt": 1.0,
    "uvolt": 1.0,
    "uVolts": 1.0,
    "microvol": 1.0,
    "MicroVol": 1.0,
    "Microvol": 1.0,
    "mVolt": 1e3,
    "mvolt": 1e3,
    "millivol": 1e3,
    "Millivol": 1e3,
    "Volt": 1e6,
    "Volts": 1e6,
    "volt": 1e6,
    "volts": 1e6,
}

_ELECTRIC_TYPES = ("EEG", "EMG", "EOG", "ECG", "EKG", "ERG")  # EDF+ standard texts, signal types

# A voltage in part, in other words or without its V: "uV^2", "uVrms", "uV/bit", "u".
_VOLTAGE = re.compile(r"(?<![a-z])([munpk]|mc)?\W?v(?![a-z])|vrms|vpp|volt|v\W*$|^u$")

# What says nothing of a lead's size, as other signs than ASCII do not.
_PLACEHOLDERS = {"m", "", "-", "--", ".", "?", "n/a", "na", "none", "unknown"}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit as the header spells it.

    Attributes
    ----------
    text
        The spelling, decoded; ``uV`` where the micro sign was recognised.
    scale_uv
        Microvolts per unit; None where it is no voltage or not certain.
    doubt
        UNIT_ENCODING, UNIT_SPELLING or UNIT_UNKNOWN; None where the spelling is legal.
    """

    text: str
    scale_uv: float | None
    doubt: Code | None = None


def read_unit(raw: bytes, label: str) -> Unit:
    """Give the unit that the 8 bytes of a header's dimension field spell.

    Parameters
    ----------
    raw
        The field, padded with blanks or NUL.
    label
        The signal's label: an electric type without a unit is a doubt, a hypnogram is not.
    """
    bare = raw.strip(b" \x00")
    if bare in {micro + volt for micro in _MICRO_BYTES for volt in (b"V", b"v")}:
        return Unit(text="uV", scale_uv=1.0, doubt=Code.UNIT_ENCODING)
    text = bare.decode("latin-1")
    if text in _PLAIN:
        return Unit(text=text, scale_uv=_PLAIN[text])
    if text in _SPELT:
        return Unit(text=text, scale_uv=_SPELT[text], doubt=Code.UNIT_SPELLING)
    is_blank = text.lower() in _PLACEHOLDERS or not bare.isascii()
    is_doubtful = _looks_electric(text) or (is_blank and _is_lead(label))
    return Unit(text=text, scale_uv=None, doubt=Code.UNIT_UNKNOWN if is_doubtful else None)


def _is_lead(label: str) -> bool:
    """Whether a signal so labelled is a voltage: by its EDF+ type, or as a lead we know."""
    return label.upper().startswith(_ELECTRIC_TYPES) or normalise(label) in ALL_KEYS


def _looks_electric(text: str) -> bool:
    bare = unicodedata.normalize("NFKC", text).strip().lower()
    return bool(_VOLTAGE.search(bare)) or bare.startswith(("micro", "milli"))
