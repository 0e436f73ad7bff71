"""Nights of three difficulties, on which the detectors of the legs are measured.

Each level adds to the one before; nothing that a level has gets easier on the next.

====================  =============  ====================  ==============================
what                  easy           middle                hard
====================  =============  ====================  ==============================
rest, left / right    2 / 2 uV       3 / 3.6 uV            4 / 6 uV
rest wanders by       1.2            1.5                   1.6: up to 9.6 uV on the right
sleep starts          50 to 200 uV   40 to 200 uV          30 to 200 uV: 3 times rest
one leg alone         1 of 10        1 of 5                2 of 5
LM                    30 to 120 uV   25 to 120 uV          20 to 120 uV, from 0.6 s
PLM series            2              4                     8
myoclonus, dense      2 x 2 min      5 x 3 min, 8 a min    10 x 4 min, 10 a min
myoclonus, lone       none           half of the healthy   as the healthy median, N1 too
trains of each kind   1              3                     5
hum                   3 uV           12 uV                 20 uV
heart in the left     none           10 uV                 25 uV
pops, sways           none           8, 8                  20, 15
lead off              none           none                  the right, a twentieth
least quiet between   8 s            8 s                   5 s
====================  =============  ====================  ==============================

Events a rule could not tell from each other in the signals (a lone burst of one leg without any
other sign, which may be a sleep start or myoclonus) are in the nights nevertheless.
"""

from __future__ import annotations

from enum import StrEnum

from pipeline.simulate.recipe import (
    Contaminants,
    JerkPlan,
    LegPlan,
    MovementPlan,
    Rates,
    Recipe,
    SleepPlan,
)


class Difficulty(StrEnum):
    """How hard a night is to score."""

    EASY = "easy"
    MIDDLE = "middle"
    HARD = "hard"


_ODD_RATE_HZ = 499.99
_RECORDS_S = {_ODD_RATE_HZ: 6.328125}  # 3164 samples: the nearest to 499.99 Hz in steps of 1/64 s

_PLANS = {
    Difficulty.EASY: Recipe(
        legs=LegPlan(rest_uv=2.0, rest_wander=0.2),
        jerks=JerkPlan(amplitude_uv=(50.0, 200.0), bilateral_share=0.9),
        movements=MovementPlan(lm_amplitude_uv=(30.0, 120.0), n_rhythmic=1),
        contaminants=Contaminants(hum_uv=3.0),
    ),
    Difficulty.MIDDLE: Recipe(
        arousals_per_h=10.0,
        sleep=SleepPlan(delay_per_jerk_s=30.0, abort_probability=0.05),
        legs=LegPlan(rest_uv=3.0, right_factor=1.2, rest_wander=0.5),
        jerks=JerkPlan(amplitude_uv=(40.0, 200.0), bilateral_share=0.8, n_in_n2=1),
        movements=MovementPlan(
            n_isolated_lm=12,
            n_plm_series=4,
            n_fm_stretches=5,
            fm_stretch_s=180.0,
            fm_per_min=8.0,
            scattered_fm=0.5,
            n_foot_tremor=3,
            n_alternating=3,
            n_high_frequency=3,
            n_rhythmic=3,
        ),
        contaminants=Contaminants(hum_uv=12.0, heart_leak_uv=10.0, n_pops=8, n_sways=8),
    ),
    Difficulty.HARD: Recipe(
        arousals_per_h=15.0,
        sleep=SleepPlan(delay_per_jerk_s=30.0, abort_probability=0.1),
        legs=LegPlan(rest_uv=4.0, right_factor=1.5, rest_wander=0.6),
        jerks=JerkPlan(amplitude_uv=(30.0, 200.0), bilateral_share=0.6, n_in_n2=2),
        movements=MovementPlan(
            n_isolated_lm=16,
            n_plm_series=8,
            plm_count=(6, 16),
            lm_duration_s=(0.6, 6.0),
            lm_amplitude_uv=(20.0, 120.0),
            n_fm_stretches=10,
            fm_stretch_s=240.0,
            fm_per_min=10.0,
            scattered_fm=1.0,
            n_foot_tremor=5,
            n_alternating=5,
            n_high_frequency=5,
            n_rhythmic=5,
            gap_s=5.0,
        ),
        contaminants=Contaminants(
            hum_uv=20.0,
            hum_hz=60.0,
            heart_leak_uv=25.0,
            n_pops=20,
            n_sways=15,
            lead_off_leg="right",
            lead_off_start=0.6,
            lead_off_stop=0.65,
        ),
    ),
}


def graded_night(
    difficulty: Difficulty, seed: int, *, leg_hz: float = 256.0, duration_h: float = 8.0
) -> Recipe:
    """Give the recipe of a night of that difficulty.

    Parameters
    ----------
    leg_hz
        Rate of the legs and the chin; 499.99 Hz gives records of an odd length.
    """
    rates = Rates(record_s=_RECORDS_S.get(leg_hz, 1.0), eeg_hz=200.0, chin_hz=leg_hz, leg_hz=leg_hz)
    changes = {
        "name": f"{difficulty}_{leg_hz:.0f}_{seed}",
        "seed": seed,
        "duration_h": duration_h,
        "rates": rates,
    }
    return _PLANS[difficulty].model_copy(update=changes)
