"""Event lists as ``hh:mm:ss.ff<tab>STAGE - N1``, as Grass Twin writes and WSC has them."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.formats import dashed
from pipeline.formats.decoding import decode, head
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.rows import Row, to_file, until_next
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import Meaning, Vocabulary
from pipeline.hypnogram import Stage

_LINE = re.compile(r"(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?)\s+(\S.*)", re.ASCII)
_LASTING = re.compile(
    r"\bDUR:[ \t]{0,8}(\d{1,5}(?:\.\d{1,3})?)[ \t]{0,8}SEC", re.ASCII | re.IGNORECASE
)
_MARK_OF_FORMAT = ("stage ", "start recording")
_WORDS = {
    **dashed.WORDS,
    "paused": Meaning(kind=MarkKind.STAGE, stage=Stage.UNSCORED),
    "resumed": Meaning(kind=MarkKind.KNOWN),
}


def looks_like(content: bytes) -> bool:
    """Whether every line is a time of day and a text, and one of them is a stage's."""
    lines = [line.strip() for line in head(content)[:-1] if line.strip()]
    found = [_LINE.fullmatch(line) for line in lines]
    texts = [key(match[2]) for match in found if match]
    return 2 * len(texts) > len(lines) and any(t.startswith(_MARK_OF_FORMAT) for t in texts)


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scoring; a stage lasts until the next, or until the recording is paused.

    Raises
    ------
    ScoringError
        Where no row can be read.
    """
    text = decode(content)
    rows, bad = [], []
    for number, line in enumerate(text.lines, start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            lasting = _LASTING.search(match[2])
            length = lasting[1] if lasting else ""
            rows.append(Row(line=number, time=match[1], label=match[2], duration=length))
        elif line.strip():
            bad.append(number)
    vocabulary = Vocabulary(words=_WORDS, shorten=dashed.shorten)
    file = to_file("allscore", rows, vocabulary, notices=text.notices, bad_lines=bad)
    return (replace(file, marks=until_next(file.marks)),)
