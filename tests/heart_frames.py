"""Tiny deliveries drawn as tables: one subject, first infusion on 1 March 2007 at 10:00,
three infusions of 130 mg/m²."""

from __future__ import annotations

from pandas import DataFrame

SUBJECT = "S-1"
UNITS = {"TROPONI": "ng/L", "BNPPRONT": "pg/mL"}


def delivered(echos=(), markers=(), ecgs=(), subjects=(SUBJECT,), arms=None) -> dict[str, DataFrame]:
    """The datasets: DM and EX of the subjects, CV of (test, date, value[, more]), LB and EG alike."""
    datasets = {"dm": _people(subjects, arms or {}), "ex": _infusions(subjects)}
    if echos:
        datasets["cv"] = DataFrame([_row("CV", n, *echo) for n, echo in enumerate(echos, start=1)])
    if markers:
        datasets["lb"] = DataFrame([_row("LB", n, *marker) for n, marker in enumerate(markers, start=1)])
    if ecgs:
        datasets["eg"] = DataFrame([_row("EG", n, *ecg) for n, ecg in enumerate(ecgs, start=1)])
    return datasets


def together(cases: dict[str, dict]) -> dict[str, DataFrame]:
    """Many drawn subjects in one delivery: name → {"echos": …, "markers": …, "ecgs": …}; the names become USUBJID."""
    datasets = {"dm": _people(list(cases), {}), "ex": _infusions(list(cases))}
    for domain, kind in (("CV", "echos"), ("LB", "markers"), ("EG", "ecgs")):
        rows = [
            _row(domain, n, *row) | {"USUBJID": name}
            for name, case in cases.items()
            for n, row in enumerate(case.get(kind, ()), start=1)
        ]
        if rows:
            datasets[domain.lower()] = DataFrame(rows)
    return datasets


def _people(subjects, arms) -> DataFrame:
    rows = [
        {
            "STUDYID": "S",
            "USUBJID": s,
            "SUBJID": s[2:],
            "SITEID": "101",
            "AGE": 9.0,
            "ACTARMCD": arms.get(s, "A130"),
            "ACTARM": arms.get(s, "A130"),
        }
        for s in subjects
    ]
    return DataFrame(rows)


def _infusions(subjects) -> DataFrame:
    days = ("2007-03-01T10:00", "2007-03-02T10:00", "2007-03-03T10:00")
    rows = [
        {"USUBJID": s, "EXSEQ": n, "EXTRT": "L-ANNAMYCIN", "EXDOSE": 130.0, "EXDOSU": "mg/m2", "EXSTDTC": d}
        for s in subjects
        for n, d in enumerate(days, start=1)
    ]
    return DataFrame(rows)


def _row(domain: str, number: int, test: str, date: str, value, more: dict | None = None) -> dict:
    unit = {"CV": "%", "EG": "beats/min" if test == "EGHRMN" else "ms"}.get(domain) or UNITS[test]
    row = {
        "USUBJID": SUBJECT,
        f"{domain}SEQ": float(number),
        f"{domain}TESTCD": test,
        f"{domain}STRESC": str(value),
        f"{domain}STRESN": float(value) if not isinstance(value, str) else None,
        f"{domain}STRESU": unit,
        f"{domain}DTC": date,
    }
    if domain == "CV":
        row["CVMETHOD"] = "ECHOCARDIOGRAPHY"
    if domain == "LB" and test == "TROPONI":
        row["LBSTNRHI"] = 14.0
    return row | (more or {})
