"""What the load found that could change a decision in few words: what a check found, of one and of several."""

from __future__ import annotations

from pandas import DataFrame

from displays.words import counted, listed
from queries.frames import rows_of

MOST_SENTENCES = 3
DATASETS = {
    "AE": "adverse events",
    "CM": "medicines",
    "CV": "heart measurements",
    "DM": "demographics",
    "DS": "disposition",
    "EC": "exposure as collected",
    "EG": "ECG",
    "EX": "infusions",
    "LB": "laboratory results",
    "MH": "medical history",
    "PC": "concentrations",
    "PR": "procedures",
    "RS": "responses",
    "SUPPAE": "supplemental values of adverse events",
    "SUPPDM": "supplemental values of demographics",
    "VS": "vital signs",
}
"""Dataset → what its reader calls it; another one is named by its code."""
GRADE = ("event in the DLT window has no readable grade", "events in the DLT window have no readable grade")
DOSE = ("dose of course 1 is missing or cannot be read", "doses of course 1 are missing or cannot be read")
SAID = {
    "subject_gone": (
        "subject of the previous cut is no longer delivered",
        "subjects of the previous cut are no longer delivered",
    ),
    "fewer_records": (
        "record of the previous cut is no longer delivered {of}",
        "records of the previous cut are no longer delivered {of}",
    ),
    "manifest_missing": ("file of the manifest was not delivered", "files of the manifest were not delivered"),
    "manifest_checksum": ("file is not the one in the manifest", "files are not those in the manifest"),
    "manifest_rows": (
        "file has another number of rows than in the manifest",
        "files have another number of rows than in the manifest",
    ),
    "manifest_extra": ("file is not in the manifest", "files are not in the manifest"),
    "several_studies": ("subject is of another study than most", "subjects are of another study than most"),
    "exposure_as_collected": (
        "infusion delivered in EC alone, which is not read",
        "infusions delivered in EC alone, which is not read",
    ),
    "file_not_readable": ("delivered file could not be read {of}", "delivered files could not be read {of}"),
    "dlt_verdict_not_read": ("DLT adjudication is neither yes nor no", "DLT adjudications are neither yes nor no"),
    "dlt_flag_not_used": (
        "value looks like a DLT adjudication and is not read as one",
        "values look like DLT adjudications and are not read as such",
    ),
    "dlt_without_event": (
        "event adjudicated a DLT was not delivered",
        "events adjudicated DLTs were not delivered",
    ),
    "supplemental_reaches_no_event": (
        "supplemental value of an event reaches none",
        "supplemental values of events reach none",
    ),
    "dlt_low_grade": ("DLT is of grade 1 or 2", "DLTs are of grade 1 or 2"),
    "dlt_not_related": (
        "DLT was reported as not related to the study drug",
        "DLTs were reported as not related to the study drug",
    ),
    "dlt_judged_twice": (
        "event was adjudicated both as a DLT and as not a DLT",
        "events were adjudicated both as a DLT and as not a DLT",
    ),
    "grade_missing": GRADE,
    "grade_not_read": GRADE,
    "grade_contradicted": (
        "event in the DLT window has a grade that contradicts its outcome or seriousness",
        "events in the DLT window have a grade that contradicts their outcome or seriousness",
    ),
    "grade_supplied_differs": (
        "event in the DLT window has another grade in SUPPAE than in AE",
        "events in the DLT window have another grade in SUPPAE than in AE",
    ),
    "grade_range": ("event in the DLT window has two grades", "events in the DLT window have two grades"),
    "dlt_fatal_judged_not": (
        "fatal event related to the study drug was adjudicated not a DLT",
        "fatal events related to the study drug were adjudicated not a DLT",
    ),
    "lvef_without_event": (
        "LVEF in the DLT window is of grade 3 or worse, and no event was reported",
        "LVEFs in the DLT window are of grade 3 or worse, and no event was reported",
    ),
    "qtc_without_event": (
        "QTcF in the DLT window is above 500 ms, and no event was reported",
        "QTcFs in the DLT window are above 500 ms, and no event was reported",
    ),
    "death_contradicted": ("death is contradicted by another record", "deaths are contradicted by other records"),
    "death_undated": ("death has no date", "deaths have no date"),
    "death_after_cut": ("death is dated after the data cut", "deaths are dated after the data cut"),
    "death_words_unclear": ("disposition may mean a death", "dispositions may mean a death"),
    "drug_in_doubt": (
        "infusion may be of the study drug, by its name",
        "infusions may be of the study drug, by their names",
    ),
    "drug_not_named": ("infusion names no drug", "infusions name no drug"),
    "first_infusion_not_known": (
        "first infusion has no known day",
        "first infusions have no known day",
    ),
    "infusion_undated": ("infusion has no date", "infusions have no date"),
    "dose_missing": DOSE,
    "infusions_not_told": (
        "record of course 1 does not tell the number of infusions",
        "records of course 1 do not tell the number of infusions",
    ),
    "dose_unit_not_known": ("dose has a unit that is not known", "doses have a unit that is not known"),
    "dose_differs_from_level": (
        "infusion day of course 1 differs from the dose level, without a reason",
        "infusion days of course 1 differ from the dose level, without a reason",
    ),
    "dose_above_planned": (
        "subject was given more than planned in course 1",
        "subjects were given more than planned in course 1",
    ),
    "dose_level_not_recognised": (
        "enrolled subject has an arm that is no planned dose level",
        "enrolled subjects have an arm that is no planned dose level",
    ),
    "may_be_enrolled": ("subject may be enrolled, to be confirmed", "subjects may be enrolled, to be confirmed"),
    "enrolled_not_treated": (
        "enrolled subject has had no infusion for long",
        "enrolled subjects have had no infusion for long",
    ),
    "later_therapy_unclear": (
        "other therapy may have begun in the DLT window, its date does not tell",
        "other therapies may have begun in the DLT window, their dates do not tell",
    ),
    "arm_differs": (
        "subject has an actual arm other than the assigned one",
        "subjects have an actual arm other than the assigned one",
    ),
    "treatment_start_differs": (
        "subject has a first infusion on another day in EX than in DM",
        "subjects have a first infusion on another day in EX than in DM",
    ),
    "subject_not_in_dm": ("subject has records but is not in DM {of}", "subjects have records but are not in DM {of}"),
    "unreadable_date": ("date cannot be read {of}", "dates cannot be read {of}"),
    "unreadable_number": ("number cannot be read {of}", "numbers cannot be read {of}"),
    "after_cut": ("date is after the data cut {of}", "dates are after the data cut {of}"),
    "record_after_death": ("record is dated after the death {of}", "records are dated after the death {of}"),
    "duplicate_key": ("record number is used more than once {of}", "record numbers are used more than once {of}"),
    "record_repeated": (
        "record is there again in everything but its number, and counts once {of}",
        "records are there again in everything but their numbers, and count once {of}",
    ),
    "read_from_adam": (
        "dataset did not come and is read from ADaM {of}",
        "datasets did not come and are read from ADaM {of}",
    ),
    "limit_value": (
        "cardiac measurement is a limit or a range, not a value",
        "cardiac measurements are limits or ranges, not values",
    ),
    "baseline_flag_after_dose": (
        "cardiac measurement is flagged as baseline after the first infusion",
        "cardiac measurements are flagged as baseline after the first infusion",
    ),
    "imaging_method_not_recognised": (
        "cardiac measurement has an imaging method that is not recognised",
        "cardiac measurements have an imaging method that is not recognised",
    ),
    "imaging_method_not_stated": (
        "cardiac measurement has no imaging method",
        "cardiac measurements have no imaging method",
    ),
    "heart_reader_without_result": (
        "other reader's results are used, for the trial's own reader has none",
        "other readers' results are used, for the trial's own reader has none",
    ),
    "test_code_not_recognised": (
        "record has a test code that is not recognised {of}",
        "records have test codes that are not recognised {of}",
    ),
    "result_without_number": ("cardiac result has no number", "cardiac results have no number"),
    "not_delivered": (
        "dataset was not delivered, or has no records {of}",
        "datasets were not delivered, or have no records {of}",
    ),
}
"""Check → what was found, of one and of several, those of the whole delivery first; {of}: the datasets. Of any other
check the first clause of what it says is taken."""


IN_ITS_WORDS = {"variable_missing", "variable_misnamed", "dataset_misnamed", "no_subject_came"}
"""Checks whose text is one short sentence."""
NAMED_BY_THE_RULE = {
    "dlt_before_first_infusion",
    "dlt_outside_window",
    "late_death_without_cause",
    "late_event_not_adjudicated",
    "left_for_toxicity",
}
"""Checks of which the rule's finding names every subject: they stand in the table alone."""


def said_of_findings(table: DataFrame) -> tuple[list[str], int]:
    """The findings in few words, the same in words together: the first of them, and how many more there are.

    table: the answer of `findings_that_decide`, not empty.
    """
    said, named = _sentences(table), int(table["CHECKID"].isin(NAMED_BY_THE_RULE).sum())
    if not said:
        return [f"{counted(named, 'finding')}, also named in the rule's finding"], 0
    return said[:MOST_SENTENCES], len(said[MOST_SENTENCES:]) + named


def _sentences(table: DataFrame) -> list[str]:
    """What is the same in words is counted together."""
    order = {check: place for place, check in enumerate(SAID)}
    rows = table[~table["CHECKID"].isin(NAMED_BY_THE_RULE)]
    rows = rows.assign(
        PHRASE=[_phrase(row) for row in rows_of(rows)],
        PLACE=rows["CHECKID"].map(order).fillna(len(order) - 1.5),  # before what was not delivered
    ).sort_values("PLACE", kind="stable")
    return [_counted(phrase, part) for phrase, part in rows.groupby("PHRASE", sort=False)]


def _phrase(row) -> tuple[str, ...]:
    """What is said of one and of several; of one check alone its own words, or the first clause of them."""
    if row.CHECKID in IN_ITS_WORDS:
        return (row.WHAT.rstrip("."),)
    return SAID.get(row.CHECKID, (_first_clause(row.WHAT),) * 2)


def _counted(phrase: tuple[str, ...], rows: DataFrame) -> str:
    datasets = [DATASETS.get(name, name) for name in dict.fromkeys(filter(None, rows["DATASET"]))]
    number, of = int(rows["NRECS"].sum()), f"({listed(datasets)})"
    if len(phrase) == 1:
        return phrase[0]
    one, several = phrase
    if one == several:
        records = f"{number:,} {'record' if number == 1 else 'records'}"
        return f"{one} ({', '.join([*datasets, records])})"
    return f"{number:,} {one if number == 1 else several}".replace("{of}", of).replace(" (none)", "")


def _first_clause(what: str) -> str:
    """ "the date is missing" of "DSSTDTC: the date is missing; the record is kept"."""
    head, colon, rest = what.partition(": ")
    clause = rest if colon and head.isupper() and " " not in head else what
    return clause.partition(";")[0].partition(". ")[0].rstrip(".")
