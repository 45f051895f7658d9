"""The parameters of the profiles: their names and flags in words, and each subject's values of one infusion."""

from __future__ import annotations

from collections.abc import Iterable

import pandas
from pandas import DataFrame

from displays.display import Display, blank
from displays.pharmacokinetics.concentrations import METABOLITE, PARENT, Occasion, analytes, estimate, occasion_words
from displays.pharmacokinetics.parameter_words import NOTES, PARAMETERS, flag_words, unit_words
from displays.pharmacokinetics.strips import geometric_mean
from displays.since import since
from displays.words import counted, first_of, sentence
from queries import View

SHOWN = (
    "CMAX",
    "TMAX",
    "AUCLST",
    "AUCINT",
    "AUCIFO",
    "AUCPEO",
    "LAMZHL",
    "CLO",
    "CLOSA",
    "CLOW",
    "CLFO",
    "CLTAU",
    "VZFO",
    "VSSO",
    "VSSOSA",
    "MRTIVIFO",
    "ARAUC",
    "MRCMAX",
    "MRAUCINT",
    "MRAUCLST",
)
"""The parameters that tables by dose have, in their order."""
SAME_AT_ALL_DOSES = {
    "TMAX",
    "LAMZHL",
    "CLO",
    "CLOSA",
    "CLOW",
    "CLTAU",
    "CLFO",
    "VZFO",
    "VSSO",
    "VSSOSA",
    "MRTIVIFO",
    "ARAUC",
}
"""What does not rise with the dose where kinetics are linear, so that all doses may be taken together."""


def heading(code: str, unit) -> str:
    """A parameter with its unit: "Cmax (ng/mL)"."""
    words = unit_words(unit)
    return f"{PARAMETERS[code]} ({words})" if words else PARAMETERS[code]


def asked_for(analyte: str, occasion: tuple[int | None, int | None], codes: Iterable[str]) -> dict:
    """What `pk_parameters` is asked for: these parameters of an analyte after one infusion; None: of every one."""
    return dict(analyte=analyte, course=occasion[0], day=occasion[1], codes=list(codes))


def analytes_of_parameters(view: View) -> dict[str, str]:
    """The analytes with samples or with parameters by their names, the study drug first: a sponsor may deliver
    parameters (PP, ADPP) without concentrations."""
    named, found = analytes(view), set(view.ask("pk_held")["ANALYTE"])
    names = {PARENT: view.trial.drug, METABOLITE: "Metabolite"} | named
    return {code: name for code, name in names.items() if code in named or code in found}


def occasions(view: View) -> list[Occasion]:
    """The infusions with a profile in this cut, in order."""
    rows = view.ask("pk_held")[["COURSE", "COURSEDY"]].drop_duplicates()
    return sorted((int(course), int(day)) for course, day in rows.itertuples(index=False))


def occasion_options(view: View) -> tuple[tuple[str, str], ...]:
    """The infusions with a profile, as a choice."""
    several = len({course for course, _ in occasions(view)}) > 1
    return tuple(
        (f"{course}.{day}", f"Course {course}, day {day}" if several else f"Day {day}")
        for course, day in occasions(view)
    )


def occasion_of(view: View, wanted: str) -> tuple[int | None, int | None]:
    """The wanted infusion, the first where the cut has no profile after it; (None, None) where it has none at all."""
    known = occasions(view)
    first: tuple[int | None, int | None] = known[0] if known else (None, None)
    return next((one for one in known if f"{one[0]}.{one[1]}" == wanted), first)


def no_profile(view: View, named: tuple[str, str], name: str, chosen: tuple[int | None, int | None]) -> Display:
    """The display where no selected subject has a profile of an analyte after the chosen infusion."""
    when = f" on {occasion_words(chosen, occasions(view))}" if chosen in occasions(view) else ""
    return blank(view, *named, f"No profile of {name}{when} in these subjects.", collected=True)


def in_order(note: str) -> list[str]:
    """The codes of a note, each once, in the order of NOTES."""
    found = set(note.split(";"))
    return [code for code in NOTES if code in found]


def reasons(rows: DataFrame) -> str:
    """Why profiles lack a parameter: "fewer than three samples after Cmax on (2)"."""
    lacking = rows.loc[rows["AVAL"].isna(), "REASON"].dropna()
    return "; ".join(f"{reason} ({number})" for reason, number in lacking.value_counts().items())


def spread(low: float, high: float) -> str:
    return "" if pandas.isna(low) else f"{estimate(low)} to {estimate(high)}"


def with_profile(rows: DataFrame, number: int) -> str:
    """How many of the treated subjects have a profile: "34 of 35 treated subjects with a profile"."""
    return f"{rows['USUBJID'].nunique()} of {counted(number, 'treated subject')} with a profile"


def news(view: View, new: list[str]) -> str:
    """Whose values are new or changed since the previous cut; empty where none is compared."""
    if view.previous is None:
        return ""
    return since(view, f"new or changed: {first_of(new)}" if new else "none new or changed")


def flags_said(view: View, rows: DataFrame) -> str:
    """How many of these values carry which flag; empty where none does."""
    words, notes = flag_words(view), [(set(note.split(";")), n) for note, n in rows["NOTE"].value_counts().items()]
    counts = {code: sum(n for codes, n in notes if code in codes) for code in words}
    return "; ".join(f"{words[code]} ({number})" for code, number in counts.items() if number)


def early_said(rows: DataFrame) -> list[str]:
    """How far one parameter of profiles that end before their last planned sample lies from that of the others."""
    known = rows[rows["AVAL"] > 0]
    early = known["NOTE"].fillna("").str.split(";").map(lambda codes: "ENDSEARLY" in codes).astype(bool)
    if not early.any():
        return []
    end = "ends" if early.sum() == 1 else "end"
    what = f"{PARAMETERS[known['PARAMCD'].iloc[0]].lower()} {_mean(known[early])}"
    unlike = "" if known["PARAMCD"].iloc[0] == "LAMZHL" else ", AUC to infinity too low, clearance too high"
    others = "" if early.all() else f", {_mean(known[~early])} in the others"
    return [
        sentence(
            f"{early.sum()} of {counted(len(known), 'profile')} {end} before the last planned sample: "
            f"geometric mean {what} there{others}"
        ),
        f"A terminal phase seen too early is too steep: half-life too short{unlike}.",
    ]


def _mean(rows: DataFrame) -> str:
    """ "2.66 L/h/m²", the geometric mean."""
    return f"{estimate(geometric_mean(rows['AVAL']))} {unit_words(rows['AVALU'].iloc[0])}".strip()


def flags_of_each(view: View, rows: DataFrame) -> list[str]:
    """The flags of each row in words; each note is put into words once, however many rows have it."""
    words = flag_words(view)
    said = {note: "; ".join(words[code] for code in in_order(note)) for note in rows["NOTE"].dropna().unique()}
    return [said.get(note, "") for note in rows["NOTE"]]
