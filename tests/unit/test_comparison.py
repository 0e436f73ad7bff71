"""Scorers drawn as letters: aligned by their starts, in pairs, and against the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.comparison import Comparison, EventGroup, MatchRule, Scorer, compare_scorers
from pipeline.errors import ScoringError
from pipeline.event_agreement import MatchParameters
from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import Stage, from_letters
from pipeline.lights import find_lights
from pipeline.scoring import Scoring

EVENING = dt.datetime(2001, 3, 4, 22, 0)  # noqa: DTZ001 - local time, as EDF has it


def scorer(alias: str, letters: str | None, *, epoch_s: float = 30.0, **facts: object) -> Scorer:
    hypnogram = None if letters is None else from_letters(letters, epoch_s=epoch_s)
    given = {name: facts.pop(name) for name in tuple(facts) if name in Scoring.__annotations__}
    scoring = Scoring(hypnogram=hypnogram, **given)  # type: ignore[arg-type]
    duration_s = 600.0 if letters is None else len(letters) * epoch_s
    lights, _ = find_lights(scoring, duration_s)
    return Scorer(
        name=f"file of {alias}",
        alias=alias,
        scoring=scoring,
        lights=lights,
        duration_s=duration_s,
        **facts,  # type: ignore[arg-type]
    )


def movements(*onsets_s: float, side: Side = Side.LEFT) -> tuple[Event, ...]:
    return tuple(
        Event(
            kind=EventKind.UNILATERAL_LM,
            rule_set="technician",
            onset_s=onset_s,
            duration_s=1.0,
            side=side,
        )
        for onset_s in onsets_s
    )


def compared(*scorers: Scorer, lights_off_s: float | None = None) -> Comparison:
    return compare_scorers(scorers, MatchParameters(), lights_off_s=lights_off_s)


def codes(found: Comparison) -> list[Code]:
    every = [notice.code for scorer in found.scorers for notice in scorer.scoring.notices]
    return [code for code in every if code != Code.LIGHTS_ASSUMED]


def test_every_two_are_compared_once_the_earlier_as_reference() -> None:
    found = compared(*(scorer(a, "W122") for a in "ABC"))
    assert [(p.first, p.second) for p in found.pairs] == [(0, 1), (0, 2), (1, 2)]


def test_a_scoring_that_starts_later_is_moved_and_that_is_told() -> None:
    later = EVENING + dt.timedelta(seconds=60)
    found = compared(
        scorer("A", "WW1122", start=EVENING, is_dated=True),
        scorer("B", "1122", start=later, is_dated=True),
    )
    [pair] = found.pairs
    assert pair.stages is not None
    assert (pair.stages.n_epochs, pair.stages.accuracy) == (4, 1.0)
    assert codes(found) == [Code.SCORING_MOVED]


def test_lights_and_events_move_with_their_scoring() -> None:
    later = EVENING + dt.timedelta(seconds=60)
    found = compared(
        scorer("A", "W" * 20, start=EVENING, is_dated=True, movements=movements(160.0)),
        scorer(
            "B", "W" * 18, start=later, is_dated=True, movements=movements(100.0), lights_off_s=30.0
        ),
    )
    assert found.scorers[1].lights.off_s == 90.0
    assert found.event_f1s(EventGroup.LIMB_LEFT, MatchRule.ONSET) == (1.0,)


def test_without_dates_the_nearest_time_of_day_counts() -> None:
    midnight = dt.datetime(1985, 1, 1, 0, 1)  # noqa: DTZ001
    found = compared(
        scorer("A", "W" * 9, start=dt.datetime(1985, 1, 1, 23, 59)),  # noqa: DTZ001
        scorer("B", "W" * 9, start=midnight),
    )
    assert found.scorers[1].begins_s == 120.0


def test_unknown_starts_are_taken_together_and_that_is_told() -> None:
    found = compared(scorer("A", "W122", start=EVENING), scorer("B", "W122"))
    assert codes(found) == [Code.SCORING_START_UNKNOWN]


def test_scorers_of_one_record_start_together_and_nothing_is_told() -> None:
    found = compared(scorer("technician", "W12", record="k1"), scorer("auto", "W12", record="k1"))
    assert codes(found) == []


def test_a_scoring_of_another_day_is_refused() -> None:
    other = EVENING + dt.timedelta(days=3)
    with pytest.raises(ScoringError, match=r"SCORING_START.*scorer B.*\+259200 s"):
        compared(
            scorer("A", "W1", start=EVENING, is_dated=True),
            scorer("B", "W1", start=other, is_dated=True),
        )


def test_nothing_in_common_is_said_and_refused() -> None:
    with pytest.raises(ScoringError, match=r"NO_COMMON_EPOCHS.*2 epochs at other times, 0 that"):
        compared(
            scorer("A", "W1", start=EVENING, is_dated=True),
            scorer("B", "W1", start=EVENING + dt.timedelta(hours=2), is_dated=True),
        )


def test_scorings_that_are_never_scored_at_once_are_refused() -> None:
    with pytest.raises(ScoringError, match=r"NO_COMMON_EPOCHS.*0 epochs at other times, 4 that"):
        compared(scorer("A", "W1??"), scorer("B", "??12"))


def test_one_scorer_is_too_few() -> None:
    with pytest.raises(ScoringError, match=r"TOO_FEW_SCORERS.*Found: 1"):
        compared(scorer("A", "W1"))


def test_other_epochs_are_compared_by_time_and_that_is_told() -> None:
    found = compared(scorer("A", "WW12"), scorer("B", "WWW112", epoch_s=20.0))
    [pair] = found.pairs
    assert pair.n_epochs == 4
    assert codes(found) == [Code.SCORING_START_UNKNOWN, Code.EPOCHS_DIFFER]


def test_unscored_epochs_are_left_out_and_counted() -> None:
    [pair] = compared(scorer("A", "W??1"), scorer("B", "W?21")).pairs
    assert pair.stages is not None
    assert (pair.stages.n_epochs, pair.stages.n_unscored, pair.stages.accuracy) == (2, 2, 1.0)


def test_the_shares_are_of_those_who_scored_the_epoch() -> None:
    shares = compared(scorer("A", "W1?"), scorer("B", "11?"), scorer("C", "1??")).crowd.shares()
    assert shares.probabilities is not None
    np.testing.assert_allclose(shares.probabilities[0], (1 / 3, 2 / 3, 0, 0, 0))
    np.testing.assert_allclose(shares.probabilities[1], (0, 1, 0, 0, 0))
    assert np.isnan(shares.probabilities[2]).all()


def test_the_consensus_of_the_others_leaves_the_scorer_out_and_ties_open() -> None:
    found = compared(*(scorer(a, x) for a, x in zip("ABC", ("W11", "W12", "2?2"), strict=True)))
    others = found.crowd.consensus(without=0)
    assert [Stage(int(s)).letter for s in others.stages] == ["?", "N1", "N2"]
    assert found.against_others[0].confusion[Stage.N2, Stage.N1] == 1
    assert found.against_others[0].n_unscored == 1


def test_two_scorers_have_no_others() -> None:
    assert compared(scorer("A", "W1"), scorer("B", "W1")).against_others == ()


def test_an_epoch_is_disputed_when_two_of_those_who_scored_it_differ() -> None:
    found = compared(scorer("A", "W1?2"), scorer("B", "W2?2"), scorer("C", "W?32"))
    assert found.crowd.is_disputed.tolist() == [False, True, False, False]


def test_the_grid_reaches_over_the_earliest_and_the_latest() -> None:
    early, late = scorer("A", "1122"), scorer("B", "W112233")
    late = replace(late, start=EVENING - dt.timedelta(seconds=45), is_dated=True)
    crowd = compared(replace(early, start=EVENING, is_dated=True), late).crowd
    assert (crowd.offset_s, crowd.stages.shape[1]) == (-60.0, 8)


def test_the_median_is_over_the_pairs_that_have_a_kappa() -> None:
    found = compared(scorer("A", "WW11"), scorer("B", "WW11"), scorer("C", "WWWW"))
    assert [p.stages.kappa for p in found.pairs if p.stages] == [1.0, 0.0, 0.0]
    assert found.median_kappa() == 0.0
    assert found.median_kappa(Stage.R) is None


def test_latencies_count_from_the_scorer_s_own_lights() -> None:
    marked, given = scorer("A", "WW" + "1" * 28, lights_off_s=30.0), scorer("B", "WW" + "1" * 28)
    first, second = compared(marked, given, lights_off_s=45.0).summaries
    assert first.metrics["lps_min"].value == pytest.approx(0.5)
    assert second.metrics["lps_min"].value == pytest.approx(0.25)


def test_lights_that_nobody_marked_are_told() -> None:
    found = compared(scorer("A", "W122"), scorer("B", "W122", lights_off_s=0.0))
    told = {notice.code: aliases for notice, aliases in found.doubts().items()}
    assert told[Code.LIGHTS_ASSUMED] == ("A",)


def test_what_is_said_of_two_scorers_is_said_once() -> None:
    found = compared(scorer("A", "W122"), scorer("B", "W122"))
    told = {notice.code: aliases for notice, aliases in found.doubts().items()}
    assert told == {Code.LIGHTS_ASSUMED: ("A", "B"), Code.SCORING_START_UNKNOWN: ("B",)}


@pytest.mark.parametrize("off_s", [100.0, float("nan")])
def test_lights_off_that_leave_no_time_in_bed_are_not_used(off_s: float) -> None:
    found = compared(scorer("A", "W122"), scorer("B", "W122"), lights_off_s=off_s)
    assert codes(found).count(Code.LIGHTS_ORDER) == 2
    assert found.scorers[0].lights.off_s == 0.0


def test_a_night_without_sleep_has_no_latency_but_minutes() -> None:
    metrics = compared(scorer("A", "WWWW"), scorer("B", "WWWW")).summaries[0].metrics
    assert (metrics["tst_min"].value, metrics["lps_min"].value) == (0.0, None)


def test_events_that_one_did_not_score_are_not_compared() -> None:
    found = compared(scorer("A", "W122", movements=movements(5.0)), scorer("B", "W122"))
    rows = [row for row in found.pairs[0].events if row.group is EventGroup.LIMB_LEFT]
    assert [(row.agreement, row.not_scored_by) for row in rows] == [(None, ("B",))] * 2


def test_legs_are_compared_apart_and_together() -> None:
    left, right = movements(5.0, 20.0), movements(5.0, 20.0, side=Side.RIGHT)
    found = compared(
        scorer("A", "W122", movements=left), scorer("B", "W122", movements=(*left[:1], *right[1:]))
    )
    f1s = {g: found.event_f1s(g, MatchRule.OVERLAP) for g in EventGroup}
    assert f1s[EventGroup.LIMB_LEFT] == pytest.approx((2 / 3,))
    assert f1s[EventGroup.LIMB_RIGHT] == (0.0,)
    assert f1s[EventGroup.LIMB_ANY] == (1.0,)


def test_movements_of_no_named_leg_are_compared_as_any() -> None:
    unknown = movements(5.0, side=Side.UNKNOWN)
    found = compared(
        scorer("A", "W122", movements=movements(5.0)), scorer("B", "W122", movements=unknown)
    )
    assert found.event_f1s(EventGroup.LIMB_LEFT, MatchRule.OVERLAP) == ()
    assert found.event_f1s(EventGroup.LIMB_ANY, MatchRule.OVERLAP) == (1.0,)


def test_events_outside_of_the_common_time_are_left_out_and_counted() -> None:
    found = compared(
        scorer("A", "WW", movements=movements(5.0)),
        scorer("B", "WWWW", movements=movements(5.0, 70.0)),
    )
    row = found.pairs[0].events[0]
    assert row.agreement is not None
    assert (row.agreement.f1, row.n_outside) == (1.0, 1)


def test_scorings_of_events_alone_are_compared_by_events() -> None:
    one, other = (scorer(a, None, movements=movements(5.0)) for a in "AB")
    found = compared(one, other)
    assert found.pairs[0].stages is None
    assert found.event_f1s(EventGroup.LIMB_LEFT, MatchRule.OVERLAP) == (1.0,)
