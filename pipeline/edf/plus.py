"""EDF+ or not, and 16 or 24 bits: what the reserved field and the labels say of the format."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.codes import Code
from pipeline.edf import fields
from pipeline.edf.extent import Disk, Extent
from pipeline.edf.fields import Field, Gate, cut

_LABEL = re.compile(r"[EB]DF ANNOTATIONS?( ?\d+)?")
_RESERVED = ("reserved field", 192, 44)
_WIDTHS = {False: 2, True: 3}  # bytes of a sample, by is_bdf


def is_annotation_label(label: Field) -> bool:
    """Whether the label, in whatever capitals, says that the signal holds annotations."""
    return bool(_LABEL.fullmatch(label.bare.upper()))


def check_plus(reserved: str, labels: Sequence[Field], gate: Gate, *, is_bdf: bool) -> None:
    """Note where the reserved field and the labels do not say the same."""
    name = "BDF" if is_bdf else "EDF"
    found = [label for label in labels if is_annotation_label(label)]
    if message := _flag_doubt(reserved, name, has_annotations=bool(found)):
        gate.doubt(Code.EDFPLUS_FLAG, "reserved field, byte 192", message)
    for label in found:
        if label.raw.rstrip(b" ") != f"{name} Annotations".encode():
            message = f"Not spelt '{name} Annotations', as the format wants; read as annotations."
            gate.doubt(Code.EDFPLUS_FLAG, label.where, message)


def _flag_doubt(reserved: str, name: str, *, has_annotations: bool) -> str:
    is_flagged = reserved.startswith(("EDF+", "BDF+"))
    if has_annotations and not is_flagged:
        return "Not flagged EDF+, yet has an annotation signal; read as EDF+C."
    if is_flagged and not has_annotations:
        return "Flagged EDF+, yet has no annotation signal; read as EDF."
    if is_flagged and reserved[4:5] not in {"C", "D"}:
        return "Flagged EDF+ without C or D; read as EDF+C."
    if _says_other(reserved, name):
        return f"Names another format than the version field; read as {name}."
    return ""


def _says_other(reserved: str, name: str) -> bool:
    return reserved.startswith("EDF+" if name == "BDF" else ("BDF+", "24BIT"))


def check_width(head: bytes, extent: Extent, disk: Disk, *, is_bdf: bool) -> None:
    """Refuse a file whose size and reserved field both say the other width of samples.

    Raises
    ------
    EdfError
        NOT_EDF.
    """
    part = cut(head, *_RESERVED)
    if not _says_other(part.bare, "BDF" if is_bdf else "EDF"):
        return
    claimed = fields.whole(cut(head, "number of records", 236, 8), Gate())
    n_bytes = claimed * sum(extent.samples_per_record) * _WIDTHS[not is_bdf]
    if disk.size_bytes == len(head) + n_bytes:
        raise fields.refused(
            Code.NOT_EDF,
            f"The version says {8 * _WIDTHS[is_bdf]}-bit samples; the reserved field and the "
            f"file's size say {8 * _WIDTHS[not is_bdf]} bits.",
            part,
            "Export the study again; every sample would be wrong.",
        )
