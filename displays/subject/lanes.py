"""The lanes of a subject's course: which there are, what each shows, and which are shown unless a reader chooses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """A part of a course that a reader can show or leave out.

    words: its name within a sentence. datasets: which it is made of. panel: the PANEL of its rows, where they are no
    values. traces: the TRACEs of its values, the first of which has the other subjects behind it.
    height: the column of the rows that is drawn. limits: value → words of a line, TRACE first. grades: lines where
    CTCAE grades begin. log: on a logarithmic axis. details: what the marks are, where the unit alone does not say it.
    floor: the lowest value of the axis. pixels: how high it is at least; one with many decades needs more.
    """

    name: str
    words: str
    datasets: tuple[str, ...]
    panel: str = ""
    traces: tuple[str, ...] = ()
    height: str = "AVAL"
    limits: tuple[tuple[str, float, str], ...] = ()
    grades: bool = False
    log: bool = False
    details: str = ""
    floor: float | None = None
    pixels: int = 0


TIMES = "× upper limit of normal"


def _multiple(name: str, words: str) -> Lane:
    """A laboratory test as a multiple of the upper limit of normal."""
    return Lane(name, words, ("lb",), traces=(name,), height="XULN", grades=True, log=True, details=TIMES)


LANES = (
    Lane("Adverse events", "adverse events", ("ae",), panel="Adverse events"),
    Lane("Medicines", "concomitant medicines", ("cm",), panel="Medicines"),
    Lane(
        "Neutrophils",
        "neutrophils",
        ("lb",),
        traces=("Neutrophils",),
        limits=(("Neutrophils", 0.5, "0.5"),),
        log=True,
    ),
    Lane("Platelets", "platelets", ("lb",), traces=("Platelets",), limits=(("Platelets", 25, "25"),), log=True),
    Lane("Haemoglobin", "haemoglobin", ("lb",), traces=("Haemoglobin",)),
    Lane(
        "Blasts",
        "blasts",
        ("lb",),
        traces=("Marrow blasts", "Blood blasts"),
        limits=(("Marrow blasts", 5, "5 %"), ("Blood blasts", 5, "5 %")),
        details="%, ● marrow, ○ blood",
        floor=0,
    ),
    _multiple("ALT", "ALT"),
    _multiple("Bilirubin", "bilirubin"),
    _multiple("Creatinine", "creatinine"),
    Lane(
        "QTcF",
        "QTcF",
        ("eg",),
        traces=("QTcF",),
        limits=(("QTcF", 450, ""), ("QTcF", 480, ""), ("QTcF", 500, "500 ms")),
        details="ms; dotted: 450, 480 and 500",
    ),
    Lane(
        "Heart function",
        "LVEF and shortening fraction",
        ("cv",),
        traces=("LVEF", "Shortening fraction"),
        limits=(("LVEF", 50, "LVEF 50 %"), ("Shortening fraction", 28, "SF 28 %")),
        details="%, ● LVEF, ■ shortening fraction",
    ),
    Lane("Troponin", "troponin", ("lb",), traces=("Troponin",), log=True),
    Lane("NT-proBNP", "NT-proBNP", ("lb",), traces=("NT-proBNP",), limits=(("NT-proBNP", 125, "125"),), log=True),
    Lane("Concentrations", "concentrations", ("pc",), traces=("Study drug", "Metabolite"), log=True, pixels=96),
    Lane("Response", "response", ("rs",), panel="Response"),
)
"""Every lane, top to bottom; treatment stands above them always."""
DEFAULT = ("Adverse events", "Neutrophils", "Platelets", "ALT", "QTcF", "Heart function", "Response")
"""What is shown unless a reader chooses: as much as one screen holds."""


def chosen(names: tuple[str, ...]) -> tuple[Lane, ...]:
    """The lanes of these names, in their order on the figure."""
    return tuple(lane for lane in LANES if lane.name in names)
