"""A technician's stages, drawn as a hypnogram; part of the group of a technician's scoring."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation

_STAGES = "EDF+ standard texts, sleep stages"

HYPNOGRAMS = (
    Explanation(
        code=Code.HYPNOGRAM_LONGER,
        title="Hypnogram reaches past the record",
        meaning="Stages begin before the record or end after it.",
        done="Cuts the epochs off that lie outside.",
        repair="One or two epochs are common. If there are many, check that scoring and "
        "recording are of one night, and that the recording is complete.",
    ),
    Explanation(
        code=Code.HYPNOGRAM_SHORTER,
        title="Hypnogram does not reach over the record",
        meaning="The last stage ends an epoch or more before the record, or the first begins that "
        "much after it.",
        done="Leaves the rest of the record without a stage; it counts neither as wake nor "
        "as sleep.",
        repair="If the patient was up and the lights were on by then, nothing needs to be "
        "done. Else finish the scoring.",
    ),
    Explanation(
        code=Code.HYPNOGRAM_SHIFTED,
        title="Hypnogram starts between epochs",
        meaning="The first stage does not begin at a whole number of epochs from the "
        "record's start.",
        done="Keeps the scorer's epochs; they run from the first stage on.",
        repair="Nothing needs to be done if the scoring program does so. If not, check the "
        "start times of recording and scoring.",
    ),
    Explanation(
        code=Code.HYPNOGRAM_GAP,
        title="Epochs without a stage",
        meaning="Between the first and the last stage some epochs have none.",
        done="Leaves them unscored; nothing is filled in.",
        repair="Score the missing epochs, and run the study again.",
    ),
    Explanation(
        code=Code.HYPNOGRAM_OVERLAP,
        title="Two stages for one epoch",
        meaning="Some epochs carry two different stages, as when two scorers share a file.",
        done="Leaves them unscored; neither scorer is preferred.",
        repair="Export one scorer's stages, or give them as a file of their own with --hypnogram.",
        standard="EDF+ 3.3, scorings by others belong in a file of their own",
    ),
    Explanation(
        code=Code.HYPNOGRAM_IRREGULAR,
        title="Stages off the epoch grid",
        meaning="Some stages begin between epochs, are no whole number of epochs long, or "
        "have no duration.",
        done="Moves them to the nearest epoch, drops what is left of an epoch, and lets a "
        "stage without a duration last until the next.",
        repair="Compare the hypnogram with the scoring program. If it differs, export it "
        "again with one annotation for each epoch.",
        standard=_STAGES,
    ),
    Explanation(
        code=Code.HYPNOGRAM_20S,
        title="Epochs of 20 s",
        meaning="The night was scored in epochs of 20 seconds.",
        done="Keeps them. The automatic stages are those of 30 s epochs.",
        repair="Nothing needs to be done; compare figures only with nights of 20 s epochs.",
        standard="AASM manual v3, stages are scored in epochs of 30 s",
    ),
    Explanation(
        code=Code.HYPNOGRAM_RK,
        title="Stages of Rechtschaffen and Kales",
        meaning="The scoring uses the stages of Rechtschaffen and Kales (1 to 4).",
        done="Reads 1 as N1, 2 as N2, 3 and 4 as N3.",
        repair="Nothing needs to be done; say so where the figures are used.",
        standard="AASM manual v3, N3 stands for stages 3 and 4",
    ),
    Explanation(
        code=Code.HYPNOGRAM_VAGUE,
        title="Stages that say only 'not R'",
        meaning="Some stages are 'Sleep stage N': sleep, but not which.",
        done="Leaves them unscored: N1 to N3 cannot be told apart.",
        repair="Score them as N1, N2 or N3, or count by the automatic stages with "
        "--stage-source auto.",
        standard=_STAGES,
    ),
    Explanation(
        code=Code.HYPNOGRAM_OUTSIDE,
        title="No stage lies within the record",
        meaning="There are stages, all of them before or after the record.",
        done="Leaves the hypnogram out and uses the automatic stages; where it came with "
        "--hypnogram, the study is refused (NO_STAGES).",
        repair="Check that scoring and recording are of one night; correct a wrong start date "
        "or time with EDFbrowser's header editor, on a copy.",
    ),
)
