"""The first 256 bytes: is this EDF or BDF at all, and how long is its header."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.edf import fields
from pipeline.edf.fields import Field, Gate, cut
from pipeline.errors import EdfError

MAIN_BYTES = 256  # EDF specification: main header, and the header of each signal
MAX_SIGNALS = 9999  # four digits
BDF_VERSION = b"\xffBIOSEMI"
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd")


def header_size(main: bytes, size_bytes: int) -> int:
    """Give the bytes that the whole header takes, from its first 256 bytes.

    Raises
    ------
    EdfError
        EMPTY, COMPRESSED, NOT_EDF, HEADER_TRUNCATED, NSIGNALS, HEADER_SIZE.
    """
    _check_format(main, size_bytes)
    part = cut(main, "number of signals", 252, 4)
    n_signals = fields.whole(part, Gate(), Code.NSIGNALS)
    if not 0 < n_signals <= MAX_SIGNALS:
        raise fields.refused(
            Code.NSIGNALS, "No such number of signals.", part, "Export the study again."
        )
    needed = MAIN_BYTES * (n_signals + 1)
    _check_claimed_size(cut(main, "header size", 184, 8), needed)
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


def _check_claimed_size(part: Field, needed: int) -> None:
    bare = part.bare
    if bare.isdecimal() and int(bare) == needed:
        return
    is_other_count = bare.isdecimal() and int(bare) > MAIN_BYTES and int(bare) % MAIN_BYTES == 0
    raise fields.refused(
        Code.NSIGNALS if is_other_count else Code.HEADER_SIZE,
        f"Header size and number of signals disagree: {needed} bytes would fit.",
        part,
        "Export the study again; every sample would be read from a wrong place.",
    )


def check_suffix(suffix: str, gate: Gate, *, is_bdf: bool) -> None:
    """Note an extension that says the other format."""
    expected = ".bdf" if is_bdf else ".edf"
    if suffix in {".edf", ".bdf"} and suffix != expected:
        gate.doubt(
            Code.EXT_MISMATCH, "file name", f"Holds {expected[1:].upper()} data; read as that."
        )
