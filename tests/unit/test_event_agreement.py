"""Events drawn as (onset, offset); pairs by overlap, each event in one pair at most."""

from __future__ import annotations

import pytest

from pipeline.event_agreement import EventAgreement, match_events, match_onsets
from pipeline.events import Event, EventKind


def drawn(*spans: tuple[float, float]) -> list[Event]:
    return [
        Event(kind=EventKind.BURST, rule_set="drawn", onset_s=a, duration_s=b - a) for a, b in spans
    ]


def agreement(
    reference: list[tuple[float, float]], found: list[tuple[float, float]]
) -> EventAgreement:
    return match_events(drawn(*reference), drawn(*found))


def test_equal_lists_agree_wholly() -> None:
    result = agreement([(1, 2), (5, 6)], [(1, 2), (5, 6)])
    assert (result.precision, result.recall, result.f1) == (1.0, 1.0, 1.0)


def test_an_event_pairs_once_and_with_its_best_partner() -> None:
    result = agreement([(0, 10)], [(0, 5), (1, 10)])
    assert [found.onset_s for _, found in result.pairs] == [1]
    assert result.precision == pytest.approx(0.5)


@pytest.mark.parametrize(("stop", "n_pairs"), [(2.0, 1), (1.9, 0)])
def test_a_pair_shares_at_least_a_fifth(stop: float, n_pairs: int) -> None:
    assert len(agreement([(0, 10)], [(0, stop)]).pairs) == n_pairs


def test_events_that_only_touch_are_no_pair() -> None:
    assert agreement([(0, 1)], [(1, 2)]).f1 == 0.0


def test_onset_errors_are_signed() -> None:
    assert agreement([(1, 3)], [(1.25, 3)]).onset_errors_s == (0.25,)


def test_without_events_there_is_nothing_to_agree_on() -> None:
    result = agreement([], [])
    assert (result.precision, result.recall, result.f1) == (None, None, None)


def by_onset(
    reference: list[tuple[float, float]], found: list[tuple[float, float]], tolerance_s: float
) -> EventAgreement:
    return match_onsets(drawn(*reference), drawn(*found), tolerance_s=tolerance_s)


@pytest.mark.parametrize(("onset_s", "n_pairs"), [(1.5, 1), (1.51, 0), (0.5, 1), (0.49, 0)])
def test_onsets_within_the_tolerance_are_a_pair_itself_included(
    onset_s: float, n_pairs: int
) -> None:
    assert len(by_onset([(1, 9)], [(onset_s, 2)], 0.5).pairs) == n_pairs


def test_the_nearest_onsets_are_paired_first() -> None:
    assert by_onset([(0, 1), (0.4, 1)], [(0.3, 1)], 0.5).onset_errors_s == pytest.approx((-0.1,))


def test_a_good_pair_is_not_broken_for_two_poor_ones() -> None:
    result = agreement([(0, 10), (9, 12)], [(0, 10.5), (-9, 3)])
    assert [(a.onset_s, b.onset_s) for a, b in result.pairs] == [(0, 0)]


def test_an_event_without_duration_overlaps_nothing_and_has_an_onset() -> None:
    assert agreement([(1, 1)], [(1, 1)]).f1 == 0.0
    assert by_onset([(1, 1)], [(1, 1)], 0.5).f1 == 1.0


def test_an_event_is_found_under_a_long_one_that_began_before() -> None:
    assert len(agreement([(50, 100)], [(0, 100), (1, 2)]).pairs) == 1
