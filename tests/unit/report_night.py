"""A made-up night for the report's tests: its stages, jerks and movements are drawn, not found."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement import Agreement
from pipeline.codes import Code
from pipeline.descents import Descent, Outcome
from pipeline.events import ArousalOrder, Event, EventKind, Reason, Side, Status, TaggedEvent
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.legs.activity import Envelope, LegCondition
from pipeline.lights import Lights
from pipeline.metrics import Metric
from pipeline.night import ChannelUse, Closeup, Night, Trace
from pipeline.notices import Notice

EPOCH_S = 30.0
_NO_SPAN = np.empty((0, 2))
_START = "W" * 24 + "1" * 14 + "W" * 3 + "1" * 6 + "W" * 2 + "1" * 8 + "2" * 30 + "3" * 60
_CYCLE = "2" * 40 + "R" * 30 + "W" * 2 + "1" * 8 + "2" * 50 + "3" * 36 + "1" * 3
LETTERS = (_START + _CYCLE * 4 + "2" * 90 + "R" * 30 + "1" * 6 + "W" * 20)[:960]


def whole_night(*, n_jerks: int = 14, seed: int = 5, left_label: str = "EMG Tib L") -> Night:
    """Give 8 h with jerks, periodic movements, arousals, both scorings and close-ups."""
    rng = np.random.default_rng(seed)
    hypnogram = from_letters(LETTERS)
    jerks = _jerks(rng, hypnogram, n_jerks)
    others = _movements(rng, hypnogram) + _rejected(rng, hypnogram)
    descents = _descents(hypnogram, [t.event.onset_s for t in jerks])
    return Night(
        duration_s=len(LETTERS) * EPOCH_S,
        start_clock_s=22.0 * 3600 + 41 * 60,
        lights=Lights(
            off_s=300.0,
            on_s=len(LETTERS) * EPOCH_S - 240.0,
            is_off_assumed=False,
            is_on_assumed=False,
        ),
        hypnogram=hypnogram,
        automatic=_automatic(rng, hypnogram),
        agreement=_agreement(),
        events=tuple(sorted(jerks + others, key=lambda t: t.event.onset_s)),
        descents=descents,
        metrics=_metrics(),
        channels=_channels(left_label),
        leg_conditions=(_leg("leg_left", left_label), _leg("leg_right", "EMG Tib R")),
        scorable_s={r: np.full(len(LETTERS), EPOCH_S) for r in ("leg_left", "leg_right")},
        envelopes=tuple(_envelope(rng, role) for role in ("leg_left", "leg_right")),
        closeups=tuple(
            _closeup(rng, t, left_label=left_label) for t in jerks if t.stage is Stage.N1
        ),
        notices=(
            Notice(
                code=Code.LEAD_OFF,
                where="leg_left",
                message="No low-pass named.",
            ),
            Notice(code=Code.TRUNCATED, where="record 959", message="The last record was dropped."),
        ),
    )


def bare_night(letters: str = "", *, duration_s: float = 120.0) -> Night:
    """Give a night without legs, EEG, events or numbers."""
    return Night(
        duration_s=duration_s,
        start_clock_s=None,
        lights=Lights(off_s=0.0, on_s=duration_s, is_off_assumed=True, is_on_assumed=True),
        hypnogram=from_letters(letters),
        automatic=None,
        agreement=None,
        events=(),
        descents=(),
        metrics=(),
        channels=(),
        leg_conditions=(),
        scorable_s={},
        envelopes=(),
        closeups=(),
        notices=(),
    )


def jerk(onset_s: float, stage: Stage = Stage.N1, **facts: object) -> TaggedEvent:
    """Give one accepted candidate sleep start; the facts go to its event."""
    event = Event(
        kind=EventKind.SLEEP_START,
        rule_set="SLEEP_START_v1",
        onset_s=onset_s,
        duration_s=0.18,
        side=Side.LEFT,
        amplitude_uv=80.0,
        rest_uv=2.0,
        z=20.0,
        grade="A",
    )
    event = replace(event, **facts)  # type: ignore[arg-type]  # the tests name fields of Event
    return TaggedEvent(
        event=event,
        stage=stage,
        stage_at_offset=stage,
        arousal_order=ArousalOrder.NONE,
        is_followed_by_wake=False,
    )


def closeup(tagged: TaggedEvent, rate_hz: float = 256.0) -> Closeup:
    """Give the ten seconds around an event, with noise on five traces."""
    return _closeup(np.random.default_rng(1), tagged, rate_hz)


def _jerks(rng: np.random.Generator, hypnogram: Hypnogram, n_jerks: int) -> list[TaggedEvent]:
    n1 = np.flatnonzero(hypnogram.stages == Stage.N1)
    onsets = [(30 * e + rng.uniform(2, 28), Stage.N1) for e in rng.choice(n1, n_jerks)]
    onsets += [(30 * e + 4.0, Stage.W) for e in (20, 22)] + [(30 * 90 + 3.0, Stage.N2)]
    cycle = zip(sorted(onsets), itertools.cycle("ABCA"), itertools.cycle(Side), strict=False)
    orders = itertools.cycle(ArousalOrder)
    return [
        replace(
            jerk(t, stage, grade=g, side=side, z=float(rng.uniform(4, 40)), isolation_s=12.4,
                 is_both_legs=g == "A", has_chin=g != "C", eeg_sign="vertex_wave",
                 heart_rate_rise_bpm=float(rng.normal(5, 3)), channel="EMG Tib L",
                 amplitude_uv=float(rng.uniform(25, 160)),
                 duration_s=float(rng.uniform(0.08, 0.4))),
            is_ambiguous=bool(t % 30 < 9),
            arousal_order=next(orders),
            is_followed_by_wake=bool(t % 2 < 1),
            probabilities=(0.1, 0.6, 0.2, 0.0, 0.1),
        )
        for (t, stage), g, side in cycle
    ]  # fmt: skip


def _movements(rng: np.random.Generator, hypnogram: Hypnogram) -> list[TaggedEvent]:
    def make(kind: EventKind, onset_s: float, duration_s: float, **facts: object) -> TaggedEvent:
        rules = str(facts.pop("rule_set", "AASM_v3"))
        event = Event(kind=kind, rule_set=rules, onset_s=onset_s, duration_s=duration_s)
        stage = hypnogram.stage_at(onset_s)
        event = replace(event, **facts)  # type: ignore[arg-type]  # fields of Event
        return TaggedEvent(event=event, stage=stage, stage_at_offset=stage)

    found = []
    for start_s in (5000.0, 9500.0, 15000.0):
        for i in range(40):
            t = start_s + 24.0 * i + rng.uniform(-3, 3)
            side = Side.LEFT if i % 3 else Side.RIGHT
            found.append(make(EventKind.UNILATERAL_LM, t, 1.8, side=side))
            found += [
                make(EventKind.LEG_MOVEMENT, t, 1.8, is_plm=True, rule_set=rules, series=1)
                for rules in ("AASM_v3", "WASM_2016")
            ]
    for t in rng.uniform(1000, 28000, 60):
        found.append(make(EventKind.AROUSAL, float(t), 6.0, rule_set="technician"))
        found.append(make(EventKind.RESPIRATORY, float(t) + 40, 18.0, rule_set="technician"))
        found.append(make(EventKind.FRAGMENTARY_MYOCLONUS, float(t) + 9, 0.1))
    found += [make(EventKind.FOOT_TREMOR, t, 25.0) for t in (620.0, 7500.0)]
    return found


def _rejected(rng: np.random.Generator, hypnogram: Hypnogram) -> list[TaggedEvent]:
    return [
        jerk(
            float(t), hypnogram.stage_at(float(t)), status=Status.REJECTED, reason=reason,
            grade=None, duration_s=0.1,
        )
        for reason in Reason
        for t in rng.uniform(0, 28000, 9)
    ]  # fmt: skip


def _descents(hypnogram: Hypnogram, jerks_s: list[float]) -> tuple[Descent, ...]:
    letters = [Stage(int(s)).letter for s in hypnogram.stages]
    starts = [i for i in range(1, len(letters)) if letters[i] == "N1" and letters[i - 1] == "W"]
    found = []
    for number, first in enumerate(starts, start=1):
        last = next(i for i in range(first, len(letters)) if letters[i] != "N1")
        start_s, end_s = first * EPOCH_S, last * EPOCH_S
        outcome = Outcome.N2 if letters[last] == "N2" else Outcome.WAKE
        jerks = tuple(t for t in jerks_s if start_s <= t < end_s)
        found.append(
            Descent(
                number=number, start_s=start_s, end_s=end_s, outcome=outcome, n1_s=end_s - start_s,
                to_n2_s=end_s - start_s if outcome is Outcome.N2 else None, to_n3_s=None,
                jerks_s=jerks, is_aborted_by_jerk=outcome is Outcome.WAKE and bool(jerks),
            )
        )  # fmt: skip
    return tuple(found)


def _automatic(rng: np.random.Generator, hypnogram: Hypnogram) -> Hypnogram:
    raw = rng.gamma(0.6, size=(len(hypnogram), 5)) + 4.0 * np.eye(5)[hypnogram.stages]
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    stages = probabilities.argmax(axis=1).astype(np.int8)
    return Hypnogram(stages=stages, probabilities=probabilities, source="auto")


def _agreement() -> Agreement:
    confusion = np.diag([40, 50, 400, 200, 140]) + 6
    return Agreement(
        n_epochs=int(confusion.sum()), accuracy=0.86, kappa=0.79,
        f1=(0.81, 0.52, 0.9, 0.88, None), confusion=confusion,
    )  # fmt: skip


def _metrics() -> tuple[Metric, ...]:
    def one(
        name: str, title: str, group: str, value: float | None, unit: str, **x: object
    ) -> Metric:
        text = f"{title}, over the time between lights off and lights on."
        return Metric(name=name, title=title, group=group, value=value, unit=unit,
                      definition=text, **x)  # type: ignore[arg-type]  # fields of Metric  # fmt: skip

    rate, low, high = 28.4, 15.5, 47.6
    jerks = "Jerks"
    return (
        one("lps_min", "Latency to persistent sleep from lights off", "Latencies", 12.5, "min"),
        one("n2_latency_min", "N2 latency from lights off", "Latencies", 14.0, "min"),
        one("n3_latency_min", "N3 latency from lights off", "Latencies", 29.0, "min"),
        one("jerks_n1", "Jerks in N1", jerks, 11, ""),
        one("jerks_n1_per_h", "Jerks in N1 per hour", jerks, rate, "/h", low=low, high=high),
        one("jerks_n1_expected", "Jerks in N1 expected under the stage probabilities", jerks, 11.2,
            "", low=8.0, high=15.0),
        one("jerks_n1_followed_percent",
            "Share of the jerks in N1 that were followed by arousal or wake", jerks, 54.5, "%",
            low=28.0, high=78.7),
        one("jerks_n1_arousal_first_percent", "Share of the jerks in N1 that came after an arousal",
            jerks, None, "%", reason="arousals were not scored"),
        one("jerks_all_grades_n1", "Jerks of all grades in N1", jerks, 14, ""),
        one("delay_matched_s", "Matched delay", jerks, None, "s",
            reason="3 jerks could be matched, 5 are needed"),
        one("tst_min", "Total sleep time", "Sleep", 421.5, "min"),
        one("sleep_efficiency_percent", "Sleep efficiency", "Sleep", 87.8, "%"),
        one("plms_per_h", "PLMS index", "Leg movements, AASM_v3", 17.1, "/h"),
    )  # fmt: skip


def _channels(left_label: str) -> tuple[ChannelUse, ...]:
    def use(role: str, label: str, used_for: str, reason: str = "") -> ChannelUse:
        return ChannelUse(
            role=role, label=label, rate_hz=256.0, resolution_uv=0.0488, highpass_hz=0.3,
            lowpass_hz=None, used_for=used_for, reason=reason,
        )  # fmt: skip

    return (
        use("eeg_c4", "C4-M1", "staging"), use("eog_left", "EOG LOC-M2", "staging"),
        use("chin", "EMG Chin", "chin"), use("leg_left", left_label, "legs"),
        use("leg_right", "EMG Tib R", "legs"),
        use("eeg_o1", "O1-M2", "", "flat for 92 % of the night"),
    )  # fmt: skip


def _leg(role: str, label: str) -> LegCondition:
    spans = np.array([[12000.0, 12900.0], [20000.0, 20060.0]]) if role == "leg_left" else _NO_SPAN
    return LegCondition(
        role=role, label=label, rate_hz=256.0, resolution_uv=0.0488, is_scorable=True, reason="",
        is_below_aasm_minimum=False, hum_hz=(50.0,), heart_leak_uv=0.8, median_rest_uv=1.9,
        unscorable=spans, unscorable_causes=("lead_off", "saturated")[: len(spans)],
    )  # fmt: skip


def _envelope(rng: np.random.Generator, role: str) -> Envelope:
    rest = np.full(28800, 1.9) + 0.3 * np.sin(np.arange(28800) / 3000)
    peak = rest + rng.gamma(0.7, 0.8, 28800)
    for start in (5000, 9500, 15000):
        peak[start : start + 960 : 24] += rng.uniform(20, 120, 40)
    if role == "leg_left":
        peak[12000:12900] = rest[12000:12900] = np.nan
    return Envelope(
        role=role, step_s=1.0, peak_uv=peak.astype(np.float32), rest_uv=rest.astype(np.float32)
    )


def _closeup(
    rng: np.random.Generator,
    tagged: TaggedEvent,
    rate_hz: float = 256.0,
    left_label: str = "EMG Tib L",
) -> Closeup:
    start_s = tagged.event.onset_s - 5.0
    t = start_s + np.arange(round(10 * rate_hz)) / rate_hz
    burst = (t >= tagged.event.onset_s) & (t < tagged.event.offset_s)
    loud = burst * (tagged.event.amplitude_uv or 0.0)

    def trace(
        role: str, label: str, signal: NDArray[np.float64], levels: dict[str, float]
    ) -> Trace:
        return Trace(role=role, label=label, rate_hz=rate_hz,
                     microvolts=signal.astype(np.float32), thresholds_uv=levels)  # fmt: skip

    noise = rng.normal(size=(5, len(t)))
    levels = {"rest": 2.0, "onset": 10.0, "offset": 4.0}
    slow = 4 * noise[4]
    return Closeup(
        event=tagged,
        start_s=start_s,
        stop_s=start_s + 10.0,
        traces=(
            trace("leg_left", left_label, noise[0] * (2 + loud), levels),
            trace("leg_right", "EMG Tib R", noise[1] * (2 + loud / 2), levels),
            trace("chin", "EMG Chin", noise[2] * (4 + loud / 4), {}),
            trace("eeg_c4", "C4-M1", 12 * noise[3] + 15 * np.sin(2 * np.pi * 6 * t) + 300, {}),
            trace("eog_left", "EOG LOC-M2", slow + 60 * np.sin(2 * np.pi * 0.2 * t), {}),
        ),
    )
