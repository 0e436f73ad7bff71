"""Event names of several parts, such as ``Respiratory Event - Hypopnea - Desat 91.0 %``."""

from __future__ import annotations

import re

from pipeline.formats.marks import MarkKind
from pipeline.formats.vocabulary import Meaning, event_words

_LASTING = re.compile(r" dur \d{1,5}(?: \d{1,3})? sec\b", re.ASCII)
_FAMILIES = ("arousal", "snore", "desaturation")
_FAMILY_KNOWN = ("position", "treatment", "heart rate", "started analyzer")
_PREFIXES = ("respiratory event ", "respevent ")

WORDS = {
    **event_words(),
    "known": Meaning(kind=MarkKind.KNOWN),
    "movement": Meaning(kind=MarkKind.KNOWN),
}


def shorten(word: str) -> str:
    """Take the length, the desaturation and the running number from a name, by its key."""
    word = _LASTING.sub("", word).partition(" desat ")[0]
    for prefix in _PREFIXES:
        word = word.removeprefix(prefix)
    parts = word.split()
    while len(parts) > 1 and parts[-1].isdecimal() and parts[-2] not in ("stage", "nrem"):
        parts.pop()
    word = " ".join(parts)
    if word.startswith(_FAMILY_KNOWN):
        return "known"
    return next((family for family in _FAMILIES if word.startswith(family)), word)
