"""Stable names of everything that the EDF gate refuses, repairs or doubts."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Codes of `EdfError` and of `Notice`; a code never changes its meaning.

    The first group only refuses; the second repairs or doubts and may also refuse where a
    repair would be a guess.
    """

    # refused
    EMPTY = "EMPTY"  # 0 bytes
    NOT_PLAIN = "NOT_PLAIN"  # a link, folder, pipe or device
    NOT_EDF = "NOT_EDF"  # another format
    COMPRESSED = "COMPRESSED"  # an archive
    CORRUPT_TRANSFER = "CORRUPT_TRANSFER"  # line ends were converted on the way
    HEADER_TRUNCATED = "HEADER_TRUNCATED"  # shorter than its own header
    HEADER_SIZE = "HEADER_SIZE"  # the header's size field is wrong
    NSIGNALS = "NSIGNALS"  # the number of signals is wrong
    RECORD_DURATION = "RECORD_DURATION"  # no sampling rate can be told
    SAMPLES_PER_RECORD = "SAMPLES_PER_RECORD"  # not a positive whole number
    NO_DATA = "NO_DATA"  # a header and nothing behind it
    RESOURCE = "RESOURCE"  # claims more than a file or a memory can hold
    TIME_REVERSED = "TIME_REVERSED"  # records go back in time

    # noticed
    EXT_MISMATCH = "EXT_MISMATCH"  # BDF content in .edf, or the reverse
    NRECORDS_UNKNOWN = "NRECORDS_UNKNOWN"  # -1 or 0: counted from the size
    EXTRA_DATA = "EXTRA_DATA"  # more bytes than the header says
    TRUNCATED = "TRUNCATED"  # fewer bytes than the header says
    HEADER_NUMBER = "HEADER_NUMBER"  # a number that is not written as EDF wants it
    RATE_ROUNDED = "RATE_ROUNDED"  # the record duration is rounded, so is the rate
    PHYS_RANGE = "PHYS_RANGE"  # physical minimum equals maximum: no gain
    DIG_RANGE = "DIG_RANGE"  # digital minimum not below maximum
    OUT_OF_RANGE = "OUT_OF_RANGE"  # samples outside of the declared digital range
    UNIT_ENCODING = "UNIT_ENCODING"  # a micro sign that is not ASCII
    UNIT_SPELLING = "UNIT_SPELLING"  # a unit in wrong capitals or spelt out
    UNIT_UNKNOWN = "UNIT_UNKNOWN"  # a unit whose scale is not certain
    DUP_LABEL = "DUP_LABEL"  # two channels of one label
    BLANK_LABEL = "BLANK_LABEL"  # a channel without a label
    NON_ASCII = "NON_ASCII"  # text outside of printable ASCII
    NUL_PADDING = "NUL_PADDING"  # NUL instead of blanks
    EDFPLUS_FIELDS = "EDFPLUS_FIELDS"  # patient or recording field without EDF+ subfields
    EDFPLUS_FLAG = "EDFPLUS_FLAG"  # the EDF+ flag and the signals disagree
    DATE_TIME = "DATE_TIME"  # start date or time missing, impossible or contradictory
    DISCONTINUOUS = "DISCONTINUOUS"  # gaps between records
    TAL = "TAL"  # a time-stamped annotation list that is malformed or implausible

    # passing
    IO = "IO"  # the file could not be opened or read
    CHANGED = "CHANGED"  # the file changed while it was read
