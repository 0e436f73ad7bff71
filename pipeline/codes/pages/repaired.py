"""Files that are repaired or doubted, and refused where a repair would be a guess."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

_COPY = "Work on a copy: the header editor changes the file itself."

REPAIRED = Group(
    title="A file that is repaired or doubted, and refused where a repair would be a guess",
    explanations=(
        Explanation(
            code=Code.EXT_MISMATCH,
            title="Ending says the other format",
            meaning="The name ends in .edf and the content is BDF, or the other way round.",
            done="Reads it as what it is.",
            repair="Rename the file if other programs stumble over it.",
        ),
        Explanation(
            code=Code.NRECORDS_UNKNOWN,
            title="Number of records not filled in",
            meaning="The header says -1 or 0 data records: the recorder did not close the file.",
            done="Counts and reads the whole records that are there.",
            repair="Look whether the night is complete. EDFbrowser's header editor fills in the "
            f"number: open, save. {_COPY}",
            standard="EDF+ 2.1.3.10, -1 only while recording",
        ),
        Explanation(
            code=Code.EXTRA_DATA,
            title="More data than the header says",
            meaning="Behind the stated number of records there are more, or some stray bytes.",
            done="Reads all whole records that are there, but no padding of zeros; leaves stray "
            "bytes out. Refuses the file where another recording begins behind the last record.",
            repair="Compare the length with the night's protocol. If it is right, nothing needs "
            f"to be done; EDFbrowser's header editor corrects the number. {_COPY}",
        ),
        Explanation(
            code=Code.TRUNCATED,
            title="Less data than the header says",
            meaning="The file ends before its last record: the copy or the recorder stopped.",
            done="Reads the whole records that are there; the rest of the night is missing. "
            "Refuses a file without one whole record.",
            repair="Copy the file again from the recorder. If it is no longer there, the shorter "
            "night can be used; its totals are those of a shorter night.",
        ),
        Explanation(
            code=Code.HEADER_NUMBER,
            title="A number is written wrongly",
            meaning="A header field that must hold a number holds a decimal comma, 60.0 in place "
            "of 60, or no number at all.",
            done="Reads a comma as a point and 60.0 as 60, and says so. Refuses the file where no "
            "number can be made of it.",
            repair="Export the study again with the computer's decimal sign set to a point. "
            f"EDFbrowser's header editor can repair some such numbers. {_COPY}",
            standard="EDF+ 2.1.3.6, no comma in numbers",
        ),
        Explanation(
            code=Code.RATE_ROUNDED,
            title="Sampling rate is rounded",
            meaning="The duration of a record was cut to 8 characters (0.003906 for 1/256 s), so "
            "that the sampling rate is not the whole number that it surely was.",
            done="Uses the duration as written. Times may drift by as much as the notice says.",
            repair="Export with records of 1 second or longer.",
            standard="EDF, duration of a data record: a whole number of seconds is recommended",
        ),
        Explanation(
            code=Code.PHYS_RANGE,
            title="Physical range is empty",
            meaning="A channel's physical minimum equals its maximum, or they are too far "
            "apart or too close for a gain.",
            done="Does not use the channel; the rest of the study is read.",
            repair="Set the range of that channel in the recorder's export and export again.",
            standard="EDF+ 2.1.3.5, physical maximum differs from minimum",
        ),
        Explanation(
            code=Code.DIG_RANGE,
            title="Digital range is wrong",
            meaning="A channel's digital minimum equals or exceeds its maximum, or the range is "
            "wider than the samples can be.",
            done="Equal: does not use the channel. Exceeds: takes it literally, which turns the "
            "polarity. Too wide: keeps it.",
            repair="Export again with the right range. If the polarity is turned, EEG and EOG "
            "look upside down in any viewer.",
            standard="EDF+ 2.1.3.5, digital maximum is larger than minimum",
        ),
        Explanation(
            code=Code.OUT_OF_RANGE,
            title="Samples outside the stated range",
            meaning="A channel holds samples below its digital minimum or above its maximum.",
            done="Reads them as they are; nothing is clipped.",
            repair="Look at the channel: if the large values are spikes of the recorder, take "
            "them for artefacts; if not, the header's range is wrong.",
            standard="EDF, digital minimum and maximum: the extremes that can occur",
        ),
        Explanation(
            code=Code.UNIT_ENCODING,
            title="Micro sign is not ASCII",
            meaning="The unit is microvolt, its first letter one that EDF does not allow.",
            done="Reads the channel as uV.",
            repair=f"Nothing needs to be done here. Other programs may read such a channel as "
            f"volts: write uV with EDFbrowser's header editor. {_COPY}",
            standard="EDF+ 2.1.3.1, printable US-ASCII only",
        ),
        Explanation(
            code=Code.UNIT_SPELLING,
            title="Unit is spelt in its own way",
            meaning="The unit names volts clearly, but not as the standard spells it (uv, "
            "microvol, mVolt).",
            done="Reads it as the volts that it names.",
            repair="Nothing needs to be done here. Other programs may not know it: write uV or mV "
            f"with EDFbrowser's header editor. {_COPY}",
            standard="EDF+ standard texts, physical dimensions",
        ),
        Explanation(
            code=Code.UNIT_UNKNOWN,
            title="Unit is not certain",
            meaning="A channel that should be in volts has no unit or one that may mean several "
            "things (MV, ?V), or it has no gain.",
            done="Does not use the channel: amplitudes could be wrong by a factor of 1000.",
            repair="Find the unit in the recorder's settings and write it (uV, mV) as 'physical "
            f"dimension' with EDFbrowser's header editor. {_COPY}",
            standard="EDF+ standard texts, physical dimensions",
        ),
        Explanation(
            code=Code.DUP_LABEL,
            title="One label for several signals",
            meaning="Two or more signals have the same label.",
            done="Reads them all. Where two of them could serve one role, none is used; see "
            "AMBIGUOUS.",
            repair=f"Give each signal its own label with EDFbrowser's header editor. {_COPY}",
        ),
        Explanation(
            code=Code.BLANK_LABEL,
            title="A signal without a label",
            meaning="The label of a signal is blank.",
            done="Reads the file; that signal serves no role, since nothing says what it is.",
            repair="Find out from the recorder what it is, and write the label with EDFbrowser's "
            f"header editor. {_COPY}",
        ),
        Explanation(
            code=Code.NON_ASCII,
            title="Letters that EDF does not allow",
            meaning="A header field holds letters with accents, umlauts or control characters.",
            done="Reads them as UTF-8, else as Latin-1.",
            repair="Nothing needs to be done here. EDFbrowser does not open such a file until its "
            f"header editor has saved it once. {_COPY}",
            standard="EDF+ 2.1.3.1, printable US-ASCII only",
        ),
        Explanation(
            code=Code.NUL_PADDING,
            title="Fields filled with NUL",
            meaning="Header fields are filled up with NUL bytes in place of blanks.",
            done="Reads them as blanks.",
            repair="Nothing needs to be done here. If another program refuses the file, save it "
            f"once in EDFbrowser's header editor. {_COPY}",
            standard="EDF, header record: fields are filled out with spaces",
        ),
        Explanation(
            code=Code.EDFPLUS_FIELDS,
            title="Identification is not as EDF+ wants",
            meaning="The patient or recording field has fewer parts than EDF+ asks for.",
            done="Reads the file; neither field is copied into any result.",
            repair="Nothing needs to be done here. To please other programs, write X for each "
            f"missing part with EDFbrowser's header editor. {_COPY}",
            standard="EDF+ 2.1.3.3 and 2.1.3.4",
        ),
        Explanation(
            code=Code.EDFPLUS_FLAG,
            title="EDF+ flag does not fit",
            meaning="The flag EDF+C or EDF+D does not go with what the file holds: no flag with "
            "annotations, a flag without them, a flag of the other format, an annotation signal "
            "spelt in another way, or EDF+D without a gap.",
            done="Goes by what the file holds, as the notice says.",
            repair="Nothing needs to be done here. EDFbrowser opens an EDF+D file only after "
            "'Convert EDF+D to EDF+C'.",
            standard="EDF+ 2.1.1, reserved field",
        ),
        Explanation(
            code=Code.DATE_TIME,
            title="Start date or time is odd",
            meaning="The start date or time is missing, impossible, written in another way, or "
            "the header's two dates differ.",
            done="Reads what can be read with certainty; the rest stays unknown. Times within "
            "the night are not touched; clock hours may be missing.",
            repair="Correct date and time with EDFbrowser's header editor (dd.mm.yy, hh.mm.ss). "
            f"It matters most where a scoring comes in a second file. {_COPY}",
            standard="EDF+ 2.1.3.2 and 2.1.3.4",
        ),
        Explanation(
            code=Code.DISCONTINUOUS,
            title="Gaps in the recording",
            meaning="The records' own time stamps leave gaps: the recording was interrupted.",
            done="Refuses the study, since joined parts would make false sleep. Jumps that add "
            "up to a second or less in a file flagged continuous are told, and it is read; so "
            "is a slow drift of the time stamps.",
            repair="EDFbrowser's 'Convert EDF+D to EDF+C' writes a file for each unbroken part: "
            "score the longest. Or let hypnic take it by itself: hypnic run NIGHT.edf --segment.",
            standard="EDF+ 2.1.1 and 2.2.4",
        ),
        Explanation(
            code=Code.SEGMENT,
            title="Only the longest part was scored",
            meaning="The recording has gaps, and --segment was given.",
            done="Scores the longest part without a gap; the rest of the night is left out, and "
            "times count from the beginning of that part.",
            repair="Read all totals and latencies as those of that part. To score another part, "
            "cut the file with EDFbrowser's 'Convert EDF+D to EDF+C'.",
            standard="EDF+ 2.2.4, time keeping of data records",
        ),
        Explanation(
            code=Code.TAL,
            title="Annotations are damaged or odd",
            meaning="Annotations break the rules: not readable, without a sign or an end, past "
            "the end of the record, or the records' time stamps are missing or begin late.",
            done="Keeps what can be read with certainty and leaves the rest out; the notice "
            "counts each kind.",
            repair="Compare the events with the scoring program. If some are missing, export "
            "the annotations again.",
            standard="EDF+ 2.2.2 to 2.2.4",
        ),
        Explanation(
            code=Code.SECOND_OPINION,
            title="Another reader reads it differently",
            meaning="An independent reader (pyedflib or edfio) gets other facts or samples from "
            "this file than hypnic.",
            done="Uses its own reading, and names the difference.",
            repair="Look at the named field or channel in EDFbrowser and export the study again. "
            "If hypnic is wrong, please report it.",
        ),
    ),
)
