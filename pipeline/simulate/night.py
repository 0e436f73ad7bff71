"""A whole simulated night: its signals, and the exact truth about them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import EPOCH_S, Hypnogram
from pipeline.simulate import breath
from pipeline.simulate.chin import chin_channel
from pipeline.simulate.contaminants import (
    Cause,
    Contamination,
    contaminated,
    draw_contaminations,
)
from pipeline.simulate.draft import Burst, Movements
from pipeline.simulate.eeg import draw_source, eeg_channel
from pipeline.simulate.eyes import draw_blinks, draw_gaze, eog_channel
from pipeline.simulate.heart import draw_beats, ecg_channel, heart_leak
from pipeline.simulate.legs import add_bursts, resting_emg
from pipeline.simulate.movements import draw_movements
from pipeline.simulate.noise import ANTI_ALIAS, Floats, slow_swing, stream
from pipeline.simulate.recipe import Recipe
from pipeline.simulate.sleep import DescentTruth, draw_course
from pipeline.simulate.truth import artefacts, as_labelled, observable

LEG_LABELS = {Side.LEFT: "EMG LAT", Side.RIGHT: "EMG RAT", Side.UNKNOWN: "EMG LEG"}
_EEG = {
    "nap": ("EEG C4-M1",),
    "standard": ("EEG F4-M1", "EEG C4-M1", "EEG O2-M1"),
    "full25": ("EEG F4-M1", "EEG C4-M1", "EEG O2-M1", "EEG F3-M2", "EEG C3-M2", "EEG O1-M2"),
}
_SIDE_CHANNELS: dict[str, tuple[breath.SideChannel, ...]] = {
    "nap": (),
    "standard": breath.STANDARD,
    "full25": breath.FULL,
}
_EEG_FILTER = "HP:0.3Hz LP:{low:.4g}Hz"
_EMG_FILTER = "HP:10Hz LP:{low:.4g}Hz"
_SLOW_FILTER = "HP:0.05Hz LP:15Hz"


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedSignal:
    """One channel as a recorder would store it.

    Attributes
    ----------
    unit
        The header's physical dimension; ``uV`` for voltages.
    values
        In that unit (microvolts for voltages), float32, shape (n_samples,).
    prefilter
        The header's prefilter text.
    reach
        Largest value that the recorder represents; the least is its negative.
    """

    label: str
    rate_hz: float
    unit: str
    values: Floats
    prefilter: str
    reach: float

    @property
    def microvolts(self) -> Floats:
        """The values of a voltage channel."""
        return self.values


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedNight:
    """Signals and truth of one simulated night.

    Attributes
    ----------
    truth
        Leg events (one row per sleep start, unilateral LM, myoclonic burst or train) and
        artefacts, sorted by onset; sides as the channels' labels say.
    bursts
        Every burst of EMG in a leg; `Burst.event` is the index in `truth` of its event.
    arousals
        Arousals, those with a leg event and the spontaneous ones.
    descents
        How each descent was made, with the delay that its jerks caused.
    contaminations
        Every cause that spoils a leg, also those that last all night.
    beats_s
        Times of the R peaks, shape (n_beats,).
    """

    recipe: Recipe
    signals: tuple[SimulatedSignal, ...]
    hypnogram: Hypnogram
    truth: tuple[Event, ...]
    bursts: tuple[Burst, ...]
    arousals: tuple[Event, ...]
    descents: tuple[DescentTruth, ...]
    contaminations: tuple[Contamination, ...]
    beats_s: NDArray[np.float64]

    @property
    def lights_off_s(self) -> float:
        """Lights off in seconds from the start of the record."""
        return min(self.recipe.sleep.lights_off_s, self.lights_on_s)

    @property
    def lights_on_s(self) -> float:
        """Lights on: half a minute before the last epoch's end."""
        return self.hypnogram.end_s - EPOCH_S

    def signal(self, label: str) -> SimulatedSignal:
        """Give the channel of that label."""
        return next(s for s in self.signals if s.label == label)

    def events(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Give the true events of the given kinds."""
        return tuple(e for e in self.truth if e.kind in kinds)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scene:
    """All that the channels are made from."""

    recipe: Recipe
    hypnogram: Hypnogram
    movements: Movements  # what the channels show, on the true legs
    contaminations: tuple[Contamination, ...]
    beats_s: NDArray[np.float64]
    rest_uv: dict[Side, NDArray[np.float64]]


def simulate(recipe: Recipe) -> SimulatedNight:
    """Give the night that the recipe describes; the same recipe gives the same samples."""
    seed, montage = recipe.seed, recipe.legs.montage
    n_epochs = int(recipe.duration_s // EPOCH_S)
    course = draw_course(recipe.sleep, n_epochs, stream(seed, "sleep"))
    movements = draw_movements(recipe, course)
    found = draw_contaminations(recipe, movements, stream(seed, "contaminants"))
    scene = _Scene(
        recipe=recipe,
        hypnogram=course.hypnogram,
        movements=observable(movements, found, montage),
        contaminations=found,
        beats_s=draw_beats(
            course.hypnogram, movements.heart_s, recipe.jerks.heart_rise_bpm, stream(seed, "heart")
        ),
        rest_uv={side: _rest_level(recipe, side, n_epochs) for side in (Side.LEFT, Side.RIGHT)},
    )
    truth, bursts = _truth(scene)
    return SimulatedNight(
        recipe=recipe,
        signals=(*_head(scene), *_legs(scene), *_others(scene)),
        hypnogram=course.hypnogram,
        truth=truth,
        bursts=bursts,
        arousals=movements.arousals,
        descents=course.descents,
        contaminations=found,
        beats_s=scene.beats_s,
    )


def _rest_level(recipe: Recipe, side: Side, n_epochs: int) -> NDArray[np.float64]:
    swing = slow_swing(n_epochs, recipe.legs.rest_wander, stream(recipe.seed, f"rest {side}"))
    factor = recipe.legs.right_factor if side is Side.RIGHT else 1.0
    level: NDArray[np.float64] = recipe.legs.rest_uv * factor * swing
    return level


def _truth(scene: _Scene) -> tuple[tuple[Event, ...], tuple[Burst, ...]]:
    montage = scene.recipe.legs.montage
    shown = as_labelled(_with_rest(scene), montage)
    spoiled = artefacts(scene.contaminations, montage)
    everything = [_named(e) for e in (*shown.events, *spoiled)]
    order = sorted(range(len(everything)), key=lambda i: (everything[i].onset_s, i))
    place = {old: new for new, old in enumerate(order)}
    bursts = tuple(replace(b, event=place[b.event]) for b in shown.leg_bursts)
    return tuple(everything[i] for i in order), bursts


def _with_rest(scene: _Scene) -> Movements:
    """Fill in the resting level at each event's onset: the higher one of its legs."""

    def rest_uv(event: Event) -> float:
        sides = [s for s in scene.rest_uv if event.side in (s, Side.BILATERAL)]
        epoch = scene.hypnogram.epoch_at(event.onset_s) or 0
        return float(max(scene.rest_uv[side][epoch] for side in sides))

    events = tuple(replace(e, rest_uv=rest_uv(e)) for e in scene.movements.events)
    return replace(scene.movements, events=events)


def _named(event: Event) -> Event:
    return replace(event, channel=LEG_LABELS.get(event.side))


def _signal(scene: _Scene, label: str, nominal_hz: float, values: Floats) -> SimulatedSignal:
    rate_hz = scene.recipe.true_rate_hz(nominal_hz)
    pattern = _EMG_FILTER if label.startswith("EMG") else _EEG_FILTER
    return SimulatedSignal(
        label=label,
        rate_hz=rate_hz,
        unit="uV",
        values=values,
        prefilter=pattern.format(low=ANTI_ALIAS * rate_hz),
        reach=3276.7,
    )


def _size(recipe: Recipe, nominal_hz: float) -> int:
    return recipe.n_records * recipe.samples_per_record(nominal_hz)


def _head(scene: _Scene) -> list[SimulatedSignal]:
    recipe, hypnogram, seed = scene.recipe, scene.hypnogram, scene.recipe.seed
    nominal = recipe.rates.eeg_hz
    rate_hz, n = recipe.true_rate_hz(nominal), _size(recipe, nominal)
    source = draw_source(hypnogram, scene.movements, rate_hz, n, seed)
    out = []
    for label in _EEG[recipe.channels]:
        values = eeg_channel(source, hypnogram, label[4], stream(seed, label))
        out.append(_signal(scene, label, nominal, values))
    gaze = draw_gaze(hypnogram, rate_hz, n, stream(seed, "gaze"))
    blinks = draw_blinks(hypnogram, rate_hz, n, stream(seed, "blinks"))
    for label, sign in (("EOG E1-M2", 1.0), ("EOG E2-M2", -1.0)):
        values = eog_channel(source, hypnogram, (gaze, blinks), sign, stream(seed, label))
        out.append(_signal(scene, label, nominal, values))
    nominal = recipe.rates.chin_hz
    n, rate_hz = _size(recipe, nominal), recipe.true_rate_hz(nominal)
    chin = chin_channel(hypnogram, scene.movements, rate_hz, n, stream(seed, "chin"))
    return [*out, _signal(scene, "EMG Chin", nominal, chin)]


def _legs(scene: _Scene) -> list[SimulatedSignal]:
    sides = {
        "both": (Side.LEFT, Side.RIGHT),
        "swapped": (Side.RIGHT, Side.LEFT),
        "identical": (Side.LEFT, Side.LEFT),
        "left_only": (Side.LEFT,),
        "right_only": (Side.RIGHT,),
    }
    montage, nominal = scene.recipe.legs.montage, scene.recipe.rates.leg_hz
    if montage == "combined":
        both = _leg(scene, Side.LEFT) + _leg(scene, Side.RIGHT)
        return [_signal(scene, LEG_LABELS[Side.UNKNOWN], nominal, both)]
    labels = [LEG_LABELS[Side.RIGHT]] if montage == "right_only" else list(LEG_LABELS.values())
    return [
        _signal(scene, label, nominal, _leg(scene, side))
        for label, side in zip(labels, sides[montage], strict=False)
    ]


def _leg(scene: _Scene, side: Side) -> Floats:
    recipe, seed, nominal = scene.recipe, scene.recipe.seed, scene.recipe.rates.leg_hz
    rate_hz, n = recipe.true_rate_hz(nominal), _size(scene.recipe, nominal)
    emg = resting_emg(scene.rest_uv[side], rate_hz, n, stream(seed, f"leg {side}"))
    bursts = tuple(b for b in scene.movements.leg_bursts if b.side == side)
    emg = add_bursts(emg, bursts, rate_hz, recipe.legs.edge_s, stream(seed, f"bursts {side}"))
    found = tuple(c for c in scene.contaminations if c.side == side)
    if any(c.cause is Cause.HEART for c in found):
        emg += heart_leak(scene.beats_s, recipe.contaminants.heart_leak_uv, rate_hz, n)
    return contaminated(emg, rate_hz, recipe.contaminants, found, stream(seed, f"spoil {side}"))


def _others(scene: _Scene) -> list[SimulatedSignal]:
    recipe = scene.recipe
    nominal = recipe.rates.ecg_hz
    n, rate_hz = _size(recipe, nominal), recipe.true_rate_hz(nominal)
    ecg = ecg_channel(scene.beats_s, rate_hz, n, stream(recipe.seed, "ecg"))
    out = [_signal(scene, "ECG", nominal, ecg)]
    for spec in _SIDE_CHANNELS[recipe.channels]:
        nominal = recipe.rates.breath_hz if spec.is_wave else recipe.rates.slow_hz
        rate_hz = recipe.true_rate_hz(nominal)
        values = spec.draw(rate_hz, _size(recipe, nominal), stream(recipe.seed, spec.label))
        out.append(
            SimulatedSignal(
                label=spec.label,
                rate_hz=rate_hz,
                unit=spec.unit,
                values=values,
                prefilter=_SLOW_FILTER if spec.is_wave else "",
                reach=spec.reach,
            )
        )
    return out
