"""Tumour lysis in the first days of a course: by laboratory and clinically, beside the adverse events of that name."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.groups import doses_in_order, nobody, present, treated
from displays.laboratory.lysis import ASSESSED, DEFINITIONS, MET, asked, lysis_before, lysis_of
from displays.laboratory.lysis_figure import MOST_LINES, SEVERE_LINES, lysis_figure
from displays.since import SINCE_LABELS, compare, since
from displays.words import counted, first_of, sentence, short_dose
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "RESULT": "Tumour lysis syndrome",
    "CRITERIA": "Laboratory criteria met",
    "ALSO": "Clinical criteria met",
    "LACKING": "Not assessable",
    "EVENT": "Adverse event of that name",
    "RASBURICASE": "Rasburicase",
} | SINCE_LABELS
BY_DOSE_LABELS = {
    "TRTA": "Dose",
    "NSUBJ": "Given the course (n)",
    "NASSESSED": "Assessable (n)",
    "NLAB": "Laboratory, clinical included (n)",
    "NCLIN": "Clinical (n)",
    "NCHANGE": "Only with a change of 25 % (n)",
    "NEVENT": "Adverse event of that name (n)",
    "NRASB": "Rasburicase (n)",
    "NUNKNOWN": "Not assessable (n)",
    "NOPEN": "Day 8 not reached (n)",
}
LYSIS = ("tumour_lysis", "Tumour lysis syndrome, days −3 to 8 of a course")
BY_DOSE = ("tumour_lysis_by_dose", "Tumour lysis syndrome by dose")
ALL = "All doses"
SOURCE = (
    "Cairo and Bishop, Br J Haematol 2004;127:3; Howard, Jones and Pui, N Engl J Med 2011;364:1844. "
    "Corrected calcium: Payne 1973. Data: LB, EX, AE, CM."
)


def tumour_lysis(view: View, course: str = "1") -> Display:
    """Who had tumour lysis syndrome by laboratory or clinically in a course, and the course of each test."""
    rows = _rows(view, course)
    if isinstance(rows, str):
        return _empty(view, LYSIS, rows)
    table = compare(rows, lysis_before(view, course), ("USUBJID",), lambda row: row.RESULT).rows
    people = table["USUBJID"].head(SEVERE_LINES).tolist() if len(table) > MOST_LINES else None
    values = view.ask("lysis_course", course=int(course), people=people)
    bands = view.ask("lysis_bands", course=int(course)) if people else None
    return display(
        view,
        *LYSIS,
        finding=_finding(view, table, course),
        table=table,
        labels=LABELS,
        figure=lysis_figure(view, table, values, bands) if len(values) else None,
        population=_population(view, table, course),
        method=_method(view),
        source=SOURCE,
        questions=(asked(view, course), view.question("lysis_course", course=int(course), people=people)),
    )


def tumour_lysis_by_dose(view: View, course: str = "1") -> Display:
    """How many subjects had tumour lysis syndrome at each dose, of those who can be assessed."""
    rows = _rows(view, course)
    if isinstance(rows, str):
        return _empty(view, BY_DOSE, rows)
    doses = doses_in_order(view, rows["TRTA"])
    parts = [(dose, rows[rows["TRTA"] == dose]) for dose in doses] + [(ALL, rows)]
    groups = [(dose, _groups(view, own)) for dose, own in parts]
    table = DataFrame([{"TRTA": dose} | {name: len(own) for name, own in group.items()} for dose, group in groups])
    return display(
        view,
        *BY_DOSE,
        finding=[_all_doses(table.iloc[-1], course), _by_dose(view, table)],
        table=table,
        labels=BY_DOSE_LABELS,
        population=_population(view, rows, course),
        method=_method(view),
        source=SOURCE,
        questions=(asked(view, course),),
        behind={
            f"{name} {number}": tuple(own["USUBJID"])
            for number, (_, group) in enumerate(groups)
            for name, own in group.items()
            if len(own)
        },
    )


def _rows(view: View, course: str) -> DataFrame | str:
    """The subjects given the course, with RASBURICASE in words; or why there is nothing to show."""
    if "lb" not in view.cut.received:
        return ""
    rows = lysis_of(view, course)
    if rows.empty:
        return f"No subject was given course {course}." if treated(view) else nobody(view)
    given = {"Y": "given", "N": "none recorded"} if "cm" in view.cut.received else {}
    return rows.assign(RASBURICASE=[given.get(flag, "not collected") for flag in rows["RASFL"]])


def _empty(view: View, place: tuple[str, str], why: str) -> Display:
    return blank(view, *place, why) if why else not_collected(view, *place, "Laboratory results", "lb")


def _groups(view: View, rows: DataFrame) -> dict[str, DataFrame]:
    """Column of the table by dose → the subjects it counts."""
    met = rows["TLSCD"].isin(MET)
    two_by_value = rows["METVALUE"].fillna("").str.contains(";", regex=False)
    return {
        "NSUBJ": rows,
        "NASSESSED": rows[rows["TLSCD"].isin(ASSESSED)],
        "NLAB": rows[met],
        "NCLIN": rows[rows["TLSCD"] == "CLINICAL"],
        "NCHANGE": rows[met & ~two_by_value],
        "NEVENT": rows[rows["NAE"] > 0],
        "NRASB": rows[(rows["RASFL"] == "Y") & ("cm" in view.cut.received)],
        "NUNKNOWN": rows[rows["TLSCD"] == "UNKNOWN"],
        "NOPEN": rows[rows["TLSCD"] == "OPEN"],
    }


def _all_doses(line, course: str) -> str:
    if not line.NASSESSED:
        return _none_assessed(int(line.NSUBJ), course)
    number = counted(int(line.NASSESSED), "assessable subject")
    return sentence(f"laboratory tumour lysis syndrome after course {course} in {line.NLAB} of {number}")


def _by_dose(view: View, table: DataFrame) -> str:
    """ "By dose: 130 1 of 6; 160 0 of 7 (mg/m²/day).", of doses with anybody to assess."""
    unit = f" ({view.trial.dose_unit})" if view.trial.dose_levels else ""
    doses = table[(table["TRTA"] != ALL) & (table["NASSESSED"] > 0)]
    words = [f"{short_dose(row.TRTA, view.trial.dose_unit)} {row.NLAB} of {row.NASSESSED}" for row in rows_of(doses)]
    return sentence(f"by dose: {'; '.join(words)}{unit}") if words else ""


def _finding(view: View, table: DataFrame, course: str) -> list[str]:
    met, clinical = table[table["TLSCD"].isin(MET)], table[table["TLSCD"] == "CLINICAL"]
    number = int(table["TLSCD"].isin(ASSESSED).sum())
    if not number:
        return [_none_assessed(len(table), course), *_open(table)]
    first = (
        f"tumour lysis syndrome by laboratory in {len(met)} of {counted(number, 'assessable subject')} in the first "
    )
    first += f"days of course {course}; clinical in {len(clinical)}"
    named = [f"{row.SUBJID} ({_found(row)})" for row in rows_of(met)]
    return [sentence(first), sentence(first_of(named)) if named else "", _events(table), *_open(table)]


def _none_assessed(number: int, course: str) -> str:
    return sentence(f"tumour lysis after course {course} cannot be assessed in any of {counted(number, 'subject')}")


def _found(row) -> str:
    also = f"; clinical: {row.ALSO}" if row.TLSCD == "CLINICAL" else ""
    return f"{row.TRTA}, {row.CRITERIA}{also}"


def _events(table: DataFrame) -> str:
    """The adverse events of that name, and those who differ from the laboratory."""
    events = table[table["NAE"] > 0]
    if events.empty:
        return "No adverse event of that name."
    named = first_of([f"{row.SUBJID} ({row.EVENT})" for row in rows_of(events)])
    without = events[~events["TLSCD"].isin(MET)]["SUBJID"].tolist()
    more = f"; without the laboratory criteria: {first_of(without)}" if without else ""
    return sentence(f"adverse events of that name: {named}{more}")


def _open(table: DataFrame) -> list[str]:
    """Who cannot be assessed and which tests lack; of whom the days are not over."""
    unknown, open_ = table[table["TLSCD"] == "UNKNOWN"], table[table["TLSCD"] == "OPEN"]
    named = first_of([f"{row.SUBJID} ({row.LACKING})" for row in rows_of(unknown)])
    half = [_with_lacking(row) for row in rows_of(table[table["TLSCD"] == "LABORATORY OPEN"])]
    return [
        sentence(f"not assessable: {named}") if len(unknown) else "",
        sentence(f"clinical not assessable in {first_of(half)}") if half else "",
        sentence(f"day 8 not reached: {first_of(open_['SUBJID'].tolist())}") if len(open_) else "",
    ]


def _with_lacking(row) -> str:
    return f"{row.SUBJID} ({row.LACKING})" if present(row.LACKING) else row.SUBJID


def _population(view: View, table: DataFrame, course: str) -> str:
    words = f"{counted(len(table), 'subject')} given course {course}, of {counted(treated(view), 'treated subject')}"
    if "cm" in view.cut.received:
        words += f"; rasburicase in {int((table['RASFL'] == 'Y').sum()) or 'none'}"
    else:
        words += "; medicines were not delivered, so rasburicase is not known"
    if len(table) > MOST_LINES:
        words += f"; drawn: bands of all, and the {SEVERE_LINES} most severe"
    if "SINCE" not in table:
        return sentence(words)
    words += "; grey: days −3 to 8"
    news = f"{counted(int((table['SINCE'] != '').sum()), 'subject')} new here or with another result"
    return " ".join(filter(None, [sentence(words), since(view, news)]))


def _method(view: View) -> str:
    definition, adult = view.trial.tumour_lysis
    child = f"2.1 mmol/L (adults, from {adult:g} years, {'1.45' if definition == 'cairo-bishop' else '1.5'})"
    rules = {
        "cairo-bishop": "two or more of uric acid ≥ 476 µmol/L, potassium ≥ 6.0 mmol/L, phosphate ≥ "
        f"{child} and albumin-corrected calcium ≤ 1.75 mmol/L, or a change of 25 % from the baseline of the course. "
        "Clinical: that, and creatinine ≥ 1.5 × the upper limit of normal for age, an arrhythmia or sudden death, "
        "or a seizure not reported as related to the study drug.",
        "howard": "two or more within 24 hours (neighbouring days where no clock time was delivered) of uric acid "
        "above the upper limit of normal (adults: 475.8 µmol/L), potassium above 6.0 mmol/L, phosphate above "
        f"{child} and albumin-corrected calcium below 1.75 mmol/L. Clinical: that, and creatinine risen by 26.5 µmol/L "
        "(above 1.5 × the upper limit of normal without a baseline), an arrhythmia or sudden death, or a seizure not "
        "reported as related to the study drug.",
    }
    return (
        f"{DEFINITIONS[definition]}, days −3 to 8 of the course (three days before to seven after its first infusion; "
        f"no day 0), drawn to day 14. Laboratory: {rules[definition]} Limits in mg/dL as the definition gives them. A "
        "test is missing without a result after the first infusion of the course, or where a result cannot be read, "
        "has no unit, no whole date or no baseline where that decides; not assessable: what is missing could make two. "
        "Calcium without albumin of the same day is not corrected and not used. LDH is no criterion. Cause is not "
        "assessed: the creatinine and arrhythmia of a sepsis count too."
    )
