"""MIT annotation files: times in samples, each with a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.formats.doubts import fault

_WORD = 2
_CODE_SHIFT, _LOW_BITS = 10, 0x3FF  # 6 bits of code, 10 bits of time or length
_SKIP, _NUM, _SUB, _CHN, _AUX = 59, 60, 61, 62, 63
_LAST_CODE = 49  # codes of annotations proper are 1 to 49


@dataclass(frozen=True, kw_only=True)
class MitAnnotation:
    """One annotation.

    Attributes
    ----------
    sample
        Time in samples of the record, from 0.
    text
        Its auxiliary string; blank where there is none.
    """

    sample: int
    code: int
    text: str = ""


def decode(content: bytes) -> tuple[MitAnnotation, ...]:
    """Give the annotations of the file in its order.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: the bytes are no MIT annotations, or end before their closing word.

    References
    ----------
    WFDB Applications Guide, annotation files, annot(5), MIT format.
    """
    found: list[MitAnnotation] = []
    sample = 0
    for code, low, payload, place in _words(content):
        if code == _SKIP:
            sample += _interval(payload)
        elif code == _AUX and found:
            text = payload.rstrip(b"\x00").decode("latin-1")
            found[-1] = MitAnnotation(sample=found[-1].sample, code=found[-1].code, text=text)
        elif 1 <= code <= _LAST_CODE:
            sample += low
            found.append(MitAnnotation(sample=sample, code=code))
        elif code not in (_NUM, _SUB, _CHN, 0):
            raise fault("No MIT annotation has this code.", f"byte {place}", f"code {code}")
    return tuple(found)


def _words(content: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Give code, low bits, following bytes and place of each word up to the closing zero."""
    place = 0
    while place + _WORD <= len(content):
        word = int.from_bytes(content[place : place + _WORD], "little")
        if word == 0:
            return
        code, low = word >> _CODE_SHIFT, word & _LOW_BITS
        length = {_SKIP: 4, _AUX: low + low % 2}.get(code, 0)
        payload = content[place + _WORD : place + _WORD + length]
        if len(payload) < length:
            break
        yield code, low, payload, place
        place += _WORD + length
    raise fault("The annotations end before their closing word.", f"byte {place}")


def _interval(payload: bytes) -> int:
    """Give the 32-bit interval, whose high word comes first."""
    return int.from_bytes(payload[2:] + payload[:2], "little", signed=True)
