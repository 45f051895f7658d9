"""Tumour lysis on screen: the sample against its raw rows, medicines that were not delivered, nobody, many."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from drawn import THREE, drawn, trial_data
from sample_raw import KNOWN, first_infusion, rows

from displays.laboratory.lysis_figure import MOST_LINES, SEVERE_LINES
from displays.laboratory.tumour_lysis import ALL, tumour_lysis, tumour_lysis_by_dose
from queries import Filters, View

LATEST = "2008-02-29"


def raw_criteria() -> dict[str, set[str]]:
    """Subject → the criteria of Cairo and Bishop that its raw results of days -3 to 8 of course 1 meet."""
    lb, first, dm = rows(LATEST, "lb"), first_infusion(LATEST), rows(LATEST, "dm").set_index("SUBJID")["AGE"]
    lb = lb[
        lb["SUBJID"].isin(first) & lb["LBTESTCD"].isin(["URATE", "K", "PHOS", "CA", "ALB"]) & lb["LBSTRESN"].notna()
    ]
    lb = lb.assign(AFTER=[(date.fromisoformat(row.LBDTC[:10]) - first[row.SUBJID]).days for row in lb.itertuples()])
    found = {}
    for name, own in lb.groupby("SUBJID"):
        values = {test: dict(zip(of["AFTER"], of["LBSTRESN"], strict=True)) for test, of in own.groupby("LBTESTCD")}
        albumin = values.pop("ALB", {})
        values["CA"] = {d: x + 0.02 * (40 - albumin[d]) for d, x in values.get("CA", {}).items() if d in albumin}
        flagged = own[own["LBBLFL"] == "Y"].set_index("LBTESTCD")["AFTER"]
        limits = {"URATE": 476, "K": 6.0, "PHOS": 1.45 if dm[name] >= 18 else 2.1, "CA": 1.75}
        found[name] = {test for test, of in values.items() if _met(of, flagged[test], limits[test])}
    return found


def _met(values: dict[int, float], flagged: int, limit: float) -> bool:
    """By the limit, or by 25 % from the value flagged as baseline; calcium falls."""
    sign, base = -1 if limit == 1.75 else 1, values[flagged]
    window = {day: value for day, value in values.items() if -3 <= day <= 7}
    return any(sign * value >= sign * limit for value in window.values()) or any(
        sign * value >= sign * base * (1 + sign * 0.25) - 1e-9 for day, value in window.items() if day > 0
    )


def test_the_sample_is_that_of_its_raw_rows(views):
    raw = raw_criteria()
    two = {name for name, met in raw.items() if len(met) >= 2}
    made = tumour_lysis(views[LATEST])
    table = made.table.set_index("SUBJID")
    assert set(table.index) == set(raw) and set(table.index[table["LABCD"] == "Y"]) == two
    assert {"105-004", "102-001"} <= two, "the two events of that name have their laboratory"
    told = KNOWN["cuts"][LATEST]
    assert sorted(two) == told["tumour_lysis"]
    assert table.index[table["TLSCD"] == "CLINICAL"].tolist() == told["tumour_lysis_clinical"] == ["105-004"]
    first = f"Tumour lysis syndrome by laboratory in {len(two)} of {len(raw)} assessable subjects in the first days of "
    assert made.sentences[0] == first + "course 1; clinical in 1."
    assert "Adverse events of that name: 105-004 (grade 4, day 3) and 102-001 (grade 3, day 2)." in made.finding
    assert made.figure.layout.height <= 560


def test_by_dose_it_adds_up_with_the_people_behind(views):
    made = tumour_lysis_by_dose(views[LATEST])
    table = made.table.set_index("TRTA")
    assert (table.drop(ALL).sum() == table.loc[ALL]).all()
    assert (table["NASSESSED"] + table["NUNKNOWN"] + table["NOPEN"] == table["NSUBJ"]).all()
    assert all(len(people) == made.table[key.split()[0]][int(key.split()[1])] for key, people in made.behind.items())
    assert made.sentences[0] == "Laboratory tumour lysis syndrome after course 1 in 3 of 35 assessable subjects."
    assert made.sentences[1] == "By dose: 130 2 of 7; 160 0 of 7; 190 0 of 15; 230 1 of 6 (mg/m²/day)."


def delivered(number: int) -> dict:
    """So many subjects: the first meets it, the second has no phosphate and potassium, the third nothing."""
    names = [f"S{n:03}" for n in range(number)]
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in names)
    results = []
    for place, name in enumerate(names):
        if place == 2:
            continue
        tests = {"URATE": "200", "K": "4", "PHOS": "1.3", "CACORR": "2.3", "CREAT": "40"}
        units = {"URATE": "umol/L", "CREAT": "umol/L"}
        for day in ("2007-05-30", "2007-06-04"):
            own = {test: value for test, value in tests.items() if place != 1 or test not in ("K", "PHOS")}
            own |= {"URATE": "600", "PHOS": "3"} if place == 0 and day == "2007-06-04" else {}
            results += [f"{name} | {t} | SERUM | {v} | {units.get(t, 'mmol/L')} | 80 | {day}" for t, v in own.items()]
    head = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBSTNRHI | LBDTC"
    data = trial_data(people, lb="\n".join([head, *results]))
    data["lb"]["LBSTNRHI"] = pandas.to_numeric(data["lb"]["LBSTNRHI"])
    return data


def test_what_lacks_is_named_and_medicines_that_were_not_delivered_are_not_none(make_cut, trial):
    view = View(make_cut(delivered(4), trial))
    made = tumour_lysis(view)
    assert made.sentences[0].startswith("Tumour lysis syndrome by laboratory in 1 of 2 assessable subjects")
    assert "Not assessable: S001 (potassium and phosphate) and S002 (uric acid, potassium, phosphate" in made.finding
    assert "Clinical not assessable in S000." in made.finding, "no adverse events were delivered"
    assert "rasburicase is not known" in made.population and set(made.table["RASBURICASE"]) == {"not collected"}
    assert tumour_lysis_by_dose(view).table["NRASB"].sum() == 0
    open_ = tumour_lysis(View(make_cut(delivered(4), trial, date(2007, 6, 5))))
    assert "Day 8 not reached: S001, S002 and S003." in open_.finding


def test_an_event_that_may_have_begun_in_these_days_is_named_as_what_lacks(make_cut, trial):
    events = "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC | AEREL\n"
    events += "S000 | 1 | Seizure | Seizure | 2 | 2007-06 | NOT RELATED"
    made = tumour_lysis(View(make_cut(delivered(4) | {"ae": drawn(events)}, trial)))
    assert "Clinical not assessable in S000 (onset of Seizure)." in made.finding
    assert made.table.set_index("SUBJID").loc["S000", "ALSO"] is None


def test_of_many_the_bands_and_the_most_severe_are_drawn(make_cut, trial):
    made = tumour_lysis(View(make_cut(delivered(MOST_LINES + 5), trial)))
    drawn = {one[0] for trace in made.figure.data for one in (trace.customdata if trace.customdata is not None else [])}
    assert 10 < len(drawn - {None}) <= SEVERE_LINES and "S000" in drawn
    assert f"the {SEVERE_LINES} most severe" in made.population and len(made.table) == MOST_LINES + 5


@pytest.mark.parametrize("shown", [tumour_lysis, tumour_lysis_by_dose])
def test_nobody_and_nothing_are_said(views, make_cut, trial, shown):
    nobody = View(views[LATEST].cut, filters=Filters(sites=("none",)))
    assert shown(nobody).finding == "No subjects match the filters."
    assert shown(views["2007-08-31"], "9").finding == "No subject was given course 9."
    bare = shown(View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial)))
    assert "not collected" in bare.finding and bare.figure is None
