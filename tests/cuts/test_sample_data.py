"""The files of the sample trial: the same bytes on every run, valid, nothing after the cut,
only the listed changes between cuts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas
import pyreadstat
import pytest
from sample_raw import CUTS, DOMAINS, KNOWN, ROOT, SAMPLE, day, first_infusion, gone, rows


@pytest.fixture(params=CUTS)
def cut(request) -> str:
    return request.param


def files_of(folder: Path) -> dict[str, str]:
    wanted = [*folder.glob("cuts/*/*.xpt"), folder / "known_answers.json", folder / "README.md"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in wanted}


def test_the_generator_writes_the_committed_bytes_twice(tmp_path):
    for name in ("one", "two"):
        subprocess.run(
            [sys.executable, "-m", "sample_data.generate", str(tmp_path / name)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    assert files_of(tmp_path / "one") == files_of(SAMPLE)
    assert files_of(tmp_path / "two") == files_of(SAMPLE)


def test_the_cuts_stay_under_ten_megabytes():
    assert sum(path.stat().st_size for path in SAMPLE.glob("cuts/*/*.xpt")) <= 10_000_000


def test_every_domain_is_delivered_with_labels_and_one_member(cut):
    for domain in DOMAINS:
        path = SAMPLE / "cuts" / cut / f"{domain}.xpt"
        frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        assert len(frame) > 0 and meta.table_name == domain.upper()
        assert all(meta.column_labels), domain
        assert max(map(len, frame.columns)) <= 8
        assert path.read_bytes().count(b"HEADER RECORD*******MEMBER  HEADER RECORD") == 1


def test_nothing_after_the_cut_is_in_it(cut):
    for domain in DOMAINS:
        frame = rows(cut, domain)
        for column in [name for name in frame if name.endswith("DTC")]:
            late = frame[frame[column].str[:10] > cut]
            assert late.empty, (domain, column, late[[column]].head())


def test_a_study_day_agrees_with_its_date(cut):
    first = first_infusion(cut)
    pairs = [
        ("ae", "AESTDTC", "AESTDY"),
        ("ae", "AEENDTC", "AEENDY"),
        ("lb", "LBDTC", "LBDY"),
        ("cv", "CVDTC", "CVDY"),
        ("eg", "EGDTC", "EGDY"),
        ("rs", "RSDTC", "RSDY"),
        ("ex", "EXSTDTC", "EXSTDY"),
        ("pc", "PCDTC", "PCDY"),
        ("ds", "DSSTDTC", "DSSTDY"),
        ("dm", "DMDTC", "DMDY"),
    ]
    for domain, when, study_day in pairs:
        for name, text, number in rows(cut, domain)[["SUBJID", when, study_day]].itertuples(index=False):
            if name not in first or len(text) < 10:
                assert pandas.isna(number), (domain, name, text, number)
            else:
                days = (day(text) - first[name]).days
                assert number == (days + 1 if days >= 0 else days), (domain, name, text, number)


def test_sequence_numbers_are_unique_in_a_subject(cut):
    for domain in DOMAINS:
        column = f"{domain.upper()}SEQ"
        if "SUBJID" in rows(cut, domain) and column in rows(cut, domain):
            assert not rows(cut, domain).duplicated(["SUBJID", column]).any(), domain


def test_supplemental_rows_point_at_an_event(cut):
    keys = set(rows(cut, "ae")[["SUBJID", "AESEQ"]].itertuples(index=False, name=None))
    pointed = {(name, float(seq)) for name, seq in rows(cut, "suppae")[["SUBJID", "IDVARVAL"]].itertuples(index=False)}
    assert pointed and pointed <= keys


def test_nothing_happens_to_a_subject_after_death_or_departure(cut):
    left = gone(cut)
    for domain, column in (
        ("ex", "EXSTDTC"),
        ("ae", "AESTDTC"),
        ("ae", "AEENDTC"),
        ("lb", "LBDTC"),
        ("cv", "CVDTC"),
        ("eg", "EGDTC"),
        ("rs", "RSDTC"),
        ("pc", "PCDTC"),
        ("vs", "VSDTC"),
        ("cm", "CMENDTC"),
        ("pr", "PRSTDTC"),
    ):
        for name, text in rows(cut, domain)[["SUBJID", column]].itertuples(index=False):
            if name in left and len(text) >= 10:
                assert day(text) <= left[name], (domain, name, text)


@pytest.mark.parametrize("earlier, later", list(pairwise(CUTS)))
@pytest.mark.parametrize("domain", ["ex", "ae", "lb", "eg", "cv", "rs", "pc", "vs", "suppae"])
def test_only_the_listed_changes_lie_between_two_cuts(earlier, later, domain):
    """Earlier records are in the later cut unchanged, but for those listed and for events that have ended since."""
    key = ["SUBJID", "IDVARVAL", "QNAM"] if domain == "suppae" else ["SUBJID", f"{domain.upper()}SEQ"]
    old, new = (rows(cut, domain).set_index(key) for cut in (earlier, later))
    listed = {
        kind: [row for row in told if row["domain"] == domain.upper()] for kind, told in KNOWN["changes"][later].items()
    }
    vanished = old.index.difference(new.index)
    assert {name[0] for name in vanished} == {row["subject"] for row in _expected_gone(later, domain)}
    kept = old.index.intersection(new.index)
    settled = {"AEENDTC", "AEENDY", "AEOUT"} if domain == "ae" else set()
    differing = set()
    for column in set(old.columns) - settled:
        left, right = old.loc[kept, column], new.loc[kept, column]
        counted_since = column.endswith("DY") & left.isna()  # first infusion only after the earlier cut
        changed = ~((left == right) | (left.isna() & right.isna()) | counted_since)
        differing |= {(index[0], column) for index in left[changed].index}
    assert {name for name, _ in differing} == {row["subject"] for row in listed["corrected"]}
    assert {(row["subject"], row["variable"]) for row in listed["corrected"]} <= differing


def _expected_gone(later: str, domain: str) -> list[dict]:
    """Withdrawn rows; a withdrawn event takes its qualifiers with it."""
    parent = {"suppae": "AE"}.get(domain, domain.upper())
    return [row for row in KNOWN["changes"][later]["withdrawn"] if row["domain"] == parent]


@pytest.mark.parametrize("later", CUTS[1:])
def test_listed_changes_are_what_the_files_show(later):
    earlier = CUTS[CUTS.index(later) - 1]
    for kind, told in KNOWN["changes"][later].items():
        for row in told:
            before, after = (_meant(cut, row) for cut in (earlier, later))
            assert (len(before), len(after)) == {"corrected": (1, 1), "added": (0, 1), "withdrawn": (1, 0)}[kind], row
            if kind == "corrected":
                assert [_plain(frame.iloc[0][row["variable"]]) for frame in (before, after)] == [
                    row["before"],
                    row["after"],
                ]


def _plain(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _meant(cut: str, row: dict) -> pandas.DataFrame:
    frame = rows(cut, row["domain"].lower())
    own = frame[frame["SUBJID"] == row["subject"]]
    if row["domain"] == "AE":
        return own[own["AEDECOD"] == row["record"]]
    if row["domain"] == "SUPPAE":
        term, name = row["record"].rsplit(" ", 1)
        seqs = rows(cut, "ae").query("SUBJID == @row['subject'] and AEDECOD == @term")["AESEQ"]
        return own[(own["QNAM"] == name) & own["IDVARVAL"].astype(float).isin(seqs)]
    if row["domain"] == "PC":
        *reference, hour = row["record"].split()
        return own[
            (own["PCTESTCD"] == "ANNAMYC")
            & (own["PCTPT"] == hour)
            & own["PCTPTREF"].str.startswith(" ".join(reference))
        ]
    test, visit = row["record"].split(" ", 1)
    return own[(own[f"{row['domain']}TESTCD"] == test) & (own["VISIT"] == visit)]


def test_the_readme_says_that_all_is_invented_and_holds_the_answers():
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "synthetic data" in text.lower() and "Everything here is invented" in text
    assert "103-003 (Typhlitis)" in text and "| treated | 21 | 29 | 35 |" in text
