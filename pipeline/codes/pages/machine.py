"""The machine."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

MACHINE = Group(
    title="The machine",
    explanations=(
        Explanation(
            code=Code.MODEL_DAMAGED,
            title="A staging model is damaged",
            meaning="A model of the automatic staging is not the one that was tested: its "
            "checksum differs.",
            done="Stages nothing with it, and publishes no result.",
            repair="Install hypnic again.",
        ),
        Explanation(
            code=Code.IO,
            title="Reading or writing failed",
            meaning="The disk, the network share or the rights do not let a file be read or "
            "written.",
            done="Publishes nothing half done, and leaves the study for another try.",
            repair="Check the disk, the share and your rights, then run it again: what is done "
            "is skipped.",
        ),
        Explanation(
            code=Code.CHANGED,
            title="The file is still changing",
            meaning="The study changed while it was read: the recorder or a copy still writes it.",
            done="Does not score it, and leaves it for another try.",
            repair="Wait until the recorder or the copy has finished, then run it again.",
        ),
        Explanation(
            code=Code.COPY_FAILED,
            title="Study could not be copied",
            meaning="Each study is copied to a private place before it is read; that copy failed.",
            done="Does not score it, and leaves it for another try.",
            repair="Check that the file can be read and that the disk has room, then run it again.",
        ),
        Explanation(
            code=Code.PUBLISH_FAILED,
            title="Result could not be published",
            meaning="The night was scored, but its folder could not be put into its place.",
            done="Publishes nothing half done, and leaves the study for another try.",
            repair="Check that the output folder is writable and has room, then run it again.",
        ),
        Explanation(
            code=Code.DISK_FULL,
            title="The disk is full",
            meaning="There was no room left to write to.",
            done="Publishes nothing half done, tries again (run.tries), then begins no further "
            "study of the batch: all that are left are pending, and none is blamed.",
            repair="Make room (results, temporary files), then run it again: what is done is "
            "skipped.",
        ),
        Explanation(
            code=Code.CLAIMED,
            title="Another worker has the study",
            meaning="Another batch, on this machine or on one that shares the output folder, is "
            "scoring the same study with the same settings.",
            done="Goes on with other studies, then waits for as long as a study may take "
            "(run.time_limit_s), and leaves the study for another try.",
            repair="Let the other batch finish. A worker that died is noticed by itself, at once "
            "on the same machine, after run.claim_silence_s on another.",
        ),
        Explanation(
            code=Code.CLAIM_LOST,
            title="The study was given to another worker",
            meaning="This worker gave no sign of life for run.claim_silence_s (the machine slept, "
            "or the network share was gone), so another took its study over.",
            done="Publishes nothing of its own, and tries again (run.tries): mostly the other's "
            "result is there by then.",
            repair="If it comes often on a slow share, raise run.claim_silence_s.",
        ),
        Explanation(
            code=Code.CHILD_DIED,
            title="The scoring process died",
            meaning="The process that scored this study was ended from outside, mostly because "
            "the machine ran out of memory.",
            done="Tries again (run.tries), then sets the study aside; the others go on.",
            repair="Run fewer studies at a time (--jobs 1). If it dies again, send the study's "
            "reason file.",
        ),
        Explanation(
            code=Code.MEMORY_LIMIT,
            title="Needs too much memory",
            meaning="Scoring this study would take more memory than run.memory_limit_mib.",
            done="Sets the study aside; the others go on.",
            repair="Look whether the file is far longer than a night; if not, raise "
            "run.memory_limit_mib.",
        ),
        Explanation(
            code=Code.TIME_LIMIT,
            title="Takes too long",
            meaning="Scoring this study took longer than run.time_limit_s.",
            done="Stops it, tries once more, then sets it aside; the others go on.",
            repair="Look whether the file is far longer than a night, or the machine is busy; if "
            "not, raise run.time_limit_s.",
        ),
        Explanation(
            code=Code.INTERNAL_ERROR,
            title="A fault of hypnic itself",
            meaning="hypnic met a case that it does not know.",
            done="Sets the study aside with the place in the program; the others go on. The "
            "study was not changed.",
            repair="Please report it with the study's reason file; it holds no patient data.",
        ),
    ),
)
