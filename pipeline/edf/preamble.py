"""The first 256 bytes: is this EDF or BDF at all, and how long is its header."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.edf import fields
from pipeline.edf.fields import Field, Gate, cut
from pipeline.edf.signal_fields import MAIN_BYTES, has_signal_headers
from pipeline.errors import EdfError

MAX_SIGNALS = 9999  # four digits
_SIZE_PLACE, _COUNT_PLACE = (184, 8), (252, 4)
_RECORDS_PLACE = (236, 8)
_SHIFTABLE_PLACES = (_RECORDS_PLACE, (244, 8), _COUNT_PLACE)  # behind fields that end in blanks
BDF_VERSION = b"\xffBIOSEMI"
_ARCHIVES = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\x1f\x9d", b"BZh", b"\xfd7zXZ"),
    *(b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd", b"\x04\x22\x4d\x18"),
)


def opening_bytes(main: bytes) -> int:
    """Give how much `header_size` must see: more than `main` where two fields disagree."""
    claimed, count = (cut(main, "", *place).bare for place in (_SIZE_PLACE, _COUNT_PLACE))
    if not (claimed.isdecimal() and count.isdecimal()):
        return MAIN_BYTES
    needed = MAIN_BYTES * (int(count) + 1)
    if int(claimed) == needed:
        return MAIN_BYTES
    return min(max(int(claimed), needed), MAIN_BYTES * (MAX_SIGNALS + 1))


def header_size(opening: bytes, size_bytes: int) -> int:
    """Give the bytes that the whole header takes.

    Parameters
    ----------
    opening
        The first bytes of the file, as many as `opening_bytes` says.

    Raises
    ------
    EdfError
        EMPTY, COMPRESSED, NOT_EDF, HEADER_TRUNCATED, NSIGNALS, HEADER_SIZE.
    """
    main = opening[:MAIN_BYTES]
    _check_format(main, size_bytes)
    part = cut(main, "number of signals", *_COUNT_PLACE)
    n_signals = fields.whole(part, Gate(), Code.NSIGNALS)
    if not 0 < n_signals <= MAX_SIGNALS:
        raise fields.refused(
            Code.NSIGNALS, "No such number of signals.", part, "Export the study again."
        )
    needed = MAIN_BYTES * (n_signals + 1)
    _check_claimed_size(opening, part, n_signals)
    if size_bytes < needed:
        raise EdfError(
            "The file ends within its header.",
            code=Code.HEADER_TRUNCATED,
            where=f"byte {size_bytes}",
            found=f"{size_bytes} bytes of {needed}",
            remedy="Copy or export the study again.",
        )
    return needed


def _check_format(main: bytes, size_bytes: int) -> None:
    if size_bytes == 0:
        raise _not_edf(Code.EMPTY, "The file is empty.", main)
    if main.startswith(_ARCHIVES):
        raise _not_edf(Code.COMPRESSED, "The file is an archive.", main, "Unpack it first.")
    version = main[:8].rstrip(b" \x00")
    if version not in {b"0", BDF_VERSION}:
        raise _not_edf(Code.NOT_EDF, "The file is neither EDF nor BDF.", main)
    if len(main) < MAIN_BYTES:
        raise _not_edf(Code.HEADER_TRUNCATED, "The file ends within its header.", main)


def _not_edf(
    code: Code, what: str, main: bytes, remedy: str = "Export the study again."
) -> EdfError:
    found = "nothing" if not main else "text" if main[:MAIN_BYTES].isascii() else "binary data"
    return EdfError(what, code=code, where="version, byte 0", found=found, remedy=remedy)


def _check_claimed_size(opening: bytes, count: Field, n_signals: int) -> None:
    """See that the two fields agree; else blame the one that the signal headers contradict."""
    part = cut(opening, "header size", *_SIZE_PLACE)
    claimed, needed = part.bare, MAIN_BYTES * (n_signals + 1)
    if all(fields.is_shifted(cut(opening, "", *place)) for place in _SHIFTABLE_PLACES):
        raise shifted(count)
    if claimed.isdecimal() and int(claimed) == needed:
        return
    other = int(claimed) // MAIN_BYTES - 1 if claimed.isdecimal() else 0
    is_count = (
        0 < other <= MAX_SIGNALS
        and int(claimed) % MAIN_BYTES == 0
        and has_signal_headers(opening, other)
        and not has_signal_headers(opening, n_signals)
    )
    raise fields.refused(
        Code.NSIGNALS if is_count else Code.HEADER_SIZE,
        f"Header size and number of signals disagree: {needed} bytes would fit {n_signals}"
        + (f" signals, yet {other} signals are described." if is_count else " signals."),
        count if is_count else part,
        "Export the study again; every sample would be read from a wrong place.",
    )


def shifted(part: Field) -> EdfError:
    """Give the error that says that a byte was put in before `part`."""
    return fields.refused(
        Code.HEADER_SIZE,
        "This and other fields stand too far behind: something was put into the header.",
        part,
        "Copy the file again in binary mode; every sample would be read from a wrong place.",
    )


def claimed_records(main: bytes) -> int:
    """Give the number of records that the header claims; 0 where it claims none."""
    claimed = cut(main, "number of records", *_RECORDS_PLACE).bare
    return int(claimed) if claimed.isdecimal() else 0


def check_joined(behind: bytes) -> None:
    """Refuse a file in which another recording begins behind the last record.

    Raises
    ------
    EdfError
        EXTRA_DATA.
    """
    if behind.startswith((b"0       ", BDF_VERSION)):
        raise EdfError(
            "Two recordings were joined into one file.",
            code=Code.EXTRA_DATA,
            where="behind the last record",
            found="a second header",
            remedy="Take the two files that this one was made of.",
        )


def check_suffix(suffix: str, gate: Gate, *, is_bdf: bool) -> None:
    """Note an extension that says the other format."""
    expected = ".bdf" if is_bdf else ".edf"
    if suffix in {".edf", ".bdf"} and suffix != expected:
        gate.doubt(
            Code.EXT_MISMATCH, "file name", f"Holds {expected[1:].upper()} data; read as that."
        )
