"""The formats of scoring files; part of the group of a technician's scoring."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation

FORMATS = (
    Explanation(
        code=Code.SCORING_FORMAT,
        title="Scoring of an unknown format",
        meaning="The content of the scoring file is of no format that is known here; its ending "
        "does not matter.",
        done="Refuses the study with that scoring, and lists the formats that can be read.",
        repair="Export the scoring in one of them; EDF+ annotations are the safest.",
    ),
    Explanation(
        code=Code.SCORING_SYNTAX,
        title="Scoring file is not well formed",
        meaning="The scoring file breaks the rules of its format: XML that is broken or declares "
        "a document type, a row with too few columns, a stage code that does not exist.",
        done="Refuses the study with that scoring. Entities and document types of XML are never "
        "followed.",
        repair="Export the scoring again from the program that holds it; do not edit it by hand.",
    ),
    Explanation(
        code=Code.SCORING_ROWS,
        title="Rows of the scoring left out",
        meaning="Some rows have no start or duration that can be read, or end before they begin.",
        done="Leaves them out and counts them.",
        repair="If there are many, export the scoring again.",
    ),
    Explanation(
        code=Code.SCORING_RATE,
        title="Scoring counts in unknown samples",
        meaning="A WFDB annotation file gives its times in samples, and nothing says how many "
        "samples are a second.",
        done="Refuses the study with that scoring.",
        repair="Put the record's header (.hea) beside the file under the same name, or set "
        "scoring.sample_rate_hz.",
        standard="WFDB manual, header(5) and annot(5)",
    ),
    Explanation(
        code=Code.SCORING_BY_EPOCH,
        title="Events known to their epoch only",
        meaning="The scoring flags whole epochs: a leg movement or an apnoea happened in these "
        "30 s, and not when.",
        done="Lets leg and respiratory events last as long as their epoch. Arousals are not "
        "used, for their moment is what they are counted by.",
        repair="Nothing can be done; read what depends on the moment of these events with care.",
    ),
    Explanation(
        code=Code.SCORERS,
        title="Several scorers, or only a machine",
        meaning="The file holds more than one scoring, or stages that a machine made and nobody "
        "corrected.",
        done="Uses the person's stages where there are any, else the machine's.",
        repair="To use another scorer's stages, export them alone; 'hypnic compare FILE' compares "
        "the scorers of one file.",
    ),
)
