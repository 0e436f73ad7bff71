"""Scorings as text, in the formats of other programs."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation

TEXTS = (
    Explanation(
        code=Code.SCORING_UNREADABLE,
        title="Scoring cannot be read",
        meaning="The scoring file is no text, or none of its rows has a time and an event.",
        done="Refuses the study with that scoring.",
        repair="Export the scoring again, with its events, from the program that made it.",
    ),
    Explanation(
        code=Code.SCORING_ENCODING,
        title="Encoding of the scoring is a guess",
        meaning="The text names no encoding and is not UTF-8, or some characters are damaged.",
        done="Reads it as Windows-1252, ISO-8859-1 or UTF-16, and goes on.",
        repair="If events with accents or umlauts are missing, export the scoring as UTF-8.",
    ),
    Explanation(
        code=Code.SCORING_DATE,
        title="Date or start of the scoring is doubtful",
        meaning="The dates do not tell the day from the month, the start cannot be read, or the "
        "first event lies more than 12 h after it.",
        done="Uses the times of day alone, or the first row as the start, or the start as written.",
        repair="Compare one event with the recording. If it is off, export the scoring again with "
        "the right start, on a clock of 24 h.",
    ),
    Explanation(
        code=Code.SCORING_SET,
        title="Files that make no one scoring",
        meaning="Several files of an export hold the same kind of events, start at times that "
        "cannot be compared or lie half a day apart, or none of them is of DOMINO.",
        done="Refuses the study with that scoring: whose counts is not known.",
        repair="Leave one file of each kind, of one study, in the folder, or name a single file.",
    ),
    Explanation(
        code=Code.SCORING_NO_MOVEMENTS,
        title="Marks on legs that are no movements",
        meaning="The scoring marks series of leg movements, or bursts of muscle activity in REM "
        "sleep. Neither is a leg movement by the rules.",
        done="Counts them and makes no movement of them.",
        repair="If your lab uses these words for single movements, say so in scoring.terms.",
        standard="AASM manual, movement rules; WASM 2016",
    ),
    Explanation(
        code=Code.SCHEME_NEEDED,
        title="Stages are bare integers",
        meaning="The stages are written as integers, and 4 is R in one program and stage 4 in "
        "another.",
        done="Refuses the scoring; the integers are never guessed.",
        repair="Name the scheme of the program that wrote the file, such as yasa or profusion.",
    ),
    Explanation(
        code=Code.SCHEME_UNKNOWN,
        title="No scheme of that name",
        meaning="The scheme of stage codes that was named does not exist.",
        done="Refuses the scoring, and lists every scheme with its codes.",
        repair="Take one of the schemes of that list.",
    ),
    Explanation(
        code=Code.EPOCH_LENGTH,
        title="Length of the epochs is not stated",
        meaning="A list of stages does not say how long its epochs are, or would last for days.",
        done="Assumes 30 s and goes on; refuses a list that would be longer than two days.",
        repair="Give the length of the epochs, such as 1 for one stage each second.",
        standard="AASM manual, technical rules: epochs of 30 s",
    ),
    Explanation(
        code=Code.HYPNOGRAM_SIGNAL,
        title="A hypnogram among the signals",
        meaning="A signal looks like a hypnogram and no setting names it, the named one is not "
        "there, or some of its samples are no code.",
        done="Reads no signal that is not named; leaves samples without a code unscored. A named "
        "signal wins over annotations.",
        repair="Name the signal's label in scoring.hypnogram_signal and its coding in "
        "scoring.scheme; edf is that of the standard.",
        standard="EDF+ specification, hypnogram as a signal",
    ),
)
