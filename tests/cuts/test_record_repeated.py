"""The same record delivered more than once counts once, and is a finding; no display fails on it."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from building import building
from deliveries import delivered
from drawn import THREE, trial_data
from raw import ROOT, raw

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.dlts import every_dlt
from displays.adverse_events.pooled import adverse_events
from displays.adverse_events.serious import serious_listing
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.findings import findings_that_decide
from displays.escalation.rates import dlt_by_dose
from queries import View

CUT = date(2007, 11, 30)
TABLES = ("adsl", "adae", "adex", "adexsum", "addl", "adcv", "adrs", "cmdose")


@pytest.fixture(scope="module")
def frames() -> dict[str, pandas.DataFrame]:
    return raw(ROOT / "sample_data" / "cuts" / "2007-11-30")


@pytest.fixture(scope="module")
def plain(frames, trial):
    return building(frames, trial, CUT)


@pytest.fixture(scope="module")
def doubled(frames, trial):
    """Every deciding record twice: under another number, those of the procedures under the same."""
    twice = {}
    for name in ("ex", "ae", "cv", "rs", "cm", "pr"):
        frame, number = frames[name], f"{name.upper()}SEQ"
        again = frame.assign(**{number: frame[number] + 5000}) if name != "pr" else frame
        twice[name] = pandas.concat([frame, again], ignore_index=True)
    # what was judged of an event hangs on the copy that does not count
    judged = frames["suppae"]
    judged = judged.assign(IDVARVAL=(judged["IDVARVAL"].astype("float") + 5000).astype("int").astype("str"))
    return building(frames | twice | {"suppae": judged}, trial, CUT)


def in_order(table: pandas.DataFrame) -> pandas.DataFrame:
    return table.iloc[table.apply(lambda row: str(tuple(row)), axis=1).argsort()].reset_index(drop=True)


def test_every_deciding_record_twice_changes_no_table(plain, doubled):
    for table in TABLES:
        one, two = (in_order(cut.table(table)) for cut in (plain, doubled))
        pandas.testing.assert_frame_equal(two, one)


def test_each_domain_says_how_many_were_there_again(frames, doubled):
    found = doubled.table("ingest.finding").query("CHECKID == 'record_repeated'").set_index("DATASET")
    assert found["NRECS"].to_dict() == {n.upper(): len(frames[n]) for n in ("ex", "ae", "cv", "rs", "cm", "pr")}
    assert set(found["SEVERITY"]) == {"left out"} and set(found["WEIGHT"]) == {"decision"}
    assert "count once" in findings_that_decide(View(doubled)).finding


def test_displays_count_each_once(plain, doubled):
    for display in (adverse_by_dose, adverse_events, cumulative_dose):
        one, two = display(View(plain)), display(View(doubled))
        assert one.finding == two.finding
        pandas.testing.assert_frame_equal(one.table, two.table)


def test_an_event_delivered_three_times_is_one(trial):
    cut = delivered("ae_duplicated", trial)
    assert len(cut.table("adae")) == 1
    found = cut.table("ingest.finding").set_index("CHECKID")
    assert found.NRECS["record_repeated"] == 2 and "AESEQ" in found.EXAMPLES["record_repeated"]
    assert adverse_by_dose(View(cut)).finding


@pytest.mark.parametrize(
    ("domain", "change"),
    [
        ("ae", {"AESTDTC": "2007-04-01"}),
        ("ae", {"AETOXGR": "1"}),
        ("ex", {"EXSTDTC": "2007-04-01T09:00"}),
        ("ex", {"EXDOSE": 1.0}),
    ],
)
def test_records_that_differ_in_anything_are_two(frames, trial, domain, change):
    number = f"{domain.upper()}SEQ"
    first = frames[domain].iloc[[0]]
    again = pandas.concat([frames[domain], first.assign(**{number: 5000}, **change)], ignore_index=True)
    made = building(frames | {domain: again}, trial, CUT)
    assert len(made.table(f"source.{domain}")) == len(again)
    assert "record_repeated" not in set(made.table("ingest.finding")["CHECKID"])


def test_where_two_verdicts_of_copies_differ_either_counts(frames, trial):
    ae, supp = frames["ae"], frames["suppae"]
    judged = supp[supp["QNAM"] == "AEDLT"].iloc[[0]]
    event = ae[(ae["USUBJID"] == judged["USUBJID"].iloc[0]) & (ae["AESEQ"] == float(judged["IDVARVAL"].iloc[0]))]
    ae = pandas.concat([ae, event.assign(AESEQ=5000.0)], ignore_index=True)
    other = {"Y": "N", "N": "Y"}[judged["QVAL"].iloc[0]]
    supp = pandas.concat([supp, judged.assign(IDVARVAL="5000", QVAL=other)], ignore_index=True)
    made = building(frames | {"ae": ae, "suppae": supp}, trial, CUT)
    adae = made.table("adae").set_index(["USUBJID", "AESEQ"])
    row = adae.loc[(event["USUBJID"].iloc[0], int(event["AESEQ"].iloc[0]))]
    assert (row["DLTFL"], row["DLTEVAL"]) == ("Y", 2)
    assert "dlt_judged_twice" in set(made.table("ingest.finding")["CHECKID"])


def test_events_of_one_number_or_of_none_fail_no_display(make_cut, trial):
    """Each is an event of its own, with what was said of it; the check names the number as it was delivered."""
    events = """USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEDLT | AESER
    S1 | 1 | Nausea | 1 | 2007-06-03 | N | N
    S1 | 1 | Sepsis | 4 | 2007-06-05 | Y | Y
    S1 | 2 | Fever  | 3 | 2007-06-06 | . | Y
    S2 | 7 | Fever  | 3 | 2007-06-06 | N | Y"""
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}\nS2 | A130 | {THREE}", events)
    cut = make_cut(data, trial)
    numbers = cut.table("adae").set_index(["USUBJID", "AETERM"])[["AESEQ", "SRCSEQ"]]
    assert numbers.loc[("S1", "Nausea")].tolist() == [1, 1] and numbers.loc[("S1", "Sepsis")].tolist() == [3, 1]
    without = make_cut(data | {"ae": data["ae"].drop(columns="AESEQ")}, trial)
    assert without.table("adae")["AESEQ"].tolist() == [1, 2, 3, 1] and without.table("adae")["SRCSEQ"].isna().all()
    for made in (cut, without):
        assert len(every_dlt(View(made)).table) == 1 and "1 of 2" in dlt_by_dose(View(made)).finding
        assert set(serious_listing(View(made)).table["USUBJID"]) == {"S1", "S2"}
        assert made.table("ingest.finding").query("CHECKID == 'duplicate_key'")["NRECS"].sum() == (made is cut)
