"""What a user can say of a text scoring that the file does not say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """Options of every text format; each uses what concerns it.

    Attributes
    ----------
    scheme
        Name in `pipeline.formats.schemes.SCHEMES`, for stages written as integers.
    terms
        Text in the file to a kind of mark (``limb_movement``, ``limb_movement:left``) or a
        stage letter (``N1``); wins over every table.
    epoch_s
        Length of an epoch, for lists of stages.
    """

    scheme: str | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    epoch_s: float | None = None


DEFAULT = TextOptions()
