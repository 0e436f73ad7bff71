"""Words of sleep laboratories in several languages and what each means, as data.

Words are compared by `key`, always as a whole. A word that means different things in two
programs is not here but with the format: ``PLM`` is one movement in one and a series in another.

References
----------
EDF+ standard texts. AASM manual, in its English, French and German terms. Exports of DOMINO
(German and English), Noxturnal (French and English), RemLogic, Grass Twin, Sandman, and the
event lists of STAGES, WSC and NCH.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from pipeline.events import Side
from pipeline.formats.marks import MarkKind
from pipeline.hypnogram import Stage

_NO_WORD = re.compile(r"[^\w?]+|_+")


def key(text: str) -> str:
    """Give the key by which words are compared: no case, accents, signs or runs of blanks."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _NO_WORD.sub(" ", bare).strip()


STAGE_WORDS: Mapping[str, Stage] = MappingProxyType(
    {
        **dict.fromkeys(("w", "wk", "wake", "awake", "wach", "eveil", "s0"), Stage.W),
        **dict.fromkeys(("n1", "s1", "nrem1", "nrem 1", "nonrem1"), Stage.N1),
        **dict.fromkeys(("n2", "s2", "nrem2", "nrem 2", "nonrem2"), Stage.N2),
        **dict.fromkeys(("n3", "s3", "nrem3", "nrem 3", "nonrem3"), Stage.N3),
        **dict.fromkeys(("n4", "s4", "nrem4", "nrem 4", "nonrem4"), Stage.N3),
        **dict.fromkeys(("r", "rem"), Stage.R),
        **dict.fromkeys(("no stage", "unknownstage", "notscored", "not scored"), Stage.UNSCORED),
    }
)
"""Stages, by key; in a list of events too they can mean nothing else."""

OTHER_STAGE_WORDS: Mapping[str, Stage] = MappingProxyType(
    {
        **dict.fromkeys(
            ("m", "mt", "mvt", "movement", "movement time", "bewegung"), Stage.MOVEMENT
        ),
        **dict.fromkeys(("?", "uns", "unscored", "unsure", "unknown", "undefined"), Stage.UNSCORED),
        **dict.fromkeys(("a", "art", "artifact", "artefact", "artefakt"), Stage.UNSCORED),
    }
)
"""What stands for a stage in a hypnogram; among events these words are events."""

EVENT_WORDS: Mapping[MarkKind, tuple[str, ...]] = MappingProxyType(
    {
        MarkKind.AROUSAL: (
            *("arousal", "eeg arousal", "microarousal", "micro arousal", "spontaneous arousal"),
            *("respiratory arousal", "plm arousal", "lm arousal", "limb movement arousal"),
            *("rera arousal", "snore arousal", "cardiac arousal", "spo2 arousal"),
            "flow limitation arousal",
            *("micro-éveil", "microéveil"),
            *("respiratorisches arousal", "kardio arousal", "schnarch arousal"),
            "flusslimitation arousal",
        ),
        MarkKind.RESPIRATORY: (
            *("apnea", "obstructive apnea", "central apnea", "mixed apnea", "a. central"),
            *("apnoea", "obstructive apnoea", "central apnoea", "mixed apnoea", "a. mixed"),
            *("hypopnea", "obstructive hypopnea", "central hypopnea", "mixed hypopnea", "rera"),
            *("hypopnoea", "obstructive hypopnoea", "central hypopnoea", "mixed hypopnoea"),
            *("apnea obstructive", "apnea central", "apnea mixed", "obstructiveapnea"),
            *("hypopnea obstructive", "hypopnea central", "hypopnea mixed", "centralapnea"),
            "respiratory event",
            *("mixedapnea", "obstructivehypopnea", "centralhypopnea", "mixedhypopnea"),
            *("a. obstructive", "a. centrale", "a. mixte", "apnée", "apnée obstructive"),
            *("apnée centrale", "apnée mixte", "hypopnée", "hypopnée obstructive"),
            *("hypopnée centrale", "hypopnée mixte", "h. obstructive", "h. centrale", "h. mixte"),
            *("apnoe", "obstruktive apnoe", "zentrale apnoe", "gemischte apnoe", "hypopnoe"),
            *("obstruktive hypopnoe", "zentrale hypopnoe", "gemischte hypopnoe"),
        ),
        MarkKind.LIMB_MOVEMENT: (
            *("limb movement", "leg movement", "legmovement", "limbmovement", "lm"),
            *("lm isolated", "plm isolated", "isolated lm", "isolated limb movement"),
            *("mj", "mouvement de jambe", "mouvement des jambes"),
            *("beinbewegung", "i-marker", "lm resp"),
        ),
        MarkKind.PLM: (
            *("plms", "plm periodic", "lm periodic", "lm plm", "periodic limb movement"),
            *("periodic leg movement", "p-marker"),
        ),
        MarkKind.LIGHTS_OFF: (
            *("lights off", "lights out", "light off", "light out", "licht aus", "lightsoff"),
            "lightsout",
            *("lumière éteinte", "lumières éteintes", "extinction des lumières"),
        ),
        MarkKind.LIGHTS_ON: (
            *(
                "lights on",
                "light on",
                "licht an",
                "lightson",
                "lumière allumée",
                "lumières allumées",
            ),
        ),
        MarkKind.KNOWN: (
            *("desat", "desaturation", "oxygen desaturation", "spo2 desaturation", "snore"),
            *("snoring", "snore train", "flow limitation", "artifact", "artefact"),
            *("spo2 artifact", "movement", "supine", "prone", "left", "right", "upright"),
            *("sitting", "standing", "position supine", "position left", "position right"),
            *("position prone", "position upright", "analysis start", "analysis stop"),
            *("recording start", "recording stop", "start recording", "stop recording"),
            *("started recording", "stopped recording", "notification", "warning", "spindle"),
            *("k complex", "spindle k", "bradycardia", "tachycardia", "asystole", "arrhythmia"),
            *("atrial fibrillation", "periodic breathing", "cheyne stokes breathing"),
            *("hypoventilation", "bruxism", "arousal autonomic", "autonomic arousal"),
            *("hypnic jerk", "alternating leg muscle activation", "hypnagogic foot tremor"),
            *("high frequency leg movement", "rhythmic movement"),
            *("désat", "désaturation", "ronflement", "dos", "ventre", "gauche", "droite"),
            *("debout", "assis", "début de l'analyse", "fin de l'analyse", "avertissement"),
            *("artefact spo2", "limitation de débit", "bradycardie", "tachycardie"),
            *("entsättigung", "schnarchen", "flusslimitation", "flußlimitation", "artefakt"),
            *("rückenlage", "bauchlage", "linkslage", "rechtslage", "links", "rechts", "rücken"),
            *("bauch", "aufrecht", "stehend", "sitzend", "spindel", "k-komplex"),
            *("körperlage event", "lm körperlage", "akzeleration", "dezeleration", "arrhythmie"),
        ),
    }
)
"""Events, in the spelling of their programs."""

_SIDES = {Side.LEFT: ("left", "gauche", "links"), Side.RIGHT: ("right", "droite", "rechts")}
SIDED: Mapping[str, tuple[MarkKind, Side]] = MappingProxyType(
    {
        key(words): (kind, side)
        for kind in (MarkKind.LIMB_MOVEMENT, MarkKind.PLM)
        for word in EVENT_WORDS[kind]
        for side, names in _SIDES.items()
        for name in names
        for words in (f"{word} {name}", f"{name} {word}", f"{word} - {name}")
    }
)
"""Movements whose name tells the leg, by key."""
