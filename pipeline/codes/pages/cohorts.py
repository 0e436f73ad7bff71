"""Cohorts."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

COHORTS = Group(
    title="Cohorts",
    explanations=(
        Explanation(
            code=Code.PARTICIPANTS,
            title="Participants table cannot be used",
            meaning="The table given with --participants cannot be read, lacks a column that is "
            "needed, or names one study twice.",
            done="Writes nothing; the message lists the columns that are there and those that are "
            "needed.",
            repair="The table needs a header line and a row per night: study_key or file, and "
            "participant_id; night or date tells the order of a person's nights.",
        ),
        Explanation(
            code=Code.PARTICIPANTS_UNMATCHED,
            title="Results and participants do not match",
            meaning="Rows of the participants table have no scored night, or scored nights have "
            "no row.",
            done="Leaves both out and tells how many.",
            repair="Score the missing studies, or complete the table. A file name is known only "
            "on the machine that scored it; a study key is known everywhere.",
        ),
        Explanation(
            code=Code.COHORT_EMPTY,
            title="No night for the cohort",
            meaning="Not one row of the participants table has a scored night that can be read.",
            done="Writes nothing.",
            repair="Compare the column study_key (or file) with the folder names under nights in "
            "the results.",
        ),
        Explanation(
            code=Code.COHORT_SETTINGS,
            title="Nights were scored differently",
            meaning="The nights of a cohort were not all scored with the same settings and "
            "version, or a study has results of several settings.",
            done="Takes for each study the result of the most frequent settings, and tells it.",
            repair="Score all studies with one version and one settings file.",
        ),
        Explanation(
            code=Code.COHORT_SMALL,
            title="Few persons",
            meaning="The cohort has few persons, so errors between persons are themselves "
            "uncertain.",
            done="Gives the intervals all the same; they may be too narrow.",
            repair="Read them as a first look; add persons.",
        ),
    ),
)
