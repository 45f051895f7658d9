"""What the abbreviations of a deck mean, in the words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterable

TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
MEANINGS = {
    "ADaM": "Analysis Data Model (CDISC): the standard of analysis data sets",
    "ADPP": "Analysis data set of pharmacokinetic parameters (ADaM)",
    "ADSL": "Subject-level analysis data set (ADaM)",
    "AE": "Adverse event; as a dataset: adverse events",
    "ALL": "Acute lymphoblastic leukaemia",
    "ALP": "Alkaline phosphatase",
    "ALT": "Alanine aminotransferase",
    "AML": "Acute myeloid leukaemia",
    "ANC": "Absolute neutrophil count",
    "AST": "Aspartate aminotransferase",
    "AUC": "Area under the curve of concentration over time",
    "AUCINT": "AUC from one time to another (CDISC)",
    "BOIN": "Bayesian optimal interval design",
    "CDISC": "Clinical Data Interchange Standards Consortium",
    "CI": "Confidence interval, Clopper-Pearson unless named otherwise",
    "CKiD": "Chronic Kidney Disease in Children: the study behind an equation of the GFR",
    "CM": "Concomitant medications (dataset)",
    "Cmax": "Highest concentration",
    "CR": "Complete remission",
    "CRh": "Complete remission with partial haematological recovery",
    "CRi": "Complete remission with incomplete haematological recovery",
    "CRM": "Continual reassessment method",
    "CTCAE": "Common Terminology Criteria for Adverse Events (NCI)",
    "CTRCD": "Cancer therapy-related cardiac dysfunction (ESC 2022)",
    "CV": "Cardiovascular findings (dataset)",
    "DD": "Death details (dataset)",
    "DLT": "Dose-limiting toxicity, as adjudicated",
    "DM": "Demographics (dataset)",
    "DS": "Disposition (dataset)",
    "DSMB": "Data and safety monitoring board",
    "DV": "Protocol deviations (dataset)",
    "ECG": "Electrocardiogram",
    "EG": "ECG results (dataset)",
    "eGFR": "Estimated glomerular filtration rate",
    "ELN": "European LeukemiaNet",
    "ESC": "European Society of Cardiology",
    "EX": "Exposure: doses given (dataset)",
    "FA": "Findings about events (dataset)",
    "FAB": "French-American-British classification of acute leukaemia",
    "GFR": "Glomerular filtration rate, in mL/min/1.73 m²",
    "GLS": "Global longitudinal strain",
    "ICH": "International Council for Harmonisation",
    "ID": "Identifier",
    "KDIGO": "Kidney Disease: Improving Global Outcomes: stages of acute kidney injury",
    "LB": "Laboratory results (dataset)",
    "LDH": "Lactate dehydrogenase",
    "LVEF": "Left ventricular ejection fraction, in %",
    "MedDRA": "Medical Dictionary for Regulatory Activities",
    "MH": "Medical history (dataset)",
    "MLFS": "Morphologic leukaemia-free state",
    "MPAL": "Mixed phenotype acute leukaemia",
    "MRD": "Measurable residual disease",
    "MTD": "Maximum tolerated dose",
    "mTPI-2": "Modified toxicity probability interval design, second version",
    "MUGA": "Multigated acquisition scan of the heart",
    "NCI": "National Cancer Institute (United States)",
    "NE": "Not evaluable",
    "NR": "No response",
    "NT-proBNP": "N-terminal pro-B-type natriuretic peptide, a biomarker of the heart",
    "PC": "Concentrations (dataset)",
    "PD": "Progressive disease",
    "PK": "Pharmacokinetics",
    "PLAT": "Platelets",
    "PP": "Pharmacokinetic parameters (dataset)",
    "PR": "Partial remission",
    "QT": "Interval from the Q to the T wave of the ECG, in ms",
    "QTc": "QT interval corrected for heart rate, by Fridericia's formula unless named otherwise, in ms",
    "QTcB": "QT interval corrected by Bazett's formula, in ms",
    "QTcF": "QT interval corrected by Fridericia's formula, in ms",
    "RR": "Interval between two R waves of the ECG, in seconds",
    "RS": "Disease response (dataset)",
    "SAE": "Serious adverse event",
    "SAS": "The statistics program whose file formats data are delivered in",
    "SD": "Standard deviation",
    "SDTM": "Study Data Tabulation Model (CDISC): the standard of delivered data",
    "SF": "Shortening fraction, in %",
    "SMQ": "Standardised MedDRA query",
    "SQL": "Structured Query Language: how the data are asked",
    "SUPPAE": "Supplemental values of adverse events (dataset)",
    "SUPPDM": "Supplemental values of demographics (dataset)",
    "SV": "Subject visits (dataset)",
    "TA": "Trial arms (dataset)",
    "TI": "Inclusion and exclusion criteria (dataset)",
    "TS": "Trial summary (dataset)",
    "TV": "Trial visits (dataset)",
    "ULN": "Upper limit of normal",
    "UTC": "Coordinated Universal Time",
    "VS": "Vital signs (dataset)",
    "XPT": "SAS transport file",
}
"""Abbreviation → its meaning."""
OTHERWISE = {"CV": (re.compile("(?i)geometric CV"), "Coefficient of variation")}
"""Abbreviation → where it means something else, and what."""
PLAIN = set("DuckDB FATAL II III IV MD UTF-8 SHA-256 OK L-Annamycin E9 M1 M5 RELAPSE".split())
"""Names, words and grades in capitals that stand for nothing longer."""


def definitions(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The abbreviations that occur in texts with their meanings, in the order of the alphabet."""
    said = list(texts)
    found = {word for text in said for token in TOKEN.findall(text) for word in _words(token)}
    return [(word, _meaning(word, said)) for word in sorted(found & MEANINGS.keys(), key=str.lower)]


def _meaning(word: str, said: list[str]) -> str:
    """What an abbreviation means in texts: one thing, or each thing that it means in them."""
    if word not in OTHERWISE:
        return MEANINGS[word]
    where, other = OTHERWISE[word]
    own = any(word in TOKEN.findall(where.sub("", text)) for text in said)
    return "; ".join([other] * any(map(where.search, said)) + [MEANINGS[word]] * own)


def undefined(texts: Iterable[str]) -> set[str]:
    """What looks like an abbreviation in texts and has no meaning here: two capitals or more, no name of two people."""
    found = {token for text in texts for token in TOKEN.findall(text) if _short(token)}
    return {token for token in found if not any(word in MEANINGS or word in PLAIN for word in _words(token))}


def _words(token: str) -> tuple[str, ...]:
    """The token and without the s of a plural."""
    return (token, token.removesuffix("s"))


def _short(token: str) -> bool:
    capitals = sum(letter.isupper() for letter in token)
    people = all(part[:1].isupper() and part[1:].islower() for part in token.split("-"))
    return capitals > 1 and not people
