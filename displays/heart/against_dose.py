"""The largest fall of the ejection fraction against both exposures at once: prior anthracyclines and the study drug."""

from __future__ import annotations

from pandas import DataFrame, Series

from displays.absent import absence
from displays.display import Display, display, not_collected
from displays.drawing import crowd
from displays.groups import nobody, present, treated
from displays.heart.against_dose_figure import figure
from displays.heart.by_subject import prior, why_prior_unknown
from displays.heart.definitions import FALLS_POINTS, baseline, own_units
from displays.heart.measurements import collected, every_method, every_question
from displays.heart.worst_change import NO_CHANGE
from displays.since import SINCE_LABELS, compare
from displays.words import all_of, amount, amount_range, counted, equivalents, exactly, sentence, signed
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "BASE": "Baseline LVEF (%)",
    "AVAL": "LVEF (%)",
    "CHG": "Largest fall, else smallest rise (points)",
    "CTRCD": "CTRCD then",
    "CUMDOSE": "Study drug received by the fall, else by the last LVEF ({unit})",
    "PRIORMG": "Prior anthracycline (mg/m² doxorubicin equivalents)",
    "PRIOR": "Prior anthracycline in words",
} | SINCE_LABELS
FORMATS = {"AVAL": "decimal1", "BASE": "decimal1", "CHG": "decimal1", "CUMDOSE": "amount", "PRIORMG": "integer"}
LVEF_AGAINST_DOSE = ("lvef_against_dose", "Fall of LVEF against both exposures")


def lvef_against_dose(view: View) -> Display:
    """Each subject's largest fall of LVEF (points) by prior anthracyclines and the study drug received, never added."""
    if not collected(view, "LVEF"):
        return not_collected(view, *LVEF_AGAINST_DOSE, "Ejection fractions", "cv")
    known, unknown = "cm" in view.cut.delivered, why_prior_unknown(view)
    before = view.ask_previous("heart_measurements", parameters=["LVEF"], every=True)
    table = compare(
        _worst(every_method(view, "LVEF"), known, unknown),
        None if before is None else _worst(before, known, unknown),
        ("USUBJID",),
        lambda row: f"{signed(row.CHG)} points",
    ).rows
    return display(
        view,
        *LVEF_AGAINST_DOSE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=figure(view, table) if len(table) else None,
        population=_population(view, table, known),
        method="One mark a subject: the largest fall of LVEF from baseline. "
        f"{view.trial.drug} received: by the day of the fall where it is {-FALLS_POINTS[0]} points or more; else by "
        "the last LVEF with a change from baseline, which is all the exposure seen without such a fall. "
        "Prior anthracyclines in mg/m² as doxorubicin equivalents "
        f"({equivalents(view.trial.anthracyclines)}). {own_units(view)} Medians: of the subjects with both exposures "
        f"known, received as above. {baseline(view)}",
        source="Feijen, JAMA Oncol 2019;5:864; ESC 2022, table 5. Data: CV, EX, CM.",
        questions=(every_question(view, "LVEF"),),
    )


def _worst(rows: DataFrame, known: bool, unknown: str) -> DataFrame:
    """The largest fall of each subject that has a change, with both exposures, largest first."""
    later = rows[rows["CHG"].notna() & (rows["POSTFL"] == "Y")].sort_values(["CHG", "ADT"], kind="stable")
    table = later.drop_duplicates("USUBJID").reset_index(drop=True)
    last = later.sort_values("ADT", kind="stable").drop_duplicates("USUBJID", keep="last").set_index("USUBJID")
    return table.assign(
        # The day of a change within the scatter of the method tells nothing of the exposure that the heart bore
        CUMDOSE=table["CUMDOSE"].where(_fallen(table), table["USUBJID"].map(last["CUMDOSE"])),
        PRIOR=[prior(row, unknown) for row in rows_of(table)],
        PRIORMG=Series([_prior_mg(row, known) for row in rows_of(table)], dtype="float64"),
    )


def _fallen(table: DataFrame) -> Series:
    return table["CHG"] <= FALLS_POINTS[0]


def _prior_mg(row, known: bool) -> float | None:
    if present(row.PANTDOX):
        return float(row.PANTDOX)
    return 0.0 if known and present(row.PANTMISS) and not row.PANTMISS else None


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return [NO_CHANGE if treated(view) else nobody(view)]
    drug = f"{view.trial.amount_unit} of {view.trial.drug}"
    fallen, subjects = table[_fallen(table)], counted(len(table), "subject")
    if fallen.empty:
        return [
            f"None of {subjects} lost 10 points of LVEF, after {_doses(table['CUMDOSE'], drug, most=True)}.",
            "Without a fall nothing can be said of either exposure.",
        ]
    words = f"{len(fallen)} of {subjects} lost 10 points or more of LVEF{_above_medians(table, fallen)}"
    after = f"after {_doses(fallen['CUMDOSE'], drug)}{_prior_words(fallen['PRIORMG'].dropna())}{_medians(table)}"
    return [
        sentence(words),
        sentence(after),
        _spared(table),
        f"With {counted(len(fallen), 'such fall')} the effects of the two exposures cannot be separated: neither was "
        "assigned at random, and not all subjects were followed as long.",
    ]


def _both_known(table: DataFrame) -> DataFrame:
    return table[table["PRIORMG"].notna() & table["CUMDOSE"].notna()]


def _above_medians(table: DataFrame, fallen: DataFrame) -> str:
    """How many of the fallen had more of both exposures than the median; "" where none has both known."""
    every, those = _both_known(table), _both_known(fallen)
    if those.empty:
        return ""
    above = _more_of_both(those, every)
    those_above = all_of(len(those)) if above.all() else f"{int(above.sum()) or 'none'} of {len(those)}"
    lacking = " with both known" if len(those) < len(fallen) else ""
    return f"; {those_above}{lacking} had more of both exposures than the median"


def _more_of_both(rows: DataFrame, every: DataFrame) -> Series:
    """Which of the rows had more of both exposures than the medians of all."""
    return (rows["PRIORMG"] > every["PRIORMG"].median()) & (rows["CUMDOSE"] > every["CUMDOSE"].median())


def _spared(table: DataFrame) -> str:
    """How many without a fall had more of both exposures than the median; "" where of none both are known."""
    every = _both_known(table)
    others = every[~_fallen(every)]
    if others.empty:
        return ""
    more = int(_more_of_both(others, every).sum())
    return f"{counted(more, 'other') if more else 'No others'} had more of both than the median and no such fall."


def _medians(table: DataFrame) -> str:
    every = _both_known(table)
    if every.empty:
        return ""
    medians = f"{amount(every['CUMDOSE'].median())} and {exactly(every['PRIORMG'].median(), 0)}"
    return f"; the medians of {counted(len(every), 'subject')} are {medians}"


def _doses(values: Series, drug: str, most: bool = False) -> str:
    """ "130 to 390 mg/m² of the drug (1 dose not known)"; never an amount where none is known."""
    known = values.dropna()
    if known.empty:
        return "a dose that is not known"
    span = f"up to {amount(known.max())}" if most else amount_range(known.min(), known.max())
    unknown = len(values) - len(known)
    return f"{span} {drug}" + (f" ({counted(unknown, 'dose')} not known)" if unknown else "")


def _prior_words(fallen: Series) -> str:
    if fallen.empty:
        return ""
    low, high = exactly(fallen.min(), 0), exactly(fallen.max(), 0)
    return f" and {low if low == high else f'{low} to {high}'} mg/m² of prior anthracycline"


def _population(view: View, table: DataFrame, known: bool) -> str:
    words = f"{counted(len(table), 'subject')} of {counted(treated(view), 'treated subject')} with a baseline and a "
    words = sentence(f"{words}later LVEF by one method; size of the mark: the largest fall (points)")
    undosed = int(table["CUMDOSE"].isna().sum())
    words += f" {counted(undosed, 'subject')} with a dose that is not known, drawn below the axis." if undosed else ""
    words += f" {said}" if (said := crowd.words(table, f"the {crowd.NAMED} largest falls", crowd.DOTS)) else ""
    return words + (_prior_population(table) if known else f" Prior medication: {absence(view.cut, 'cm')}.")


def _prior_population(table: DataFrame) -> str:
    """Whose prior anthracycline is known only in part, not at all, or not recorded; empty where nobody's is."""
    partly = int(((table["PANTMISS"].fillna(0) > 0) & table["PANTDOX"].notna()).sum())
    unknown, unrecorded = int(table["PRIORMG"].isna().sum()), int((table["PRIOR"] == "none recorded").sum())
    parts = [
        f"{partly} with a dose not known (open marks, at least the amount shown)" if partly else "",
        f"{unknown} with no amount known, drawn left of the axis" if unknown else "",
        f"{unrecorded} with none recorded, drawn at 0" if unrecorded else "",
    ]
    words = "; ".join(filter(None, parts))
    return f" Prior anthracycline: {words}." if words else ""
