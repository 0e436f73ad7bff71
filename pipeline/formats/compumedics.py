"""The event names of Compumedics Profusion, which the NSRR's XML keeps as its second labels."""

from __future__ import annotations

from pipeline.events import Side
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import MarkKind
from pipeline.hypnogram import Stage

# Profusion's codes; 9 is unscored and 10 artefact, neither is wake.
STAGES = {
    "0": Stage.W,
    "1": Stage.N1,
    "2": Stage.N2,
    "3": Stage.N3,
    "4": Stage.N3,
    "5": Stage.R,
    "6": Stage.MOVEMENT,
    "9": Stage.UNSCORED,
    "10": Stage.UNSCORED,
}
STAGE_4 = "4"
_LEFT, _RIGHT = ("(left)", "- left", "left leg"), ("(right)", "- right", "right leg")
_RESPIRATORY = {
    *("apnea", "obstructive apnea", "central apnea", "mixed apnea"),
    *("hypopnea", "obstructive hypopnea", "central hypopnea", "mixed hypopnea"),
    *("rera", "respiratory effort related arousal", "respiratory event related arousal"),
    *("apnea obstructive", "apnea central"),
    *("apnea mixed", "hypopnea obstructive", "hypopnea central"),
}
_KNOWN_STARTS = (
    *("spo2", "periodic breathing", "unsure", "unsure resp", "cheyne", "hypoventilation"),
    *("bradycardia", "tachycardia", "sinus", "narrow complex", "wide complex", "asystole"),
    *("hypnic jerk", "alternating leg", "hypnagogic foot", "high frequency leg"),  # our own
    *("atrial", "position", "body position", "snor", "bruxism", "rbd", "rmd", "artifact"),
    *(
        "respiratory artifact",
        "signal artifact",
        "recording start time",
        "spindle",
        "k-complex",
        "autonomic",
    ),
)
_MOVEMENTS = ("limb movement", "leg movement", "lm", "plm-lm", "plm-rrlm")


def kind_of(name: str) -> MarkKind:
    """Give what the event name stands for."""
    word = normalised(name)
    if "arousal" in word and "autonomic" not in word and word not in _RESPIRATORY:
        return MarkKind.AROUSAL
    if word in _RESPIRATORY:
        return MarkKind.RESPIRATORY
    if word.replace(" ", "") in ("lightsoff", "lightson"):
        return MarkKind.LIGHTS_OFF if word.endswith("off") else MarkKind.LIGHTS_ON
    return _movement(word)


def side_of(name: str) -> Side:
    """Give the leg that the event name tells."""
    word = normalised(name)
    if word.endswith(_LEFT):
        return Side.LEFT
    return Side.RIGHT if word.endswith(_RIGHT) else Side.UNKNOWN


def _movement(word: str) -> MarkKind:
    bare = word
    for ending in (*_LEFT, *_RIGHT):
        bare = bare.removesuffix(ending).strip()
    if bare in _MOVEMENTS:
        return MarkKind.LIMB_MOVEMENT
    if bare in ("plm", "periodic leg movement"):
        return MarkKind.PLM
    return MarkKind.KNOWN if word.startswith(_KNOWN_STARTS) else MarkKind.UNKNOWN
