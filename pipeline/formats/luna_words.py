"""Luna's names of stages and events, with the aliases that it knows itself."""

from __future__ import annotations

from pipeline.events import Side
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import MarkKind
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import stage_word
from pipeline.hypnogram import Stage

_N3 = ("n3", "nrem3", "stage3", "stage 3", "stage n3", "s3", "sro:stage3sleep", "n3 sleep")
_N4 = ("n4", "nrem4", "stage4", "stage 4", "stage n4", "s4", "sro:stage4sleep")
STAGES = {
    **dict.fromkeys(("w", "wake", "stage w", "sro:wake", "stagew", "awake"), Stage.W),
    **dict.fromkeys(
        ("n1", "nrem1", "stage1", "stage 1", "stage n1", "s1", "sro:stage1sleep", "n1 sleep"),
        Stage.N1,
    ),
    **dict.fromkeys(
        ("n2", "nrem2", "stage2", "stage 2", "stage n2", "s2", "sro:stage2sleep", "n2 sleep"),
        Stage.N2,
    ),
    **dict.fromkeys((*_N3, *_N4, "sro:stage34sleep", "stage34", "stage 34"), Stage.N3),
    **dict.fromkeys(
        ("r", "rem", "stage r", "rem sleep", "sro:remsleep", "sro:rapideyemovement", "stager"),
        Stage.R,
    ),
    **dict.fromkeys(("?", "u", "unscored", "unknown", "stage ?", "l", "gap", "g"), Stage.UNSCORED),
    **dict.fromkeys(("m", "movement", "mt"), Stage.MOVEMENT),
}
_STAGE_CLASSES = {"sleepstage", "sleep_stage", "edf_annot"}
OLD = frozenset(_N4)
_BREATHS = {"apnea", "hypopnea", "rera", "apnoea", "hypopnoea"}
_KINDS = {
    "arousal": MarkKind.AROUSAL,
    "rera": MarkKind.RESPIRATORY,
    "lm": MarkKind.LIMB_MOVEMENT,
    "plm": MarkKind.PLM,
    "plms": MarkKind.PLM,
    **dict.fromkeys(_BREATHS, MarkKind.RESPIRATORY),
    **dict.fromkeys(("lights_off", "lightsoff", "lights off", "lights_out"), MarkKind.LIGHTS_OFF),
    **dict.fromkeys(("lights_on", "lightson", "lights on"), MarkKind.LIGHTS_ON),
    **dict.fromkeys(
        ("desat", "artifact", "position", "hypnic_jerk", "snore", "arrhythmia", "bruxism", "rbd"),
        MarkKind.KNOWN,
    ),
    **dict.fromkeys(("periodic_breathing", "cheyne_stokes_breathing", "spindle"), MarkKind.KNOWN),
    **dict.fromkeys(
        ("alma", "hypnagogic_foot_tremor", "high_frequency_lm", "rhythmic_movement"),
        MarkKind.KNOWN,  # this project's own
    ),
    **dict.fromkeys(("sp", "so", "tachycardia", "bradycardia", "notes"), MarkKind.KNOWN),
}


def stage_of(name: str) -> Stage | None:
    """Give the stage of a class; None where it is none."""
    return STAGES.get(normalised(name))


def stage_in(name: str, instance: str) -> Stage | None:
    """Give the stage of a row: its class, or the instance of a class of all stages.

    Luna names EDF+ annotations `edf_annot`, with their text as the instance.
    """
    if normalised(name) not in _STAGE_CLASSES:
        return stage_of(name)
    found = stage_of(instance)
    return stage_word(key(instance)) if found is None else found


def kind_of(name: str) -> MarkKind:
    """Give what a class other than a stage stands for: ``apnea:central`` is an apnoea."""
    word = normalised(name)
    first = word.partition(":")[0]
    found = _KINDS.get(word) or _KINDS.get(first) or _KINDS.get(first.partition("_")[0])
    return found or MarkKind.UNKNOWN


def side_of(name: str, instance: str) -> Side:
    """Give the leg in ``LM:left``, or in the instance beside ``LM``."""
    words = {normalised(name).partition(":")[2], normalised(instance)}
    sides = [side for side in (Side.LEFT, Side.RIGHT) if side.value in words]
    return sides[0] if len(sides) == 1 else Side.UNKNOWN
