"""QTc as SQL computes it: published cases, stats over a grid, and random tracings in plain Python."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import groupby, product
from math import inf
from statistics import mean

import pandas
import pytest
from building import building
from faults import Fault, is_found
from heart_frames import delivered
from shared import shared_cases

from stats.cardiac import qtc_category, qtc_change_category, qtcb, qtcf, rr_from_heart_rate

LATER, DOSED = "2007-04-20", date(2007, 3, 1)
INFUSED = datetime(2007, 3, 1, 10)
GRID = list(
    product([None, 300, 400, 449.9, 450, 450.1, 480, 480.1, 500, 500.1, 610], [None, 400, 750, 1000], [None, 60, 150])
)
"""QT in ms, RR in ms, heart rate in beats a minute."""
RISES = [-40, 0, 29.9, 30, 30.1, 59.9, 60, 60.1, 90]
PLANNED = [("", None), ("PREDOSE", 0.5), ("BASELINE", -0.5), ("END OF INFUSION", 2.0), ("4 H AFTER", 6.0)]
PLANNED += [("AFTER STANDING FOR 1 MINUTE", 816.0)]
ARMS = ["A130", "A160", "A190", "OTHER"]
LIMITS = {
    # a QTcF after the first infusion as text, after a baseline of 430 ms: the least and the most that it can be
    ">500": (500.0001, inf),
    ">480": (480.0001, inf),
    "≥ 480": (480, inf),
    "480-500 ms": (480, 500),
    "<450": (0, 449.9999),
    "≤500": (0, 500),
    "prolonged": (None, inf),
}
PUBLISHED = [case.values[0] for case in shared_cases("qtc.json", "qtc") if case.values[0]]


def tracing(subject, day, tests, planned=("", None), position="", reader="", flag="", seconds=False):
    """The results of one tracing that it has: {"QT": 400, "RR": None, …}."""
    common = dict(USUBJID=subject, EGDTC=day, EGTPT=planned[0], EGTPTNUM=planned[1], EGPOS=position, EGEVAL=reader)
    units = {"EGHRMN": "beats/min"}
    return [
        common | dict(EGTESTCD=test, EGSTRESN=value / 1000, EGSTRESU="s", EGBLFL=flag)
        if seconds and test in ("QT", "RR")
        else common | dict(EGTESTCD=test, EGSTRESN=value, EGSTRESU=units.get(test, "ms"), EGBLFL=flag)
        for test, value in tests.items()
        if value is not None
    ]


def tracings(subject, drawn):
    """Some tracings of one subject: replicates, planned times, positions, readers, missing parts."""
    for _ in range(drawn.randint(1, 7)):
        day = DOSED + timedelta(days=drawn.choice([-10, -3, 0, 0, 0, 20, 20]))
        clock = drawn.choice(["", "", "T09:00", "T09:20", "T09:55", "T10:00", "T13:00"])
        text = drawn.choice([day.isoformat() + clock] * 7 + [day.isoformat()[:7]])
        planned, position = (
            drawn.choice([*PLANNED, PLANNED[0], PLANNED[0]]),
            drawn.choice(["", "SUPINE", "SUPINE", "STANDING"]),
        )
        reader, flag = drawn.choice(["", "INVESTIGATOR", "INDEPENDENT ASSESSOR"]), drawn.choice(["Y"] + [""] * 9)
        for _ in range(drawn.randint(1, 3)):
            tests = {"QT": drawn.randint(320, 480), "RR": drawn.randint(500, 1100), "EGHRMN": drawn.randint(55, 140)}
            tests |= dict.fromkeys(drawn.sample(sorted(tests), drawn.randint(0, 2)))
            tests["QTCF"] = drawn.choice([None, None, 455.0])
            yield from tracing(subject, text, tests, planned, position, reader, flag, drawn.random() < 0.2)


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut."""
    drawn, rows = random.Random(11), {}
    for number, (qt, rr, heart_rate) in enumerate(GRID):
        rows[f"grid-{number}"] = tracing(f"grid-{number}", LATER, {"QT": qt, "RR": rr, "EGHRMN": heart_rate})
    for case in PUBLISHED:
        given = {"QT": case["inputs"]["qt_ms"], "RR": case["inputs"]["rr_ms"]}
        rows[case["id"]] = tracing(case["id"], LATER, given)
    for rise in RISES:
        name = f"rise-{rise}"
        rows[name] = tracing(name, "2007-02-20", {"QT": 400, "RR": 1000}) + tracing(
            name, LATER, {"QT": 400 + rise, "RR": 1000}
        )
    for number, limit in enumerate(LIMITS):
        name = f"limit-{number}"
        (given,) = tracing(name, LATER, {"QTCF": 1})
        rows[name] = [*tracing(name, "2007-02-20", {"QTCF": 430}), given | dict(EGSTRESN=None, EGSTRESC=limit)]
    rows |= {f"drawn-{n}": list(tracings(f"drawn-{n}", drawn)) for n in range(300)}
    datasets = delivered(subjects=list(rows), arms={name: ARMS[n % len(ARMS)] for n, name in enumerate(rows)})
    table = pandas.DataFrame([row for own in rows.values() for row in own])
    table = table.assign(
        EGSEQ=range(1, len(table) + 1), EGSTRESC=table["EGSTRESC"].fillna(table["EGSTRESN"].astype(str))
    )
    # every other flag as a supplemental qualifier
    elsewhere = (table["EGBLFL"] == "Y") & (table["EGSEQ"] % 2 == 0)
    datasets["eg"] = table.assign(EGBLFL=table["EGBLFL"].mask(elsewhere, ""))
    datasets["suppeg"] = pandas.DataFrame(
        dict(RDOMAIN="EG", USUBJID=row.USUBJID, IDVAR="EGSEQ", IDVARVAL=str(row.EGSEQ), QNAM="EGBLFL", QVAL="Y")
        for row in table[elsewhere].itertuples()
    )
    return building(datasets, trial)


def known(value):
    return None if pandas.isna(value) else value


def results(made, parameter, column="AVAL"):
    """Subject → one column of its last row of a parameter."""
    table = made.table("adeg")
    rows = table[table["PARAMCD"] == parameter]
    return {subject: known(value) for subject, value in zip(rows["USUBJID"], rows[column], strict=True)}


@pytest.mark.parametrize("case", shared_cases("qtc.json", "qtc"))
def test_published_corrections_come_out_of_the_sql(made, case, agrees):
    agrees(results(made, "QTCF")[case["id"]], case["expected"]["qtcf"], "QTcF in adeg, ms")
    agrees(results(made, "QTCB")[case["id"]], case["expected"]["qtcb"], "QTcB in adeg, ms")


@pytest.mark.parametrize(("parameter", "formula"), [("QTCF", qtcf), ("QTCB", qtcb)])
def test_corrections_are_those_of_stats_over_a_grid(made, parameter, formula):
    found, compared = results(made, parameter), 0
    for number, (qt, rr, heart_rate) in enumerate(GRID):
        rr = rr or (rr_from_heart_rate(heart_rate) if heart_rate else None)
        expected = None if qt is None or rr is None else formula(qt, rr)
        assert found.get(f"grid-{number}") == (expected and pytest.approx(expected)), GRID[number]
        compared += expected is not None
    assert compared == 110


def test_bands_are_those_of_stats_over_a_grid(made):
    for parameter in ("QTCF", "QTCB"):
        values, bands = results(made, parameter), results(made, parameter, "AVALCA1")
        assert bands == {subject: qtc_category(value) for subject, value in values.items()}
    at_60_beats = {
        qt: results(made, "QTCF", "AVALCA1")[f"grid-{GRID.index((qt, 1000, None))}"]
        for qt in (450, 450.1, 480.1, 500.1)
    }
    assert at_60_beats == {450: "<=450", 450.1: ">450 to 480", 480.1: ">480 to 500", 500.1: ">500"}


def test_bands_of_change_are_those_of_stats(made):
    found = results(made, "QTCF", "CHGCAT1")
    assert [found[f"rise-{rise}"] for rise in RISES] == [qtc_change_category(rise) for rise in RISES]


# --- replicates, time points and baseline in plain Python ----------------------------------------


def moment(row):
    return datetime.fromisoformat(row["EGDTC"]) if "T" in row["EGDTC"] else None


def time_points(rows):
    """Rows of one subject by time point; without a planned time, a gap of more than 30 minutes starts another."""
    key = lambda row: (row["EGDTC"][:10], row["EGTPT"])  # noqa: E731
    for (_, planned), same in groupby(sorted(rows, key=key), key):
        same = sorted(same, key=lambda row: moment(row) or datetime.min)
        point = [same[0]]
        for before, row in zip(same, same[1:], strict=False):
            times = moment(before), moment(row)
            if not planned and all(times) and times[1] - times[0] > timedelta(minutes=30):
                yield point
                point = []
            point.append(row)
        yield point


def averaged(point):
    """The tests of one time point by one position and reader, averaged; supine and the investigator first."""
    rank = lambda row: (row["EGPOS"] == "STANDING", row["EGEVAL"] == "INDEPENDENT ASSESSOR")  # noqa: E731
    own = [row for row in point if rank(row) == min(map(rank, point))]
    values = defaultdict(list)
    for row in own:
        values[row["EGTESTCD"]].append(row["EGSTRESN"] * (1000 if row["EGSTRESU"] == "s" else 1))
    found = {test: mean(given) for test, given in values.items()}
    rr = found.get("RR") or (60000 / found["EGHRMN"] if "EGHRMN" in found else None)
    return {
        "QTC": qtcf(found["QT"], rr) if "QT" in found and rr else found.get("QTCF"),
        "DERIVED": bool("QT" in found and rr),
        "FLAG": any(row["EGBLFL"] == "Y" for row in point),
        "DAY": point[0]["EGDTC"][:10],
        "TIME": min(filter(None, map(moment, own)), default=None),
        "PLANNED": (point[0]["EGTPT"], point[0]["EGTPTNUM"]),
    }


def placed(point):
    """Y before the first infusion, N after it, None where a partial date leaves it open."""
    if len(point["DAY"]) == 7:
        return {"2007-02": "Y", "2007-03": None}.get(point["DAY"], "N")
    if point["DAY"] != DOSED.isoformat():
        return "Y" if point["DAY"] < DOSED.isoformat() else "N"
    if point["TIME"]:
        return "Y" if point["TIME"] <= INFUSED else "N"
    return {"PREDOSE": "Y", "BASELINE": "Y", "END OF INFUSION": "N", "4 H AFTER": "N"}.get(point["PLANNED"][0])


def baseline_of(points):
    """The time points of the last day before the first infusion: flagged ones, where there are any."""
    able = [point for point in points if placed(point) == "Y" or (point["FLAG"] and placed(point) is None)]
    order = lambda point: (point["FLAG"], len(point["DAY"]), point["DAY"])  # noqa: E731
    last = max(map(order, able), default=None)
    return [point for point in able if order(point) == last]


def test_replicates_time_points_and_baseline_are_those_of_plain_python_over_random_tracings(made):
    rows = [row for row in made.table("sdtm.eg").to_dict("records") if row["USUBJID"].startswith("drawn-")]
    supplied = set(made.table("sdtm.suppeg")["IDVARVAL"].astype(float))
    rows = [row | {"EGBLFL": "Y"} if float(row["EGSEQ"]) in supplied else row for row in rows]
    expected = []
    for subject, own in groupby(rows, lambda row: row["USUBJID"]):
        points = [point for point in map(averaged, time_points(list(own))) if point["QTC"] is not None]
        base = baseline_of(points)
        for point in points:
            value, start = point["QTC"], mean(one["QTC"] for one in base) if base else None
            flags = (point["DERIVED"], point in base, placed(point) == "N")
            expected.append((subject, point["DAY"], round(value, 6), start and round(start, 6), *flags))
    table = made.table("adeg").query("PARAMCD == 'QTCF' and USUBJID.str.startswith('drawn-')")
    found = [
        (
            row.USUBJID,
            day(row),
            round(row.AVAL, 6),
            known(round(row.BASE, 6)),
            row.DERFL == "Y",
            row.ABLFL == "Y",
            row.POSTFL == "Y",
        )
        for row in table.itertuples()
    ]
    assert len(found) > 300 and sorted(found, key=str) == sorted(expected, key=str)
    changes = table[table["BASE"].notna()]
    assert (changes["AVAL"] - changes["BASE"]).to_numpy() == pytest.approx(changes["CHG"].to_numpy(), abs=1e-6)


def day(row):
    return f"{row.ADT:%Y-%m}" if row.ADTF == "D" else f"{row.ADT:%Y-%m-%d}"


# --- how subjects are counted --------------------------------------------------------------------


def longest(made):
    """Correction → treated subject → longest later QTc and largest change, missing as None."""
    people = made.table("adsl").query("SAFFL == 'Y'")
    found = {name: {subject: (None, None) for subject in people["USUBJID"]} for name in ("QTCF", "QTCB")}
    for row in made.table("adeg").query("POSTFL == 'Y' and PARAMCD in ('QTCF', 'QTCB')").itertuples():
        value, change = found[row.PARAMCD][row.USUBJID]
        changes = [one for one in (change, known(row.CHG)) if one is not None]
        found[row.PARAMCD][row.USUBJID] = (max(value or 0, round(row.AVAL, 6)), max(changes, default=None))
    return found


def limited(made):
    """The subjects of LIMITS: the least and the most of their QTcF and of its change; missing as None."""
    base = 430
    for number, (least, most) in enumerate(LIMITS.values()):
        yield f"limit-{number}", ((least, most), (None if least is None else least - base, most - base))


def test_counts_above_each_limit_are_those_of_plain_counting(made):
    people = made.table("adsl").query("SAFFL == 'Y'")
    group = dict(zip(people["USUBJID"], people["TRTA"].fillna("No planned level"), strict=True))
    worst = longest(made)
    limits = dict(limited(made))
    worst["QTCF"] |= {name: (value[0], change[0]) for name, (value, change) in limits.items()}
    for row in made.ask("ecg_by_dose").itertuples():
        names = [name for name in group if row.TRTA in ("All", group[name])]
        own = [worst[row.PARAMCD][name] for name in names]
        values, changes = ([one[part] for one in own if one[part] is not None] for part in (0, 1))
        open_ones = [limits[name] for name in names if name in limits and row.PARAMCD == "QTCF"]
        for part, ends in enumerate(((450, 480, 500), (30, 60))):
            more = [sum(one[part][1] > end and not (one[part][0] or 0) > end for one in open_ones) for end in ends]
            assert [getattr(row, f"POSS{end}") for end in ends] == more
        assert (row.NTREATED, row.NLATER, row.NBOTH) == (len(own), len(values), len(changes))
        over = [sum(value > limit for value in values) for limit in (450, 480, 500)]
        assert [row.OVER450, row.OVER480, row.OVER500] == over
        assert [row.RISE30, row.RISE60] == [sum(change > limit for change in changes) for limit in (30, 60)]


def test_the_longest_of_each_subject_is_that_of_plain_python(made):
    """A limit or a range is the longest where it surely is; its category is known as far as it decides."""
    worst, limits = longest(made), dict(limited(made))
    asked = made.ask("ecg_subjects")
    assert len(asked) == 2 * len(worst["QTCF"])
    for row in asked.itertuples():
        found, (value, change) = known(round(row.WORST, 6)), worst[row.PARAMCD][row.USUBJID]
        least, most = limits.get(row.USUBJID, ((None, None), None))[0] if row.PARAMCD == "QTCF" else (None, None)
        if least is not None and not (value or 0) >= least > 0:
            assert row.BYLIMIT and (found or 0) == least
            assert known(row.AVALCA1) == LIMIT_CATEGORIES[least, most]
            continue
        assert found == value and known(row.AVALCA1) == qtc_category(found)
        assert not row.BYLIMIT and known(row.WORSTCHG) == change


LIMIT_CATEGORIES = {
    (500.0001, inf): ">500",
    (480.0001, inf): ">480",
    (480, inf): ">450",
    (480, 500): ">450",
    (0, 449.9999): "<=450",
    (0, 500): None,
}


FAULTS = [
    Fault("qtc", "adeg", "pow(RRMS / 1000, 1.0 / 3)", "sqrt(RRMS / 1000)"),
    Fault("qtc", "adeg", "sqrt(RRMS / 1000)", "pow(RRMS / 1000, 1.0 / 3)"),
    Fault("qtc", "adeg", "60000 / HR", "6000 / HR"),
    Fault("qtc-grade", "egvalue", "false) then coalesce(EGSTRESN,", "false) then coalesce(EGSTRESN + 1,"),
    Fault("qtc", "adeg", "RESULT * 1000 end", "RESULT * 100 end"),
    Fault("qtc", "adeg", "avg(AVAL) filter", "max(AVAL) filter"),
    Fault("qtc", "adeg", "interval 30 minutes", "interval 10 minutes"),
    Fault("qtc", "adeg", "order by POSITION, READER", "order by READER, POSITION"),
    Fault("qtc", "adeg", "ISABLE desc, FLAGGED desc,", "ISABLE desc,"),
    Fault("qtc", "adeg", "coalesce(BEFOREFL, 'Y') <> 'N' and (FLAGGED = 1", "(FLAGGED = 1"),
    Fault("qtc", "adeg", "(PRE|BEFORE|PRIOR", "(POST|BEFORE|PRIOR"),
    Fault("qtc", "adeg", "(POST|END OF|EOI", "(POST|EOI"),
    Fault("qtc", "adeg", "avg(AVAL) as BASE", "max(AVAL) as BASE"),
    Fault("qtc-grade", "adeg", "c.EXACT > 500", "c.EXACT >= 500"),
    Fault("qtc-grade", "adeg", "c.EXACT > 450", "c.EXACT >= 450"),
    Fault("qtc-grade", "adeg", "c.CHG > 60", "c.CHG >= 60"),
    Fault("qtc-grade", "adeg", "c.CHG > 30", "c.CHG > 31"),
    Fault("qtc-grade", "ecg_by_dose", "WORST > 480", "WORST >= 480"),
    Fault("qtc-grade", "ecg_by_dose", "where POSTFL = 'Y'", "where true"),
    Fault("qtc-grade", "ecg_by_dose", "count(WORST) as NLATER", "count(*) as NLATER"),
    Fault("qtc", "baselineflag", "|| 'SEQ'", "|| 'NONE'"),
    Fault("qtc-grade", "adegout", "when e.EGDT > s.TRTSDT or", "when e.EGDT > s.TRTSDT + 400 or"),
    Fault("qtc-grade", "egvalue", "ENDS[1] + 0.0001", "ENDS[1]"),
    Fault("qtc-grade", "ecg_by_dose", "greatest(l.WORST, m.LEAST)", "l.WORST"),
    Fault("qtc-grade", "ecg_by_dose", "coalesce(MOSTMS, 'infinity'::double)", "MOSTMS"),
    Fault("qtc-grade", "ecg_subjects", "order by AVAL desc", "order by AVAL"),
    Fault("qtc-grade", "ecg_subjects", "greatest(l.WORST, nullif(m.LEAST, 0))", "l.WORST"),
    Fault("qtc-grade", "ecg_subjects", "when m.LEAST > 480 then if(m.MOST <= 500", "when m.LEAST >= 480 then if(false"),
    Fault("qtc-grade", "ecg_subjects", "when m.MOST <= 450 then", "when true then"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
