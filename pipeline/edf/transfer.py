"""Binary data that was copied as text: line ends, eighth bits or characters were converted."""

from __future__ import annotations

import codecs

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import EdfError

_ENOUGH = 16  # chance for one line feed behind a carriage return is 1 in 256
_ENOUGH_EACH = 8  # of each neighbour of a byte that never occurs, where the size is wrong
_PLENTY_EACH = 64  # the same where the size is right
_N_BYTES = 256
_CONTROLS = {0, 9, 10, 13, 26}  # NUL, TAB, LF, CR and end of file: what text programs change
_CR = 13
_MARKS = (0x7F, 0x3F)  # 0xFF, the upper byte of small negative samples, without its bit or as "?"
_LEAST_MARKED = 1 / 256  # of all samples
_CLEARLY = 0.15  # how much more often 0x00 and 0xFF each stand there than in another byte
_VARIED = 32  # values of the lower byte: clipped signals have few
_LEAST_SAMPLES = 64


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
    _check_holes(_counts(data), _ENOUGH_EACH)
    behind_returns = np.frombuffer(data, dtype=np.uint8)
    _check_holes(_counts(behind_returns[1:][behind_returns[:-1] == _CR].tobytes()), _ENOUGH_EACH)
    if _is_utf8(data):
        raise _corrupt("characters of several bytes, each of them well formed")


def check_bytes(data: bytes) -> None:
    """Refuse data in which bytes were replaced or lost their highest bit; the size is right.

    Small negative samples, such as -3 = 0xFFFD, become 0x7F7D or question marks, and no byte
    over 127 is left.

    Parameters
    ----------
    data
        The first bytes behind the header.

    Raises
    ------
    EdfError
        CORRUPT_TRANSFER.
    """
    _check_holes(_counts(data), _PLENTY_EACH)
    if not data.isascii():
        return
    pairs = np.frombuffer(data[: len(data) // 2 * 2], dtype=np.uint8).reshape(-1, 2)
    for mark in _MARKS:
        low = pairs[pairs[:, 1] == mark, 0]
        if len(np.unique(low)) >= _ENOUGH_EACH and len(low) >= _LEAST_MARKED * len(pairs):
            raise _corrupt("no byte over 127, and many samples whose upper byte is the same")


def check_alignment(first: bytes, last: bytes, width: int) -> None:
    """Refuse data whose upper bytes stand in another place at the end than at the beginning.

    Parameters
    ----------
    first, last
        Some of the data, each from the first byte of a sample on, were nothing lost or put in.
    width
        Bytes of a sample.

    Raises
    ------
    EdfError
        CORRUPT_TRANSFER.
    """
    if _upper_place(first, width) == width - 1 and _upper_place(last, width) in range(width - 1):
        raise _corrupt("the bytes of the samples are in another order at the end of the file")


def _upper_place(data: bytes, width: int) -> int | None:
    """Give which byte of small samples of both signs is the upper one; None where not certain."""
    n_samples = len(data) // width
    if n_samples < _LEAST_SAMPLES:
        return None
    samples = np.frombuffer(data[: n_samples * width], dtype=np.uint8).reshape(-1, width)
    shares = np.minimum((samples == 0).mean(axis=0), (samples == _N_BYTES - 1).mean(axis=0))
    place = int(shares.argmax())
    others = np.delete(np.arange(width), place)
    is_varied = max(len(np.unique(samples[:, other])) for other in others) >= _VARIED
    is_sure = shares[place] - shares[others].max() > _CLEARLY
    return place if is_varied and is_sure else None


def _counts(data: bytes) -> NDArray[np.intp]:
    return np.bincount(np.frombuffer(data, dtype=np.uint8), minlength=_N_BYTES)


def _check_holes(counts: NDArray[np.intp], least: int) -> None:
    """Refuse data without some control byte, if all other bytes around it are frequent.

    A recorder that leaves out sample values leaves out many of them, not these alone.
    """
    holes = [byte for byte in range(_N_BYTES) if not counts[byte] and _near(counts, byte) >= least]
    if holes and set(holes) <= _CONTROLS:
        raise _corrupt(f"no byte {holes[0]}, though the bytes next to it are frequent")


def _near(counts: NDArray[np.intp], byte: int) -> int:
    """Give the least count of the two neighbours on either side that no text program changes."""
    others = {(byte + step) % _N_BYTES for step in (-2, -1, 1, 2)} - _CONTROLS
    return min(int(counts[other]) for other in others)


def _is_utf8(data: bytes) -> bool:
    """Whether the data are well-formed UTF-8 with many characters outside of ASCII."""
    if data.isascii():
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)  # the last one may be cut
    except UnicodeDecodeError:
        return False
    return len(data) - len(text) >= _ENOUGH


def _corrupt(found: str) -> EdfError:
    return EdfError(
        "The file was copied as text: its signals were converted on the way.",
        code=Code.CORRUPT_TRANSFER,
        where="data records",
        found=found,
        remedy="Copy the file again in binary mode.",
    )
