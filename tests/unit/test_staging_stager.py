"""Who votes in the automatic staging, and what becomes of epochs without a signal."""

from __future__ import annotations

import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import MontageError, StudyError
from pipeline.hypnogram import Stage
from pipeline.recording import Lead
from pipeline.staging.features import Kind
from pipeline.staging.stager import StagingParameters, StagingResult, stage
from pipeline.staging.witness import examine

RATE_HZ = 100.0
MINUTES = 12.0
PARAMETERS = StagingParameters()


def _lead(role: str, seed: int, *, sd_uv: float = 20.0, minutes: float = MINUTES) -> Lead:
    """Give noise whose slow part swells and fades over the minutes."""
    noise = np.random.default_rng(seed).standard_normal(int(60.0 * minutes * RATE_HZ))
    slow = np.convolve(noise, np.ones(25) / 5.0, mode="same")
    swell = 1.2 + np.sin(2.0 * np.pi * np.arange(len(noise)) / RATE_HZ / 300.0)
    return _with(role, (noise + slow * swell) * sd_uv / 2.0)


def _with(role: str, microvolts: NDArray[np.float64], rate_hz: float = RATE_HZ) -> Lead:
    return Lead(
        role=role,
        label=role.upper(),
        rate_hz=rate_hz,
        microvolts=microvolts,
        resolution_uv=0.1,
        floor_uv=-3276.8,
        ceiling_uv=3276.7,
    )


def _changed(lead: Lead, start_s: float, stop_s: float, value: float) -> Lead:
    microvolts = lead.microvolts.copy()
    microvolts[int(start_s * lead.rate_hz) : int(stop_s * lead.rate_hz)] = value
    return replace(lead, microvolts=microvolts)


def _codes(result: StagingResult) -> set[str]:
    return {notice.code for notice in result.notices}


def _probabilities(result: StagingResult) -> NDArray[np.float64]:
    assert result.hypnogram.probabilities is not None
    return result.hypnogram.probabilities


@pytest.fixture(scope="module")
def eeg() -> Lead:
    return _lead("eeg_c4", 1)


@pytest.fixture(scope="module")
def eog() -> Lead:
    return _lead("eog_left", 2, sd_uv=25.0)


@pytest.fixture(scope="module")
def chin() -> Lead:
    return _lead("chin", 3, sd_uv=5.0)


def test_each_epoch_gets_the_likeliest_of_five_stages(eeg: Lead, eog: Lead, chin: Lead) -> None:
    result = stage([eeg], [eog], [chin], PARAMETERS, offset_s=12.5)
    probabilities = _probabilities(result)
    np.testing.assert_array_equal(result.hypnogram.stages, probabilities.argmax(axis=1))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert len(result.hypnogram) == 2 * MINUTES
    assert result.hypnogram.onsets_s[0] == 12.5
    assert result.hypnogram.source == "auto"
    assert result.models == ("eeg_eog_emg",)
    assert result.notices == ()


def test_several_derivations_vote_by_their_mean_probabilities(eeg: Lead) -> None:
    other = _lead("eeg_c3", 4)
    alone = [_probabilities(stage([lead], (), (), PARAMETERS)) for lead in (eeg, other)]
    together = _probabilities(stage([eeg, other], (), (), PARAMETERS))
    np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-12)


def test_no_more_leads_are_taken_than_may_vote(eeg: Lead) -> None:
    taken: list[str] = []

    def leads() -> Iterator[Lead]:
        for role in ("eeg_c4", "eeg_c3", "eeg_f4"):
            taken.append(role)
            yield replace(eeg, role=role)

    result = stage(leads(), (), (), StagingParameters(max_voters=1))
    assert taken == ["eeg_c4"]
    assert [vote.role for vote in result.votes] == ["eeg_c4"]


def test_a_flat_eeg_loses_its_vote_to_the_next(eeg: Lead) -> None:
    flat = replace(_changed(eeg, 0.0, 60.0 * MINUTES, 3.0), role="eeg_c3")
    result = stage([flat, eeg], (), (), PARAMETERS)
    assert {vote.role: vote.n_epochs for vote in result.votes} == {"eeg_c4": 24, "eeg_c3": 0}
    (notice,) = [n for n in result.notices if n.where == "eeg_c3"]
    assert notice.code == "NO_SIGNAL"


@pytest.mark.parametrize("factor", [1e-3, 0.04, 20.0, 1e3])
def test_an_eeg_whose_amplitude_cannot_be_true_does_not_vote(eeg: Lead, factor: float) -> None:
    wrong = replace(
        eeg,
        role="eeg_c3",
        microvolts=eeg.microvolts * factor,
        resolution_uv=eeg.resolution_uv * factor,
        floor_uv=eeg.floor_uv * factor,
        ceiling_uv=eeg.ceiling_uv * factor,
    )
    result = stage([wrong, eeg], (), (), PARAMETERS)
    (notice,) = [n for n in result.notices if n.where == "eeg_c3"]
    assert notice.code == "UNIT_IMPLAUSIBLE"
    assert {vote.role: vote.n_epochs for vote in result.votes} == {"eeg_c4": 24, "eeg_c3": 0}


def test_a_quiet_chin_is_no_reason_to_refuse_it(eeg: Lead) -> None:
    result = stage([eeg], (), [_lead("chin", 3, sd_uv=0.6)], PARAMETERS)
    assert result.models == ("eeg_emg",)


def test_leads_of_80_hz_or_less_are_refused(eeg: Lead) -> None:
    slow = _with("eeg_c3", eeg.microvolts.copy(), rate_hz=80.0)
    with pytest.raises(MontageError, match="80 Hz; the models need more than 80 Hz"):
        stage([slow], (), (), PARAMETERS)


def test_without_any_eeg_there_is_no_staging(eog: Lead, chin: Lead) -> None:
    with pytest.raises(MontageError, match="NO_EEG") as caught:
        stage([], [eog], [chin], PARAMETERS)
    assert caught.value.code == "NO_EEG"


def test_less_than_one_epoch_is_refused() -> None:
    with pytest.raises(StudyError, match=r"SHORT.*29\.4 s"):
        stage([_lead("eeg_c4", 1, minutes=0.49)], (), (), PARAMETERS)


def test_a_recording_under_five_minutes_is_staged_with_a_notice() -> None:
    result = stage([_lead("eeg_c4", 1, minutes=2.0)], (), (), PARAMETERS)
    assert (result.hypnogram.stages >= Stage.W).all()
    assert "STAGING_SHORT" in _codes(result)


def test_a_single_epoch_can_be_staged() -> None:
    result = stage([_lead("eeg_c4", 1, minutes=0.5)], (), (), PARAMETERS)
    assert len(result.hypnogram) == 1
    assert np.isfinite(_probabilities(result)).all()


def test_the_last_partial_epoch_is_unscored() -> None:
    result = stage([_lead("eeg_c4", 1, minutes=10.25)], (), (), PARAMETERS)
    assert len(result.hypnogram) == 21
    assert result.hypnogram.stages[-1] == Stage.UNSCORED
    assert np.isnan(_probabilities(result)[-1]).all()
    assert (result.hypnogram.stages[:-1] >= Stage.W).all()


@pytest.mark.parametrize("value", [0.0, 3276.7, -3276.8, np.nan])
def test_epochs_without_a_signal_are_unscored(eeg: Lead, value: float) -> None:
    result = stage([_changed(eeg, 120.0, 180.0, value)], (), (), PARAMETERS)
    is_unscored = result.hypnogram.stages == Stage.UNSCORED
    assert np.flatnonzero(is_unscored).tolist() == [4, 5]
    np.testing.assert_array_equal(np.isnan(_probabilities(result)[:, 0]), is_unscored)
    assert "EPOCHS_WITHOUT_EEG" in _codes(result)


def test_the_other_derivation_stages_what_one_has_lost(eeg: Lead) -> None:
    other = _lead("eeg_c3", 4)
    result = stage([_changed(eeg, 120.0, 180.0, 0.0), other], (), (), PARAMETERS)
    alone = stage([other], (), (), PARAMETERS)
    np.testing.assert_array_equal(_probabilities(result)[4:6], _probabilities(alone)[4:6])
    assert {vote.role: vote.n_epochs for vote in result.votes} == {"eeg_c4": 22, "eeg_c3": 24}


def test_epochs_that_swing_from_limit_to_limit_are_unscored(eeg: Lead) -> None:
    microvolts = eeg.microvolts.copy()
    stretch = microvolts[12_000:18_000]
    stretch[:] = np.where(stretch > 0.0, eeg.ceiling_uv, eeg.floor_uv)
    result = stage([replace(eeg, microvolts=microvolts)], (), (), PARAMETERS)
    assert np.flatnonzero(result.hypnogram.stages == Stage.UNSCORED).tolist() == [4, 5]


def test_an_epoch_that_touches_the_limit_once_in_a_while_is_scored(eeg: Lead) -> None:
    microvolts = eeg.microvolts.copy()
    microvolts[12_000:18_000:100] = eeg.ceiling_uv
    result = stage([replace(eeg, microvolts=microvolts)], (), (), PARAMETERS)
    assert (result.hypnogram.stages >= Stage.W).all()


def test_a_flat_end_leaves_smoothing_and_scaling_of_the_rest_alone(eeg: Lead) -> None:
    holed = _changed(eeg, 420.0, 720.0, 0.0)
    short = replace(eeg, microvolts=eeg.microvolts[: int(420 * RATE_HZ)].copy())
    found, expected = (examine(x, Kind.EEG, PARAMETERS.quality).features for x in (holed, short))
    for name in ("eeg_std_c7min_norm", "eeg_iqr_p2min_norm"):
        np.testing.assert_allclose(found[name][:14], expected[name], atol=0.05)
        assert np.isnan(found[name][-1])


def test_epochs_without_eog_are_staged_by_the_model_without_it(
    eeg: Lead, eog: Lead, chin: Lead
) -> None:
    holed = _changed(eog, 300.0, 360.0, 0.0)
    result = stage([eeg], [holed], [chin], PARAMETERS)
    without = stage([eeg], (), [chin], PARAMETERS)
    assert result.models == ("eeg_emg", "eeg_eog_emg")
    np.testing.assert_array_equal(_probabilities(result)[10:12], _probabilities(without)[10:12])


def test_staging_without_eog_and_emg_is_noticed(eeg: Lead) -> None:
    result = stage([eeg], (), (), PARAMETERS)
    (notice,) = result.notices
    assert notice.code == "STAGED_WITHOUT"
    assert "EOG and EMG" in notice.message


def test_a_refused_eog_is_as_none_and_says_so(eeg: Lead, eog: Lead) -> None:
    flat = replace(eog, microvolts=np.zeros_like(eog.microvolts))
    result = stage([eeg], [flat], (), PARAMETERS)
    np.testing.assert_array_equal(
        _probabilities(result), _probabilities(stage([eeg], (), (), PARAMETERS))
    )
    assert {"NO_SIGNAL", "STAGED_WITHOUT"} <= _codes(result)


def test_a_shorter_chin_leaves_the_rest_to_the_others(eeg: Lead, eog: Lead, chin: Lead) -> None:
    short = replace(chin, microvolts=chin.microvolts[: int(300 * RATE_HZ)].copy())
    result = stage([eeg], [eog], [short], PARAMETERS)
    assert len(result.hypnogram) == 24
    assert result.models == ("eeg_eog", "eeg_eog_emg")


def test_leads_are_read_and_not_written(eeg: Lead) -> None:
    before = eeg.microvolts.copy()
    stage([eeg], (), (), PARAMETERS)
    np.testing.assert_array_equal(eeg.microvolts, before)


def test_the_same_night_is_staged_the_same_twice(eeg: Lead, eog: Lead, chin: Lead) -> None:
    first, second = (_probabilities(stage([eeg], [eog], [chin], PARAMETERS)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_staging_needs_neither_trees_nor_tables_at_run_time() -> None:
    program = (
        "import sys, pipeline.reading, pipeline.plausibility, pipeline.staging.stager\n"
        "print([m for m in ('pandas', 'numba',"
        " 'antropy', 'sklearn', 'lightgbm', 'joblib', 'yasa', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _noisy(lead: Lead, start_s: float, stop_s: float) -> Lead:
    microvolts = lead.microvolts.copy()
    part = microvolts[int(start_s * lead.rate_hz) : int(stop_s * lead.rate_hz)]
    part += 300.0 * np.random.default_rng(9).standard_normal(len(part))
    return replace(lead, microvolts=microvolts)


class TestOneBadElectrode:
    def test_it_leaves_the_epoch_to_the_others(self, eeg: Lead) -> None:
        others = [_lead("eeg_c3", 4), _lead("eeg_f4", 5)]
        result = stage([_noisy(eeg, 120.0, 180.0), *others], (), (), PARAMETERS)
        alone = stage(others, (), (), PARAMETERS)
        np.testing.assert_allclose(_probabilities(result)[4:6], _probabilities(alone)[4:6])

    def test_its_other_epochs_are_smoothed_and_scaled_without_the_bad_ones(self, eeg: Lead) -> None:
        others = [_lead("eeg_c3", 4), _lead("eeg_f4", 5)]
        noisy, gone = _noisy(eeg, 420.0, 720.0), _changed(eeg, 420.0, 720.0, 0.0)
        found, expected = (
            _probabilities(stage([bad, *others], (), (), PARAMETERS)) for bad in (noisy, gone)
        )
        np.testing.assert_allclose(found[:13], expected[:13], atol=0.06)

    def test_what_it_lost_is_recorded_and_told(self, eeg: Lead) -> None:
        noisy = _changed(_noisy(eeg, 120.0, 180.0), 300.0, 330.0, 0.0)
        others = [_lead("eeg_c3", 4), _lead("eeg_f4", 5)]
        result = stage([noisy, *others], (), (), PARAMETERS)
        vote = result.votes[0]
        assert (vote.n_epochs, vote.n_silent, vote.n_dissenting) == (21, 1, 2)
        assert vote.is_often_outvoted
        (notice,) = [n for n in result.notices if n.code == "EPOCHS_OUTVOTED"]
        assert "in 2 of 24 epochs" in notice.message

    def test_where_all_are_loud_at_once_they_keep_voting(self, eeg: Lead) -> None:
        leads = [_noisy(x, 120.0, 180.0) for x in (eeg, _lead("eeg_c3", 4), _lead("eeg_f4", 5))]
        result = stage(leads, (), (), PARAMETERS)
        assert [vote.n_dissenting for vote in result.votes] == [0, 0, 0]
        assert (result.hypnogram.stages >= Stage.W).all()

    def test_alone_it_keeps_its_vote(self, eeg: Lead) -> None:
        result = stage([_noisy(eeg, 120.0, 180.0)], (), (), PARAMETERS)
        assert [vote.n_epochs for vote in result.votes] == [24]


class TestTwoEog:
    def test_both_take_part_by_the_mean_of_their_ballots(
        self, eeg: Lead, eog: Lead, chin: Lead
    ) -> None:
        other = _lead("eog_right", 6, sd_uv=25.0)
        each = [_probabilities(stage([eeg], [x], [chin], PARAMETERS)) for x in (eog, other)]
        both = _probabilities(stage([eeg], [eog, other], [chin], PARAMETERS))
        np.testing.assert_allclose(both, np.mean(each, axis=0), rtol=1e-12)

    def test_the_second_replaces_a_flat_first(self, eeg: Lead, eog: Lead) -> None:
        flat = replace(eog, role="eog_right", microvolts=np.zeros_like(eog.microvolts))
        result = stage([eeg], [flat, eog], (), PARAMETERS)
        expected = stage([eeg], [eog], (), PARAMETERS)
        assert result.models == ("eeg_eog",)
        np.testing.assert_array_equal(_probabilities(result), _probabilities(expected))

    def test_the_second_fills_what_the_first_has_lost(self, eeg: Lead, eog: Lead) -> None:
        other = _lead("eog_right", 6, sd_uv=25.0)
        result = stage([eeg], [_changed(eog, 300.0, 360.0, 0.0), other], (), PARAMETERS)
        alone = stage([eeg], [other], (), PARAMETERS)
        assert result.models == ("eeg_eog",)
        np.testing.assert_array_equal(_probabilities(result)[10:12], _probabilities(alone)[10:12])


def test_each_lead_is_let_go_before_the_next_is_asked_for(eeg: Lead) -> None:
    alive: list[weakref.ref[Lead]] = []

    def leads() -> Iterator[Lead]:
        return map(made, ("eeg_c4", "eeg_c3", "eeg_f4"))

    def made(role: str) -> Lead:
        assert not [ref for ref in alive if ref() is not None]
        lead = replace(eeg, role=role)
        alive.append(weakref.ref(lead))
        return lead

    stage(leads(), (), (), PARAMETERS)
    assert len(alive) == 3
