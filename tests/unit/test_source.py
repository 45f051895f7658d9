"""Schema `source` gives every domain the same columns, delivered or not, written out or as a view."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import date, datetime
from unittest.mock import patch

import duckdb
import pandas
import pytest
from definitions import write_definition
from on_demand import DATABASES

from ingest import dates, source
from ingest.build import write_datasets, write_trial
from ingest.delivered import delivered_columns
from ingest.delivery import Delivery, IngestError
from trial import Trial

CUT = date(2007, 11, 30)

DOMAINS = [domain.lower() for domain in source.COLUMNS]


def delivered_whole() -> dict[str, pandas.DataFrame]:
    """Every domain with every column that staging reads, one record each."""
    values = {"number": 1.5, "grade": "Grade 3", "yesno": "Y", "": "text"}
    frames = {
        domain.lower(): pandas.DataFrame(
            [{name: "2007-03" if name.endswith("DTC") else values.get(kind, "text") for name, kind in columns}]
        )
        for domain, columns in source.COLUMNS.items()
        if domain != "SUPP"
    }
    supplemental = pandas.DataFrame([{name: "text" for name, _ in source.COLUMNS["SUPP"]}])
    return frames | {"suppae": supplemental, "suppdm": supplemental}


def read(frames: dict[str, pandas.DataFrame]) -> dict[str, pandas.DataFrame]:
    with duckdb.connect() as connection:
        write_datasets(connection, Delivery.of(frames))
        write_trial(connection, Trial.none(), CUT)
        source.create_source_tables(connection, delivered_columns(connection, "sdtm"))
        kinds = {
            row[0]
            for row in connection.execute(
                "select table_type from information_schema.tables where table_schema = 'source'"
            ).fetchall()
        }
        frames = {name: connection.execute(f"select * from source.{name}").df() for name in DOMAINS}
        described = {name: connection.execute(f"describe source.{name}").df() for name in DOMAINS}
    return {"kinds": kinds, "frames": frames, "described": described}


def test_a_domain_that_was_not_delivered_has_the_columns_of_one_that_was():
    whole, none = read(delivered_whole()), read({})
    for name in DOMAINS:
        pandas.testing.assert_frame_equal(none["described"][name], whole["described"][name], obj=name)
        assert len(none["frames"][name]) == 0 and len(whole["frames"][name]) == (2 if name == "supp" else 1)


@pytest.mark.parametrize("columns", [["USUBJID"], ["USUBJID", "AESEQ", "AETOXGR"], ["aestdtc"]])
def test_a_domain_that_was_delivered_in_part_has_all_columns(columns):
    part = delivered_whole()["ae"].rename(columns=lambda name: name.lower() if name.lower() in columns else name)[
        columns
    ]
    assert read({"ae": part})["described"]["ae"].equals(read({})["described"]["ae"])


def test_a_large_domain_is_a_view_with_the_same_rows(monkeypatch):
    written = read(delivered_whole())
    monkeypatch.setattr(source, "WRITTEN_OUT", 0)
    viewed = read(delivered_whole())
    assert (written["kinds"], viewed["kinds"]) == ({"BASE TABLE"}, {"VIEW"})
    for name in DOMAINS:
        pandas.testing.assert_frame_equal(written["frames"][name], viewed["frames"][name], obj=name)


# --- how values are read ------------------------------------------------------------------------------


@contextmanager
def source_of(frames: dict[str, pandas.DataFrame], cut: date = CUT):
    """A connection to the source of these domains alone."""
    alone = {name: columns for name, columns in source.COLUMNS.items() if name.lower() in frames}
    database = DATABASES.empty()
    connection = database.connection
    with closing(database), patch.dict(source.COLUMNS, alone, clear=True):
        write_datasets(connection, Delivery.of(frames))
        write_definition(connection, Trial.none(), cut)
        source.create_source_tables(connection, delivered_columns(connection, "sdtm"), cut)
        yield connection


def values(domain: str, name: str, texts: list, *columns: str, more: dict | None = None, cut=CUT) -> list:
    """What the source holds of one delivered variable, in the order of the texts; of other columns where named."""
    frame = pandas.DataFrame({"USUBJID": [f"S-{n:03}" for n in range(len(texts))], name: texts})
    frames = {domain: frame.assign(**(more or {}).get(domain, {}))} | {
        other: pandas.DataFrame(rows) for other, rows in (more or {}).items() if other != domain
    }
    with source_of(frames, cut) as connection:
        rows = connection.execute(f"select {', '.join(columns or (name,))} from source.{domain} order by USUBJID")
        return [row[0] if len(row) == 1 else row for row in rows.fetchall()]


NUMBERS = {
    "1": 1,
    "-1.5": -1.5,
    "+2": 2,
    "5.": 5,
    ".5": 0.5,
    "1e3": 1000,
    " 7 ": 7,
    "0": 0,
    **dict.fromkeys(("nan", "NaN", "inf", "-inf", "infinity", "1_30", "1e400", "-1e400", "0x1F", "1,5", "1,000"), None),
    **dict.fromkeys(("1 0", "1.2.3", "--1", "5 mg", "NA", ".", "null", "None", "", "e5", "1e", "٣"), None),
}


def test_a_text_is_a_number_only_by_one_pattern_and_where_finite():
    assert dict(zip(NUMBERS, values("ex", "EXDOSE", list(NUMBERS)), strict=True)) == NUMBERS


def test_a_number_that_is_not_finite_is_missing():
    assert values("ex", "EXDOSE", [1.5, float("inf"), float("-inf"), float("nan")]) == [1.5, None, None, None]


@pytest.mark.parametrize("text", ["NA", "nan", "NaN", "NULL", "null", ".", "<NA>", "N/A", " ", "NaT"])
def test_what_programs_write_for_a_missing_value_is_missing(text):
    assert values("dm", "SITEID", [text]) == values("ae", "AETERM", [text]) == values("ae", "AESTDTC", [text]) == [None]


def test_none_is_an_answer_in_text_and_nothing_in_a_number_or_a_site():
    assert values("ae", "AEACN", ["None"]) == ["None"]
    assert values("ex", "EXDOSE", ["None"]) == values("dm", "SITEID", ["None"]) == [None]


def test_a_site_that_a_program_took_for_a_number_is_the_site():
    sites = {"101.0": "101", "101": "101", "001": "001", "001.00": "001", "A.0": "A.0", "10.5": "10.5"}
    assert values("dm", "SITEID", list(sites)) == list(sites.values())
    assert values("dm", "SITEID", [101.0, 7.0]) == ["101", "7"]


GRADES = {
    **dict.fromkeys(("3", "3.0", "Grade 3", "grade 3", "G3", "GRADE 3 (SEVERE)", "3 - Severe", "Grade III", "III"), 3),
    **dict.fromkeys(("3 SEVERE", "Gr. 3", "CTCAE Grade 3", "2-3", "Grade 2-3", "2 to 3", "II-III", "G2 - G3"), 3),
    **dict.fromkeys(("4", "G4", "IV", "III-IV", "4: life-threatening"), 4),
    **dict.fromkeys(("5", "Grade 5", "V"), 5),
    **dict.fromkeys(("0", "6", "3.5", "SEVERE", "1-5", "3/4", "3/5", ">=3", "IIII", "VI", "3, 4", "Grade", ""), None),
}


def test_grades_in_words_roman_and_as_two_neighbours():
    assert dict(zip(GRADES, values("ae", "AETOXGR", list(GRADES), "AETOXGRN"), strict=True)) == GRADES


@pytest.mark.parametrize("name", ["AESER", "AESDTH", "AESHOSP", "AESINTV"])
def test_yes_and_no_however_they_are_coded(name):
    yes, no, neither = ("Y", "YES", "yes", "1", "TRUE", "true", "T", "Y - died"), ("N", "No", "0", "FALSE", "F"), ()
    neither = ("2", "maybe", "Not known", "No information", "U", "NA", "YN", "Nope")
    assert values("ae", name, list(yes)) == ["Y"] * len(yes)
    assert values("ae", name, list(no)) == ["N"] * len(no)
    assert values("ae", name, list(neither)) == [None] * len(neither)
    assert (
        values("ae", name, [1, 0]) == values("ae", name, [1.0, 0.0]) == values("ae", name, [True, False]) == ["Y", "N"]
    )


def test_a_verdict_that_is_neither_yes_nor_no_stays_as_it_is_written():
    assert values("ae", "AEDLT", ["1", "0", "Yes", "maybe", "NA"]) == ["Y", "N", "Y", "maybe", None]


FREQUENCIES = {
    **dict.fromkeys(
        ("QD", "once daily", "Once a Day", "every 24 hours", "Q1D", "q24h", "q.d.", "1x/day", "Daily"), "QD"
    ),
    **dict.fromkeys(("BID", "b.i.d.", "twice daily", "2 times per day", "every 12 hours", "Q12H"), "BID"),
    **dict.fromkeys(("TID", "three times a day", "Q8H"), "TID"),
    **dict.fromkeys(("QID", "four times daily"), "QID"),
    **dict.fromkeys(("Q6H", "Every 6 hours"), "Q6H"),
    **dict.fromkeys(("QOD", "every other day", "Every second day", "Q2D"), "QOD"),
    **dict.fromkeys(("CONTINUOUS", "Continuous infusion"), "CONTINUOUS"),
    **dict.fromkeys(("ONCE", "single dose", "One time", "X1"), "ONCE"),
    "as needed": "as needed",
}


def test_a_frequency_in_words_is_the_term_of_cdisc():
    assert dict(zip(FREQUENCIES, values("ex", "EXDOSFRQ", list(FREQUENCIES)), strict=True)) == FREQUENCIES


# --- dates -------------------------------------------------------------------------------------------

WHOLE = (date(2007, 3, 5), date(2007, 3, 5), None, None)
TIMED = (date(2007, 3, 5), date(2007, 3, 5), None, datetime(2007, 3, 5, 10))
MONTH = (date(2007, 3, 1), date(2007, 3, 31), "D", None)
YEAR = (date(2007, 1, 1), date(2007, 12, 31), "M", None)
NONE = (None, None, None, None)
DATES = {
    **dict.fromkeys(("2007-03-05", "2007-3-5", "2007/03/05", "20070305", "2007-03-05T"), WHOLE),
    **dict.fromkeys(("05MAR2007", "5-MAR-2007", "05-Mar-2007", "5 March 2007", "05 mar 2007"), WHOLE),
    **dict.fromkeys(("17230", "17230.0", "1488672000", "1.488672E9"), WHOLE),
    **dict.fromkeys(("2007-03-05T10:00", "2007-03-05 10:00:00", "05MAR2007:10:00:00", "05MAR2007 10:00"), TIMED),
    **dict.fromkeys(("20070305T1000", "1488708000", "2007/03/05 10:00", "05MAR2007T10:00:00.0"), TIMED),
    **dict.fromkeys(
        ("2007-03", "MAR2007", "UNMAR2007", "UN-MAR-2007", "UNK MAR 2007", "2007-03-UN", "2007-03-"), MONTH
    ),
    **dict.fromkeys(("2007", "UN-UNK-2007", "UNUNK2007", "2007-UN-UN", "2007---05", "2007----"), YEAR),
    **dict.fromkeys(("05/03/2007", "25/03/2007", "5.3.2007", "05MAR07", "2007-02-30", "30FEB2007", "UNK"), NONE),
    **dict.fromkeys(("39146", "1.17e12", "-5", "17230.5", "05MARY2007", "2007-13-01", "nan"), NONE),
}


@pytest.mark.parametrize("name", ["CMSTDTC", "CMENDTC"])
def test_dates_in_sas_text_sas_numbers_and_iso(name):
    stem = name[:-1]
    found = values("cm", name, list(DATES), stem, f"{stem}L", f"{stem}F", f"{stem}M")
    assert dict(zip(DATES, found, strict=True)) == DATES


def test_a_date_is_kept_as_iso_and_what_cannot_be_read_as_written():
    texts = ["05MAR2007:10:00:00", "MAR2007", "17230", "05/03/2007", "2007-03-05T10:00-07:00"]
    assert values("cm", "CMSTDTC", texts) == ["2007-03-05T10:00:00", "2007-03", "2007-03-05", *texts[3:]]


@pytest.mark.parametrize("numbers", [[17230.0, 17231.0], [17230, 17231], [1488672000.0, 1488758400.0]])
def test_numeric_dates_are_sas_days_or_seconds(numbers):
    assert values("ae", "AESTDTC", numbers, "AESTDT", "AESTDTM") == [(date(2007, 3, d), None) for d in (5, 6)]


def test_whole_years_are_years_in_a_numeric_variable_too():
    assert values("mh", "MHSTDTC", [2005, 2006], "MHSTDT", "MHSTDTF") == [(date(y, 1, 1), "M") for y in (2005, 2006)]
    assert values("mh", "MHSTDTC", [17230, 2006, 9132], "MHSTDT") == [
        date(2007, 3, 5),
        date(2006, 1, 1),
        date(1985, 1, 1),
    ]


def test_midnight_in_every_value_is_a_day_without_a_time():
    assert values("ae", "AESTDTC", ["2007-03-05 00:00:00", "2007-03-06T00:00:00"], "AESTDTM") == [None, None]
    assert values("ae", "AESTDTC", ["2007-03-05 00:00:00", "2007-03-06 10:00:00"], "AESTDTM") == [
        datetime(2007, 3, 5),
        datetime(2007, 3, 6, 10),
    ]


KEYS = [(domain.lower(), name) for domain, names in dates.KEY_DATES.items() for name in names]


@pytest.mark.parametrize(("domain", "name"), KEYS)
@pytest.mark.parametrize("text", ["05/03/2007", "25/03/2007", "3-5-2007", "05.03.07", "05/03/2007 10:00"])
def test_a_key_date_with_day_or_month_first_stops_the_load(domain, name, text):
    with pytest.raises(IngestError, match=rf"\(2 in {name} of {domain.upper()}\) .* ISO 8601") as refused:
        values(domain, name, ["2007-03-05", text, text, None])
    assert "\n" not in str(refused.value)


def test_an_ambiguous_date_elsewhere_is_none_and_stops_nothing():
    assert values("cm", "CMSTDTC", ["05/03/2007", "2007-03-05"], "CMSTDT") == [None, date(2007, 3, 5)]


@pytest.mark.parametrize("text", ["05MAR07", "39146", "first day"])
def test_infusions_of_which_no_date_can_be_read_stop_the_load(text):
    with pytest.raises(IngestError, match="None of the 2 dates in EXSTDTC of EX can be read"):
        values("ex", "EXSTDTC", [text, text])
    assert values("ex", "EXSTDTC", [text, "2007-03-05"], "EXSTDT") == [None, date(2007, 3, 5)]


# --- clocks --------------------------------------------------------------------------------------------


def times(infusions: list, ecgs: list) -> list:
    """Date and time of a subject's electrocardiograms, and of its first infusion at the end."""
    frames = {
        "ex": {"USUBJID": ["S"] * len(infusions), "EXSEQ": range(len(infusions)), "EXSTDTC": infusions},
        "eg": {"USUBJID": ["S"] * len(ecgs), "EGSEQ": range(len(ecgs)), "EGDTC": ecgs},
    }
    with source_of({name: pandas.DataFrame(rows) for name, rows in frames.items()}) as connection:
        return connection.execute(
            "(select EGDT, EGDTM from source.eg order by EGSEQ) union all "
            "(select EXSTDT, EXSTDTM from source.ex order by EXSEQ limit 1)"
        ).fetchall()


def test_times_with_offsets_are_compared_on_the_clock_of_the_first_infusion():
    found = times(
        ["2007-03-05T10:00:00-07:00", "2007-03-06"], ["2007-03-05T16:30:00Z", "2007-03-05T19:30Z", "2007-03-05"]
    )
    day = date(2007, 3, 5)
    assert found == [
        (day, datetime(2007, 3, 5, 9, 30)),
        (day, datetime(2007, 3, 5, 12, 30)),
        (day, None),
        (day, datetime(2007, 3, 5, 10)),
    ]


def test_a_date_written_in_utc_is_the_date_on_the_subjects_clock_and_a_local_date_stays():
    early, local = times(["2007-03-05T05:00:00+09:00"], ["2007-03-04T20:30:00Z", "2007-03-05T00:30:00+10:00"])[:2]
    assert early == (date(2007, 3, 5), datetime(2007, 3, 5, 5, 30))
    assert local == (date(2007, 3, 5), datetime(2007, 3, 4, 23, 30))


@pytest.mark.parametrize("offset", ["+02:00", "+0200", "+02", "-07:00", "Z"])
def test_every_spelling_of_an_offset(offset):
    assert times([f"2007-03-05T10:00{offset}"], [f"2007-03-05T09:30:00.5{offset}"])[0][1] == datetime(
        2007, 3, 5, 9, 30, 0, 500000
    )


def test_only_some_times_with_offsets_cannot_be_compared_and_keep_their_dates():
    day, ten = date(2007, 3, 5), datetime(2007, 3, 5, 10)
    assert times(["2007-03-05T10:00"], ["2007-03-05T16:30Z", "2007-03-05T10:00"]) == [
        (day, None),
        (day, ten),
        (day, ten),
    ]
    assert times(["2007-03-05T10:00Z"], ["2007-03-05T16:30"]) == [(day, None), (day, ten)]
    assert times(["2007-03-05T10:00Z", "2007-03-06T10:00"], ["2007-03-05T10:00Z"]) == [(day, None), (day, None)]
    assert times(["2007-03-05"], ["2007-03-05T10:00Z", "2007-03-05T11:00"]) == [(day, None)] * 3
    assert times(["2007-03-05"], ["2007-03-05T10:00Z"])[0] == (day, ten)


def test_a_subject_with_offsets_leaves_the_clocks_of_others_alone():
    both = {"USUBJID": ["S-000", "S-001"], "EXSTDTC": ["2007-03-05T10:00Z", "2007-03-05T10:00"]}
    found = values("eg", "EGDTC", ["2007-03-05T09:00", "2007-03-05T09:00"], "EGDTM", more={"ex": both})
    assert found == [None, datetime(2007, 3, 5, 9)]


def test_times_with_offsets_are_the_same_in_a_view(monkeypatch):
    drawn = ["2007-03-05T10:00:00-07:00"], ["2007-03-05T16:30:00Z", "05MAR2007:19:30:00Z"]
    written = times(*drawn)
    monkeypatch.setattr(source, "WRITTEN_OUT", 0)
    assert times(*drawn) == written
