"""Header fields: fixed widths of ASCII, cut and checked one by one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from pipeline.codes import Code
from pipeline.errors import EdfError
from pipeline.notices import Notice

_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# Only this is repeated in an error: in a shifted header a name may stand anywhere.
_TELLABLE = re.compile(r"[0-9eE+., -]*|nan|inf", re.IGNORECASE)
_FIRST_PRINTABLE, _LAST_PRINTABLE = 32, 126  # EDF specification: "US-ASCII characters 32..126"


@dataclass
class Gate:
    """Notices gathered while one header is parsed; lives no longer than the parse."""

    notices: dict[Notice, None] = field(default_factory=dict)  # in order; 10,000 signals may err

    def doubt(self, code: Code, where: str, message: str) -> None:
        """Note a repair or a doubt; the same words are kept once."""
        self.notices.setdefault(Notice(code=code, where=where, message=message))

    def collected(self) -> tuple[Notice, ...]:
        """Give the notices, those of one kind in many fields as one."""
        places: dict[tuple[Code, str], list[str]] = {}
        for notice in self.notices:
            places.setdefault((notice.code, notice.message), []).append(notice.where)
        return tuple(
            Notice(code=code, where=_in_short(where), message=message)
            for (code, message), where in places.items()
        )


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: where it stands and what it is called."""

    name: str
    start: int
    raw: bytes

    @property
    def where(self) -> str:
        """Name and byte offset, for errors and notices."""
        return f"{self.name}, byte {self.start}"

    @property
    def bare(self) -> str:
        """The text without padding; bytes outside of ASCII as Latin-1."""
        return self.raw.strip(b" \x00").decode("latin-1")


def _in_short(places: list[str]) -> str:
    rest = f" and {len(places) - 1} more fields" if len(places) > 1 else ""
    return places[0] + rest


def cut(head: bytes, name: str, start: int, width: int) -> Field:
    """Give the field of `width` bytes at byte `start`."""
    return Field(name=name, start=start, raw=head[start : start + width])


def text(part: Field, gate: Gate) -> str:
    """Give the field's text, UTF-8 or else Latin-1, and note what is not printable ASCII."""
    bare = part.raw.replace(b"\x00", b" ").strip(b" ")
    doubt_nul(part, gate)
    if all(_FIRST_PRINTABLE <= byte <= _LAST_PRINTABLE for byte in bare):
        return bare.decode("ascii")
    gate.doubt(
        Code.NON_ASCII,
        part.name,
        "Holds characters outside of printable ASCII; read as UTF-8 or else Latin-1.",
    )
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError:
        return bare.decode("latin-1")


def doubt_nul(part: Field, gate: Gate) -> None:
    """Note NUL bytes in a field."""
    if b"\x00" in part.raw:
        gate.doubt(Code.NUL_PADDING, part.name, "Padded with NUL instead of blanks; read as blank.")


def whole(part: Field, gate: Gate, code: Code = Code.HEADER_NUMBER) -> int:
    """Give the field's whole number; ``60.0`` is taken and noted.

    Raises
    ------
    EdfError
        `code`, where it is no whole number.
    """
    bare = part.bare
    doubt_nul(part, gate)
    if _WHOLE.fullmatch(bare):
        return int(bare)
    value = float(bare) if _DECIMAL.fullmatch(bare) else math.nan
    if not (math.isfinite(value) and value.is_integer()):
        raise refused(code, "This must be a whole number.", part, "Correct the header field.")
    gate.doubt(
        Code.HEADER_NUMBER,
        part.name,
        f"Written {bare!r} where a whole number belongs; read as {value:.0f}.",
    )
    return int(value)


def decimal(part: Field, gate: Gate, code: Code = Code.HEADER_NUMBER) -> float:
    """Give the field's number; a decimal comma is taken and noted.

    Raises
    ------
    EdfError
        `code`, where it is no finite number.
    """
    bare = part.bare
    doubt_nul(part, gate)
    value = float(bare) if _DECIMAL.fullmatch(bare) else math.nan
    dotted = bare.replace(",", ".")
    if math.isnan(value) and bare.count(",") == 1 and _DECIMAL.fullmatch(dotted):
        value = float(dotted)
        gate.doubt(
            Code.HEADER_NUMBER, part.name, f"Written {bare!r} with a comma; read as {value:g}."
        )
    if not math.isfinite(value):
        raise refused(code, "This must be a finite number.", part, "Correct the header field.")
    return value


def is_shifted(part: Field) -> bool:
    """Whether blanks stand on both sides of the content, which no writer of EDF puts there."""
    return part.raw[:1] == part.raw[-1:] == b" " and bool(part.bare)


def is_number(part: Field) -> bool:
    """Whether a number, and nothing else, stands in the field."""
    return bool(_DECIMAL.fullmatch(part.bare))


def refused(code: Code, what: str, part: Field, remedy: str) -> EdfError:
    """Give the error that names the field, its byte and what stood there."""
    bare = part.bare
    found = repr(bare) if _TELLABLE.fullmatch(bare) else f"{len(bare)} characters, no number"
    return EdfError(what, code=code, where=part.where, found=found, remedy=remedy)
