"""Tables of events that someone else scored."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

_WASM = "WASM 2016, doi 10.1016/j.sleep.2016.10.010"

TABLES = Group(
    title="A table of scored events",
    explanations=(
        Explanation(
            code=Code.TABLE_FILE,
            title="No table",
            meaning="The file is neither text with rows and delimiters, nor Parquet, nor JSON, "
            "or it is far longer than any night's scoring.",
            done="Stops; nothing is counted.",
            repair="Save it as CSV in UTF-8 with a header row, and try again.",
        ),
        Explanation(
            code=Code.TABLE_COLUMNS,
            title="A column is missing or there twice",
            meaning="The header lacks a column that is needed, or two columns mean one thing.",
            done="Stops; nothing is counted.",
            repair="Name the columns onset_s, duration_s (or offset_s), side; for stages "
            "onset_s, duration_s, stage. Times are in seconds.",
        ),
        Explanation(
            code=Code.TABLE_CELL,
            title="A cell cannot be used",
            meaning="A time is missing, no number, negative or beyond any night; a side is not "
            "that of one leg; or a stage is not understood.",
            done="Stops at the first such cell and names its line and column.",
            repair="Correct the cell, or delete the row. A movement of both legs is two rows.",
        ),
        Explanation(
            code=Code.TABLE_UNSORTED,
            title="Rows were sorted",
            meaning="Some rows begin before the row above them.",
            done="Sorts the events by onset.",
            repair="Nothing, unless the order was meant to say something: tables of two nights "
            "in one file look like this.",
        ),
        Explanation(
            code=Code.TABLE_OVERLAP,
            title="Events overlap",
            meaning="Some events begin before one above of the same kind, or the same leg, ends.",
            done="Joins movements of one leg as the rules say (under 0.5 s apart is one); keeps "
            "every respiratory event and arousal.",
            repair="Look for rows that are there twice.",
            standard=_WASM,
        ),
        Explanation(
            code=Code.TABLE_COMMA,
            title="Numbers with a comma",
            meaning="No time in the table has a point, and some have a comma.",
            done="Reads the comma as the decimal point.",
            repair="Nothing, unless the comma separates thousands: then export without it.",
        ),
        Explanation(
            code=Code.SIDE_UNKNOWN,
            title="Movements without a leg",
            meaning="Some movements name neither the left nor the right leg.",
            done="Takes them as of one lead that holds both legs: no two of them are combined as "
            "bilateral by the AASM rules.",
            repair="If the leg is known, give it in a column named side.",
            standard="AASM manual v3, VII.1",
        ),
        Explanation(
            code=Code.EVENT_UNSTAGED,
            title="Movements in no staged epoch",
            meaning="Some movements begin where the hypnogram has no stage, or ends before.",
            done="Keeps them in the table; no index counts them, and their time is in none.",
            repair="If there are many, check that stages and movements count their seconds from "
            "the same start.",
        ),
        Explanation(
            code=Code.NO_EVENTS,
            title="No such events in the file",
            meaning="The scoring file that was given for a kind of event holds none of it, so "
            "that nobody knows whether it was scored.",
            done="Stops; what was not scored is never counted as 0.",
            repair="Give the file that holds them. If they were scored and none was found, give "
            "a table with a header and no row.",
        ),
    ),
)
