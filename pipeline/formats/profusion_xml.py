"""XML exports of Compumedics Profusion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.formats import compumedics, xml_tree
from pipeline.formats.doubts import checked_epoch_s, fault, left_out, old_stages
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.xml_tree import Element, number
from pipeline.hypnogram import EPOCH_S

SOURCE = "profusion"
_ROOT = "CMPStudyConfig"
_LIGHTS = {"LightsOff": MarkKind.LIGHTS_OFF, "LightsOn": MarkKind.LIGHTS_ON}


def looks_like(content: bytes) -> bool:
    """Tell whether the root element is that of a Profusion export."""
    return xml_tree.has_root(content, _ROOT)


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the one scoring of the file, read by tag name wherever the tags stand.

    Codes 3 and 4 are N3, 6 is movement time, 9 and 10 are unscored. The file tells no clock time:
    its zero is the study's start.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: no XML, or a stage that is none of Profusion's codes.
    """
    root = xml_tree.parse(content)
    epoch_s = checked_epoch_s(number(root.value("EpochLength"))) or EPOCH_S
    codes = [element.text.strip() for element in root.each("SleepStages", "SleepStage")]
    events = list(root.each("ScoredEvents", "ScoredEvent"))
    marks = [_mark(event) for event in events]
    kept = [mark for mark in marks if mark is not None]
    n_dark = sum(bool(root.value(tag)) and number(root.value(tag)) is None for tag in _LIGHTS)
    is_old = compumedics.STAGE_4 in codes
    return (
        ScoringFile(
            source=SOURCE,
            marks=(*_stages(codes, epoch_s), *kept, *_lights(root)),
            epoch_s=epoch_s,
            notices=(
                *xml_tree.encoding_doubt(content),
                *left_out(len(marks) - len(kept) + n_dark),
                *old_stages(is_told=is_old),
            ),
        ),
    )


def _stages(codes: Iterable[str], epoch_s: float) -> Iterator[Mark]:
    for number_, code in enumerate(codes):
        if code not in compumedics.STAGES:
            known = ", ".join(compumedics.STAGES)
            raise fault(f"A stage is none of {known}.", f"SleepStage {number_ + 1}")
        yield Mark(
            kind=MarkKind.STAGE,
            onset_s=number_ * epoch_s,
            duration_s=epoch_s,
            stage=compumedics.STAGES[code],
            text=code,
        )


def _mark(event: Element) -> Mark | None:
    """Give the mark of an event; None where its times cannot be read."""
    onset_s, duration_s = number(event.value("Start")), number(event.value("Duration") or "0")
    if onset_s is None or duration_s is None or duration_s < 0.0:
        return None
    name = event.value("Name")
    return Mark(
        kind=compumedics.kind_of(name),
        onset_s=onset_s,
        duration_s=duration_s,
        text=name,
        side=compumedics.side_of(name),
        channel=event.value("Input"),
    )


def _lights(root: Element) -> Iterator[Mark]:
    for tag, kind in _LIGHTS.items():
        onset_s = number(root.value(tag))
        if onset_s is not None:
            yield Mark(kind=kind, onset_s=onset_s, text=tag)
