"""The tables of a trial definition, their keys, and what each key must be."""

from __future__ import annotations

from typing import Annotated, Required

from pydantic import AfterValidator
from typing_extensions import TypedDict

from trial.dose import DoseUnit
from trial.escalation import EscalationTable
from trial.response import ResponseTable
from trial.stopping_rule import StoppingRule, named_once, possible, takes_its_own
from trial.values import (
    Count,
    Day,
    Days,
    Flag,
    Hours,
    Limits,
    NotNegative,
    Positive,
    Range,
    Rate,
    Share,
    Terms,
    Text,
    Texts,
    Version,
    Whole,
    Words,
    has_only,
    must_be,
    must_be_one_of,
    written_many_times,
)

ECG_BASELINE = ("mean", "last")
DAY_1 = ("before", "unknown")
EGFR_FORMULAS = ("schwartz", "u25")
TUMOUR_LYSIS = ("cairo-bishop", "howard")
COUNTED_AT = ("given", "assigned")
AFTER_WINDOW = ("count", "ignore")
CohortNames = Annotated[Words | Texts, must_be("a cohort's name, or a list of names")]


def _read_unit(text: str) -> str:
    DoseUnit.read(text)
    return text


Unit = Annotated[Text, AfterValidator(_read_unit), must_be("a unit of dose such as mg/m²/day, mg/kg/day or mg")]


class TrialTable(TypedDict, total=False):
    """[trial]: what the trial is. drug_equivalence: why its drug is never turned into doxorubicin.

    drug_names: further spellings and codes of the drug in EXTRT; drug_words: texts that mean it without a name;
    other_drugs: names that are no misspelling of it.
    """

    id: Required[Text]
    title: Text
    short_title: Text
    phase: Text
    drug: Text
    drug_names: Texts
    drug_words: Texts
    other_drugs: Texts
    drug_equivalence: Text
    dose_unit: Unit
    synthetic: Flag
    ctcae_version: Version
    age_years: Range
    expansion_subjects: Count
    infusions_per_course: Count


class EnrolmentTable(TypedDict, total=False):
    """[enrolment]: which words of a disposition mean enrolled, and after how many days without an infusion to ask."""

    words: Terms
    untreated_days: Days


class DiagnosisTable(TypedDict, total=False):
    """[diagnosis]: the categories of medical history (MHCAT or MHSCAT) in which the disease under study stands, the
    words beside its name that change nothing, and those that mean mixed phenotype acute leukaemia."""

    categories: Terms
    descriptors: Terms
    mixed_phenotype: Terms


class ResponsesTable(TypedDict, total=False):
    """[responses]: how each response may be spelled."""

    CR: Terms
    CRh: Terms
    CRi: Terms
    MLFS: Terms
    PR: Terms
    NR: Terms
    PD: Terms
    RELAPSE: Terms
    NE: Terms


class DltTable(TypedDict, total=False):
    """[dlt]: window, definition and rule of the dose-limiting toxicities, and where their adjudication is delivered.

    late_criterion: the part of the definition that is assessed after the window, from late_day on.
    expansion_cohort: the name of the expansion's cohort, or a list of the names it may be delivered under.
    minimum_dose_share, dose_tolerance, counted_at: what the dose of course 1 decides; toxicity_reasons, other_reasons:
    what a delivered reason for a smaller dose means; reason_words: words that change nothing of it.
    unseen_visits: words of a visit at which nobody looks for toxicity.
    after_window: whether a DLT that began after the window counts as adjudicated. seen_within_days: last seen so few
    days before the end of the window is observed to the end.
    aplasia_anc, aplasia_platelets: the limits of counts not recovered (10^9/L). recovery_values: consecutive counts
    that are recovery; transfusion_days: after a transfusion, in which platelets prove none. late_terms: the late
    criterion's terms.
    """

    window_days: Count
    rule: Words
    target_rate: Rate
    expansion_cohort: CohortNames
    flags: Texts
    special_interest_flags: Texts
    definition: Text
    late_criterion: Text
    late_day: Count
    minimum_dose_share: Share
    dose_tolerance: Share
    counted_at: Annotated[str, must_be_one_of(COUNTED_AT)]
    toxicity_reasons: Terms
    other_reasons: Terms
    reason_words: Texts
    unseen_visits: Texts
    late_terms: Texts
    after_window: Annotated[str, must_be_one_of(AFTER_WINDOW)]
    seen_within_days: Days
    aplasia_anc: Positive
    aplasia_platelets: Positive
    recovery_values: Count
    transfusion_days: Days


class TransfusionsTable(TypedDict, total=False):
    """[transfusions]: the words of a treatment that are a transfusion of platelets, perhaps one, another, or none.

    before: of what is given before one, with what it is given for.
    """

    platelets: Texts
    transfusion: Texts
    other: Texts
    none: Texts
    before: Texts


class CausalityTable(TypedDict, total=False):
    """[causality]: whole answers that mean related to the study drug, not related, or unknown."""

    related: Terms
    not_related: Terms
    unknown: Texts


class DeathCausesTable(TypedDict, total=False):
    """[death_causes]: the words by which a delivered cause of death is read as the drug's, the disease's or another."""

    drug: Terms
    leukaemia_names: Terms
    leukaemia_words: Texts
    disease_names: Terms
    disease_words: Texts
    accident_names: Terms
    accident_words: Texts
    event_names: Terms
    event_words: Texts


class EcgTable(TypedDict, total=False):
    """[ecg]: which of several time points at baseline count; from where to where a QT (ms) and a heart rate can be."""

    baseline: Annotated[str, must_be_one_of(ECG_BASELINE)]
    qt_from: Positive
    qt_to: Positive
    rate_from: Positive
    rate_to: Positive


class LaboratoryTable(TypedDict, total=False):
    """[laboratory]: when a result of the day of the first infusion without a clock time was taken.

    neutrophils_below, platelets_below: from which a count is doubtful (10^9/L). hys_law_days: until how many days after
    a raised transaminase a raised bilirubin counts for Hy's law. neutrophils_recovered, platelets_recovered: the limits
    (10^9/L) to which recovery is timed. egfr_formula: bedside Schwartz under 18 years, or CKiD U25 throughout;
    creatinine_steady: by what share a creatinine may differ from the one before it to estimate GFR from; log_ratio:
    from which ratio of the largest to the smallest value a test has a logarithmic axis.
    """

    neutrophils_below: Positive
    platelets_below: Positive
    day_1_without_time: Annotated[str, must_be_one_of(DAY_1)]
    hys_law_days: Days
    egfr_formula: Annotated[str, must_be_one_of(EGFR_FORMULAS)]
    creatinine_steady: Positive
    log_ratio: Positive
    neutrophils_recovered: Limits
    platelets_recovered: Limits


class TumourLysisTable(TypedDict, total=False):
    """[tumour_lysis]: by which definition it is assessed, and from which age in years an adult's limits hold.

    arrhythmia_terms, seizure_terms: preferred terms (in whole words) that make it clinical; urate_oxidase: drugs that
    take uric acid away.
    """

    definition: Annotated[str, must_be_one_of(TUMOUR_LYSIS)]
    adult_age: Positive
    arrhythmia_terms: Terms
    seizure_terms: Terms
    urate_oxidase: Terms


class AdverseEventsTable(TypedDict, total=False):
    """[adverse_events] emergent_days: days after the last infusion until which an event is treatment-emergent, or 0.

    common_words: words of a term that tell no kind of event from another.
    """

    common_words: Texts
    emergent_days: Days


class ExposureTable(TypedDict, total=False):
    """[exposure]: how many days after the start of a course the next is planned, and by how many it may be later."""

    course_days: Count
    delay_days: Days


class TestCodes(TypedDict, total=False):
    """[test_codes]: which delivered test codes stand for what, the same for every domain."""

    LVEF: Texts
    SF: Texts
    GLS: Texts
    TROPONIN: Texts
    NTPROBNP: Texts
    BLASTS_MARROW: Texts
    BLASTS_BLOOD: Texts
    MRD: Texts
    ANC: Texts
    PLATELETS: Texts
    RESPONSE: Texts
    PARENT_DRUG: Texts
    METABOLITE: Texts


class HeartTable(TypedDict, total=False):
    """[heart]: whose reading counts, and which values are compared with each other."""

    reader: Text
    marker_window_days: Days
    unstated_methods_compared: Flag


class HeartFailureTable(TypedDict, total=False):
    """[heart_failure]: the events that are symptomatic cardiac dysfunction, and the treatments that grade it."""

    terms: Texts
    possible_terms: Texts
    cardiac_terms: Texts
    minimum_grade: Count
    possible_grade: Count
    inotropes: Texts
    support: Texts
    therapy: Texts


class PkTable(TypedDict, total=False):
    """[pk]: when samples are planned, in hours after the start of the infusion, and how profiles are read.

    infusion_hours: the planned length, used where the end of an infusion was not written; molar_mass_*: g/mol.
    """

    course: Count
    hours_day_1: Hours
    hours_day_3: Hours
    infusion_hours: Positive
    molar_mass_parent: Positive
    molar_mass_metabolite: Positive
    sample_late: Share
    sample_late_minutes: NotNegative
    predose_hours: Positive
    extrapolated_above: Share
    half_lives_least: Positive
    r2_adjusted_least: Share
    steady_within: Share
    qtc_gap_minutes: Positive
    differs_above: Share
    exclusion_flags: Texts
    exclusion_reasons: Texts


AccrualPlan = TypedDict("AccrualPlan", {"from": Required[Day], "subjects_per_month": Required[Positive]})


class LevelTable(TypedDict, total=False):
    """[[dose_level]]: `dose` is in the trial's dose_unit; `dose_mg_per_m2_day` names its unit itself."""

    level: Required[Count]
    dose: Positive
    dose_mg_per_m2_day: Positive
    arm_code: Required[Text]
    arm: Required[Text]


AgeBand = TypedDict("AgeBand", {"label": Text, "from": NotNegative, "to": NotNegative})


class Disease(TypedDict):
    """[[disease]]: the terms of a primary diagnosis that mean a disease."""

    code: Text
    name: Text
    terms: Terms


class Assumption(TypedDict):
    """[[assumption]]: what no source states, and the setting that it is about."""

    about: Text
    text: Text


class Site(TypedDict, total=False):
    """[[site]]: `opened` is its day of activation."""

    id: Required[Text]
    name: Required[Text]
    opened: Day


class Published(TypedDict, total=False):
    """[[published]]: what a source says of the drug's pharmacokinetics in another population, in words.

    parameter, low and high: a range of one parameter (CDISC's code, as CLOSA or LAMZHL) in the unit of the displays.
    """

    population: Required[Text]
    text: Required[Text]
    source: Required[Text]
    parameter: Text
    low: Positive
    high: Positive


def _has_a_range(row: Published) -> Published:
    given = {"parameter", "low", "high"} & row.keys()
    if given and (len(given) < 3 or row["low"] > row["high"]):
        raise ValueError("needs parameter, low and high together, low not above high")
    return row


class Planned(TypedDict):
    """[[schedule]]: an assessment planned on a study day, and the days either side that still count."""

    assessment: Text
    visit: Text
    day: Whole
    days_before: Days
    days_after: Days


def dose_of(level: LevelTable) -> float:
    """The dose of a level, whichever key gives it."""
    return level["dose"] if "dose" in level else level["dose_mg_per_m2_day"]


def _has_one_dose(level: LevelTable) -> LevelTable:
    if ("dose" in level) == ("dose_mg_per_m2_day" in level):
        raise ValueError("has dose and dose_mg_per_m2_day; keep one" if "dose" in level else "lacks dose")
    return level


def _rise(levels: list[LevelTable]) -> list[LevelTable]:
    doses, numbers = [dose_of(level) for level in levels], [level["level"] for level in levels]
    if doses != sorted(set(doses)):
        raise ValueError(f"doses must rise, each dose once; found {', '.join(f'{dose:g}' for dose in doses)}")
    if numbers != sorted(set(numbers)):
        raise ValueError(f"levels must be numbered upwards, each number once; found {', '.join(map(str, numbers))}")
    return levels


def _ends_after_it_begins(band: AgeBand) -> AgeBand:
    if band["from"] > band["to"]:
        raise ValueError(f"{band['label']} begins at {band['from']:g} and ends before, at {band['to']:g}")
    return band


LevelRow = Annotated[LevelTable, AfterValidator(_has_one_dose), has_only(LevelTable)]
AgeBandRow = Annotated[AgeBand, AfterValidator(_ends_after_it_begins), has_only(AgeBand)]
RuleRow = Annotated[StoppingRule, possible, takes_its_own, has_only(StoppingRule)]


class Definition(TypedDict, total=False):
    """A whole trial.toml."""

    trial: Required[Annotated[TrialTable, has_only(TrialTable)]]
    enrolment: Annotated[EnrolmentTable, has_only(EnrolmentTable)]
    diagnosis: Annotated[DiagnosisTable, has_only(DiagnosisTable)]
    dlt: Annotated[DltTable, has_only(DltTable)]
    transfusions: Annotated[TransfusionsTable, has_only(TransfusionsTable)]
    causality: Annotated[CausalityTable, has_only(CausalityTable)]
    death_causes: Annotated[DeathCausesTable, has_only(DeathCausesTable)]
    adverse_events: Annotated[AdverseEventsTable, has_only(AdverseEventsTable)]
    exposure: Annotated[ExposureTable, has_only(ExposureTable)]
    response: Annotated[ResponseTable, has_only(ResponseTable)]
    escalation: Annotated[EscalationTable, has_only(EscalationTable)]
    ecg: Annotated[EcgTable, has_only(EcgTable)]
    laboratory: Annotated[LaboratoryTable, has_only(LaboratoryTable)]
    tumour_lysis: Annotated[TumourLysisTable, has_only(TumourLysisTable)]
    test_codes: Annotated[TestCodes, has_only(TestCodes)]
    anthracycline: dict[str, Positive]
    special_interest: dict[str, Terms]
    heart: Annotated[HeartTable, has_only(HeartTable)]
    imaging_methods: dict[str, Terms]
    responses: Annotated[ResponsesTable, has_only(ResponsesTable)]
    heart_failure: Annotated[HeartFailureTable, has_only(HeartFailureTable)]
    accrual_plan: Annotated[AccrualPlan, has_only(AccrualPlan)]
    pk: Annotated[PkTable, has_only(PkTable)]
    dose_level: Annotated[list[LevelRow], AfterValidator(_rise), written_many_times("dose_level")]
    age_band: Annotated[list[AgeBandRow], written_many_times("age_band")]
    disease: Annotated[list[Annotated[Disease, has_only(Disease)]], written_many_times("disease")]
    assumption: Annotated[list[Annotated[Assumption, has_only(Assumption)]], written_many_times("assumption")]
    site: Annotated[list[Annotated[Site, has_only(Site)]], written_many_times("site")]
    schedule: Annotated[list[Annotated[Planned, has_only(Planned)]], written_many_times("schedule")]
    published: Annotated[
        list[Annotated[Published, AfterValidator(_has_a_range), has_only(Published)]], written_many_times("published")
    ]
    stopping_rule: Annotated[list[RuleRow], named_once, written_many_times("stopping_rule")]
