"""Every response assessment with blasts, counts and MRD beside it, and who disagrees with whom."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, display
from displays.groups import no_subjects
from displays.remission.definitions import caveat, no_responses, responses_collected, rules
from displays.remission.reasons import lasted, not_counted
from displays.since import SINCE_LABELS, Compared, compare, since, text, values
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of

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
    "LASTED": "Remission confirmed",
    "REASON": "Not counted because",
} | SINCE_LABELS
BRIEF = ("SUBJID", "DISEASE", "ADT", "ADY", "RSEVAL", "AVALC", "DERRESP", "AGREEMENT", "REASON", *SINCE_LABELS)
FORMATS = {"ADT": "date", "ADY": "integer", "ANC": "decimal2"} | dict.fromkeys(("VISIT", "RSEVAL", "AVALC"), "words")
KEY = ("USUBJID", "ADT", "RSEVAL")
COMPARED = {"AVALC": "response", "BLASTBM": "marrow blasts", "BLASTPB": "blood blasts", "MRD": "MRD"}
"""What makes an assessment a changed one, and how it is named."""
AGREEMENT = {
    "NO INVESTIGATOR": "no investigator's assessment that day",
    "DIFFERS FROM INVESTIGATOR": "differs from investigator",
    "AGREES WITH INVESTIGATOR": "agrees with investigator",
    "AGREES WITH COUNTS": "agrees with counts",
}
BY_COUNTS = ("AGREES WITH COUNTS", "DIFFERS FROM COUNTS")


RESPONSE_ASSESSMENTS = ("response_assessments", "Every response assessment")


def response_assessments(view: View) -> Display:
    """All response assessments, with disagreements between evaluators and with the counts."""
    if not responses_collected(view):
        return no_responses(view, *RESPONSE_ASSESSMENTS)
    compared = _compared(view)
    table = _with_gone(compared)
    if table.empty:
        return no_subjects(view, *RESPONSE_ASSESSMENTS, "No response assessment among the subjects selected.")
    return display(
        view,
        *RESPONSE_ASSESSMENTS,
        finding=_finding(compared.rows),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        brief=BRIEF,
        population=" ".join(filter(None, [_population(compared.rows), since(view, compared.words("assessment"))])),
        method="The investigator's response counts. Beside it: the marrow and blood blasts, neutrophils, platelets and "
        "MRD nearest to the assessment, at most a week away, and the response that they give by the trial's criteria; "
        "extramedullary disease is in no dataset and taken as absent. No difference is made between NR, PD and "
        "RELAPSE. Later counts may have decided the investigator: a disagreement is a question to the site, not an "
        "error found. " + rules(view) + caveat(view),
        source="AML: ELN 2022 (Döhner, Blood 2022;140:1345). ALL: Biol Blood Marrow Transplant 2010;16:1187, table 4a.",
        questions=("response_assessments",),
    )


def _compared(view: View) -> Compared:
    """The assessments beside the previous cut's: the same subject, day and evaluator."""
    days = view.trial.response.confirmation_days
    now, before = view.ask("response_assessments"), view.ask_previous("response_assessments")
    then = None if before is None else _worded(before, days)
    return compare(_worded(now, days), then, KEY, values(*COMPARED), words=_previous)


def _worded(table: DataFrame, days: int) -> DataFrame:
    rows = list(rows_of(table))
    return table.assign(
        AGREEMENT=[_agreement(row) for row in rows],
        REASON=[not_counted(row) for row in rows],
        LASTED=[lasted(row.CONFIRM, days) for row in rows],
    )


def _agreement(row) -> str | None:
    return f"counts give {row.DERRESP}" if row.AGREECD == "DIFFERS FROM COUNTS" else AGREEMENT.get(row.AGREECD)


def _previous(then, row) -> str:
    """What an assessment said at the previous cut, as far as it says otherwise now."""
    pairs = {words: (text(getattr(then, column)), text(getattr(row, column))) for column, words in COMPARED.items()}
    return ", ".join(f"{words} {was or 'not given'}" for words, (was, now) in pairs.items() if was != now)


def _with_gone(compared: Compared) -> DataFrame:
    """The assessments of this cut and, marked as removed, those of the previous one that it does not hold."""
    gone = compared.gone.assign(SINCE="removed", PREVIOUS="")
    table = concat([compared.rows, gone], ignore_index=True) if len(gone) else compared.rows
    return table.sort_values(["DISEASE", "SUBJID", "ADT"], kind="stable", ignore_index=True)


def disagreements(table: DataFrame) -> DataFrame:
    """The assessments on which an independent evaluator, or blasts and counts, give another response."""
    return table[table.AGREECD.isin(["DIFFERS FROM INVESTIGATOR", "DIFFERS FROM COUNTS"])]


def _finding(table: DataFrame) -> list[str]:
    investigator = table.RSEVAL.fillna("INVESTIGATOR").str.upper().str.contains("INVESTIGATOR", regex=False)
    by_counts, others = table[table.AGREECD.isin(BY_COUNTS) & investigator], table[table.REASONCD == "OTHER EVALUATOR"]
    return [
        f"Blasts and counts give another response than the investigator in {len(disagreements(by_counts))} of "
        f"{counted(len(by_counts), 'assessment')} for which they are known.",
        f"Of the other assessments, another evaluator differs from the investigator in {len(disagreements(others))} of "
        f"{counted(len(others), 'assessment')}.",
    ]


def _population(table: DataFrame) -> str:
    left_out = table[table.BORFL.isna()].REASON.value_counts()
    reasons = listed([f"{number} {reason}" for reason, number in left_out.items()])
    words = f"{counted(len(table), 'assessment')} of {counted(table.USUBJID.nunique(), 'subject')}."
    return words + (f" Not counted towards the best response: {reasons}." if len(left_out) else "")
