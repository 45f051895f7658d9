"""Adverse events as SQL reads them: treatment-emergent, in the DLT window, severe, serious, related, cardiac."""

from __future__ import annotations

import calendar
import random
import sys
from collections import defaultdict
from datetime import date, timedelta

import pandas
import pytest
from building import another_setting, building
from faults import Fault, is_found

FIRST, WINDOW_DAYS = date(2007, 7, 10), 28
"""The day of the first infusion of every treated subject, at 10:00; the window is 10 July to 6 August 2007."""
ONSETS = {
    # onset, end: treatment-emergent, in the window
    ("2007-07-09", ""): ["N", "N"],
    ("2007-07-10", ""): ["Y", "Y"],
    ("2007-07-10T09:59", ""): ["N", "N"],
    ("2007-07-10T10:00", ""): ["Y", "Y"],
    ("2007-08-06", ""): ["Y", "Y"],
    ("2007-08-07", ""): ["Y", "N"],
    ("2007-06", ""): ["N", "N"],
    ("2007-07", ""): ["Y", "Y"],
    ("2007-08", ""): ["Y", "Y"],
    ("2007-09", ""): ["Y", "N"],
    ("2006", ""): ["N", "N"],
    ("2007", ""): ["Y", "Y"],
    ("2007---15", ""): ["Y", "Y"],
    ("2008", ""): ["Y", "N"],
    ("", ""): ["Y", "Y"],
    ("", "2007-07-09"): ["N", "N"],
    ("", "2007-07"): ["Y", "Y"],
    ("", "2007-06"): ["N", "N"],
    ("2007-07", "2007-07-09"): ["N", "N"],
    ("2007-07", "2007-07-10"): ["Y", "Y"],
    ("2007", "2007-06"): ["N", "N"],
    ("2007-07-12", "2007-07-09"): ["Y", "Y"],
    ("2007-08", "2007-07-09"): ["Y", "Y"],
}
EVENTS = {
    # what was delivered: grade, severe, serious, related, of the heart, of special interest
    "a grade in words": (dict(AETOXGR="GRADE 3", AEREL="POSSIBLE"), [3, "Y", None, "Y", "N", None]),
    "grade 2": (dict(AETOXGR="2", AESEV="SEVERE", AEREL="NOT RELATED"), [2, "N", None, "N", "N", None]),
    "not graded, severe": (dict(AESEV="SEVERE", AEREL="UNLIKELY RELATED"), [None, "Y", None, "N", "N", None]),
    "not graded, moderate": (dict(AESEV="MODERATE", AEREL="asked site"), [None, "N", None, None, "N", None]),
    "a grade that is none": (dict(AETOXGR="7"), [None, "N", None, None, "N", None]),
    "fatal by its outcome": (dict(AETOXGR="7", AEOUT="FATAL"), [5, "Y", "Y", None, "N", None]),
    "fatal, called grade 2": (dict(AETOXGR="2", AEOUT="Fatal"), [5, "Y", "Y", None, "N", None]),
    "resulting in death": (dict(AESDTH="YES", AEOUT="RECOVERED/RESOLVED"), [5, "Y", "Y", None, "N", None]),
    "life-threatening, not graded": (dict(AESLIFE="Y"), [4, "Y", "Y", None, "N", None]),
    "life-threatening, called grade 2": (dict(AETOXGR="2", AESLIFE="Y"), [2, "N", "Y", None, "N", None]),
    "life-threatening by its severity": (dict(AESEV="LIFE-THREATENING"), [None, "Y", None, None, "N", None]),
    "fatal by its grade": (dict(AETOXGR="5", AESER="N"), [5, "Y", "Y", None, "N", None]),
    "in hospital, not called serious": (dict(AETOXGR="1", AESHOSP="Y", AESER="N"), [1, "N", "Y", None, "N", None]),
    "of the heart by its class": (
        dict(AEDECOD="Palpitations", AEBODSYS="CARDIAC DISORDERS", AEREL="Y"),
        [None, "N", None, "Y", "Y", None],
    ),
    "of the heart by its term": (
        dict(AEDECOD="Sinus tachycardia", AEBODSYS="Investigations"),
        [None, "N", None, None, "Y", "Heart"],
    ),
    "of the heart by the trial's list alone": (
        dict(AEDECOD="Electrocardiogram QT prolonged", AEBODSYS="Investigations"),
        [None, "N", None, None, "Y", "Heart"],
    ),
    "not serious by the flag": (dict(AETOXGR="1", AESER="N"), [1, "N", "N", None, "N", None]),
    "not serious by five of six criteria": (
        dict(AESDTH="N", AESLIFE="N", AESHOSP="N", AESDISAB="N", AESMIE="N"),
        [None, "N", None, None, "N", None],
    ),
    "not serious by each criterion": (
        dict(AESDTH="N", AESLIFE="N", AESHOSP="N", AESDISAB="N", AESMIE="N", AESCONG="N"),
        [None, "N", "N", None, "N", None],
    ),
    "of special interest": (
        dict(AEDECOD="Sepsis", AEREL="NONE"),
        [None, "N", None, "N", "N", "Febrile neutropenia and infection"],
    ),
}
COUNTS = {
    "NTREATED": 20,
    "NANY": 20,
    "NRELATED": 2,
    "NGRADE3": 8,
    "NSERIOUS": 7,
    "NSERUNK": 11,
    "NCARDIAC": 3,
    "NFATAL": 4,
    "NIMPLIED": 4,
    "NUNGRADED": 8,
    "NEVENT": 20,
}
"""Of these subjects, at a dose of their own: 190 mg/m²/day."""
RELATED = {
    **dict.fromkeys(["RELATED", "POSSIBLE", "PROBABLY", "DEFINITE", "Likely", "Y", "YES", "CERTAIN"], "Y"),
    **dict.fromkeys(["NOT RELATED", "UNLIKELY", "UNRELATED", "NONE", "REMOTE", "N", "NO", "DOUBTFUL"], "N"),
    **dict.fromkeys(["NO RELATIONSHIP", "Not suspected", "UNLIKELY RELATED"], "N"),
    **dict.fromkeys(
        ["", "asked site", "NOT", "Yet to be asked", "UNKNOWN", "Unassessable", "NOT ASSESSABLE", "N/A"], None
    ),
    **dict.fromkeys(["NOT KNOWN", "Not reported", "UNDETERMINED", "Unable to assess", "NOT APPLICABLE"], None),
}
TERMS = {
    # term, body system: category of special interest, of the heart
    ("Nausea", "Gastrointestinal disorders"): (None, "N"),
    ("STOMATITIS", "Gastrointestinal disorders"): ("Mucositis", "N"),
    ("Stomatitis, necrotising", "Gastrointestinal disorders"): ("Mucositis", "N"),
    ("Urosepsis", "Infections and infestations"): (None, "N"),
    ("Sepsis", "Infections and infestations"): ("Febrile neutropenia and infection", "N"),
    ("Sinus tachycardia", "Investigations"): ("Heart", "Y"),
    ("Palpitations", "Cardiac disorders"): (None, "Y"),
    ("Rash", ""): (None, "N"),
}
CRITERIA = ["AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE"]
DATES = ["2007-07-09", "2007-07-10", "2007-07-10T08:00", "2007-07-10T12:00", "2007-08-06", "2007-08-07", "2007-09-20"]
DATES += ["2007-06", "2007-07", "2007-08", "2006", "2007", ""]
ARMS = {"A130": "130 mg/m²/day", "A160": "160 mg/m²/day", "OTHER": "No planned level"}


def drawn_event(subject, drawn):
    """One event of a subject, its verdict from nobody, once, or twice with different answers."""
    term, system = drawn.choice(list(TERMS))
    row = dict(USUBJID=subject, AETERM=term, AEDECOD=drawn.choice([term, term, ""]), AEBODSYS=system)
    row |= dict(AESTDTC=drawn.choice(DATES), AEENDTC=drawn.choice(["", "", "2007-07-01", "2007-07", "2007-10-01"]))
    row |= dict(AETOXGR=drawn.choice(["", "1", "2", "3", "4", "5", "Grade 3", "7"]))
    row |= dict(AESEV=drawn.choice(["", "MILD", "SEVERE", "life threatening"]), AEREL=drawn.choice(list(RELATED)))
    row |= {name: drawn.choice(["", "N", "N", "N", "N", "Y", "y"]) for name in CRITERIA}
    row |= dict(AEOUT=drawn.choice(["", "RECOVERED/RESOLVED", "NOT RECOVERED", "FATAL"]))
    return row | {"VERDICTS": drawn.choice([[], [], ["Y"], ["N"], ["no"], ["N", "Y"], ["maybe"]])}


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects and events in one cut."""
    drawn, rows = random.Random(5), []
    for (onset, end), name in zip(ONSETS, map("onset-{}".format, range(len(ONSETS))), strict=True):
        rows.append(dict(USUBJID=name, AETERM="Rash", AETOXGR="3", AESTDTC=onset, AEENDTC=end))
    for name, (given, _) in EVENTS.items():
        rows.append(dict(USUBJID=name, AETERM="Rash", AESTDTC="2007-07-12") | given)
    untreated = [f"untreated-{n}" for n in range(5)]
    people = [f"drawn-{n}" for n in range(120)] + untreated
    rows += [drawn_event(name, drawn) for name in people for _ in range(drawn.randint(0, 6))]
    subjects = [*dict.fromkeys(row["USUBJID"] for row in rows), *(name for name in people if name not in untreated)]
    return building(delivery(list(dict.fromkeys([*subjects, *people])), rows, set(untreated)), trial, date(2008, 6, 30))


def delivery(subjects, rows, untreated):
    arms = {name: list(ARMS)[n % len(ARMS)] for n, name in enumerate(subjects)} | dict.fromkeys(EVENTS, "A190")
    dm = pandas.DataFrame({"USUBJID": subjects}).assign(STUDYID="S", SITEID="1")
    dm["ACTARMCD"] = dm["ACTARM"] = dm["USUBJID"].map(arms)
    ex = pandas.DataFrame({"USUBJID": [name for name in subjects if name not in untreated]})
    ex = ex.assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=100.0, EXDOSU="mg/m2", EXSTDTC=f"{FIRST}T10:00")
    ae = pandas.DataFrame(rows)
    ae["AESEQ"] = range(1, len(ae) + 1)
    verdicts = [
        dict(RDOMAIN="AE", USUBJID=row.USUBJID, IDVAR="AESEQ", IDVARVAL=str(row.AESEQ), QNAM="AEDLT", QVAL=verdict)
        for row in ae.itertuples()
        for verdict in (row.VERDICTS if isinstance(row.VERDICTS, list) else [])
    ]
    return {"dm": dm, "ex": ex, "ae": ae.drop(columns="VERDICTS").fillna(""), "suppae": pandas.DataFrame(verdicts)}


def known(value):
    return None if pandas.isna(value) else value


def event_of(made, name):
    return made.rows_of("adae", name)[0]


@pytest.mark.parametrize("onset", ONSETS, ids=" to ".join)
def test_known_onsets(made, onset, agrees):
    row = event_of(made, f"onset-{list(ONSETS).index(onset)}")
    agrees([row.TRTEMFL, row.DLTWINFL], ONSETS[onset], "treatment-emergent, in the DLT window")


@pytest.mark.parametrize("name", EVENTS)
def test_known_events(made, name, agrees):
    row = event_of(made, name)
    found = [row.ATOXGR, row.GR3FL, row.AESERC, row.RELFL, row.CARDFL, row.AESICAT]
    agrees(found, EVENTS[name][1], "grade, severe, serious, related, of the heart, of special interest")


@pytest.mark.parametrize("column", COUNTS)
def test_known_counts(made, column, agrees):
    row = made.ask("ae_by_dose").set_index("TRTAN").loc[190]
    agrees(row[column], COUNTS[column], f"{column} of twenty subjects at 190 mg/m²/day")


# --- random events in plain Python ---------------------------------------------------------------


def range_of(text):
    """The first and the last day that a date can mean, as precisely as it is written."""
    if len(text) >= 10:
        return date.fromisoformat(text[:10]), date.fromisoformat(text[:10])
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return (date(int(text), 1, 1), date(int(text), 12, 31)) if text else (None, None)


def fatal(event):
    return event["AEOUT"] == "FATAL" or event["AESDTH"].upper() == "Y"


def grade_of(event):
    """The grade delivered; 5 of a fatal event, 4 of a life-threatening one without a grade."""
    grade = event["AETOXGR"][-1:]
    grade = int(grade) if grade in "12345" and grade else None
    if fatal(event):
        return 5
    return 4 if grade is None and event["AESLIFE"].upper() == "Y" else grade


def worsened(event):
    """Begun before the first infusion, and fatal after it."""
    _, ended = range_of(event["AEENDTC"])
    deadly = fatal(event) or grade_of(event) == 5
    return not begun_after(event) and deadly and (ended is None or ended >= FIRST)


def emergent(event):
    return begun_after(event) or worsened(event)


def begun_after(event):
    """After the first infusion unless all that is written lies before it, or it ended before it."""
    earliest, latest = range_of(event["AESTDTC"])
    _, ended = range_of(event["AEENDTC"])
    whole = earliest and earliest == latest
    if ended and ended < FIRST and not whole and (earliest is None or ended >= earliest):
        return False
    if latest is None:
        return True
    if "T" in event["AESTDTC"]:
        return event["AESTDTC"] >= f"{FIRST}T10:00"
    return latest >= FIRST


def onset(event):
    """The earliest day that the date allows and that is not before the first infusion, where it may be after it."""
    earliest, latest = range_of(event["AESTDTC"])
    return FIRST if earliest and earliest < FIRST <= latest and begun_after(event) else earliest


def in_window(event, died):
    """Whether the onset, or the death of what began before the first infusion, is or may be inside the window."""
    start = onset(event)
    if worsened(event):
        ended = range_of(event["AEENDTC"])[0] or died
        start = max(ended, FIRST) if ended else FIRST
    return start is None or start < FIRST + timedelta(days=WINDOW_DAYS)


def flags(event, treated, died, died_by):
    """What adae says of one event; died: the day of death, died_by: the last one that its text allows."""
    category, of_heart = TERMS[event["AETERM"], event["AEBODSYS"]]
    grade, start = grade_of(event), onset(event)
    after = treated and emergent(event)
    severe = grade >= 3 if grade else event["AESEV"].upper() in ("SEVERE", "LIFE THREATENING")
    serious = "Y" if any(event[name].upper() == "Y" for name in CRITERIA) or grade == 5 else None
    serious = serious or ("N" if event["AESER"] == "N" else None)
    return {
        # what began after a death that is not before the first infusion counts for nothing
        "TRTEMFL": after and not (died_by and start and start > died_by >= FIRST),
        "DLTWINFL": after and in_window(event, died),
        "ATOXGR": grade,
        "GR3FL": severe,
        "AESERC": serious,
        "RELFL": RELATED[event["AEREL"]],
        "CARDFL": of_heart,
        "AESICAT": category,
        "ADY": study_day(start) if treated and start else None,
    }


def study_day(day):
    """Day 1 is that of the first infusion, and there is no day 0."""
    days = (day - FIRST).days
    return days + 1 if days >= 0 else days


YES = {"TRTEMFL", "DLTWINFL", "GR3FL"}


def test_every_flag_of_an_event_is_that_of_plain_python_over_random_events(made):
    delivered = {row["AESEQ"]: row for row in made.table("sdtm.ae").to_dict("records")}
    days = made.table("deathday").set_index("USUBJID")
    compared, died, died_by = 0, days["DTHDT"], days["DTHDTL"]
    for row in made.table("adae").to_dict("records"):
        event = delivered[row["AESEQ"]]
        if row["USUBJID"].startswith(("drawn-", "untreated-")):
            dates = [known(column.get(row["USUBJID"])) for column in (died, died_by)]
            expected = flags(event, row["USUBJID"].startswith("drawn-"), *(day and day.date() for day in dates))
            found = {name: row[name] == "Y" if name in YES else known(row[name]) for name in expected}
            assert found == expected, event
            compared += 1
    assert compared > 300


def test_a_verdict_is_the_gravest_of_those_that_can_be_read(made):
    given = defaultdict(set)
    for row in made.table("sdtm.suppae").itertuples():
        given[int(row.IDVARVAL)] |= {row.QVAL[0].upper()} & {"Y", "N"} if row.QVAL in ("Y", "N", "no") else set()
    for row in made.table("adae").itertuples():
        assert known(row.DLTFL) == max(given[row.AESEQ], default=None) and row.DLTEVAL == len(given[row.AESEQ])


def test_an_end_of_the_period_is_a_setting(made):
    """One infusion, on 10 July 2007: with 30 days after it an event from 10 August on is not treatment-emergent."""
    before = made.table("adae").set_index("AESEQ")
    with another_setting(made, "EMERGDAY", 30, "adae") as ended:
        now = ended.table("adae").set_index("AESEQ")
        late = now["ASTDT"] > pandas.Timestamp(2007, 8, 9)
        worse = now["AEWORSDT"].notna()
        kept = before["TRTEMFL"].where(~late | worse, "N")
        assert (now.loc[~worse, "TRTEMFL"] == kept[~worse]).all() and (late & (before["TRTEMFL"] == "Y")).sum() > 20
        assert (now["DLTWINFL"] == before["DLTWINFL"]).all()


# --- how subjects are counted --------------------------------------------------------------------


def people(made):
    """Group → treated subjects → their treatment-emergent events."""
    events = defaultdict(list)
    for row in made.table("adae").query("TRTEMFL == 'Y'").to_dict("records"):
        events[row["USUBJID"]].append(row)
    groups = defaultdict(dict)
    for row in made.table("adsl").query("SAFFL == 'Y'").itertuples():
        groups[known(row.TRTA) or "No planned level"][row.USUBJID] = events[row.USUBJID]
    return groups


def test_subjects_with_events_by_dose_are_those_of_plain_counting(made):
    tests = {
        "NANY": lambda event: True,
        "NRELATED": lambda event: event["RELFL"] == "Y",
        "NGRADE3": lambda event: event["GR3FL"] == "Y",
        "NSERIOUS": lambda event: event["AESERC"] == "Y",
        "NCARDIAC": lambda event: event["CARDFL"] == "Y",
        "NFATAL": lambda event: event["ATOXGR"] == 5,
    }
    groups, asked = people(made), made.ask("ae_by_dose").to_dict("records")
    assert {row["TRTA"] for row in asked} == groups.keys() == {*ARMS.values(), "190 mg/m²/day"}
    for row in asked:
        own = groups[row["TRTA"]]
        expected = {name: sum(any(map(test, events)) for events in own.values()) for name, test in tests.items()}
        expected["NSERUNK"] = sum(
            any(known(event["AESERC"]) is None for event in events) and all(event["AESERC"] != "Y" for event in events)
            for events in own.values()
        )
        expected |= {"NTREATED": len(own), "NEVENT": sum(map(len, own.values()))}
        assert {name: row[name] for name in expected} == expected


def test_events_of_special_interest_are_those_of_plain_counting(made):
    groups = people(made)
    for row in made.ask("ae_special_interest").itertuples():
        worst, severe, ungraded = [], 0, 0
        for events in groups[row.TRTA].values():
            own = [event for event in events if event["AESICAT"] == row.AESICAT]
            grades = [event["ATOXGR"] for event in own]
            worst += [max((grade for grade in grades if known(grade)), default=None)] if grades else []
            bad = any(event["GR3FL"] == "Y" for event in own)
            severe += bad
            ungraded += not bad and any(known(grade) is None for grade in grades)
        graded = [grade for grade in worst if grade is not None]
        assert (row.NTREATED, row.NSUBJ, row.NNOGRADE) == (len(groups[row.TRTA]), len(worst), ungraded), row
        assert (row.NGRADE3, known(row.WORST)) == (severe, max(graded, default=None))


@pytest.mark.parametrize("events", ["all", "related", "grade3", "serious", "interest"])
def test_events_by_class_and_term_are_those_of_plain_counting(made, events):
    chosen = {
        "all": lambda event: "Y",
        "related": lambda event: known(event["RELFL"]) or "?",
        "grade3": lambda event: "?" if event["GR3FL"] == "N" and known(event["ATOXGR"]) is None else event["GR3FL"],
        "serious": lambda event: known(event["AESERC"]) or "?",
        "interest": lambda event: "Y" if known(event["AESICAT"]) else "N",
    }[events]
    groups, asked = people(made), made.ask("ae_by_term", events=events, new=None)
    cells, aside = defaultdict(lambda: defaultdict(list)), 0
    for group, subjects in groups.items():
        for subject, event in ((subject, event) for subject, own in subjects.items() for event in own):
            aside += chosen(event) == "?"
            system = known(event["AEBODSYS"]) or "Class not delivered"
            for part in ((None, None), (system, None), (system, event["AEDECOD"])) if chosen(event) == "Y" else ():
                for of in (group, None):
                    cells[(*part, of)][subject].append(event)
    found = {tuple(known(value) for value in (row.AEBODSYS, row.AEDECOD, row.TRTA)): row for row in asked.itertuples()}
    assert {key for key, row in found.items() if row.N} == set(cells) and set(asked["NASIDE"]) == {aside}
    for key, row in found.items():
        severe = [name for name, own in cells[key].items() if any(event["GR3FL"] == "Y" for event in own)]
        ungraded = [
            name
            for name, own in cells[key].items()
            if name not in severe and any(known(event["ATOXGR"]) is None for event in own)
        ]
        treated = len(groups[key[2]]) if key[2] else sum(map(len, groups.values()))
        assert (row.N, row.N3, row.NUNGR, row.NTREATED) == (len(cells[key]), len(severe), len(ungraded), treated), key
        assert row.NEVENT == sum(map(len, cells[key].values()))
        assert set(row.SUBJECTS[: row.N3] if row.N else ()) == set(severe)


@pytest.mark.parametrize("by", ["class", "interest"])
def test_worst_grades_of_each_subject_and_their_shares_are_those_of_plain_counting(made, by):
    worst, shares = made.ask("ae_worst", by=by), made.ask("ae_worst_by_dose", by=by)
    expected, severe = {}, defaultdict(set)
    for group, subjects in people(made).items():
        for subject, own in subjects.items():
            of_group = defaultdict(list)
            for event in own:
                class_or_category = known(event["AESICAT"]) if by == "interest" else known(event["AEBODSYS"])
                of_group[class_or_category or ("Class not delivered" if by == "class" else None)].append(event)
            for name, events in of_group.items():
                grades = [event["ATOXGR"] for event in events if known(event["ATOXGR"])]
                is_severe = any(event["GR3FL"] == "Y" for event in events)
                if name:
                    expected[subject, name] = max(grades, default=None), "Y" if is_severe else "N", len(events)
                    severe[name, group] |= {subject} if is_severe else set()
    found = worst[worst["GRP"].notna()]
    rows = {(row.USUBJID, row.GRP): (known(row.WORST), row.SEVEREFL, row.NEVENT) for row in found.itertuples()}
    assert rows == expected and worst["USUBJID"].nunique() == sum(map(len, people(made).values()))
    for row in shares.itertuples():
        assert row.N3 == len(severe[row.GRP, row.TRTA]), row
        assert not row.N3 or set(row.SUBJECTS) == severe[row.GRP, row.TRTA]


def test_late_events_are_those_of_plain_counting(made):
    late = {
        row["AESEQ"]
        for events in (one for group in people(made).values() for one in group.values())
        for row in events
        if row["DLTWINFL"] == "N" and (row["GR3FL"] == "Y" or row["CARDFL"] == "Y")
    }
    asked = made.ask("ae_late")
    assert len(late) > 20 and set(asked["AESEQ"]) == late and len(asked) == len(late)


FAULTS = [
    Fault("treatment-emergence", "adae", "d.AESTDTL >= s.TRTSDT then 'Y'", "d.AESTDT >= s.TRTSDT then 'Y'"),
    Fault("treatment-emergence", "adae", "d.AESTDTM >= i.TRTSDTM", "d.AESTDTM > i.TRTSDTM"),
    Fault("treatment-emergence", "adae", "d.AEENDTL < s.TRTSDT\n", "d.AEENDT < s.TRTSDT\n"),
    Fault("treatment-emergence", "adae", "w.COUNTDT <= w.WINENDT", "w.COUNTDT < w.WINENDT"),
    Fault("treatment-emergence", "adae", "s.DLTDAYS - 1", "s.DLTDAYS - 0"),
    Fault("treatment-emergence", "adae", "when (w.WORSENED or w.AFTERFL = 'Y')\n", "when (w.AFTERFL = 'Y')\n"),
    Fault("event-severity", "aegrade", "when FATAL then 5", "when false then 5"),
    Fault("event-severity", "aegrade", "AETOXGRN is null and THREAT then 4", "THREAT then 4"),
    Fault("event-severity", "adae", "g.ATOXGR >= 3\n", "g.ATOXGR > 3\n"),
    Fault("event-severity", "adae", "('SEVERE', 'LIFE THREATENING', 'LIFE-THREATENING')", "('SEVERE')"),
    Fault("event-severity", "adae", "upper(left(g.AESHOSP, 1))", "upper(left(g.AESER, 1))"),
    Fault("event-severity", "adae", "or g.ATOXGR = 5", "or g.ATOXGR = 6"),
    Fault("event-severity", "adae", "and g.AESCONG = 'N')", ")"),
    Fault("event-severity", "adae", "coalesce(w.KIND, p.KIND) end", "coalesce(p.KIND, 'N') end"),
    Fault("event-severity", "adae", "nullif(r.KIND, 'U') as RELFL", "r.KIND as RELFL"),
    Fault("treatment-emergence", "adae", "and y.DTHDTL >= g.TRTSDT then 'N'", "and false then 'N'"),
    Fault("event-severity", "adae", "'(^|[^a-z])' || regexp_escape(i.TERM) || '([^a-z]|$)'", "regexp_escape(i.TERM)"),
    Fault("event-severity", "adae", "lower(AESICAT) = 'heart'", "lower(AESICAT) = 'hart'"),
    Fault("event-severity", "adae", "'DLT' then VERDICT end) as DLTFL", "'DLT' then 'N' end) as DLTFL"),
    Fault("event-counts", "ae_by_dose", "where TRTEMFL = 'Y'", "where true"),
    Fault("event-counts", "ae_by_dose", "bool_or(AESERC is null)", "false"),
    Fault("event-counts", "ae_by_dose", "bool_or(AESERC = 'Y')", "bool_and(AESERC = 'Y')"),
    Fault("event-counts", "ae_by_dose", "where TRTSDT is not null", "where true"),
    Fault("event-counts", "ae_by_dose", "not coalesce(e.REPORTED, false)", "true"),
    Fault("event-counts", "ae_by_term", "bool_or(SEVERE) as SEVERE", "bool_and(SEVERE) as SEVERE"),
    Fault("event-counts", "ae_by_term", "when 'related' then a.RELFL = 'Y'", "when 'related' then a.RELFL is not null"),
    Fault("event-counts", "ae_by_term", "when a.ATOXGR is not null then false end", "else false end"),
    Fault("event-counts", "ae_by_term", "and not bool_or(SEVERE) as", "as"),
    Fault("event-counts", "ae_by_term", "where a.TRTEMFL = 'Y'", "where true"),
    Fault("event-counts", "ae_by_term", "w.SEVERE desc, w.WORST", "w.WORST"),
    Fault("event-counts", "ae_worst", "max(ATOXGR)", "min(ATOXGR)"),
    Fault("event-counts", "ae_worst_by_dose", "filter (where w.SEVERE) as integer", "filter (where true) as integer"),
    Fault("event-counts", "ae_special_interest", "filter (where w.SEVERE)", "filter (where w.WORST >= 3)"),
    Fault("event-counts", "ae_special_interest", "max(w.WORST) as WORST", "min(w.WORST) as WORST"),
    Fault("event-counts", "ae_late", "GR3FL = 'Y' or CARDFL = 'Y'", "GR3FL = 'Y'"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
