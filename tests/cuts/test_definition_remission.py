"""Best response, remission rates and time to event as SQL computes them, against plain Python over drawn courses."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta

import pandas
import pytest
from building import building
from drawn_responses import TERMS, delivery
from faults import Fault, is_found

CUT, FIRST_ASSESSMENT_DAYS = date(2007, 11, 30), 42
READ = {
    "CR": "CR",
    "COMPLETE REMISSION": "CR",
    "CRh": "CRh",
    "CRi": "CRi",
    "CRP": "CRi",
    "MLFS": "MLFS",
    "PR": "PR",
    "NR": "NR",
    "SD": "NR",
    "PD": "PD",
    "RELAPSE": "RELAPSE",
    "NE": "NE",
    "good": None,
}
"""Response as delivered → as it is read; None where it is not recognised."""
BEST_FIRST = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD"]
ENDED = ("RELAPSE", "PD")
BROKEN = (*ENDED, "PR", "NR")
"""What ends a remission, or contradicts it."""
KINDS = ("CR", "CRh", "CRi")
LEAST_FAVOURABLE_LAST = [*BEST_FIRST, "RELAPSE"]
CONFIRMED_IN, CONFIRMATION_DAYS = "ALL", 28
ARMS = {"A130": "130 mg/m²/day", "A160": "160 mg/m²/day", "OTHER": "No planned level"}
KNOWN = {
    # the cut's study day, disease, responses by study day, what else happened: status, best response, in remission
    "died before an assessment": (90, "ALL", [], {"died": 12}, ["Evaluable", None, "N"]),
    "died on the last day allowed for the first": (90, "ALL", [], {"died": 42}, ["Evaluable", None, "N"]),
    "died the day after": (90, "ALL", [], {"died": 43}, ["Not evaluable", None, "N"]),
    "withdrew, then died": (90, "ALL", [], {"left": 10, "died": 30}, ["Not evaluable", None, "N"]),
    "withdrew on the day of death": (90, "ALL", [], {"left": 30, "died": 30}, ["Evaluable", None, "N"]),
    "died with a response that cannot be read": (90, "ALL", [(20, "good")], {"died": 30}, ["Not evaluable", None, "N"]),
    "no assessment yet": (21, "ALL", [], {}, ["Awaiting first assessment", None, "N"]),
    "the last day allowed for the first": (42, "ALL", [], {}, ["Awaiting first assessment", None, "N"]),
    "the day after": (43, "ALL", [], {}, ["Not evaluable", None, "N"]),
    "relapse, then remission": (200, "ALL", [(30, "CR"), (60, "RELAPSE"), (100, "CRi")], {}, ["Evaluable", "CR", "Y"]),
    "remission after a transplant": (
        200,
        "ALL",
        [(30, "NR"), (60, "CR")],
        {"transplant": 40},
        ["Evaluable", "NR", "N"],
    ),
    "remission after a transplant among the medications": (
        200,
        "ALL",
        [(30, "NR"), (60, "CR")],
        {"given transplant": 40},
        ["Evaluable", "NR", "N"],
    ),
    "remission on its day": (200, "ALL", [(40, "CR")], {"transplant": 40}, ["Evaluable", "CR", "Y"]),
    "after a transplant alone": (200, "ALL", [(60, "CR")], {"transplant": 20}, ["Not evaluable", None, "N"]),
    "after new treatment alone": (200, "AML", [(60, "CR")], {"new drug": 50}, ["Not evaluable", None, "N"]),
    "after a drug of the list": (200, "ALL", [(60, "CR")], {"named drug": 50}, ["Not evaluable", None, "N"]),
    "after intrathecal treatment": (200, "ALL", [(60, "CR")], {"intrathecal": 50}, ["Evaluable", "CR", "Y"]),
    "relapse after new treatment": (
        200,
        "AML",
        [(30, "CR"), (90, "RELAPSE")],
        {"new drug": 50},
        ["Evaluable", "CR", "Y"],
    ),
    "could not be evaluated": (200, "ALL", [(30, "NE")], {}, ["Not evaluable", "NE", "N"]),
    "not evaluated, died early": (200, "ALL", [(5, "NE")], {"died": 41}, ["Evaluable", None, "N"]),
    "not evaluated, died later": (200, "ALL", [(5, "NE")], {"died": 90}, ["Not evaluable", "NE", "N"]),
    "CRh in ALL": (200, "ALL", [(30, "CRh")], {}, ["Evaluable", "CRh", "Y"]),
    "CRi, then CRh in ALL": (200, "ALL", [(30, "CRi"), (60, "CRh")], {}, ["Evaluable", "CRh", "Y"]),
    "CRh in AML": (200, "AML", [(30, "CRh")], {}, ["Evaluable", "CRh", "Y"]),
    "lost within four weeks": (200, "ALL", [(30, "CR"), (57, "RELAPSE")], {}, ["Evaluable", "CR", "N"]),
    "lost on the day after them": (200, "ALL", [(30, "CR"), (58, "RELAPSE")], {}, ["Evaluable", "CR", "Y"]),
    "lost within four weeks in AML": (200, "AML", [(30, "CR"), (57, "RELAPSE")], {}, ["Evaluable", "CR", "Y"]),
    "CR, NR, CR in four weeks and after": (
        200,
        "ALL",
        [(30, "CR"), (40, "NR"), (71, "CR")],
        {},
        ["Evaluable", "CR", "Y"],
    ),
    "CR, one that cannot be read, CR": (
        200,
        "ALL",
        [(30, "CR"), (40, "good"), (71, "CR")],
        {},
        ["Evaluable", "CR", "Y"],
    ),
    "CRi, then one that cannot be read": (200, "ALL", [(30, "CRi"), (40, "good")], {}, ["Evaluable", "CRi", "Y"]),
    "CR, then NR after four weeks": (200, "ALL", [(30, "CR"), (71, "NR")], {}, ["Evaluable", "CR", "Y"]),
    "lost, then CRi": (
        200,
        "ALL",
        [(30, "CR"), (45, "RELAPSE"), (90, "CRi"), (120, "CRi")],
        {},
        ["Evaluable", "CRi", "Y"],
    ),
    "CRi, then a CR lost within four weeks": (
        200,
        "ALL",
        [(30, "CRi"), (60, "CR"), (75, "RELAPSE")],
        {},
        ["Evaluable", "CRi", "Y"],
    ),
    "after death": (200, "ALL", [(30, "NR"), (60, "CR")], {"died": 50}, ["Evaluable", "NR", "N"]),
    "relapse without a remission": (200, "AML", [(30, "RELAPSE")], {}, ["Evaluable", "PD", "N"]),
    "before treatment": (200, "ALL", [(1, "CR"), (40, "MLFS")], {}, ["Evaluable", "MLFS", "N"]),
    "progressed before an assessment": (200, "ALL", [], {"progressed": 20}, ["Evaluable", None, "N"]),
    "left before an assessment": (30, "ALL", [], {"left": 9}, ["Not evaluable", None, "N"]),
    "twice on a day, the less favourable": (200, "ALL", [(30, "CRi"), (30, "NR")], {}, ["Evaluable", "NR", "N"]),
    "twice on a day, one not evaluable": (200, "ALL", [(30, "CRi"), (30, "NE")], {}, ["Evaluable", "CRi", "Y"]),
    "not recognised": (200, "ALL", [(30, "good")], {}, ["Not evaluable", None, "N"]),
    "not recognised in time": (35, "ALL", [(30, "good")], {}, ["Not evaluable", None, "N"]),
    "not recognised beside another": (200, "ALL", [(30, "good"), (60, "NR")], {}, ["Evaluable", "NR", "N"]),
    "a relapse told within four weeks": (200, "ALL", [(30, "CR")], {"progressed": 57}, ["Evaluable", "CR", "N"]),
    "a relapse told after four weeks": (200, "ALL", [(30, "CR")], {"progressed": 58}, ["Evaluable", "CR", "Y"]),
}
TIMES = {
    # end point: days from its start, both counted, and whether the event happened
    "relapse, then remission": {"OS": [100, 0], "EFS": [60, 1], "DOR": [31, 1], "DORT": [31, 1]},
    "remission on its day": {"OS": [40, 0], "EFS": [40, 0], "DOR": [1, 0], "DORT": [1, 0]},
    "died before an assessment": {"OS": [12, 1], "EFS": [12, 1], "DOR": [None, None]},
    "relapse without a remission": {"OS": [30, 0], "EFS": [30, 1], "DOR": [None, None]},
    "relapse after new treatment": {"DOR": [61, 1], "DORT": [21, 0]},
    "lost within four weeks": {"EFS": [57, 1], "DOR": [None, None], "DORT": [None, None]},
    "lost, then CRi": {"DOR": [31, 0]},
    "CR, NR, CR in four weeks and after": {"EFS": [71, 0], "DOR": [42, 0]},
    "CR, then NR after four weeks": {"EFS": [71, 0], "DOR": [1, 0]},
    "CRi, then a CR lost within four weeks": {"DOR": [46, 1]},
    "after death": {"OS": [50, 1], "EFS": [50, 1], "DOR": [None, None]},
}
EVENTS = {
    "died": "DEATH",
    "transplant": "TRANSPLANT",
    "new drug": "NEWDRUG",
    "named drug": "NAMEDDRUG",
    "intrathecal": "INTRATHECAL",
    "progressed": "PROGRESSIVE_DISEASE",
    "left": "OFF_WITHDRAWAL",
    "given transplant": "GIVENTRANSPLANT",
}
DRAWN = [what for what in EVENTS if what != "given transplant"]


def course(cut_day, disease, responses, ends):
    return dict(cut_day=cut_day, disease=disease, responses=[(*one, "INVESTIGATOR") for one in responses], ends=ends)


def drawn_course(drawn):
    """A course with a few assessments, some by another evaluator, some on partial dates, and one end or none."""
    cut_day, last = drawn.choice([15, 41, 42, 43, 60, 120, 300]), 280
    days = [1, 20, 30, 31, 58, 58, 59, 60, 90, 100, last]
    responses = [
        (
            drawn.choice(days),
            drawn.choice([*READ, "CR", "CR", "CR", "CRi", "CRh", "NR"]),
            drawn.choice(["INVESTIGATOR"] * 5 + [".", "CENTRAL"]),
        )
        for _ in range(drawn.choice([0, 1, 2, 3, 4, 5]))
    ]
    drawn_ends = [(drawn.choice(DRAWN), drawn.choice([5, 25, 40, 59, 60, 61, 100])) for _ in range(3)]
    ends = {what: day for what, day in drawn_ends if drawn.random() < 0.4 and day <= cut_day}
    responses = [one for one in responses if one[0] <= cut_day]
    return dict(cut_day=cut_day, disease=drawn.choice(["ALL", "AML"]), responses=responses, ends=ends)


def subjects_drawn():
    drawn = random.Random(13)
    courses = [course(*case[:4]) for case in KNOWN.values()] + [drawn_course(drawn) for _ in range(700)]
    names = [*KNOWN, *(f"drawn {n}" for n in range(700))]
    found = {}
    for number, (name, one) in enumerate(zip(names, courses, strict=True)):
        found[f"T-{number}"] = one | {"name": name, "start": CUT - timedelta(days=one["cut_day"] - 1)}
    return found


SUBJECTS = subjects_drawn()
BY_NAME = {subject["name"]: usubjid for usubjid, subject in SUBJECTS.items()}


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut: each began so long before it that its study day of the cut is as drawn."""
    people, responses, events = ["id disease arm start"], ["id day response evaluator"], ["id day what"]
    for number, subject in enumerate(SUBJECTS.values()):
        people.append(f"{number} {subject['disease']} {list(ARMS)[number % len(ARMS)]} {subject['start']}")
        for day, response, evaluator in subject["responses"]:
            responses.append(f"{number} {day} {response.replace(' ', '_')} {evaluator}")
        events += [f"{number} {day} {EVENTS[what]}" for what, day in subject["ends"].items()]
    assert set(TERMS) == {"ALL", "AML"}
    return building(
        delivery(*("\n".join(lines) for lines in (people, responses)), events="\n".join(events)), trial, CUT
    )


def known(value):
    return None if pandas.isna(value) else value


def best_rows(made):
    table = made.table("adrs")
    return {row.USUBJID: row for row in table[table["PARAMCD"] == "BOR"].itertuples()}


@pytest.mark.parametrize("name", KNOWN)
def test_known_best_responses(made, name, agrees):
    row = best_rows(made)[BY_NAME[name]]
    agrees([row.EVALSTAT, row.AVALC, row.REMFL], KNOWN[name][4], "status, best response, in remission")


@pytest.mark.parametrize("name", TIMES)
def test_known_times(made, name, agrees):
    for endpoint, expected in TIMES[name].items():
        rows = made.ask("survival_times", endpoint=endpoint).set_index("USUBJID")
        found = rows.loc[BY_NAME[name], ["AVAL", "EVENT"]].tolist() if BY_NAME[name] in rows.index else [None, None]
        agrees(found, expected, f"{endpoint}: days, event")


# --- the same by plain Python, in study days -----------------------------------------------------


def readable(subject, reader):
    """The entries of one reader after the first infusion and not after death: (day, response), None if not read."""
    central = reader == "INDEPENDENT"
    return [
        (day, READ[response])
        for day, response, evaluator in subject["responses"]
        if 1 < day <= subject["ends"].get("died", day) and (evaluator == "CENTRAL") == central
    ]


def assessments(subject, reader="INVESTIGATOR"):
    """The recognised assessments of one reader, of several on a day the least favourable: (day, response)."""
    found = defaultdict(list)
    for day, response in readable(subject, reader):
        if response:
            found[day].append(response)
    order = ["NE", *LEAST_FAVOURABLE_LAST]
    return [(day, max(found[day], key=order.index)) for day in sorted(found)]


def other_treatment(subject):
    """The first transplant, drug in a category of later therapy, or drug of the list; not one given intrathecally."""
    kinds = ("transplant", "given transplant", "new drug", "named drug")
    return min(filter(None, map(subject["ends"].get, kinds)), default=None)


def counting(subject, reader="INVESTIGATOR"):
    """Assessments up to a transplant or new treatment: those that count toward best response."""
    other = other_treatment(subject)
    return [(day, response) for day, response in assessments(subject, reader) if other is None or day <= other]


def lasted(subject, day, response, reader):
    """Whether a remission of ALL lasts four weeks from the first as good or better since the last that was none."""
    seen, count, ends = assessments(subject, reader), counting(subject, reader), subject["ends"]
    recurred = [other for other, one in seen if one in ENDED]
    broken = [other for other, one in seen if one in BROKEN]
    unread_days = [other for other, one in readable(subject, reader) if one is None]
    since = max((other for other in broken if other < day), default=0)
    as_good = KINDS[: KINDS.index(response) + 1]
    start = min(other for other, one in count if since < other <= day and one in as_good)
    due = start + CONFIRMATION_DAYS
    if any(start < other < due for other in recurred):
        return "LOST"
    told = subject["ends"].get("progressed", 0)
    if start < told < due and not any(one in KINDS and other >= told for other, one in seen):
        return "LOST TOLD"
    for days, code in ((broken, "CONTRADICTED"), (unread_days, "NOT READ")):
        if any(start < other < due for other in days):
            return code
    ended = min((other for other in broken if other > start), default=None)
    if any(one in KINDS and due <= other < (ended or other + 1) for other, one in count):
        return "CONFIRMED"
    other = other_treatment(subject)
    if other and other < due:
        return "TRANSPLANT" if other in (ends.get("transplant"), ends.get("given transplant")) else "NEW THERAPY"
    for what, code in (("died", "DIED"), ("left", "LEFT STUDY")):
        if ends.get(what, due) < due:
            return code
    if ended:
        return "RECURRED"
    return "NOT YET DUE" if subject["cut_day"] < due else "NOT ASSESSED"


def ranked(subject, reader="INVESTIGATOR"):
    """What counts, best first: (rank, day, response, whether it is a remission, whether it lasts)."""
    found = []
    for day, response in counting(subject, reader):
        asked = response in KINDS and subject["disease"] == CONFIRMED_IN
        state = lasted(subject, day, response, reader) if asked else None
        remission = response in KINDS and state not in ("LOST", "LOST TOLD")
        named = "PD" if response == "RELAPSE" else response
        if response != "NE":
            place = BEST_FIRST.index(named)
            rank = 2.1 + place / 10 if response in KINDS and not remission else place
            found.append((rank, day, named, remission, state))
    return sorted(found)


def best_of(subject, reader="INVESTIGATOR"):
    """CR first, a lost one after all remissions; a relapse without a remission is progression; None without any."""
    return next((response for _, _, response, _, _ in ranked(subject, reader)), None)


def remission_day(subject, reader="INVESTIGATOR"):
    """The day of the first remission that counts; None without one."""
    return min((day for _, day, _, remission, _ in ranked(subject, reader) if remission), default=None)


def unread(subject):
    other = other_treatment(subject)
    return [day for day, one in readable(subject, "INVESTIGATOR") if one is None and (other is None or day <= other)]


def status_of(subject):
    ends, other = subject["ends"], other_treatment(subject)
    if best_of(subject):
        return "Evaluable"
    if unread(subject):
        return "Not evaluable"
    died, left = ends.get("died"), ends.get("left")
    on_study = died and (other is None or died <= other) and (left is None or left >= died)
    if (on_study and died <= FIRST_ASSESSMENT_DAYS) or ("progressed" in ends and other is None):
        return "Evaluable"
    if other or left or died:
        return "Not evaluable"
    return "Awaiting first assessment" if subject["cut_day"] <= FIRST_ASSESSMENT_DAYS else "Not evaluable"


def best_confirmation(subject):
    """Of the best response, where the protocol asks for it: confirmed or not yet due before anything else."""
    found, order = ranked(subject), {"CONFIRMED": 1, "NOT YET DUE": 2}
    states = [(order.get(state, 3), day, state) for rank, day, _, _, state in found if rank == found[0][0] and state]
    return min(states)[2] if states else None


def is_confirmed(subject):
    return any(remission and state == "CONFIRMED" for _, _, _, remission, state in ranked(subject))


def test_best_response_is_that_of_plain_python_over_random_courses(made):
    found = best_rows(made)
    for usubjid, subject in SUBJECTS.items():
        row, best = found[usubjid], best_of(subject)
        shown = best or ("NE" if counting(subject) and status_of(subject) == "Not evaluable" else None)
        expected = (status_of(subject), shown, "Y" if remission_day(subject) else "N")
        assert (row.EVALSTAT, known(row.AVALC), row.REMFL) == expected, subject
        assert known(row.CONFIRM) == best_confirmation(subject), subject
        assert known(row.CONFFL) == ("Y" if is_confirmed(subject) else None), subject
        assert row.UNREADN == len(unread(subject)), subject
    assert min(Counter(map(best_of, SUBJECTS.values())).values()) > 5
    assert min(Counter(map(best_confirmation, SUBJECTS.values())).values()) > 2


def test_the_independent_readers_best_response_is_that_of_plain_python(made):
    table = made.table("adrs")
    found = {row.USUBJID: row for row in table[table["PARAMCD"] == "BORIND"].itertuples()}
    for usubjid, subject in SUBJECTS.items():
        best, row = best_of(subject, "INDEPENDENT"), found.get(usubjid)
        assert (None if row is None or row.EVALFL == "N" else row.AVALC) == best, subject
        assert (row is not None and row.REMFL == "Y") == bool(remission_day(subject, "INDEPENDENT")), subject
    assert len(found) > 20


def test_rate_duration_and_swimmer_speak_of_the_same_subjects(made):
    """Over every drawn response: the rate's numerator, the durations, and the remissions of the swimmer plot."""
    best = made.ask("response_best")
    rate = set(best[best["REMFL"] == "Y"]["USUBJID"])
    timeline = made.ask("response_timeline")
    first = timeline[timeline["KIND"] == "Remission"].groupby("USUBJID")["ADT"].min()
    assert rate == set(first.index) and len(rate) > 100
    for endpoint in ("DOR", "DORT"):
        durations = made.ask("survival_times", endpoint=endpoint).set_index("USUBJID")
        assert rate == set(durations.index)
        assert durations["STARTDT"].to_dict() == first.to_dict()
    assert made.ask("remission_by_disease").query("ANALYSISN == 2")["REMISSION"].sum() == len(rate)
    assert made.ask("remission_by_dose")["REMISSION"].sum() == len(rate)
    assert made.ask("overview_measures").query("MEASURE == 'Remissions'")["NUMBER"].item() == len(rate)


def counted(subjects):
    """How many are in remission, of whom confirmed and not; evaluable, awaiting and not."""
    found = Counter(status_of(subject) for subject in subjects)
    for subject in subjects:
        if any(response in KINDS for _, response in counting(subject)):
            found["responded"] += 1
        if remission_day(subject):
            state = "CONFIRMED" if is_confirmed(subject) else best_confirmation(subject)
            found.update(["remission", best_of(subject), state])
        if best_of(subject, "INDEPENDENT"):
            found["independent"] += 1
            found["independent remission"] += bool(remission_day(subject, "INDEPENDENT"))
            found["investigator's"] += bool(remission_day(subject))
    return found


def test_remission_rates_by_disease_are_those_of_plain_counting(made):
    for row in made.ask("remission_by_disease").itertuples():
        own = [subject for subject in SUBJECTS.values() if subject["disease"] == row.DISEASE]
        own = [one for one in own if row.ANALYSISN > 1 or status_of(one) == "Evaluable"]
        found = counted(own)
        assert (row.N, row.REMISSION, row.NCR, row.NCRH, row.NCRI) == (
            len(own),
            *(found[name] for name in ("remission", "CR", "CRh", "CRi")),
        ), row.DISEASE
        assert row.RESPONDED == found["responded"]
        states = (row.NCONF, row.NOTDUE, row.REMISSION - row.NCONF - row.NOTDUE - row.UNCONF, row.LOST)
        if row.DISEASE == CONFIRMED_IN:
            lost = found["responded"] - found["remission"]
            assert states == (found["CONFIRMED"], found["NOT YET DUE"], 0, lost) and lost
        else:
            assert pandas.isna(row.NCONF) and pandas.isna(row.LOST)
        independent = (found["independent"], found["independent remission"], found["investigator's"])
        assert (row.NINDEP, row.INDEPREM, row.INVREM) == independent
        assert (row.AWAITING, row.NOTEVAL) == (found["Awaiting first assessment"], found["Not evaluable"])
        assert row.EARLY == sum(status_of(one) == "Evaluable" and not best_of(one) for one in own)


def test_remission_rates_by_dose_are_those_of_plain_counting(made):
    groups = defaultdict(list)
    for number, subject in enumerate(SUBJECTS.values()):
        groups[subject["disease"], list(ARMS.values())[number % len(ARMS)]].append(subject)
    asked = made.ask("remission_by_dose")
    assert set(zip(asked["DISEASE"], asked["TRTA"], strict=True)) >= groups.keys()
    for row in asked.itertuples():
        found = counted([one for one in groups[row.DISEASE, row.TRTA] if status_of(one) == "Evaluable"])
        assert (row.N, row.REMISSION) == (found["Evaluable"], found["remission"]), row
        assert row.TREATED == len(groups[row.DISEASE, row.TRTA])


def last_known(subject):
    """The last day of any record that tells of a contact: not of a medication, nor that somebody left."""
    seen = [subject["ends"][what] for what in ("died", "transplant", "progressed") if what in subject["ends"]]
    return max([1, *(day for day, _, _ in subject["responses"]), *seen])


def time_to(endpoint, subject):
    """(days, both counted, and whether it happened) of one end point; None where it does not begin."""
    died, seen = subject["ends"].get("died"), assessments(subject)
    if endpoint == "OS":
        return (died, 1) if died else (last_known(subject), 0)
    start = 1 if endpoint == "EFS" else remission_day(subject)
    if start is None:
        return None
    ended = [day for day, response in seen if response in ENDED and day > start] + ([died] if died else [])
    none = ("NE",) if endpoint == "EFS" else ("NE", "PR", "NR")
    followed = [day for day, response in seen if response not in none and day >= start]
    other = other_treatment(subject)
    if endpoint == "DORT" and other and other >= start and other < min(ended, default=other + 1):
        return other - start + 1, 0
    return (min(ended) - start + 1, 1) if ended else (max(followed, default=start) - start + 1, 0)


@pytest.mark.parametrize("endpoint", ["OS", "EFS", "DOR", "DORT"])
def test_times_to_event_are_those_of_plain_python_over_random_courses(made, endpoint):
    asked = made.ask("survival_times", endpoint=endpoint)
    found = {row.USUBJID: (row.AVAL, row.EVENT) for row in asked.itertuples()}
    expected = {usubjid: time_to(endpoint, subject) for usubjid, subject in SUBJECTS.items()}
    assert found == {usubjid: time for usubjid, time in expected.items() if time}
    assert len(found) > 100 and {event for _, event in found.values()} == {0, 1}


FAULTS = [
    Fault("best-response", "therapytold", "when STDT >= TRTSDT or", "when STDT >= TRTSDT + 400 or"),
    Fault("best-response", "therapytold", "'INTRATHECAL|INTRAVENTRICULAR|(^", "'NEVER|(^"),
    Fault("best-response", "transplanttold", "DATASET = 'CM' and (", "DATASET = 'CM' or ("),
    Fault("best-response", "latertherapy", "where STATUS = 'LATER'", "where STATUS = 'BEFORE'"),
    Fault("best-response", "deathday", "greatest(min_by(d.DTL, d.RANK), s.DTHDT)", "s.CUTDT"),
    Fault("best-response", "rsread", "when RSDTL <= TRTSDT then", "when RSDTL < TRTSDT then"),
    Fault("best-response", "rsread", "AVALC = 'NE', AVAL desc", "AVALC = 'NE', AVAL"),
    Fault("best-response", "rsread", "order by ACCEPTED desc, AVALC = 'NE',", "order by ACCEPTED desc,"),
    Fault("best-response", "rsread", "('PR', 5), ('NR', 6)", "('PR', 6), ('NR', 5)"),
    Fault("best-response", "rsread", "when RSDT > DTHDTL then 'AFTER DEATH'", ""),
    Fault("best-response", "rsread", "'INDEPENDENT'\n             when", "'INVESTIGATOR'\n             when"),
    Fault("best-response", "rscounted", "l.OTHERDT is null or r.ADTL <= l.OTHERDT", "l.OTHERDT is null"),
    Fault(
        "best-response", "rscounted", "l.ADTL < f.STARTDT + f.DAYS) as LOST", "l.ADTL <= f.STARTDT + f.DAYS) as LOST"
    ),
    Fault("best-response", "rscounted", "l.ADT >= f.STARTDTL + f.DAYS", "l.ADT > f.STARTDTL + f.DAYS"),
    Fault("best-response", "rscounted", "when b.CONTRADICTED then 'CONTRADICTED'", ""),
    Fault("best-response", "rscounted", "when b.UNREAD then 'NOT READ'", ""),
    Fault("best-response", "rscounted", "b.AGAINDT < coalesce(b.ENDDT, b.AGAINDT + 1)", "b.AGAINDT is not null"),
    Fault("best-response", "rscounted", "l.AVALC in ('CR', 'CRh', 'CRi') and l.ADT >=", "l.AVALC <> 'NE' and l.ADT >="),
    Fault("best-response", "rscounted", "e.AVAL <= f.AVAL and", "e.AVAL >= f.AVAL and"),
    Fault("best-response", "rscounted", "e.SPELL = f.SPELL and", ""),
    Fault("best-response", "rscounted", "when f.OTHERDT < f.STARTDTL + f.DAYS then f.OTHERCD", ""),
    Fault("best-response", "adrs", "when AVALC = 'RELAPSE' then 7", "when AVALC = 'RELAPSE' then 1"),
    Fault("best-response", "adrs", "CUTDT - TRTSDT + 1 <=", "CUTDT - TRTSDT <="),
    Fault("best-response", "adrs", "c.TRTSDT + c.RSPDAYS - 1", "c.TRTSDT + c.RSPDAYS"),
    Fault("best-response", "adrs", "and (c.LEFTDT is null or c.LEFTDT >= c.DTHDT)", ""),
    Fault("best-response", "adrs", "NASSESS > 0 and EVALSTAT = 'Not evaluable'", "NASSESS > 0"),
    Fault("best-response", "adrs", "when UNREADN > 0 then 'Not evaluable'", ""),
    Fault("remission-rate", "rscounted", "and coalesce(c.CONFIRM, '') not in ('LOST', 'LOST TOLD') then", "then"),
    Fault("remission-rate", "rscounted", "k.AVALC = r.AVALC", "k.AVALC = 'CR' and r.AVALC = 'CR'"),
    Fault("remission-rate", "adrs", "then 3 + AVAL / 4.0", "then AVAL"),
    Fault(
        "remission-rate", "remission_by_disease", "when 1 then s.EVALSTAT = 'Evaluable'", "when 1 then s.SAFFL = 'Y'"
    ),
    Fault("remission-rate", "remission_by_disease", "and m.CONFIRM = 'NOT YET DUE'", "and m.CONFIRM <> 'NOT YET DUE'"),
    Fault("remission-rate", "remission_by_disease", "m.INDEPFL = 'Y' and m.REMFL = 'Y'", "m.REMFL = 'Y'"),
    Fault("remission-rate", "remission_by_dose", "s.EVALSTAT = 'Evaluable' and s.REMFL = 'Y'", "s.REMFL = 'N'"),
    Fault("time-to-event", "adtte", "cast(ADT - STARTDT + 1 as integer)", "cast(ADT - STARTDT as integer)"),
    Fault("time-to-event", "adtte", "a.ADTL > e.STARTDT)", "a.ADTL >= e.STARTDT + 35)"),
    Fault("time-to-event", "adtte", "filter (where a.AVALC <> 'NE' and", "filter (where true and"),
    Fault("time-to-event", "adtte", "a.AVALC not in ('PR', 'NR'))", "a.AVALC <> 'NE')"),
    Fault("time-to-event", "adtte", "where PARAMCD = 'BOR' and REMFL = 'Y'", "where PARAMCD = 'BORIND'"),
    Fault("time-to-event", "adtte", "t.OTHERDT < d.ADT)", "t.OTHERDT > d.ADT)"),
    Fault("time-to-event", "survival_times", "1 - t.CNSR as EVENT", "t.CNSR as EVENT"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
