"""What a text of a scoring means, by the tables of its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.events import Side
from pipeline.formats.marks import MarkKind
from pipeline.formats.terms import EVENT_WORDS, OTHER_STAGE_WORDS, SIDED, STAGE_WORDS, key
from pipeline.hypnogram import Stage

_STAGE_PREFIXES = ("sleep stage ", "sleepstage ", "stage ", "sleep stage", "stage")
_NUMBERED = {"1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "4": Stage.N3}


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What one text means; the side only where the text tells it."""

    kind: MarkKind
    stage: Stage | None = None
    side: Side = Side.UNKNOWN


Words = Mapping[str, Meaning]
_UNKNOWN = Meaning(kind=MarkKind.UNKNOWN)


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Meanings by key.

    Attributes
    ----------
    words
        The format's.
    shorten
        Takes from a key what only some rows carry, such as a number, where the whole is no word.
    """

    words: Words
    shorten: Callable[[str], str] = _same

    def meaning(self, text: str) -> Meaning:
        """Give the meaning; `MarkKind.UNKNOWN` where no table has the text."""
        word = key(text)
        short = self.shorten(word)
        for name in (word, short):
            if name in self.words:
                return self.words[name]
        stage = stage_word(short, is_hypnogram=False)
        return _UNKNOWN if stage is None else Meaning(kind=MarkKind.STAGE, stage=stage)


def stage_word(word: str, *, is_hypnogram: bool = True) -> Stage | None:
    """Give the stage that a word (by its key) means without a scheme, or None.

    ``stage 2`` is a word; the bare digit is not. In a hypnogram ``movement`` is an epoch, in a
    list of events an event.
    """
    prefix = next((p for p in _STAGE_PREFIXES if word.startswith(p)), "")
    rest = word[len(prefix) :]
    tables = [STAGE_WORDS] + [OTHER_STAGE_WORDS] * bool(prefix or is_hypnogram)
    tables += [_NUMBERED] * bool(prefix)
    return next((table[rest] for table in tables if rest in table), None)


def event_words() -> dict[str, Meaning]:
    """Give the words that mean the same in every program."""
    words = {key(w): Meaning(kind=kind) for kind, ws in EVENT_WORDS.items() for w in ws}
    return words | {w: Meaning(kind=kind, side=side) for w, (kind, side) in SIDED.items()}
