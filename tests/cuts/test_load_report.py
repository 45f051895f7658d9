"""What a load tells the data manager: the last lines, and the report as a page or as text."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pandas
import pytest
from raw import ROOT

from ingest import __main__ as command_line
from ingest.build import build_cut
from ingest.delivery import Delivery, Finding, IngestError
from ingest.letter import as_html, as_text, counts, read_letter, refuse_report, summary, write_letter
from ingest.weights import DECISION, INFORMATION, NUMBER
from trial import Trial

DM = "STUDYID,USUBJID,SITEID,AGE,ARM,ARMCD\nS,S-1,001,7,One,1\nS,S-2,002,8,One,1\n"
CUT = date(2007, 11, 30)
BAD = "<script>alert('x')</script>"


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "delivered"
    folder.mkdir()
    (folder / "dm.csv").write_text(DM)
    return folder


def command(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def letter_of(tmp_path: Path, *findings: Finding, trial: Trial | None = None):
    dm = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "SITEID": "1", "ARM": "One", "ARMCD": "1"})
    files = (
        dict(
            zip(
                ("FILENAME", "FORMAT", "NBYTES", "SHA256", "NROWS", "NCOLS", "DATASET", "ENCODING", "STATUS"),
                (f"dm{BAD}.csv", "CSV", 99, "ab" * 32, 1, 5, "dm", "UTF-8", "read"),
                strict=True,
            )
        ),
    )
    delivery = Delivery({"dm": dm}, files=files, findings=findings)
    return read_letter(build_cut(delivery, trial or Trial.none(), CUT, tmp_path / "cuts"))


FINDINGS = (
    Finding("doubtful", "AE", "odd", f"The odd {BAD}; counted.", 3, "S-1 AESEQ 1; S-2", "Ask.", DECISION),
    Finding("left out", "", "manifest_missing", "The manifest lists files.", 1, "ex.csv", "Ask which.", DECISION),
    Finding("note", "LB", "plain", "Read \x1b[31mso\x07.", 7, "S-1", "Nothing.", NUMBER),
    Finding("note", "LB", "other", "Read so too.", 7, "", "Nothing.", INFORMATION),
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs) -> None:
        self.seen.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_a_load_ends_with_its_summary_and_the_path_is_all_of_stdout(source, tmp_path):
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "cuts", "--report", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'cuts' / 'cut_2007-11-30.duckdb'}\n"
    lines = done.stderr.split("\n\n")[-1].splitlines()
    assert lines[0] == "Data cut of 30 Nov 2007, S." and lines[1] == "Files: 1 read, with 2 rows."
    assert lines[3] == "Previous cut: none to compare with."
    assert lines[4].endswith("are for information.") and " findings: " in lines[4]
    assert "- EX, 1 record: The dataset was not delivered" in done.stderr and "S-1" not in done.stderr
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Synthetic" not in page and "dm.csv" in page and "30 Nov 2007" in page


def test_the_numbers_of_each_weight_are_those_of_the_cut(tmp_path):
    letter = letter_of(tmp_path, *FINDINGS)
    number = letter.findings["WEIGHT"].value_counts()
    assert counts(letter) == (
        f"{len(letter.findings)} findings: {number[DECISION]} change a decision, {number[NUMBER]} "
        f"{'changes' if number[NUMBER] == 1 else 'change'} a number, {number[INFORMATION]} are for information."
    )
    assert letter.findings["WEIGHT"].tolist()[:2] == [DECISION] * 2


def test_the_summary_names_what_changes_a_decision_without_a_subject(tmp_path):
    told = summary(letter_of(tmp_path, *FINDINGS))
    assert "- AE, 3 records: The odd" in told and "- The manifest lists files. ex.csv. Ask which." in told
    assert "S-1" not in told and "\x1b" not in told and "\x07" not in told


def test_many_findings_are_cut_short_in_the_summary_and_not_in_the_report(tmp_path):
    many = [Finding("doubtful", "AE", f"odd{n}", f"Odd {n}.", 1, "", "Ask.", DECISION) for n in range(40)]
    letter = letter_of(tmp_path, *many)
    told = [line for line in summary(letter).splitlines() if line.startswith("- ")]
    assert len(told) == 13 and told[-1].startswith("- and ")
    assert all(f"Odd {n}." in as_text(letter) and f"Odd {n}." in as_html(letter) for n in range(40))


def test_the_page_is_whole_escaped_and_runs_nothing(tmp_path):
    page = as_html(letter_of(tmp_path, *FINDINGS))
    parsed = Tags()
    parsed.feed(page)
    assert parsed.open == [] and "script" not in parsed.seen and "&lt;script&gt;" in page
    assert not {"src", "href", "onclick", "onload"} & set(parsed.attributes) and "url(" not in page
    assert "@media print" in page and "\x1b" not in page and "S-1 AESEQ 1; S-2" in page
    assert page.index("Changes a decision (") < page.index("Changes a number (") < page.index("For information (")
    assert "ab" * 32 in page and 'lang="en-GB"' in page


def test_the_text_has_what_the_page_has(tmp_path):
    text = as_text(letter_of(tmp_path, *FINDINGS))
    assert "For example: S-1 AESEQ 1; S-2" in text and "SHA-256 " + "ab" * 32 in text and "\x1b" not in text
    assert text.index("Changes a decision (") < text.index("Changes a number (") < text.index("For information (")
    assert max(map(len, text.splitlines())) <= 120


def test_invented_data_are_called_so_everywhere(tmp_path, trial):
    letter = letter_of(tmp_path, trial=trial)
    assert "Synthetic data" in summary(letter) and "SYNTHETIC DATA" in as_text(letter)
    assert '<p class="synthetic">Synthetic data</p>' in as_html(letter)


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.docx", ".html", "report.html.zip"])
def test_a_report_of_another_ending_is_refused_before_the_work(source, tmp_path, name):
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "cuts", "--report", tmp_path / name)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1 and ".html" in done.stderr
    assert not (tmp_path / "cuts").exists()


def test_a_report_that_exists_is_never_overwritten(source, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("kept")
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "cuts", "--report", report)
    assert done.returncode == 1 and "exists already" in done.stderr and done.stderr.count("\n") == 1
    assert report.read_text() == "kept" and not (tmp_path / "cuts").exists()


def test_where_no_report_can_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    os.symlink(tmp_path / "nowhere", tmp_path / "link.html")
    (tmp_path / "folder.html").mkdir()
    nowhere = [tmp_path / "file" / "report.html", tmp_path / "link.html", tmp_path / "folder.html"]
    for path in [*nowhere, Path("/proc/report.html")]:
        with pytest.raises(IngestError, match=r"cannot be written|exists already"):
            refuse_report(path)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder.html", "link.html"]
    refuse_report(tmp_path / "new" / "report.HTML")


def test_a_report_goes_into_the_folder_that_the_load_makes(source, tmp_path):
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "cuts", "--report", tmp_path / "cuts" / "r.txt")
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(tmp_path / "cuts")) == ["cut_2007-11-30.duckdb", "r.txt"]


def test_where_the_report_fails_the_cut_stays_and_its_path_is_printed(source, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise IngestError("the disk is full")

    monkeypatch.setattr(command_line, "write_letter", fail)
    monkeypatch.setattr(command_line, "_stop_cleanly", lambda: None)
    arguments = [source, "--cut", "2007-11-30", "--out", tmp_path / "cuts", "--report", tmp_path / "r.txt"]
    assert command_line.main([str(argument) for argument in arguments]) == 1
    out, err = capsys.readouterr()
    assert out.strip() == str(tmp_path / "cuts" / "cut_2007-11-30.duckdb")
    assert err.splitlines()[-1].endswith("was made, but its report could not be written: the disk is full")


def test_a_report_is_written_whole_or_not_at_all(tmp_path):
    letter = letter_of(tmp_path)
    write_letter(letter, tmp_path / "r.txt")
    with pytest.raises(IngestError, match="could not be written"):
        write_letter(letter, tmp_path / "r.txt")
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == as_text(letter)


def test_help_says_that_the_report_holds_subjects_and_the_summary_none():
    done = command("--help")
    assert "--report FILE" in done.stdout and "subjects' IDs" in done.stdout and "manifest" in done.stdout
