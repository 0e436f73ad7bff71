"""Files that cannot be read at all."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

_HEADER = "EDF (Kemp et al. 1992, doi 10.1016/0013-4694(92)90009-7), header record"

REFUSED = Group(
    title="A file that is refused",
    explanations=(
        Explanation(
            code=Code.EMPTY,
            title="The file is empty",
            meaning="The file has a name and no content: 0 bytes.",
            done="Refuses the file.",
            repair="Copy or export the study again, and look whether the disk was full then.",
        ),
        Explanation(
            code=Code.NOT_PLAIN,
            title="No plain file",
            meaning="The path leads to a link, a folder, a pipe or a device.",
            done="Refuses it. Links are not followed, so that no other file is scored by mistake.",
            repair="Give the recording itself, not a shortcut to it.",
        ),
        Explanation(
            code=Code.NOT_EDF,
            title="Neither EDF nor BDF",
            meaning="The first 8 bytes are not those of EDF or BDF. Often it is another format "
            "with the wrong ending, or a web page saved in place of the file. Or the version says "
            "16 bits a sample (EDF), while the reserved field and the size say 24 (BDF), or the "
            "reverse.",
            done="Refuses the file.",
            repair="Export the study as EDF or EDF+ from the recorder's own software.",
            standard=f"{_HEADER}: version",
        ),
        Explanation(
            code=Code.COMPRESSED,
            title="An archive",
            meaning="The file is packed (zip, gzip, 7z, rar or the like), whatever its name says.",
            done="Refuses the file; nothing is unpacked.",
            repair="Unpack it and give the EDF file inside.",
        ),
        Explanation(
            code=Code.CORRUPT_TRANSFER,
            title="Copied as text",
            meaning="A program took the file for text and converted the signals: it put in or "
            "took out line ends or carriage returns, wrote each byte over 127 as UTF-8, or "
            "dropped the eighth bit of each byte.",
            done="Refuses the file: samples are shifted or changed.",
            repair="Copy it again from the source in binary mode. The copy cannot be repaired.",
        ),
        Explanation(
            code=Code.HEADER_TRUNCATED,
            title="Ends within its header",
            meaning="The file is shorter than its own header.",
            done="Refuses the file: there is no data.",
            repair="Copy or export the study again; the copy was stopped early.",
            standard=_HEADER,
        ),
        Explanation(
            code=Code.HEADER_SIZE,
            title="Header size is wrong",
            meaning="The stated size of the header is not 256 bytes for the file and 256 for "
            "each signal, while the signals' headers fit their number. Or the fields stand a few "
            "bytes too far behind: something was put into the header.",
            done="Refuses the file: every sample would be read from a wrong place.",
            repair="Export the study again. If the recorder always writes this, tell its maker.",
            standard=f"{_HEADER}: number of bytes in header record",
        ),
        Explanation(
            code=Code.NSIGNALS,
            title="Number of signals is wrong",
            meaning="The number of signals is no number from 1 to 9999, or the file describes "
            "another number of signals, that of the stated size of the header.",
            done="Refuses the file: every sample would be read from a wrong place.",
            repair="Export the study again. If the recorder always writes this, tell its maker.",
            standard=f"{_HEADER}: number of signals",
        ),
        Explanation(
            code=Code.RECORD_DURATION,
            title="Duration of a record is wrong",
            meaning="The duration of a data record is no number, negative, zero, or so odd that "
            "the study would last over a month or be sampled at over a megahertz.",
            done="Refuses the file: no sampling rate can be told, and none is invented. Zero is "
            "right in files that hold annotations alone.",
            repair="Export the study again.",
            standard=f"{_HEADER}: duration of a data record",
        ),
        Explanation(
            code=Code.SAMPLES_PER_RECORD,
            title="Samples per record is wrong",
            meaning="A signal has no sample in a record, or its number of samples is no number.",
            done="Refuses the file.",
            repair="Export the study again without the empty signal, or remove it with "
            "EDFbrowser's tool 'Reduce signals, duration or samplerate' if that opens the file.",
            standard=f"{_HEADER}: number of samples in each data record",
        ),
        Explanation(
            code=Code.NO_DATA,
            title="No data behind the header",
            meaning="The file ends where its data should begin.",
            done="Refuses the file.",
            repair="Copy or export the study again; look whether the recording ever started.",
        ),
        Explanation(
            code=Code.NO_SIGNALS,
            title="Annotations only",
            meaning="The file holds annotations and no signal: a scoring, not a recording.",
            done="Refuses it as a study.",
            repair="Give the recording, and this file as its scoring: hypnic run NIGHT.edf "
            "--hypnogram SCORING.edf. In a batch, a scoring is found by its name: "
            "night1_hypnogram.edf belongs to night1.edf.",
            standard="EDF+ 2.2.1, a file may hold annotations alone",
        ),
        Explanation(
            code=Code.RESOURCE,
            title="Too large to read",
            meaning="One data record would take over 64 MiB and is not even in the file, the "
            "wanted channels together take over 1 GiB, the annotation signals take over 256 MiB or "
            "stand in over two million records, there are over half a million annotations, or the "
            "file is larger than run.largest_study_mib allows.",
            done="Refuses the study before it fills the memory.",
            repair="If the file is far longer than a night, cut it with EDFbrowser's tool "
            "'Reduce signals, duration or samplerate'. Else its header is wrong: export again.",
        ),
        Explanation(
            code=Code.TIME_REVERSED,
            title="Time goes back",
            meaning="A data record begins before the one in front of it has begun: its own time "
            "stamp says so.",
            done="Refuses the study: no event could be given a time.",
            repair="Export the study again; the recorder's clock may have been set in the night. "
            "EDFbrowser's 'Convert EDF+D to EDF+C' may save the unbroken parts.",
            standard="EDF+ 2.2.4, time keeping of data records",
        ),
    ),
)
