"""Every response assessment with blasts, counts and MRD beside it, and who disagrees with whom."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, display
from displays.groups import no_subjects
from displays.remission.rates import caveat, rules, without_responses
from displays.words import counted, listed
from queries import View

LABELS = {
    "SUBJID": "Subject",
    "DISEASE": "Disease",
    "TRTA": "Group",
    "ADT": "Date",
    "ADY": "Day",
    "VISIT": "Visit",
    "AVALC": "Response",
    "RSEVAL": "Evaluator",
    "BLASTBM": "Marrow blasts (%)",
    "BLASTPB": "Blood blasts (%)",
    "ANC": "ANC (10⁹/L)",
    "PLAT": "Platelets (10⁹/L)",
    "MRD": "MRD (%)",
    "DERRESP": "By blasts and counts",
    "AGREEMENT": "Agreement",
    "CONFIRM": "CR in ALL over 4 weeks",
    "REASON": "Not counted because",
    "CHANGED": "Change",
}
FORMATS = {"ADT": "date", "ADY": "integer", "ANC": "decimal2"}


def response_assessments(view: View) -> Display:
    """All response assessments, with disagreements between evaluators and with the counts."""
    title = "Every response assessment"
    absent = without_responses(view, "response_assessments", title)
    if absent:
        return absent
    table = _with_changes(view.ask("response_assessments"), view.ask_previous("response_assessments"))
    if table.empty:
        return no_subjects(view, "response_assessments", title, "No response assessment among the subjects selected.")
    present = table[table.CHANGED != "gone"]
    return display(
        view,
        "response_assessments",
        title=title,
        finding=_finding(present),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        population=_population(table, present),
        method="The investigator's response counts. Beside it: the marrow and blood blasts, neutrophils, platelets and MRD nearest to the assessment, at most a week away, and the "
        "response that they give by the trial's criteria; extramedullary disease is in no dataset and taken as absent. Between NR, PD and RELAPSE no difference is made. "
        "Later counts may have decided the investigator: a disagreement is a question to the site, no error found. "
        + rules(view)
        + caveat(view),
        source="AML: ELN 2022 (Döhner, Blood 2022;140:1345). ALL: Biol Blood Marrow Transplant 2010;16:1187, table 4a.",
        questions=("response_assessments",),
    )


def disagreements(table: DataFrame) -> DataFrame:
    """The assessments on which an independent evaluator, or blasts and counts, say something else."""
    return table[table.AGREEMENT.fillna("").str.match("counts give|differs from")]


def _finding(present: DataFrame) -> str:
    compared = present[
        present.AGREEMENT.fillna("").str.contains("counts")
        & (present.RSEVAL.fillna("INVESTIGATOR").str.upper().str.contains("INVESTIGATOR"))
    ]
    others = present[present.REASON == "other evaluator"]
    by_counts, by_other = (
        sum(compared.AGREEMENT.str.startswith("counts give")),
        sum(others.AGREEMENT == "differs from investigator"),
    )
    return (
        f"Blasts and counts give another response than the investigator in {by_counts} of {counted(len(compared), 'assessment')} that they can judge; "
        f"another evaluator differs from the investigator in {by_other} of {counted(len(others), 'assessment')}."
    )


def _population(table: DataFrame, present: DataFrame) -> str:
    left_out = present[present.BORFL.isna()].REASON.value_counts()
    parts = listed([f"{n} {reason}" for reason, n in left_out.items()]) if len(left_out) else ""
    changes = [f"{n} {kind}" for kind in ("new", "changed", "gone") if (n := sum(table.CHANGED == kind))]
    return (
        f"{counted(len(present), 'assessment')} of {counted(present.USUBJID.nunique(), 'subject')}."
        + (f" Not counted towards the best response: {parts}." if parts else "")
        + (f" Since the previous meeting: {listed(changes)}." if changes else "")
    )


def _with_changes(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """CHANGED: new, changed (another response or other values on that day), or gone since the previous cut."""
    if before is None:
        return now.assign(CHANGED="")
    now, before = (_numbered(frame) for frame in (now, before))
    old = {key: values for key, values in zip(_keys(before), _values(before))}
    status = [
        "new" if key not in old else "changed" if old[key] != values else ""
        for key, values in zip(_keys(now), _values(now))
    ]
    gone = before[[key not in set(_keys(now)) for key in _keys(before)]].assign(CHANGED="gone")
    now = now.assign(CHANGED=status)
    return (
        (concat([now, gone], ignore_index=True) if len(gone) else now)
        .drop(columns="NTH")
        .sort_values(["DISEASE", "SUBJID", "ADT"], ignore_index=True)
    )


def _numbered(frame: DataFrame) -> DataFrame:
    return frame.assign(NTH=frame.groupby(["USUBJID", "ADT", "RSEVAL"], dropna=False).cumcount())


def _keys(frame: DataFrame) -> list[tuple]:
    return list(zip(frame.USUBJID, frame.ADT.astype(str), frame.RSEVAL.fillna(""), frame.NTH))


def _values(frame: DataFrame) -> list[tuple]:
    return [
        tuple(row)
        for row in frame[["AVALC", "BLASTBM", "BLASTPB", "MRD"]].astype(object).fillna("").itertuples(index=False)
    ]
