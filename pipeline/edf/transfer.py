"""Binary data that was copied as text: line ends converted on the way."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.errors import EdfError

_ENOUGH = 16  # chance for one line feed behind a carriage return is 1 in 256


def check_transfer(data: bytes) -> None:
    """Refuse data in which each line feed follows a carriage return.

    Parameters
    ----------
    data
        The first bytes behind the header of a file that holds more than it should.

    Raises
    ------
    EdfError
        CORRUPT_TRANSFER.
    """
    n_feeds = data.count(b"\n")
    if n_feeds < _ENOUGH or n_feeds != data.count(b"\r\n"):
        return
    raise EdfError(
        "The file was copied as text: line ends were put into the signals.",
        code=Code.CORRUPT_TRANSFER,
        where="data records",
        found=f"{n_feeds} line feeds, each behind a carriage return",
        remedy="Copy the file again in binary mode.",
    )
