"""A technician's scoring; its stages stand in `hypnograms`."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group
from pipeline.codes.pages.hypnograms import HYPNOGRAMS
from pipeline.codes.pages.scoring_formats import FORMATS
from pipeline.codes.pages.scoring_texts import TEXTS

_STAGES = "EDF+ standard texts, sleep stages"

SCORING = Group(
    title="A technician's scoring",
    explanations=(
        *HYPNOGRAMS,
        Explanation(
            code=Code.SCORING_EMPTY,
            title="All epochs are unscored",
            meaning="The scoring holds epochs and not a single stage.",
            done="Uses the automatic stages.",
            repair="If the night was scored, export the scoring again.",
        ),
        *FORMATS,
        Explanation(
            code=Code.SCORING_MOVED,
            title="Scoring starts at another time",
            meaning="The scoring file and the recording start at different times.",
            done="Moves every time of the scoring by the difference of the two starts.",
            repair="Compare one event in both. If it is off, one of the start times is wrong: "
            "correct it with EDFbrowser's header editor, on a copy.",
        ),
        Explanation(
            code=Code.SCORING_CLOCK,
            title="Scoring may be an hour off",
            meaning="The scoring file starts at another time than the recording, and its stages "
            "look an hour off: the clock may have been changed between the two starts.",
            done="Moves the scoring by the difference of the two clocks: EDF names no time zone, "
            "and an hour is not guessed.",
            repair="Compare one event in both. If it is an hour off, correct the scoring's start "
            "time with EDFbrowser's header editor, on a copy.",
            standard="EDF+ 2.1.3.2",
        ),
        Explanation(
            code=Code.SCORING_START,
            title="Scoring is of another time",
            meaning="The scoring file starts so long before or after the recording that they "
            "cannot be of one night.",
            done="Refuses the study with that scoring.",
            repair="Check that both files are of one night and one patient; correct a wrong start "
            "date or time with EDFbrowser's header editor, on a copy.",
        ),
        Explanation(
            code=Code.SCORING_START_UNKNOWN,
            title="A start time is not known",
            meaning="The recording or the scoring file does not say when it starts.",
            done="Takes both to start together.",
            repair="Compare one event in both files. If it is off, write the start times with "
            "EDFbrowser's header editor, on a copy.",
        ),
        Explanation(
            code=Code.NO_STAGES,
            title="No sleep stage in the scoring",
            meaning="The file given with --hypnogram holds no sleep stage within the record.",
            done="Refuses the study with that scoring.",
            repair="Give a scoring with sleep stages of this very night, or leave --hypnogram out.",
            standard=_STAGES,
        ),
        Explanation(
            code=Code.NO_COMMON_EPOCHS,
            title="Scorings that never meet",
            meaning="No two of the scorings to compare have a scored epoch at the same time.",
            done="Compares nothing.",
            repair="Check that all are of one night, and that the start dates and times in their "
            "headers are right; correct a wrong one with EDFbrowser's header editor, on a copy.",
        ),
        Explanation(
            code=Code.TOO_FEW_SCORERS,
            title="Nobody to compare with",
            meaning="'hypnic compare' was given a single scorer.",
            done="Compares nothing.",
            repair="Give a second scoring file, a folder of them, or the result folder of a night "
            "that was scored with --hypnogram.",
        ),
        Explanation(
            code=Code.EPOCHS_DIFFER,
            title="Epochs of another length or place",
            meaning="The epochs of two scorings to compare differ in length, or begin at other "
            "times.",
            done="Compares them by time: the other is read at the middle of each epoch of the "
            "reference.",
            repair="Nothing needs to be done. For an agreement epoch by epoch, have both scored "
            "from the same start in epochs of 30 s.",
        ),
        Explanation(
            code=Code.SCORING_LONG,
            title="A scoring longer than any night",
            meaning="The last annotation of the scoring file ends more than a week after its "
            "start.",
            done="Refuses the scoring.",
            repair="Look in EDFbrowser's annotation window for an annotation with a wrong onset "
            "or duration, remove it, and export the scoring again.",
        ),
        Explanation(
            code=Code.UNKNOWN_TEXT,
            title="Annotations that are not known",
            meaning="Some annotations are no standard text. What they say is never repeated "
            "here, since it may name a patient.",
            done="Leaves them out.",
            repair="Notes and remarks may stay. If stages or events are missing, have the scoring "
            "program write the standard texts ('Sleep stage N2', 'Limb movement'), or name your "
            "own words under scoring.terms.",
            standard="EDF+ standard texts, annotations",
        ),
        Explanation(
            code=Code.OUTSIDE_RECORD,
            title="Events outside the record",
            meaning="Some scored events lie before or after the record.",
            done="Leaves them out.",
            repair="If there are many, check that scoring and recording are of one night and "
            "that the recording is complete.",
        ),
        Explanation(
            code=Code.NO_DURATION,
            title="Events without a duration",
            meaning="Some scored events have an onset and no duration.",
            done="Takes them as 0 s long.",
            repair="If durations matter, have the scoring program write them and export again.",
        ),
        Explanation(
            code=Code.ANNOTATION_OUTSIDE,
            title="A result lies outside the record",
            meaning="While the annotation file was being written, an event had an impossible "
            "onset or duration.",
            done="Publishes no result for the study.",
            repair="The study is not at fault. Please report it, with the reason file.",
        ),
        Explanation(
            code=Code.ANNOTATIONS_DIFFER,
            title="A file for other programs did not read back",
            meaning="What is written for other programs (EDF+, Luna, NSRR, BIDS, tables) is read "
            "back, and a reader found something else than was written.",
            done="Publishes no result for the study, or does not export the night.",
            repair="Run the study again. If it happens twice, check the disk and report it.",
        ),
        *TEXTS,
    ),
)
