"""Named schemes of stage codes."""

from __future__ import annotations

import pytest

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.schemes import SCHEMES, stages_of
from pipeline.hypnogram import Stage


def drawn(texts: str, scheme: str = "") -> str:
    return "".join(
        "-" if stage is None else stage.letter[-1] for stage in stages_of(texts.split(), scheme)
    )


@pytest.mark.parametrize(
    ("scheme", "codes", "stages"),
    [
        ("yasa", "0 1 2 3 4 -1 -2", "W123R??"),
        ("dod", "0 1 2 3 4 -1", "W123R?"),
        ("profusion", "0 1 2 3 4 5 6 9 10", "W1233RM??"),
        ("snooz", "0 1 2 3 5 9", "W123R?"),
        ("isruc", "0 1 2 3 5", "W123R"),
        ("elan", "0 1 2 3 5", "W123R"),
        ("edf", "0 1 2 3 4 5 6", "W1233RM"),
        ("ucddb", "0 1 2 3 4 5", "WR1233"),
        ("caisr", "5 3 2 1 4 9", "W123R?"),
        ("letters", "W 1 2 3 4 R M ?", "W1233RM?"),
        ("slf", "W N1 N2 N3 R UNSURE UNSCORED ARTIFACT", "W123R???"),
    ],
)
def test_each_scheme(scheme: str, codes: str, stages: str) -> None:
    assert drawn(codes, scheme) == stages


def test_the_table_above_leaves_no_scheme_out() -> None:
    assert len(SCHEMES) == 11


@pytest.mark.parametrize("codes", ["0 1 2 3", "W 0 1 2 R", "W 1 2 3 4", "4", "0.0 1.0"])
def test_integers_are_never_guessed(codes: str) -> None:
    with pytest.raises(ScoringError, match="4 is R in one scheme and stage 4") as caught:
        stages_of(codes.split())
    assert caught.value.code is Code.SCHEME_NEEDED
    assert all(name in caught.value.remedy for name in SCHEMES)
    assert "caisr (5 W, 4 R, 3 N1, 2 N2, 1 N3, 9 ?)" in caught.value.remedy


def test_digits_beside_both_letters_are_stages_of_kales() -> None:
    assert drawn("W 1 2 3 4 R ? M") == "W1233R?M"


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        ("WAKE N1 N2 N3 REM ART UNS", "W123R??"),
        ("Wach n1 Rem Bewegung Artefakt", "W1RM?"),
        ("Éveil éveil R", "WWR"),
        ("S0 S1 S2 S3 S4 REM MT", "W1233RM"),
        ("NREM1 NonREM2 NotScored", "12?"),
        ("Stage1 Stage_2 Sleep_stage_N3 SLEEP-STAGE-W UnknownStage", "123W?"),
        ("tired X", "--"),
    ],
)
def test_words_that_mean_one_stage_in_every_program(words: str, stages: str) -> None:
    assert drawn(words) == stages


def test_a_code_that_the_scheme_does_not_have_is_no_stage() -> None:
    assert stages_of(["7", "4"], "yasa") == [None, Stage.R]


def test_an_unknown_scheme_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(ScoringError, match="Did you mean profusion") as caught:
        stages_of(["1"], "profussion")
    assert caught.value.code is Code.SCHEME_UNKNOWN
    assert all(name in caught.value.remedy for name in SCHEMES)
