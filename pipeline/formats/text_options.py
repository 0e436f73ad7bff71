"""What a user can say of a text scoring that the file does not say itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """What lists and tables of stages leave open.

    Attributes
    ----------
    scheme
        Name in `pipeline.formats.schemes.SCHEMES`, for stages written as integers; blank: none.
    epoch_s
        Length of an epoch; None where nobody said.
    start_offset_s
        Seconds from the study's start to the first epoch of a list.
    """

    scheme: str = ""
    epoch_s: float | None = None
    start_offset_s: float = 0.0


DEFAULT = TextOptions()
