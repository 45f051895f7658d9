"""Deliveries whose right response is known, and the kinds beside them: the cut, and what every display says."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import product

import pandas
import pytest
from building import building
from deliveries import delivered
from drawn import THREE, trial_data
from drawn_responses import delivery
from gathered import alone, found_in, gathered

from displays.remission.assessments import response_assessments
from displays.remission.best_response import best_response
from displays.remission.by_dose import remission_by_dose
from displays.remission.incidence import relapse_incidence
from displays.remission.rates import remission_rate
from displays.remission.survival import duration_of_remission
from displays.remission.swimmer import swimmer
from displays.subject.header import subject_header
from displays.summary.overview import what_changed
from queries import View
from trial import Trial

ONE = "id disease arm start\n1 ALL A130 2007-03-01"
HEAD = "id day response evaluator\n"


def people(number, disease="ALL"):
    """So many subjects, from 0, first treated on 1 March 2007."""
    return "id disease arm start\n" + "\n".join(f"{n} {disease} A130 2007-03-01" for n in range(number))


def rate(cut, disease="ALL", analysis=1):
    return cut.ask("remission_by_disease").query("DISEASE == @disease and ANALYSISN == @analysis").iloc[0]


def of_the_page(cut):
    """The subjects in remission by the rate, the duration of remission and the swimmer plot."""
    best, timeline = cut.ask("response_best"), cut.ask("response_timeline")
    return (
        set(best[best["REMFL"] == "Y"]["USUBJID"]),
        set(cut.ask("survival_times", endpoint="DOR")["USUBJID"]),
        set(timeline[timeline["KIND"] == "Remission"]["USUBJID"]),
    )


def found(cut, check):
    rows = cut.table("ingest.finding").query("CHECKID == @check")
    return dict(zip(rows["DATASET"], rows["NRECS"], strict=True))


def one(responses="", events="", disease="ALL", start="2007-03-01", **changed):
    """A delivery of one subject of whom this is told; `changed`: a dataset → what is done to its frame."""
    frames = delivery(
        ONE.replace("ALL", disease).replace("2007-03-01", start),
        HEAD + (responses or "1 1 NE ."),
        events=f"id day what\n{events}" if events else "",
    )
    return frames | {name: change(frames.get(name)) for name, change in changed.items()}


SUBJECTS = {}
"""Name → how the delivery of each subject is made whom a test looks at alone: all are subjects of one cut."""


def told(*arguments, **changed):
    """The name of a subject of whom this is told, as for `one`; a test is given the view of this subject."""
    name = f"T-{len(SUBJECTS)}"
    SUBJECTS[name] = partial(one, *arguments, **changed)
    return name


def of(*names):
    """A test is run with the view of each of these subjects."""
    return pytest.mark.parametrize("view", names, indirect=True)


@pytest.fixture(scope="module")
def everybody(trial):
    return building(gathered({name: make() for name, make in SUBJECTS.items()}), trial)


@pytest.fixture
def view(everybody, request):
    return alone(everybody, request.param)


def best(asked):
    return asked.ask("response_best").iloc[0]


def reason(view):
    return best_response(view).table.REASON.iloc[0]


# --- CRh in ALL ---------------------------------------------------------------------------------------------------


def test_crh_is_a_remission_in_all_and_no_display_counts_others(trial):
    cut = delivered("all_crh", trial)
    everybody = {"S1", "S2", "S3", "S4"}
    assert of_the_page(cut) == (everybody, everybody, everybody)
    row = rate(cut)
    assert (row.REMISSION, row.N, row.NCR, row.NCRH, row.NCRI) == (3, 3, 0, 2, 1)
    view = View(cut)
    assert remission_rate(view).sentences[0].startswith("Remission in 3 of 3 (100 %; 95 % CI 29 to 100 %)")
    assert "4 reached remission" in swimmer(view).finding
    assert "ALL: relapse or death in 0 of 3 remissions" in duration_of_remission(view).finding
    assert "CR, CRh or CRi" in remission_rate(view).method


def test_a_remission_without_a_later_assessment_is_marked_with_the_rate_without_it(trial):
    cut = delivered("all_crh", trial)
    states = cut.ask("response_best").set_index("SUBJID")[["CONFIRM", "CONFFL"]]
    assert states.loc["S3", "CONFIRM"] == "NOT ASSESSED" and states.loc["S2"].tolist() == ["CONFIRMED", "Y"]
    assert states.loc["S1", "CONFFL"] == "Y", "the CRi of S1 lasted, whatever the CRh will"
    assert "ALL: without 1 not confirmed over 28 days (1 not assessable or not assessed), remission in 2 of 3" in (
        remission_rate(View(cut)).finding
    )


@pytest.mark.parametrize(
    ("setting", "remission", "best"),
    [
        ('["CR", "CRi"]', {"S1", "S3"}, {"S1": "CRi", "S2": "CRh", "S3": "CRi", "S4": "CRh"}),
        ('{ALL = ["CR", "CRi"], AML = ["CR", "CRh", "CRi"]}', {"S1", "S3", "S4"}, {"S1": "CRi", "S4": "CRh"}),
        ('["CR"]', set(), {"S1": "CRh", "S2": "CRh"}),
    ],
)
def test_what_counts_is_a_setting_and_a_later_crh_takes_no_earlier_cri(make_cut, trial, setting, remission, best):
    text = trial.text.replace('remission = ["CR", "CRh", "CRi"]', f"remission = {setting}")
    people = "id disease arm start\n" + "\n".join(
        f"{n} {'AML' if n == 4 else 'ALL'} A130 2007-06-01" for n in range(1, 5)
    )
    responses = "1 31 CRi .\n1 62 CRh .\n2 31 CRh .\n2 62 CRh .\n3 31 CRi .\n4 31 CRh ."
    cut = make_cut(delivery(people, HEAD + responses), Trial.parse(text), date(2007, 10, 31))
    names = {f"T-{name[1:]}" for name in remission}
    assert of_the_page(cut) == (names, names, names)
    shown = cut.ask("response_best").set_index("SUBJID")["BEST"]
    assert {name: shown[name[1:]] for name in best} == best
    if setting.startswith("{"):
        assert "in ALL CR or CRi; in AML CR, CRh or CRi" in remission_rate(View(cut)).method


CRH_COUNTS = [
    ("BLASTLE", "BONE MARROW", 2, "%"),
    ("BLASTLE", "BLOOD", 0, "%"),
    ("NEUT", "BLOOD", 0.6, "10^9/L"),
    ("PLAT", "BLOOD", 60, "10^9/L"),
]


def laboratory(_):
    table = pandas.DataFrame(CRH_COUNTS, columns=["LBTESTCD", "LBSPEC", "LBSTRESN", "LBSTRESU"])
    return table.assign(USUBJID="T-1", LBSEQ=range(4), LBSTRESC=table["LBSTRESN"].astype(str), LBDTC="2007-03-30")


@of(told("1 30 CRh .", lb=laboratory))
def test_the_counts_of_a_crh_do_not_contradict_it_in_all(view):
    asked = view.ask("response_assessments")
    assert asked[["DERRESP", "AGREECD"]].values.tolist() == [["CRi", "AGREES WITH COUNTS"]]


# --- after death --------------------------------------------------------------------------------------------------


def test_an_assessment_after_death_counts_for_nothing_and_is_a_finding(trial):
    cut = delivered("records_after_death", trial)
    assert found(cut, "record_after_death") == {"AE": 1, "CV": 1, "RS": 1, "SV": 1}
    finding = cut.table("ingest.finding").query("CHECKID == 'record_after_death'")
    assert set(finding["SEVERITY"]) == {"doubtful"} and finding["WHAT"].str.contains("records after death").all()
    row = rate(cut)
    assert (row.REMISSION, row.N, row.EARLY) == (0, 1, 1) and of_the_page(cut) == (set(), set(), set())
    assert response_assessments(View(cut)).table.REASON.tolist() == ["after death"]


DEATHS = [
    ("2007-04-10", "2007-04-10", True, {}),
    ("2007-04-10", "2007-04-11", False, {"RS": 1}),
    ("2007-04", "2007-04-30", True, {}),
    ("2007-04", "2007-05-01", False, {"RS": 1}),
    ("2007-04-10", "2007-04", True, {}),
    ("2007-04-10", "2007-05", False, {"RS": 1}),
    ("2007-12-05", "2007-11-20", True, {}),
]


@pytest.mark.parametrize(
    ("view", "counts", "findings"),
    [
        (told(f"1 {day} CR .", f"1 {death} DEATH", disease="AML"), counts, findings)
        for death, day, counts, findings in DEATHS
    ],
    indirect=["view"],
)
def test_after_death_is_what_surely_is(view, counts, findings):
    """On the day itself, within a partial date and before a death after the cut is not after death."""
    assert found_in(view, "record_after_death") == findings
    assert (rate(view, "AML").REMISSION == 1) == counts


def an_event(_):
    event = dict(USUBJID="T-1", AESEQ=1, AETERM="rash", AESTDTC="2007-04-01", AEENDTC="2007-06-01", AEOUT="")
    return pandas.DataFrame([event])


@of(
    told(
        "1 20 NR .\n1 90 CR .",
        "1 50 DEATH\n1 70 OFF_WITHDRAWAL_BY_SUBJECT",
        ae=an_event,
        rs=lambda frame: frame.assign(RSSTAT=["", "NOT DONE"]),
    )
)
def test_the_end_of_an_event_and_dispositions_after_death_are_no_findings(view):
    assert found_in(view, "record_after_death") == {}


def test_the_load_counts_the_findings_of_all_these_subjects(everybody):
    """What a check finds of each subject is what the report of the load says of them together."""
    assert found(everybody, "record_after_death") == {"RS": sum(bool(findings) for *_, findings in DEATHS)}


# --- withdrawn, then died -----------------------------------------------------------------------------------------


def test_withdrawn_and_died_later_is_not_an_early_death(trial):
    cut = delivered("withdrawn_then_died_is_early_death", trial)
    row, treated = rate(cut), rate(cut, analysis=2)
    assert (row.N, row.EARLY, treated.N, treated.NOTEVAL) == (1, 0, 2, 1)
    table = best_response(View(cut)).table.set_index("SUBJID")
    assert table.loc["S1", ["BEST", "REASON"]].tolist() == [
        "Not evaluable",
        "not assessed (withdrawal by subject on day 10)",
    ]
    assert "not assessed (withdrawal by subject on day 10)" in remission_rate(View(cut)).population
    assert "early death" not in best_response(View(cut)).finding


EARLY = [
    ("DEATH 12", "Evaluable", "died on day 12 before a first assessment"),
    ("DEATH 42", "Evaluable", "died on day 42 before a first assessment"),
    ("DEATH 43", "Not evaluable", "died on day 43 without an assessment, not an early death"),
    ("OFF_WITHDRAWAL_BY_SUBJECT 10, DEATH 20", "Not evaluable", "not assessed (withdrawal by subject on day 10)"),
    ("OFF_LOST_TO_FOLLOW-UP 10, DEATH 90", "Not evaluable", "not assessed (lost to follow-up on day 10)"),
    ("WITHDRAWAL_BY_SUBJECT 10, DEATH 90", "Not evaluable", "not assessed (withdrawal by subject on day 10)"),
    ("ADVERSE_EVENT 10, DEATH 20", "Evaluable", "died on day 20 before a first assessment"),
    ("OFF_WITHDRAWAL_BY_SUBJECT 20, DEATH 20", "Evaluable", "died on day 20 before a first assessment"),
    ("TRANSPLANT 15, DEATH 20", "Not evaluable", "transplant on day 15 before a first assessment"),
    ("DEATH 2007-04", "Not evaluable", "died on day 32 without an assessment, not an early death"),
    ("DEATH 2007-03", "Evaluable", "died on day 1 before a first assessment"),
]
"""Day 42 is 11 April: a death in April may be later."""


def test_an_early_death_is_on_study_and_in_the_days_allowed(make_cut, trial):
    lines = [
        f"{n} {event.split()[1]} {event.split()[0]}"
        for n, (events, _, _) in enumerate(EARLY)
        for event in events.split(", ")
    ]
    cut = make_cut(delivery(people(len(EARLY)), HEAD + "0 1 NE .", events="id day what\n" + "\n".join(lines)), trial)
    table = best_response(View(cut)).table.set_index("SUBJID")
    shown = [tuple(table.loc[str(n), ["EVALSTAT", "REASON"]]) for n in range(len(EARLY))]
    assert shown == [(status, words) for _, status, words in EARLY]


def died(frame):
    return frame.assign(DTHFL="Y")


@of(told(dm=died))
def test_a_death_without_a_date_is_no_early_death_and_not_awaited(view):
    assert (best(view).EVALSTAT, reason(view)) == ("Not evaluable", "died, date not known, without an assessment")


@of(told(start="2007-11-11", dm=died))
def test_a_death_without_a_date_is_early_where_every_day_that_it_can_have_is(view):
    """The cut is on day 20."""
    assert best(view).EVALSTAT == "Evaluable" and "died" in reason(view)


def test_the_days_of_an_early_death_are_the_trials(make_cut, trial):
    later = Trial.parse(trial.text.replace("first_assessment_days = 42", "first_assessment_days = 60"))
    cut = make_cut(one(events="1 43 DEATH"), later)
    assert best(cut).EVALSTAT == "Evaluable" and "died by day 60" in remission_rate(View(cut)).method


# --- confirmation -------------------------------------------------------------------------------------------------


def test_a_remission_lost_early_is_not_one_with_the_rate_as_assessed_beside_it(make_cut, trial):
    responses = "0 30 CR .\n0 45 RELAPSE .\n1 30 CR .\n1 70 CR .\n2 30 NR ."
    cut = make_cut(delivery(people(3), HEAD + responses), trial)
    view = View(cut)
    assert of_the_page(cut) == ({"T-1"}, {"T-1"}, {"T-1"})
    shown = remission_rate(view)
    assert shown.sentences[0].startswith("Remission in 1 of 3 (33 %;")
    assert "Not counted in ALL: 1 remission lost within 28 days; as the investigator assessed, remission in 2 of 3" in (
        shown.finding
    )
    assert "Lost within 28 days and not counted as a remission: 1 CR." in best_response(view).finding
    assert best_response(view).table.LASTED.tolist()[:2] == ["lost within 28 days", "confirmed"]
    assert "1 remission lost early, not counted" in swimmer(view).finding
    for made in (duration_of_remission(view), relapse_incidence(view)):
        assert "1 remission lost within 28 days, not among these." in made.population
    header = subject_header(view, "T-0").table
    assert "lost within 28 days, not counted as a remission" in header.to_string(max_colwidth=None)


def test_without_a_protocol_that_asks_nothing_is_marked_and_nothing_lost(make_cut, trial):
    silent = Trial.parse(trial.text.replace('confirmation = ["ALL"]', "confirmation = []"))
    cut = make_cut(one("1 30 CR .\n1 45 RELAPSE ."), silent)
    assert of_the_page(cut) == ({"T-1"},) * 3 and pandas.isna(best(cut).CONFIRM)
    assert remission_rate(View(cut)).sentences[1:] == () and "asks" not in remission_rate(View(cut)).method


def test_the_days_of_confirmation_are_the_trials(make_cut, trial):
    longer = Trial.parse(trial.text.replace("confirmation_days = 28", "confirmation_days = 56"))
    cut = make_cut(delivery(people(2), HEAD + "0 30 CR .\n0 85 RELAPSE .\n1 30 CR .\n1 86 RELAPSE ."), longer)
    assert cut.ask("response_best").set_index("SUBJID")["CONFIRM"].to_dict() == {"0": "LOST", "1": "RECURRED"}


@of(told("1 30 CR .", start="2007-10-16"))
def test_a_remission_that_is_not_yet_due_is_an_open_star(view):
    """The cut is on day 46."""
    shown = swimmer(view)
    assert shown.table.query("KIND == 'Remission'").LASTED.tolist() == ["not yet due"]
    assert next(t for t in shown.figure.data if t.name == "Remission").marker.symbol == ("star-open",)
    assert "(1 not yet due), remission in 0 of 1" in remission_rate(view).finding


# --- the independent reader ---------------------------------------------------------------------------------------


READERS = {
    "INDEPENDENT_ASSESSOR": True,
    "Central_Review": True,
    "BICR": True,
    "ADJUDICATION_COMMITTEE": True,
    "INDEPENDENT_INVESTIGATOR": True,
    "SPONSOR": False,
}
"""Evaluator as delivered → whether that is the independent reader."""


@pytest.mark.parametrize(
    ("view", "reads"),
    [(told(f"1 30 PR INVESTIGATOR\n1 30 CR {who}\n1 60 CR {who}"), reads) for who, reads in READERS.items()],
    indirect=["view"],
    ids=list(READERS),
)
def test_the_independent_readers_rate_stands_beside_the_investigators(view, reads):
    row = rate(view)
    assert (row.REMISSION, row.NINDEP) == (0, int(reads))
    said = remission_rate(view).finding
    assert ("ALL, by the independent reader: remission in 1 of 1 " in said) == reads
    assert ("by the investigator in 0 of these" in said) == reads
    assert found_in(view, "evaluator_not_recognised") == ({} if reads else {"RS": 2})


@of(*(told(f"1 30 CR {who}") for who in (".", "INVESTIGATOR", "Site_Investigator", "TREATING_PHYSICIAN", "PI")))
def test_the_investigators_spellings(view):
    assert rate(view).REMISSION == 1


@of(told("1 30 PR .\n1 30 CR CENTRAL\n1 30 NR CENTRAL", rs=lambda frame: frame.assign(RSACPTFL=["", "Y", ""])))
def test_of_several_independent_readings_the_accepted_one_counts(view):
    assert best(view).INDEPENDENT == "CR" and found_in(view, "response_contradicted") == {"RS": 1}


# --- later therapy ------------------------------------------------------------------------------------------------


def treatment(**record):
    return lambda _: pandas.DataFrame([dict(USUBJID="T-1", CMSEQ=1, CMSTDTC="2007-04-10") | record])


THERAPIES = [
    (dict(CMTRT="Besponsa", CMDECOD="INOTUZUMAB OZOGAMICIN"), True),
    (dict(CMTRT="blinatumomab"), True),
    (dict(CMTRT="anti-CD19 CAR-T cells"), True),
    (dict(CMTRT="XYZ", CMCAT="Subsequent anti-cancer therapy"), True),
    (dict(CMTRT="XYZ", CMCAT="NEW ANTILEUKAEMIC THERAPY"), True),
    (dict(CMTRT="XYZ", CMCAT="SUBSEQUENT THERAPY", CMSTDTC="2007-04"), True),
    (dict(CMTRT="XYZ", CMCAT="CONCOMITANT MEDICATION"), False),
    (dict(CMTRT="CLOFARABINE", CMROUTE="INTRATHECAL"), False),
    (dict(CMTRT="CYTARABINE", CMROUTE="INTRATHECAL", CMINDC="CNS PROPHYLAXIS"), False),
    (dict(CMTRT="CLOFARABINE", CMOCCUR="N"), False),
    (dict(CMTRT="CLOFARABINE", CMSTDTC="2007-02-28"), False),
    (dict(CMTRT="CLOFARABINE", CMSTDTC="2007-03-01"), True),
    (dict(CMTRT="CLOFARABINE", CMCAT="PRIOR THERAPY", CMSTDTC=""), False),
    (dict(CMTRT="NOTCLOFARABINE"), False),
]
"""A record of CM, on 10 April where it does not say; whether a CR of 29 April then counts for nothing."""


def test_a_later_therapy_by_category_or_by_name(make_cut, trial):
    number = len(THERAPIES)
    responses = "\n".join(f"{n} 20 PR .\n{n} 60 CR .\n{n} 100 CR ." for n in range(number))
    records = [
        dict(USUBJID=f"T-{n}", CMSEQ=1, CMSTDTC="2007-04-10") | record for n, (record, _) in enumerate(THERAPIES)
    ]
    frames = delivery(people(number), HEAD + responses) | {"cm": pandas.DataFrame(records).fillna("")}
    shown = make_cut(frames, trial).ask("response_best").set_index("SUBJID")["BEST"]
    assert [shown[str(n)] != "CR" for n in range(number)] == [later for _, later in THERAPIES]


def test_the_list_of_later_therapies_is_the_trials(make_cut, trial):
    own = Trial.parse(
        trial.text.replace("confirmation_days = 28", 'confirmation_days = 28\nlater_therapy_drugs = ["ABC-2"]')
    )
    drugs = {drug: one("1 30 PR .\n1 60 CR .", cm=treatment(CMTRT=drug)) for drug in ("abc 2 (study X)", "CLOFARABINE")}
    remission = make_cut(gathered(drugs), own).ask("response_best").set_index("USUBJID")["REMFL"]
    assert remission.to_dict() == {"abc 2 (study X)": "N", "CLOFARABINE": "Y"}


def procedure(name, **more):
    record = dict(USUBJID="T-1", PRSEQ=1, PRTRT=name, PRSTDTC="2007-04-10") | more
    return lambda _: pandas.DataFrame([record])


TRANSPLANTS = ("HSCT", "Haploidentical BMT", "Allogeneic stem cell transplantation", "CD34+ stem cell infusion")


@of(*(told("1 30 PR .\n1 60 CR .", pr=procedure(name)) for name in TRANSPLANTS))
def test_a_transplant_by_any_of_its_names(view):
    assert rate(view).REMISSION == 0 and "Transplant" in set(view.ask("response_timeline")["KIND"])
    assert response_assessments(view).table.REASON.dropna().tolist() == ["after transplant"]


@of(told("1 30 PR .\n1 60 CR .", pr=procedure("HSCT", PROCCUR="N")))
def test_a_transplant_that_did_not_take_place_is_none(view):
    assert rate(view).REMISSION == 1 and "Transplant" not in set(view.ask("response_timeline")["KIND"])


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (told("1 30 CR .\n1 60 CR .\n1 120 RELAPSE .", "1 80 TRANSPLANT\n1 150 DEATH"), "transplant"),
        (told("1 30 CR .\n1 60 CR .\n1 120 RELAPSE .", "1 80 NAMEDDRUG\n1 150 DEATH"), "later therapy"),
    ],
    indirect=["view"],
)
def test_relapse_and_death_still_end_a_remission_with_the_estimate_censored_beside_it(view, words):
    shown = duration_of_remission(view)
    row = shown.table.iloc[0]
    assert (row.AVAL, row.EVENT, row.EVNTDESC) == (91, 1, "Relapse")
    assert (row.AVALT, row.EVENTT, row.EVNTDESCT) == (51, 0, f"Censored at {words}")
    assert "Censored at transplant or later therapy: relapse or death in ALL 0 of 1 remission, median not reached." in (
        shown.finding
    )


@of(told("1 30 CR .\n1 60 CR .\n1 120 RELAPSE .", "1 80 NAMEDDRUG\n1 150 DEATH"))
def test_a_later_therapy_is_a_mark_of_the_swimmer_plot(view):
    shown = swimmer(view)
    assert shown.table.query("KIND == 'Later therapy'").ADY.tolist() == [80]
    assert next(t for t in shown.figure.data if t.name == "Later therapy").x == (80,)
    assert "0 had a transplant, 1 began a later therapy and 1 died" in shown.finding


@of(told("1 60 CR .", cm=treatment(CMTRT="XYZ", CMCAT="SUBSEQUENT THERAPY", CMSTDTC="")))
def test_a_therapy_without_a_date_is_a_finding_and_not_silent(view):
    assert rate(view).REMISSION == 1 and found_in(view, "later_therapy_unclear") == {"CM": 1}


@of(told("1 2007-04 CR .", "1 41 TRANSPLANT"))
def test_an_assessment_that_may_be_after_a_transplant_is_not_known(view):
    assert (best(view).EVALSTAT, rate(view).REMISSION) == ("Not evaluable", 0)
    assert response_assessments(view).table.REASON.tolist() == ["partial date, perhaps after transplant or new therapy"]


# --- what cannot be read ------------------------------------------------------------------------------------------


SPELLINGS = {
    "cr": "CR",
    "Complete_Remission": "CR",
    "CR_MRD-negative": "CR",
    "Complete_remission_with_incomplete_haematological_recovery": "CRi",
    "CR_with_partial_hematologic_recovery": "CRh",
    "Morphologic_leukaemia-free_state": "MLFS",
    "Partial_Response": "PR",
    "REFRACTORY_DISEASE": "NR",
    "Relapsed_disease": "PD",
    "Complete_Remission_(CR)": "CR",
    "CRi_(CR_with_incomplete_haematological_recovery)": "CRi",
    "Partial_response_(PR)": "PR",
    "PR_-_partial_remission": "PR",
    "No_response_(NR)": "NR",
    "Stable_Disease_(SD)": "NR",
    "Progressive_Disease_(PD)": "PD",
    "PD:_disease_progression": "PD",
    "Progression_of_leukaemia": "PD",
    "Relapsed_leukaemia": "PD",
    "Leukemia_relapse": "PD",
    "Bone_marrow_relapse": "PD",
    "Relapse_(CNS)": "PD",
    "PD/Relapse": "PD",
    "Not_evaluable_(NE)": "NE",
    "No_relapse": None,
    "PR_(CR)": None,
    "CR/CRi": None,
    "good": None,
    "0": None,
}


def test_a_response_by_any_of_its_names_and_unknown_where_it_is_none(make_cut, trial):
    responses = "\n".join(f"{n} 30 {text} ." for n, text in enumerate(SPELLINGS))
    cut = make_cut(delivery(people(len(SPELLINGS)), HEAD + responses), trial)
    table = best_response(View(cut)).table.set_index("SUBJID")
    words = "only assessments whose response or date could not be read"
    for n, (text, read) in enumerate(SPELLINGS.items()):
        row = table.loc[str(n)]
        assert row.BEST == (read if read and read != "NE" else "Not evaluable"), text
        assert read or row.REASON == words
    assert found(cut, "response_not_recognised") == {"RS": 5}
    assert "5 subjects with assessments whose response or date could not be read" in (
        remission_rate(View(cut)).population
    )


@of(told("1 30 good .\n1 60 NR ."))
def test_an_unread_assessment_beside_a_response_is_named(view):
    assert (best(view).BEST, reason(view)) == ("NR", "1 other assessment could not be read")


UNCERTAIN = "Not known whether 1 remission lasted or may have ended in relapse or progression: in 1 "
UNREAD = UNCERTAIN + "a later assessment could not be read or dated."
AGAINST = UNCERTAIN + "PR or NR followed, a relapse or a contradiction."


LATER = [
    ("1 80 worse .", UNREAD),
    ("1 . RELAPSE .", UNREAD),
    ("1 . worse .", UNREAD),
    ("1 2007-05 worse .", UNREAD),
    ("1 30 worse .", UNREAD),
    ("1 80 PR .", AGAINST),
    ("1 80 No_response_(NR) .", AGAINST),
    ("1 2007-05 NR .", AGAINST),
    ("1 20 worse .", ""),
    ("1 20 NR .", ""),
    ("1 . CR .", ""),
    ("1 80 MLFS .", ""),
    ("1 80 RELAPSE .\n1 90 worse .\n1 95 NR .", ""),
    ("1 80 worse CENTRAL", ""),
]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (told(f"1 30 CR .\n{later}", disease=disease), words)
        for disease, (later, words) in product(("AML", "ALL"), LATER)
    ],
    indirect=["view"],
    ids=[f"{disease} {later}" for disease, (later, _) in product(("AML", "ALL"), LATER)],
)
def test_an_assessment_that_leaves_a_remission_open_is_in_every_finding(view, words):
    for made in (remission_rate, duration_of_remission, relapse_incidence, swimmer):
        said = made(view).finding
        assert ("Not known whether" in said) == bool(words), made
        assert words in said, made


@of(told("1 30 CR .\n1 40 NR .\n1 71 PR ."))
def test_a_remission_contradicted_in_the_days_is_marked_so(view):
    assert "without 1 not confirmed over 28 days (1 contradicted by PR or NR within 28 days), remission in 0 of 1" in (
        remission_rate(view).finding
    )
    assert best_response(view).table.LASTED.tolist() == ["contradicted: PR or NR within 28 days"]
    assert duration_of_remission(view).table.AVAL.tolist() == [1]


RELAPSES = ("Progressive_Disease_(PD)", "Relapsed_leukaemia", "Relapse_(bone_marrow)")


@of(*(told(f"1 30 CR .\n1 80 {text} .", disease="AML") for text in RELAPSES))
def test_a_relapse_in_other_words_ends_the_remission(view):
    assert "relapse or death in 1 of 1 remission" in duration_of_remission(view).finding
    assert "1 of 1 in remission relapsed" in swimmer(view).finding


@of(told("1 30 NR .\n1 30 CR ."))
def test_of_two_that_differ_on_a_day_the_less_favourable_counts_and_is_a_finding(view):
    assert best(view).BEST == "NR" and found_in(view, "response_contradicted") == {"RS": 1}
    reasons = response_assessments(view).table.REASON.dropna().tolist()
    assert reasons == ["a less favourable response on the same day"]


def test_the_same_record_delivered_twice_counts_once(make_cut, trial):
    cut = make_cut(one("1 30 CR .\n1 60 CR .", rs=lambda frame: pandas.concat([frame, frame])), trial)
    assert rate(cut).REMISSION == 1 and len(cut.ask("response_best")) == 1
    asked = cut.ask("response_assessments")
    assert len(asked) == 2 and asked["REASONCD"].isna().all()
    assert found(cut, "record_repeated") == {"RS": 2} and found(cut, "response_contradicted") == {}


def test_the_same_response_twice_on_a_day_counts_once(make_cut, trial):
    def twice(frame):
        return pandas.concat([frame.assign(RSSPID="first"), frame.assign(RSSPID="second")])

    cut = make_cut(one("1 30 CR .\n1 60 CR .", rs=twice), trial)
    assert rate(cut).REMISSION == 1 and len(cut.ask("response_best")) == 1
    asked = cut.ask("response_assessments")
    assert found(cut, "record_repeated") == {}
    assert len(asked) == 4 and asked["REASONCD"].fillna("").tolist().count("REPEATED") == 2
    assert found(cut, "response_contradicted") == {}


@of(told("1 2007-04-01 CR .\n1 2007-04 RELAPSE .", disease="AML"))
def test_a_relapse_in_the_month_of_the_remission_ends_it(view):
    assert duration_of_remission(view).table[["AVAL", "EVENT"]].values.tolist() == [[2, 1]]


# --- possible remissions, and relapses outside the assessments ------------------------------------------------------


POSSIBLE = {
    "alone": ("1 30 CRx? .", (1, 1), "1 of 1"),
    "beside NR": ("1 30 NR .\n1 60 CRx? .", (1, 0), "1 of 1"),
    "beside CR": ("1 30 CR .\n1 60 CR .\n1 90 CRx? .", (0, 0), ""),
    "undated CR": ("1 . CR .", (1, 1), "1 of 1"),
    "undated NR": ("1 . NR .", (0, 0), ""),
    "not evaluable": ("1 30 NE .", (0, 0), ""),
    "another reader": ("1 30 CRx? CENTRAL", (0, 0), ""),
}


@pytest.mark.parametrize(
    ("view", "possible", "words"),
    [(told(responses), possible, words) for responses, possible, words in POSSIBLE.values()],
    indirect=["view"],
    ids=list(POSSIBLE),
)
def test_an_unread_response_that_decides_is_a_possible_remission(view, possible, words):
    row = rate(view, analysis=2)
    assert (row.POSSREM, row.POSSNEW) == possible
    said = remission_rate(view).finding
    assert ("ALL: possible, not known, in 1 more (" in said) == bool(words)
    assert f"with it remission in {words}" in said or not words


@pytest.mark.parametrize(
    ("view", "possible"),
    [
        (told("1 30 NR .\n1 90 CRx? .", "1 60 NEWDRUG"), 0),
        (told("1 30 NR .\n1 2007-04 CR .", "1 45 NEWDRUG"), 1),
    ],
    indirect=["view"],
    ids=["after", "perhaps before"],
)
def test_an_unread_response_surely_after_a_later_therapy_is_no_possible_remission(view, possible):
    assert rate(view, analysis=2).POSSREM == possible


def disposition(term, day="2007-06-10", decod="", category="DISPOSITION EVENT"):
    row = dict(USUBJID="T-1", DSSEQ=9, DSTERM=term, DSDECOD=decod or term, DSCAT=category, EPOCH="FOLLOW-UP")
    return lambda frame: pandas.concat([frame, pandas.DataFrame([row | {"DSSTDTC": day}])]).fillna("")


def adverse(term, day="2007-06-10"):
    row = dict(USUBJID="T-1", AESEQ=1, AETERM=term, AEDECOD=term, AESTDTC=day, AESEV="SEVERE", AETOXGR="3")
    return lambda frame: pandas.DataFrame([row])


OUTSIDE = {
    "disposition": (dict(ds=disposition("Relapse of disease")), True),
    "progressive": (dict(ds=disposition("PROGRESSIVE DISEASE")), True),
    "undated": (dict(ds=disposition("Disease recurrence", "")), True),
    "denied": (dict(ds=disposition("COMPLETED WITHOUT RELAPSE")), False),
    "before": (dict(ds=disposition("RELAPSE", "2007-03-15")), False),
    "event": (dict(ae=adverse("Acute lymphocytic leukaemia recurrent")), True),
    "progression": (dict(ae=adverse("Disease progression")), True),
    "another event": (dict(ae=adverse("Rash")), False),
}
"""What is recorded beside a confirmed CR, and whether that is a relapse outside the assessments."""


@pytest.mark.parametrize(
    ("view", "named"),
    [(told("1 30 CR .\n1 60 CR .", **changed), named) for changed, named in OUTSIDE.values()],
    indirect=["view"],
    ids=list(OUTSIDE),
)
def test_a_relapse_outside_the_assessments_is_named_with_both_numbers(view, named):
    said = duration_of_remission(view).finding
    assert "relapse or death in 0 of 1 remission" in said
    both = "With relapse or progression recorded outside the assessments: relapse or death in ALL 1 of 1 remission."
    assert (both in said) == named
    for made in (remission_rate, relapse_incidence, swimmer):
        words = "in 1 relapse or progression is recorded outside the assessments, and not counted"
        assert (words in made(view).finding) == named, made
    assert bool(found_in(view, "relapse_without_assessment")) == named


DISPOSED = {
    # decoded term, term → whether it tells of a relapse or progression of the leukaemia
    ("ADVERSE EVENT", "Recurrent fungal infection"): False,
    ("ADVERSE EVENT", "Recurrent seizures"): False,
    ("OTHER", "Progressive respiratory failure"): False,
    ("OTHER", "Relapse of fungal infection"): False,
    ("OTHER", "Progression of graft versus host disease"): False,
    ("OTHER", "Liver disease progression"): False,
    ("OTHER", "Recurrent infections in acute leukaemia"): False,
    ("OTHER", "Leukaemia; progressive renal failure"): False,
    ("OTHER", "All visits done, recurrent vomiting"): False,
    ("RECURRENT FUNGAL INFECTION", ""): False,
    ("OTHER", "No relapse"): False,
    ("RELAPSE", ""): True,
    ("DISEASE PROGRESSION", "Fungal infection"): True,
    ("PROGRESSION", "Progression, clinical"): True,
    ("OTHER", "Progression"): True,
    ("OTHER", "Bone marrow relapse"): True,
    ("OTHER", "Relapse with infection"): True,
    ("OTHER", "Disease progression; recurrent infection"): True,
    ("OTHER", "Progression of AML"): True,
    ("OTHER", "Recurrent leukaemia"): True,
    ("OTHER", "Leukaemia has recurred"): True,
    ("OTHER", "Withdrawn due to progressive disease"): True,
    ("LACK OF EFFICACY", "Increasing blasts, progression"): True,
}


@pytest.fixture(scope="module")
def disposed_by_words(trial):
    rows = [
        dict(USUBJID="T-1", DSSEQ=n, DSDECOD=decod, DSTERM=term, DSCAT="DISPOSITION EVENT", DSSTDTC="2007-06-10")
        for n, (decod, term) in enumerate(DISPOSED)
    ]
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nT-1 | A130 | {THREE}") | {"ds": pandas.DataFrame(rows)}
    return set(building(data, trial).table("relapsetold")["SEQ"])


@pytest.mark.parametrize(("words", "told"), DISPOSED.items(), ids=map(" ".join, DISPOSED))
def test_a_disposition_tells_of_a_relapse_of_the_leukaemia_alone(disposed_by_words, words, told):
    assert (list(DISPOSED).index(words) in disposed_by_words) == told


@of(told("1 30 CR .\n1 60 CR .\n1 100 RELAPSE .", ds=disposition("RELAPSE")))
def test_a_relapse_that_an_assessment_found_too_is_counted_once(view):
    said = duration_of_remission(view).finding
    assert "relapse or death in 1 of 1 remission" in said and "outside the assessments" not in said


TOLD = [
    ("ALL", "2007-04-11", "", "LOST TOLD"),
    ("ALL", "2007-04-26", "", "LOST TOLD"),
    ("ALL", "2007-04-27", "", "NOT ASSESSED"),  # 28 days after
    ("ALL", "2007-03-30", "", "NOT ASSESSED"),  # the day of the remission
    ("ALL", "2007-04", "", "NOT ASSESSED"),  # perhaps before it
    ("ALL", "2007-04-11", "\n1 60 CR .", "CONFIRMED"),
    ("AML", "2007-04-11", "", None),
]
TELLING = {"ds": lambda day: disposition("RELAPSE", day), "ae": lambda day: adverse("Leukaemia recurrent", day)}


@pytest.mark.parametrize(
    ("view", "dataset", "day", "confirm"),
    [
        (told(f"1 30 CR .{later}", disease=disease, **{dataset: record(day)}), dataset, day, confirm)
        for (disease, day, later, confirm), (dataset, record) in product(TOLD, TELLING.items())
    ],
    indirect=["view"],
)
def test_a_relapse_told_within_the_days_ends_the_remission(view, dataset, day, confirm):
    """CR on 30 March 2007; with a later CR, or where the protocol asks for nothing, the relapse is named alone."""
    row, lost = best(view), confirm == "LOST TOLD"
    # a disposition within the days tells that the subject left before they were over
    left = confirm == "NOT ASSESSED" and dataset == "ds" and day < "2007-04-27"
    assert (row.REMFL == "N") == lost and (row.CONFIRM if confirm else None) == ("LEFT STUDY" if left else confirm)
    page = remission_rate(view).finding
    assert ("1 remission lost within 28 days (1 by a disposition or adverse event)" in page) == lost
    said = what_changed(view).finding
    assert ("Of remissions, 1 lost within 28 days, not counted." in said) == lost
    assert ("0 of 1 (0 %) evaluable for response reached a remission" in said) == lost
    course = swimmer(view).finding
    assert ("0 by assessment, 1 by a disposition or adverse event" in course) == lost
    if not lost and day > "2007-03-30":
        assert "0 of 1 in remission relapsed by assessment, 1 by a disposition or adverse event" in course
        assert "in 1 relapse or progression is recorded outside the assessments" in said


AWAITED = [
    # the first infusion (the cut is on day 30, 42, 43, 30, 91, 91), responses, events: status, words
    ("2007-11-01", "1 14 NE .", "", "Awaiting first assessment", "day 30, no assessment yet that could be"),
    ("2007-10-20", "1 14 NE .", "", "Awaiting first assessment", "day 42, no assessment yet that could be"),
    ("2007-10-19", "1 14 NE .", "", "Not evaluable", "only assessments that could not be evaluated"),
    ("2007-11-01", "1 -3 NE .", "", "Awaiting first assessment", "day 30, no assessment yet"),
    ("2007-09-01", "1 14 NE .", "1 30 DIED", "Early death", "the assessments before could not be evaluated"),
    ("2007-09-01", "1 14 NE .", "1 50 DIED", "Not evaluable", "only assessments that could not be evaluated"),
]


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [(told(responses, events, start=start), status, words) for start, responses, events, status, words in AWAITED],
    indirect=["view"],
)
def test_a_not_evaluable_assessment_is_awaited_like_none(view, status, words):
    assert best(view).BEST == status and words in reason(view) and "before a first assessment" not in reason(view)


def gone(frame):
    left = disposition("PROGRESSIVE DISEASE", "2007-03-20", category="DISPOSITION EVENT")(frame)
    return left.assign(DSSCAT="STUDY PARTICIPATION")


@of(told("1 -3 NE .", ds=gone))
def test_who_left_with_progression_did_not_die_early(view):
    said = best_response(view).finding
    assert "1 early progression" in said and "death" not in said
    assert reason(view) == "progressed before a first assessment" and rate(view).EARLY == 1


@of(told("1 30 CRx? ."))
def test_the_rate_by_dose_and_the_pooled_one_give_the_possible_remissions(view):
    words = (
        "ALL at 130 mg/m²/day: possible, not known, in 1 more (an assessment not read or not dated); with it 1 of 1."
    )
    assert words in remission_by_dose(view).finding
    pooled = what_changed(view)
    assert "Of remissions, possible, not known, in 1 more" in pooled.finding
    assert "in 1 more" in pooled.table.set_index("MEASURE").NOTE["Remissions"]


# --- neighbours: partial dates of a therapy, the day itself, two evaluators, the original result alone --------------


PARTIAL = [
    ("2007-05", "Evaluable", 1),
    ("2007-04", "Not evaluable", 0),
    ("2007-03", "Not evaluable", 0),
    ("2007", "Not evaluable", 0),
    ("2007-04-10", "Evaluable", 1),
    ("2007-04-09", "Not evaluable", 0),
]
"""The date of a later therapy, beside a CR of 10 April: status, remissions."""


def later_on(day):
    return treatment(CMTRT="XYZ", CMCAT="SUBSEQUENT THERAPY", CMSTDTC=day)


@pytest.mark.parametrize(
    ("view", "status", "remission"),
    [(told("1 41 CR .", cm=later_on(day)), status, remission) for day, status, remission in PARTIAL],
    indirect=["view"],
    ids=[day for day, *_ in PARTIAL],
)
def test_a_therapy_of_a_month_or_a_year_leaves_open_what_it_may_precede(view, status, remission):
    assert (best(view).EVALSTAT, rate(view).REMISSION) == (status, remission)


@of(told("1 41 CR .", "1 41 DEATH"))
def test_a_response_on_the_day_of_death_counts(view):
    assert (best(view).BEST, rate(view).REMISSION) == ("CR", 1)
    assert duration_of_remission(view).table[["AVAL", "EVENT"]].values.tolist() == [[1, 1]]


@of(told("1 30 NR INVESTIGATOR\n1 30 CR INDEPENDENT_ASSESSOR"))
def test_two_evaluators_of_a_day_that_disagree_are_both_shown(view):
    assert (best(view).BEST, best(view).INDEPENDENT, rate(view).REMISSION) == ("NR", "CR", 0)
    assert "by the independent reader: remission in 1 of 1" in remission_rate(view).finding
    assert "another evaluator differs from the investigator in 1 of 1 assessment" in (
        response_assessments(view).finding
    )


ORIGINAL = {"CR": "CR", "Complete remission": "CR", "CRx?": "Not evaluable"}
"""The original result → the response shown."""


def original(text):
    """A subject with an original result and a blank standard one."""
    return one("1 30 CR .", rs=lambda frame: frame.assign(RSORRES=text, RSSTRESC=""))


@pytest.fixture(scope="module", params=["blank", "not delivered"])
def originals(trial, request):
    data = gathered({text: original(text) for text in ORIGINAL})
    return building(data if request.param == "blank" else data | {"rs": data["rs"].drop(columns="RSSTRESC")}, trial)


@pytest.mark.parametrize("text", ORIGINAL)
def test_the_original_result_alone_is_read(originals, text):
    assert best(alone(originals, text)).BEST == ORIGINAL[text]
