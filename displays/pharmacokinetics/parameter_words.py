"""The names of pharmacokinetic parameters, and the codes of what makes one uncertain, in words."""

from __future__ import annotations

from displays.groups import present

PARAMETERS = {
    "CMAX": "Cmax",
    "TMAX": "tmax",
    "AUCINT": "AUC 0 to 24 h",
    "AUCLST": "AUC to the last sample",
    "AUCIFO": "AUC to infinity",
    "AUCPEO": "Extrapolated share of it",
    "LAMZHL": "Half-life",
    "R2ADJ": "Adjusted R² of the half-life",
    "LAMZNPT": "Samples in its line",
    "LAMZLL": "First sample in its line",
    "LAMZUL": "Last sample in its line",
    "LAMZ": "lambda_z",
    "CLO": "Clearance",
    "CLFO": "Clearance over bioavailability",
    "CLTAU": "Clearance near steady state",
    "VSSO": "Volume at steady state",
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
    "EXTRAPOLATED": "much of it extrapolated",
    "EXTENDED": "extended to 24 h by the terminal line",
    "SHORTENED": "to the last sample, shortly before 24 h",
    "SHORT": "samples span few half-lives",
    "R2LOW": "low adjusted R²",
    "NOMINAL": "planned times",
    "NOPREDOSE": "no sample before the infusion",
    "NOEND": "end of the infusion not known",
    "PLANNEDEND": "planned length of the infusion",
    "SETASIDE": "a result set aside",
    "DOSEDIFFERS": "the doses differ",
    "DOSEUNKNOWN": "a dose is not known",
}


def note_words(note) -> list[str]:
    """What to know of a parameter, in words; a code without words as it is."""
    return [NOTES.get(code, code) for code in note.split(";") if code] if present(note) else []


def unit_words(unit) -> str:
    """A unit as it is read: "h·ng/mL"; "" where there is none."""
    return unit.replace("*", "·") if present(unit) else ""
