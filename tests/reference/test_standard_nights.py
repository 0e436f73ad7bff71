"""The eight standard nights, from their files: what is found against what is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.agreement import compare
from pipeline.analysis import analyse
from pipeline.edf.study_writer import write_study
from pipeline.event_agreement import EventAgreement, match_events
from pipeline.events import Event, EventKind, Side
from pipeline.montage import MontageParameters
from pipeline.night import Night
from pipeline.reading import read_study
from pipeline.settings import Settings
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.standard import STANDARD_NIGHTS

pytestmark = pytest.mark.slow

NAMES = [recipe.name for recipe in STANDARD_NIGHTS]
QUARTER = 4
ONSET_S = 0.030


@dataclass(frozen=True)
class Scored:
    """A simulated night and what was found in its file."""

    truth: SimulatedNight
    night: Night

    def agreement(self, is_wanted: Callable[[Event], bool]) -> EventAgreement:
        found = [t.event for t in self.night.events if t.event.is_accepted]
        return match_events(
            [event for event in self.truth.truth if is_wanted(event)],
            [event for event in found if is_wanted(event)],
        )


@pytest.fixture(scope="module", params=NAMES)
def scored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scored:
    recipe = next(r for r in STANDARD_NIGHTS if r.name == request.param)
    truth = simulate(recipe)
    path: Path = tmp_path_factory.mktemp("night") / "study.edf"
    write_study(path, truth, annotations=False)
    study = read_study(path, None, MontageParameters())
    return Scored(truth=truth, night=analyse(study, Settings()))


def is_start(event: Event) -> bool:
    return event.kind is EventKind.SLEEP_START and event.grade in (None, "A", "B")


def legs(scored: Scored) -> list[Side]:
    return sorted({e.side for e in scored.truth.truth if e.kind is EventKind.UNILATERAL_LM})


def test_sleep_starts_of_grade_a_or_b_are_found(scored: Scored) -> None:
    f1 = scored.agreement(is_start).f1
    assert f1 is not None
    assert f1 >= 0.90


def test_leg_movements_are_found_on_each_leg(scored: Scored) -> None:
    for side in legs(scored):
        f1 = scored.agreement(
            lambda e, s=side: e.kind is EventKind.UNILATERAL_LM and e.side is s  # type: ignore[misc]
        ).f1
        assert f1 is not None
        assert f1 >= 0.97, side


@pytest.mark.parametrize("kind", [EventKind.SLEEP_START, EventKind.UNILATERAL_LM])
def test_onsets_are_right_at_the_end_of_the_night_as_at_its_start(
    scored: Scored, kind: EventKind
) -> None:
    found = scored.agreement(
        lambda e: is_start(e) if kind is EventKind.SLEEP_START else e.kind is kind
    )
    errors_s = np.abs(found.onset_errors_s)
    assert np.median(errors_s) < ONSET_S
    if kind is EventKind.SLEEP_START:
        assert errors_s.max() < ONSET_S
    n_part = max(1, len(errors_s) // QUARTER)
    assert np.median(errors_s[:n_part]) < ONSET_S
    assert np.median(errors_s[-n_part:]) < ONSET_S


def test_our_stages_follow_the_truth(scored: Scored) -> None:
    assert scored.night.automatic is not None
    kappa = compare(scored.truth.hypnogram, scored.night.automatic).kappa
    assert kappa is not None
    assert kappa >= 0.85
