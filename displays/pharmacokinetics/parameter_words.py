"""The names of pharmacokinetic parameters, and the codes of what makes one uncertain, in words."""

from __future__ import annotations

from displays.groups import present
from queries import View

PARAMETERS = {
    "CMAX": "Cmax",
    "TMAX": "tmax",
    "AUCINT": "AUC 0 to 24 h",
    "AUCLST": "AUC to the last sample",
    "AUCIFO": "AUC to infinity",
    "AUCPEO": "Extrapolated share of AUC",
    "LAMZHL": "Half-life",
    "R2ADJ": "Adjusted R² of the half-life",
    "LAMZNPT": "Samples in its line",
    "LAMZLL": "First sample in its line",
    "LAMZUL": "Last sample in its line",
    "LAMZ": "lambda_z",
    "CLO": "Clearance",
    "CLOSA": "Clearance per m²",
    "CLOW": "Clearance per kg",
    "CLFO": "Clearance over bioavailability",
    "VZFO": "Volume over bioavailability",
    "CLTAU": "Clearance near steady state",
    "VSSO": "Volume at steady state",
    "VSSOSA": "Volume at steady state per m²",
    "MRTIVIFO": "Mean residence time",
    "MRTEVIFO": "Mean residence time after an extravascular dose",
    "ARAUC": "Accumulation of AUC 0 to 24 h",
    "MRCMAX": "Metabolite to parent, Cmax",
    "MRAUCINT": "Metabolite to parent, AUC 0 to 24 h",
    "MRAUCLST": "Metabolite to parent, AUC to the last sample",
    "MRAUCIFO": "Metabolite to parent, AUC to infinity",
    "TLST": "Last measured sample",
    "CLST": "Last measured concentration",
}
"""CDISC's code → its name, in the order in which a reader looks for them."""
NOTES = {
    "EXTRAPOLATED": "over 20 % of the AUC extrapolated",
    "EXTENDED": "AUC extrapolated to 24 h",
    "SHORTENED": "AUC ends shortly before 24 h",
    "ENDSEARLY": "profile ends before the last planned sample",
    "SHORT": "half-life from less than two half-lives",
    "R2LOW": "poor fit of the terminal phase",
    "NOMINAL": "planned times used",
    "NOPREDOSE": "no sample before the infusion, 0 assumed",
    "NOEND": "end of the infusion not known",
    "PLANNEDEND": "planned end of the infusion used",
    "SETASIDE": "results set aside",
    "DOSEDIFFERS": "doses of the two days differ",
    "DOSEUNKNOWN": "a dose of the two days is not known",
    "SPONSOR": "value of the sponsor, not derived",
}
"""What the codes of adpp.NOTE mean, with the usual limits."""


def flag_words(view: View) -> dict[str, str]:
    """The flags in words, with the limits of the trial."""
    pk = view.trial.content["pk"]
    own = {
        "EXTRAPOLATED": f"over {100 * pk['extrapolated_above']:g} % of the AUC extrapolated",
        "R2LOW": f"adjusted R² of the terminal phase below {pk['r2_adjusted_least']:.2f}",
    }
    if pk["half_lives_least"] != 2:
        own["SHORT"] = f"half-life from less than {pk['half_lives_least']:g} half-lives"
    return NOTES | own


def note_words(note, words: dict[str, str]) -> list[str]:
    """What to know of a parameter, in the words of `flag_words`; a code without words as it is."""
    return [words.get(code, code) for code in note.split(";") if code] if present(note) else []


def unit_words(unit) -> str:
    """A unit as it is read: "h·ng/mL"; "" where there is none."""
    return unit.replace("*", "·") if present(unit) else ""
