"""What spoils a leg: each cause looks as it should, and where it should."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.signal

from pipeline.events import EventKind, Side
from pipeline.simulate.contaminants import Cause, Contamination
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.recipe import Contaminants, LegPlan, Rates, Recipe

RATE = 256.0


def night(plan: Contaminants | None = None, legs: LegPlan | None = None) -> SimulatedNight:
    return simulate(
        Recipe(
            duration_h=2.0,
            rates=Rates(eeg_hz=50.0, chin_hz=50.0, leg_hz=RATE, ecg_hz=50.0),
            contaminants=plan or Contaminants(),
            legs=legs or LegPlan(),
        )
    )


def found(spoiled: SimulatedNight, cause: Cause) -> list[Contamination]:
    return [c for c in spoiled.contaminations if c.cause is cause]


def density(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    frequencies, power = scipy.signal.welch(x, RATE, nperseg=1024)
    return frequencies, power


@pytest.mark.parametrize("hum_hz", [50.0, 60.0])
def test_hum_stands_out_at_its_frequency_in_both_legs(hum_hz: float) -> None:
    clean, spoiled = night(), night(Contaminants(hum_uv=10.0, hum_hz=hum_hz))
    for label in ("EMG LAT", "EMG RAT"):
        added = spoiled.signal(label).values - clean.signal(label).values
        frequencies, power = density(added)
        assert frequencies[np.argmax(power)] == pytest.approx(hum_hz, abs=0.5)
        wave = np.exp(2j * np.pi * hum_hz * np.arange(len(added)) / RATE)
        assert 2 * abs(np.mean(added * wave)) == pytest.approx(10.0, rel=0.01)


def test_the_heart_leaks_into_the_left_leg_only() -> None:
    clean, spoiled = night(), night(Contaminants(heart_leak_uv=25.0))
    assert np.array_equal(clean.signal("EMG RAT").values, spoiled.signal("EMG RAT").values)
    leak = spoiled.signal("EMG LAT").values - clean.signal("EMG LAT").values
    peaks = leak[np.round(spoiled.beats_s * RATE).astype(int)]
    assert peaks == pytest.approx(25.0, rel=0.25)
    assert np.sqrt(np.mean(leak**2)) < 5.0


def test_pops_are_steps_with_a_tail_and_nothing_fast_after_them() -> None:
    clean, spoiled = night(), night(Contaminants(n_pops=5, pop_uv=400.0))
    pops = found(spoiled, Cause.POP)
    assert len(pops) == 5
    for pop in pops:
        label = "EMG LAT" if pop.side is Side.LEFT else "EMG RAT"
        added = spoiled.signal(label).values - clean.signal(label).values
        first = round(pop.onset_s * RATE)
        assert added[first - 1] == pytest.approx(0.0, abs=1e-3)
        assert added[first] == pytest.approx(400.0, rel=0.01)
        assert added[first + round(0.3 * RATE)] == pytest.approx(400.0 / math.e, rel=0.05)


def test_sway_has_its_power_below_10_hz() -> None:
    spoiled = night(Contaminants(n_sways=4, sway_uv=80.0))
    for sway in found(spoiled, Cause.SWAY):
        label = "EMG LAT" if sway.side is Side.LEFT else "EMG RAT"
        x = spoiled.signal(label).values[round(sway.onset_s * RATE) :]
        frequencies, power = density(x[: round(sway.duration_s * RATE)])
        assert power[frequencies < 10].sum() > 100 * power[frequencies > 10].sum()


def test_pops_and_sways_keep_clear_of_leg_events() -> None:
    spoiled = night(Contaminants(n_pops=10, n_sways=10))
    bursts = [(b.onset_s, b.offset_s) for b in spoiled.bursts]
    spans = found(spoiled, Cause.POP) + found(spoiled, Cause.SWAY)
    assert len(spans) == 20
    assert all(off < s.onset_s - 5.9 or on > s.offset_s + 5.9 for s in spans for on, off in bursts)


def test_an_open_lead_holds_mains_and_no_emg() -> None:
    spoiled = night(Contaminants(lead_off_leg="left", lead_off_start=0.5, lead_off_stop=0.75))
    (lost,) = found(spoiled, Cause.LEAD_OFF)
    assert (lost.onset_s, lost.duration_s) == (3600.0, 1800.0)
    x = spoiled.signal("EMG LAT").values[int(3600 * RATE) : int(5400 * RATE)]
    frequencies, power = density(x)
    assert frequencies[np.argmax(power)] == pytest.approx(50.0, abs=0.5)
    assert np.abs(x).max() < 200.0


def test_an_open_lead_without_mains_is_flat() -> None:
    plan = Contaminants(
        lead_off_leg="right", lead_off_start=0.0, lead_off_stop=0.2, lead_off_uv=0.0
    )
    spoiled = night(plan)
    assert [c.cause for c in spoiled.contaminations] == [Cause.FLAT]
    assert set(spoiled.signal("EMG RAT").values[: int(1440 * RATE)]) == {0.0}


def test_a_wandering_rest_wanders_and_the_events_say_where_it_was() -> None:
    spoiled = night(legs=LegPlan(rest_uv=3.0, rest_wander=1.0))
    levels = {round(e.rest_uv, 3) for e in spoiled.truth if e.rest_uv is not None}
    assert min(levels) < 2.6
    assert max(levels) > 3.4


def test_spans_are_artefacts_in_the_truth_and_all_night_causes_are_not() -> None:
    spoiled = night(Contaminants(n_pops=2, n_sways=3, hum_uv=5.0, heart_leak_uv=10.0))
    assert len(spoiled.events(EventKind.ARTEFACT)) == 5
    assert len(found(spoiled, Cause.HUM)) == 2
    assert len(found(spoiled, Cause.HEART)) == 1
