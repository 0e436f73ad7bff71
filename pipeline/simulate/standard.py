"""The standard nights: eight that every detector must stand, three to show, and the nap."""

from __future__ import annotations

from pipeline.simulate.recipe import (
    Contaminants,
    JerkPlan,
    LegPlan,
    MovementPlan,
    Rates,
    Recipe,
    SleepPlan,
)

STANDARD_NIGHTS = (
    Recipe(name="plain_256", seed=101),
    Recipe(
        name="low_rate_128",
        seed=102,
        duration_h=6.0,
        rates=Rates(eeg_hz=100.0, chin_hz=128.0, leg_hz=128.0, ecg_hz=128.0),
        legs=LegPlan(rest_uv=1.0),
    ),
    Recipe(
        name="delaying_200",
        seed=103,
        rates=Rates(eeg_hz=200.0, chin_hz=200.0, leg_hz=200.0, ecg_hz=200.0),
        sleep=SleepPlan(delay_per_jerk_s=60.0, abort_probability=0.1),
        legs=LegPlan(rest_uv=3.0),
        contaminants=Contaminants(hum_uv=15.0, hum_hz=50.0),
    ),
    Recipe(
        name="odd_rate_499_98",
        seed=104,
        duration_h=7.5,
        rates=Rates(record_s=9.984375, eeg_hz=250.0, chin_hz=250.0, leg_hz=500.0, ecg_hz=250.0),
        legs=LegPlan(rest_uv=2.5),
        contaminants=Contaminants(heart_leak_uv=25.0),
    ),
    Recipe(
        name="plm_rich_500",
        seed=105,
        rates=Rates(eeg_hz=250.0, chin_hz=500.0, leg_hz=500.0, ecg_hz=500.0),
        movements=MovementPlan(n_plm_series=10, plm_count=(8, 20), lm_duration_s=(0.6, 4.0)),
        legs=LegPlan(rest_uv=1.5),
        contaminants=Contaminants(n_pops=10, n_sways=10),
    ),
    Recipe(
        name="myoclonus_512",
        seed=106,
        duration_h=7.0,
        rates=Rates(eeg_hz=256.0, chin_hz=512.0, leg_hz=512.0, ecg_hz=512.0),
        movements=MovementPlan(n_fm_stretches=12, fm_stretch_s=300.0, fm_per_min=8.0),
        legs=LegPlan(rest_uv=2.0, rest_wander=0.8),
        contaminants=Contaminants(hum_uv=8.0, hum_hz=60.0),
    ),
    Recipe(
        name="trains_256",
        seed=107,
        movements=MovementPlan(n_foot_tremor=8, n_alternating=8, n_high_frequency=8),
        legs=LegPlan(rest_uv=4.0),
        contaminants=Contaminants(lead_off_leg="left", lead_off_start=0.6, lead_off_stop=0.8),
    ),
    Recipe(
        name="one_leg_200",
        seed=108,
        duration_h=5.0,
        rates=Rates(eeg_hz=128.0, chin_hz=200.0, leg_hz=200.0, ecg_hz=200.0),
        jerks=JerkPlan(amplitude_uv=(60.0, 200.0), n_in_n2=2),
        legs=LegPlan(montage="left_only", rest_uv=8.0),
    ),
)
"""Legs at 128 to 512 Hz, rest from 1 to 8 uV; each night has one trouble of its own."""

DEMO_NIGHTS = (
    Recipe(
        name="demo_jerks",
        seed=11,
        sleep=SleepPlan(delay_per_jerk_s=60.0, abort_probability=0.1),
        contaminants=Contaminants(hum_uv=5.0),
    ),
    Recipe(
        name="demo_plm",
        seed=12,
        duration_h=7.5,
        movements=MovementPlan(n_plm_series=8, plm_count=(8, 18)),
        contaminants=Contaminants(heart_leak_uv=15.0, n_pops=5, n_sways=5),
    ),
    Recipe(
        name="demo_troubled",
        seed=13,
        duration_h=7.0,
        rates=Rates(eeg_hz=200.0, chin_hz=200.0, leg_hz=200.0, ecg_hz=200.0),
        legs=LegPlan(rest_uv=3.0, rest_wander=0.5),
        contaminants=Contaminants(
            hum_uv=12.0, lead_off_leg="right", lead_off_start=0.55, lead_off_stop=0.85
        ),
    ),
)
"""Three nights to try the program on."""

FULL25 = Recipe(
    name="full25",
    seed=25,
    channels="full25",
    rates=Rates(eeg_hz=256.0, breath_hz=256.0, slow_hz=256.0),
)
"""A night of 25 channels at 256 Hz: 370 MB as EDF."""

NAP = Recipe(
    name="nap",
    seed=22,
    duration_h=0.42,
    start_hour=13,
    channels="nap",
    arousals_per_h=4.0,
    rates=Rates(eeg_hz=128.0, chin_hz=200.0, leg_hz=200.0, ecg_hz=128.0),
    sleep=SleepPlan(
        stages="WWWWWWWW" + "1111111" + "WWW" + "11111111" + "2" * 18 + "WW",
        lights_off_s=30.0,
        jerks_per_n1_min=0.8,
    ),
    movements=MovementPlan(
        n_isolated_lm=2,
        n_plm_series=0,
        n_large=1,
        n_fm_stretches=1,
        fm_stretch_s=60.0,
        n_foot_tremor=0,
        n_alternating=0,
        n_high_frequency=0,
    ),
)
"""The committed sample: 25 minutes, one EEG, two EOG, chin, both legs."""


NIGHTS = {recipe.name: recipe for recipe in (*STANDARD_NIGHTS, *DEMO_NIGHTS, FULL25, NAP)}
"""Every recipe of this module by its name."""


def standard_night(name: str) -> Recipe:
    """Give the recipe of that name, of the standard and the demo nights, full25 and the nap."""
    return NIGHTS[name]
