"""What each column of the BIDS tables means: the JSON beside them."""

from __future__ import annotations

from typing import Any

from pipeline.events import TECHNICIAN, Side
from pipeline.exchange.scored_night import ScoredNight, Term
from pipeline.hypnogram import SCORED, Stage
from pipeline.statement import RESEARCH_USE, VERIFY

BIDS_VERSION = "1.11.1"
HED_VERSION = "score_2.1.0"  # a library schema that holds the standard schema 8.4.0
STAGE_TYPES = {
    Stage.W: "sleep_stage_W",
    Stage.N1: "sleep_stage_N1",
    Stage.N2: "sleep_stage_N2",
    Stage.N3: "sleep_stage_N3",
    Stage.R: "sleep_stage_R",
    Stage.UNSCORED: "sleep_stage_unscored",
    Stage.MOVEMENT: "sleep_stage_movement",
}
LIGHTS_OFF, LIGHTS_ON = "lights_off", "lights_on"
_LEVELS = {
    **{name: f"Epoch of stage {stage.letter}" for stage, name in STAGE_TYPES.items()},
    LIGHTS_OFF: "Lights off, as marked",
    LIGHTS_ON: "Lights on, as marked",
    Term.HYPNIC_JERK: "Candidate sleep start (hypnic jerk) in the leg EMG",
    Term.LIMB_MOVEMENT: "Movement of one leg of 0.5 to 10 s",
    Term.PLMS: "Periodic limb movement in sleep (AASM manual v3), legs combined",
    Term.AROUSAL: "Arousal",
    Term.RESPIRATORY: "Apnoea, hypopnoea or effort-related arousal, as a technician scored it",
    Term.ALTERNATING_ACTIVATION: "Alternating leg muscle activation",
    Term.FOOT_TREMOR: "Hypnagogic foot tremor",
    Term.HIGH_FREQUENCY_LM: "High frequency leg movements",
    Term.RHYTHMIC_MOVEMENT: "Rhythmic movement",
}
_HED_TAGS = {  # where the schema has no tag there is a label; a jerk of falling asleep is such
    STAGE_TYPES[Stage.W]: "Awake",
    STAGE_TYPES[Stage.N1]: "Sleep-stage-N1",
    STAGE_TYPES[Stage.N2]: "Sleep-stage-N2",
    STAGE_TYPES[Stage.N3]: "Sleep-stage-N3",
    STAGE_TYPES[Stage.R]: "Sleep-stage-REM",
    STAGE_TYPES[Stage.UNSCORED]: "Label/Unscored",
    STAGE_TYPES[Stage.MOVEMENT]: "Label/Movement-time",
    LIGHTS_OFF: "Label/Lights-off",
    LIGHTS_ON: "Label/Lights-on",
    Term.HYPNIC_JERK: "Myoclonus, Label/Hypnic-jerk, Lower-extremity",
    Term.LIMB_MOVEMENT: "Move-body-part, Lower-extremity",
    Term.PLMS: "PLMS",
    Term.AROUSAL: "Sleep-related-arousal",
    Term.RESPIRATORY: "Label/Respiratory-event",
    Term.ALTERNATING_ACTIVATION: "Label/Alternating-leg-muscle-activation",
    Term.FOOT_TREMOR: "Label/Hypnagogic-foot-tremor",
    Term.HIGH_FREQUENCY_LM: "Label/High-frequency-leg-movement",
    Term.RHYTHMIC_MOVEMENT: "Label/Rhythmic-movement",
}
# One group a row, with scorer and side in it: rows that begin together are read as one, and in
# one reading no tag may stand twice.
_HED = {name: f"(Data-feature, {{scorer}}, {{side}}, {tags})" for name, tags in _HED_TAGS.items()}
_HED_SIDES = {Side.LEFT: "Left", Side.RIGHT: "Right", Side.BILATERAL: "Left, Right"}
_SIDES = {
    Side.LEFT: "Left leg",
    Side.RIGHT: "Right leg",
    Side.BILATERAL: "Both legs",
}
_NUMBERS = {
    "amplitude_uv": ("Peak of the leg EMG's envelope", "uV"),
    "rest_uv": ("Resting level of the leg EMG", "uV"),
    "z": ("Robust z of the peak over the resting level", None),
    "stability": ("Share of the detector's settings that keep the event, 0 to 1", None),
    "confidence": ("How likely an automatic arousal is one, 0 to 1", None),
    "imi_s": ("Onset to onset from the previous movement of the sequence", "s"),
    **{
        f"p_{stage.name.lower()}": (f"Automatic probability of stage {stage.letter}", None)
        for stage in SCORED
    },
}
COLUMNS = ("onset", "duration", "trial_type", "channel", "side", "stage", "scorer", "rule_set",
           "grade", "is_ambiguous", *_NUMBERS)  # fmt: skip
HYPNOGRAM_COLUMNS = ("onset", "duration", "stage", "scorer")
DRAFT = "Draft of the sleep extension of BIDS, which is not released: the names may change."


def events_sidecar(night: ScoredNight) -> dict[str, Any]:
    """Give the description of the events' columns, with HED tags for schema `HED_VERSION`."""
    scorers = _scorers(night)
    return {
        **_times(f"{RESEARCH_USE} {VERIFY}"),
        "trial_type": {"Description": "Kind of row", "Levels": _LEVELS, "HED": _HED},
        "channel": {"Description": "Label of the signal it was seen on; n/a: both legs together"},
        "side": {
            "Description": "Leg; n/a: not known, or no movement of a leg",
            "Levels": _SIDES,
            "HED": _HED_SIDES,
        },
        "stage": {"Description": "Stage of the epoch that holds the onset, by the stages used"},
        "scorer": {
            "Description": "Who scored the row",
            "Levels": scorers,
            "HED": {
                night.automatic_scorer: "Computed-prediction",
                TECHNICIAN: "Expert-annotation",
            },
        },
        "rule_set": {"Description": "Name and version of the rules that made the row"},
        "grade": {
            "Description": "Grade of a candidate sleep start",
            "Levels": {"A": "Most evidence", "B": "Less", "C": "Least"},
        },
        "is_ambiguous": {
            "Description": "Whether a stage change lies within 15 s",
            "Levels": {"true": "Yes", "false": "No"},
        },
        **{
            name: {"Description": words} | ({"Units": unit} if unit else {})
            for name, (words, unit) in _NUMBERS.items()
        },
    }


def hypnogram_sidecar(night: ScoredNight) -> dict[str, Any]:
    """Give the description of the hypnogram's columns, which says that it is a draft."""
    return {
        **_times(f"{DRAFT} {RESEARCH_USE}"),
        "stage": {
            "Description": "Stage of the epoch",
            "Levels": {stage.letter: name for stage, name in STAGE_TYPES.items()},
        },
        "scorer": {"Description": "Who staged", "Levels": _scorers(night)},
    }


def dataset_description(version: str) -> dict[str, Any]:
    """Give what BIDS wants to know of a folder of derived tables."""
    return {
        "Name": "hypnic scorings",
        "BIDSVersion": BIDS_VERSION,
        "HEDVersion": HED_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [
            {"Name": "hypnic", "Version": version, "Description": f"{RESEARCH_USE} {VERIFY}"}
        ],
    }


def _times(told: str) -> dict[str, Any]:
    return {
        "onset": {"Description": f"From the start of the recording. {told}", "Units": "s"},
        "duration": {"Description": "From the onset to the end", "Units": "s"},
    }


def _scorers(night: ScoredNight) -> dict[str, str]:
    return {
        night.automatic_scorer: f"Automatic, by hypnic {night.version}",
        TECHNICIAN: "A person, in a scoring of the study",
    }
