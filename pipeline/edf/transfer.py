"""Binary data that was copied as text: line ends, eighth bits or characters were converted."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.errors import EdfError

_ENOUGH = 16  # chance for one line feed behind a carriage return is 1 in 256
_ENOUGH_EACH = 8  # of each neighbour of a byte that never occurs
_CR, _LF = 13, 10
_EIGHTH_BIT = 0x80
_LOST_BIT = 0x7F  # was 0xFF, the upper byte of small negative samples


def check_transfer(data: bytes) -> None:
    """Refuse data that went through a conversion of text.

    Parameters
    ----------
    data
        The first bytes behind the header of a file whose size is not what it should be.

    Raises
    ------
    EdfError
        CORRUPT_TRANSFER.
    """
    n_feeds = data.count(b"\n")
    if n_feeds >= _ENOUGH and n_feeds == data.count(b"\r\n"):
        raise _corrupt(f"{n_feeds} line feeds, each behind a carriage return")
    for lead, byte, name in (
        (b"\r", _LF, "carriage return with a line feed behind it"),
        (b"", _LF, "line feed"),
        (b"", _CR, "carriage return"),
    ):
        if _is_left_out(data, lead, byte):
            raise _corrupt(f"no {name}, though the bytes next to it are frequent")
    if _is_utf8(data):
        raise _corrupt("characters of several bytes, each of them well formed")


def check_eighth_bits(data: bytes) -> None:
    """Refuse samples whose bytes lost their highest bit; the size of such a file is right.

    Small negative samples, such as -3 = 0xFFFD, become 0x7F7D, and all others stay near 0.

    Parameters
    ----------
    data
        The first bytes behind the header.

    Raises
    ------
    EdfError
        CORRUPT_TRANSFER.
    """
    if not data.isascii():
        return
    low_bytes = {low for low, high in zip(data[::2], data[1::2], strict=False) if high == _LOST_BIT}
    if len(low_bytes) >= _ENOUGH_EACH:
        raise _corrupt("no byte over 127, and samples near the upper limit")


def _is_left_out(data: bytes, lead: bytes, byte: int) -> bool:
    """Whether `byte` never follows `lead`, while its two neighbours on either side do."""
    if lead + bytes([byte]) in data:
        return False
    others = (byte - 2, byte - 1, byte + 1, byte + 2)
    return all(
        data.count(lead + bytes([other])) >= _ENOUGH_EACH
        for other in others
        if other not in {_CR, _LF}
    )


def _is_utf8(data: bytes) -> bool:
    """Whether the data are well-formed UTF-8 with many characters outside of ASCII."""
    whole = data[: len(data) - _cut_tail(data)]
    if whole.isascii():
        return False
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(whole) - len(text) >= _ENOUGH


def _cut_tail(data: bytes) -> int:
    """Give the bytes behind the last ASCII character, where a character may have been cut."""
    tail = data[-4:]
    return next((n for n, byte in enumerate(reversed(tail)) if byte < _EIGHTH_BIT), len(tail))


def _corrupt(found: str) -> EdfError:
    return EdfError(
        "The file was copied as text: its signals were converted on the way.",
        code=Code.CORRUPT_TRANSFER,
        where="data records",
        found=found,
        remedy="Copy the file again in binary mode.",
    )
