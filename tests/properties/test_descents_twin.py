"""Descents by whole arrays against a plain walk over the epochs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.descents import DescentParameters, Outcome, find_descents
from pipeline.hypnogram import from_letters

LETTERS = st.text(alphabet="WW111223R?", max_size=40)


def walked(letters: str, n_confirmed: int) -> list[tuple[int, int, Outcome, int | None]]:
    """Give first epoch, stop, outcome and first N3 of each descent; epochs without gaps."""
    found = []
    for first, letter in enumerate(letters):
        before = letters[first - 1] if first else "W"
        if letter in "123" and before == "W":
            stop, outcome = outcome_of(letters, first, n_confirmed)
            until_wake = letters[first:].split("W", maxsplit=1)[0]
            n3 = first + until_wake.index("3") if "3" in until_wake else None
            found.append((first, stop, outcome, n3))
    return found


def outcome_of(letters: str, first: int, n_confirmed: int) -> tuple[int, Outcome]:
    run = 0
    for i in range(first, len(letters)):
        if letters[i] in "WR":
            return i, Outcome.WAKE if letters[i] == "W" else Outcome.R
        run = run + 1 if letters[i] in "23" else 0
        if run == n_confirmed:
            return i - n_confirmed + 1, Outcome.N2
    return len(letters), Outcome.END


@given(letters=LETTERS.map(lambda x: x.replace("?", "")), n_confirmed=st.integers(1, 4))
def test_descents_are_those_of_a_walk(letters: str, n_confirmed: int) -> None:
    rules = DescentParameters(confirmed_epochs=n_confirmed)
    hypnogram = from_letters(letters)

    found = find_descents(hypnogram, 0.0, hypnogram.end_s, np.empty(0), rules)

    expected = walked(letters, n_confirmed)
    assert [(d.start_s / 30, d.end_s / 30, d.outcome) for d in found] == [x[:3] for x in expected]
    n3 = [None if third is None else 30.0 * (third - first) for first, _, _, third in expected]
    assert [d.to_n3_s for d in found] == n3


@given(letters=LETTERS)
def test_they_lie_one_after_another_in_the_record(letters: str) -> None:
    hypnogram = from_letters(letters)

    found = find_descents(hypnogram, 0.0, hypnogram.end_s, np.empty(0), DescentParameters())

    edges = [edge for d in found for edge in (d.start_s, d.end_s)]
    assert edges == sorted(edges)
    assert all(0.0 <= edge <= hypnogram.end_s for edge in edges)
