"""Named schemes of stage codes, and the words that mean a stage in every program."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import stage_word
from pipeline.hypnogram import Stage

Scheme = Mapping[str, Stage]
_INTEGER = re.compile(r"([+-]?\d{1,3})(?:\.0*)?", re.ASCII)
_DIGITS_OF_SLEEP = frozenset("1234")


def _coded(codes: str) -> Scheme:
    """Read ``"0 W, 1 N1"``; a stage may have several codes."""
    letters = {stage.letter: stage for stage in Stage}
    pairs = (pair.split() for pair in codes.split(","))
    return MappingProxyType({code: letters[letter] for code, letter in pairs})


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "yasa": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 R, -1 ?, -2 ?"),
        "dod": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 R, -1 ?"),
        "profusion": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 N3, 5 R, 6 M, 9 ?, 10 ?"),
        "snooz": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 N3, 5 R, 9 ?"),
        "isruc": _coded("0 W, 1 N1, 2 N2, 3 N3, 5 R"),
        "elan": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 N3, 5 R, -1 ?"),
        "edf": _coded("0 W, 1 N1, 2 N2, 3 N3, 4 N3, 5 R, 6 M"),
        "ucddb": _coded("0 W, 1 R, 2 N1, 3 N2, 4 N3, 5 N3, 6 ?, 7 ?"),
        "caisr": _coded("5 W, 4 R, 3 N1, 2 N2, 1 N3, 9 ?"),
        "letters": _coded("W W, 1 N1, 2 N2, 3 N3, 4 N3, R R, M M, ? ?"),
        "slf": _coded("W W, N1 N1, N2 N2, N3 N3, R R, UNSURE ?, UNSCORED ?, ARTIFACT ?"),
    }
)
"""Stage of each code, by the scheme's name.

References
----------
YASA `Hypnogram.from_integers`; Dreem Open Datasets; NSRR stage concepts (Profusion); Snooz
`sleep_stages_name`; ISRUC-Sleep readme; Elan `.hyp` as YASA and Visbrain write it; EDF+ on the
hypnogram as a signal; St. Vincent's / UCD database readme; CAISR output; Rechtschaffen and Kales
1968 as letters; sleeplab-format.
"""


def stages_of(texts: Sequence[str], scheme: str = "") -> list[Stage | None]:
    """Give the stage of each text; None where neither the scheme nor a word says one.

    Integers are read by the named scheme only: 4 is R in one and stage 4 in another. Digits from
    1 to 4 beside both letters W and R are Rechtschaffen and Kales' stages, and need no name.

    Raises
    ------
    ScoringError
        `SCHEME_NEEDED` where there are integers and no scheme, `SCHEME_UNKNOWN` where the name
        is none of `SCHEMES`.
    """
    tokens = [token(text) for text in texts]
    codes = named(scheme) if scheme else _unnamed(tokens)
    return [codes[t] if t in codes else stage_word(key(t)) for t in tokens]


def named(name: str) -> Scheme:
    """Give the scheme of that name, or raise ScoringError `SCHEME_UNKNOWN`."""
    if name in SCHEMES:
        return SCHEMES[name]
    close = difflib.get_close_matches(name.casefold()[:64], SCHEMES, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise ScoringError(
        "There is no stage scheme of that name.",
        code=Code.SCHEME_UNKNOWN,
        where="scoring.scheme",
        remedy=f"{hint}Schemes: {listed()}.",
    )


def listed() -> str:
    """Give every scheme with its codes in short: ``yasa (0 W, 1 N1, ...); ...``."""
    return "; ".join(
        f"{name} ({', '.join(f'{code} {stage.letter}' for code, stage in codes.items())})"
        for name, codes in SCHEMES.items()
    )


def token(text: str) -> str:
    """Give the code as schemes write it: ``4.0`` is ``4``, ``+1`` is ``1``."""
    text = text.strip()
    match = _INTEGER.fullmatch(text)
    return str(int(match[1])) if match else text


def is_integer(text: str) -> bool:
    """Whether the text is a whole number."""
    return _INTEGER.fullmatch(text.strip()) is not None


def _unnamed(tokens: Iterable[str]) -> Scheme:
    present = set(tokens)
    integers = {t for t in present if is_integer(t)}
    if not integers:
        return {}
    if {"W", "R"} <= present and integers <= _DIGITS_OF_SLEEP:
        return SCHEMES["letters"]
    raise ScoringError(
        "The stages are integers, and nothing says what each means: "
        "4 is R in one scheme and stage 4 in another.",
        code=Code.SCHEME_NEEDED,
        where="scoring.scheme",
        remedy=f"Name the scheme that the file was written in: {listed()}.",
    )
