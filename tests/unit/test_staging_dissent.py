"""Which derivation stands alone in an epoch: drawn amplitudes, three letters to a lead."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.staging.dissent import DissentParameters, dissents
from pipeline.staging.features import Columns, Kind

PARAMETERS = DissentParameters()
LEVELS_UV = {"q": 1.0, ".": 20.0, "+": 40.0, "8": 80.0, "L": 200.0, "-": 20.0}


def columns(drawn: str) -> Columns:
    """Give a lead whose SD in each epoch is drawn: quiet, usual, double, fourfold, loud."""
    sd_uv = np.array([LEVELS_UV[letter] for letter in drawn])
    share = np.full(len(sd_uv), 0.1)
    return {"eeg_std": sd_uv, "eeg_abspow": sd_uv**2, "eeg_sdelta": share, "eeg_beta": share.copy()}


def lost(leads: list[Columns], is_good: NDArray[np.bool_] | None = None) -> list[str]:
    """Draw who dissents where."""
    if is_good is None:
        is_good = np.ones((len(leads), len(leads[0]["eeg_std"])), np.bool_)
    against = dissents(leads, is_good, Kind.EEG, PARAMETERS)
    return ["".join("x" if epoch else "." for epoch in row) for row in against]


def lost_in(*drawn: str) -> list[str]:
    is_good = np.array([[letter != "-" for letter in lead] for lead in drawn])
    return lost([columns(lead) for lead in drawn], is_good)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (("..L..",), (".....",)),
        (("..L..", ".....", "....."), ("..x..", ".....", ".....")),
        (("..q..", ".....", "....."), ("..x..", ".....", ".....")),
        (("..L..", "..L..", "..L.."), (".....", ".....", ".....")),
        (("++8+.", ".....", "....."), (".....", ".....", ".....")),
        (("..L..", "....."), ("..x..", ".....")),
        (("..q..", "....."), ("..x..", ".....")),
        (("LLL...", "......", "......"), ("xxx...", "......", "......")),
        (("LLL...", "......"), ("xxx...", "......")),
        (("..L..", "..L..", ".....", "....."), ("..x..", "..x..", ".....", ".....")),
        (("..L..", "..-..", "..-.."), (".....", ".....", ".....")),
    ],
    ids=[
        "a single derivation never dissents",
        "the loud one of three does",
        "so does the quiet one",
        "all loud at once is the body and no dissent",
        "a lead that is usually twice as large does not",
        "of two it is the one unlike the night, if loud",
        "and if quiet",
        "half of the night among three",
        "half of the night among two",
        "two against two: those unlike the night, as when they share a bad reference",
        "those without a signal do not outvote anybody",
    ],
)
def test_who_stands_alone(drawn: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert lost_in(*drawn) == list(expected)


@pytest.mark.parametrize("band", ["sdelta", "beta"])
def test_a_band_alone_can_tell_sway_and_noise(band: str) -> None:
    leads = [columns("....."), columns("....."), columns(".....")]
    leads[1][f"eeg_{band}"][3] = 0.1 * 30.0
    assert lost(leads) == [".....", "...x.", "....."]


def test_the_lead_most_others_agree_with_speaks() -> None:
    assert lost_in("L.L", "L..", "L..", "...") == ["..x", "...", "...", "x.."]
