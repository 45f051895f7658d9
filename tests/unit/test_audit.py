"""The record of who saw what: bound entry to entry, on disk soon, refused where it cannot be written."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from audit import ACKNOWLEDGED, Record, RecordError, Standing, verify
from audit.__main__ import main
from audit.chain import END, Head, head_path, line_of, read_line, write_head
from audit.record import LONGEST_LINE, RETRY_SECONDS

ROOT = Path(__file__).parents[2]
NOON = datetime(2025, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "record.jsonl"


def written(path: Path, *actions: str) -> Path:
    record = Record(path, lambda: NOON)
    for action in actions:
        record.write(action, who="member", role="closed member", subject="TRIAL-101-003", filters="", cut=None)
    record.close()
    return path


def head_at(path: Path, entries: int) -> None:
    """The file beside a record as it was after so many entries: it is written after the entry."""
    write_head(path, Head(entries, read_line(lines(path)[entries - 1])["hash"]))


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def test_entries_are_in_order_say_what_was_told_and_nothing_that_is_empty(path):
    told = [read_line(line) for line in lines(written(path, "page", "export"))]
    assert [one["action"] for one in told] == ["record begun", "page", "export"]
    assert list(told[1]) == ["n", "time", "action", "who", "role", "subject", "before", "hash"]
    assert told[1]["time"] == "2025-11-30T12:00:00.000Z" and told[2]["before"] == told[1]["hash"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert verify(path).problems == () and verify(path).head.entries == 3


def test_who_came_when_is_told_at_once_and_after_a_new_start_but_not_by_what_was_refused(path):
    record = Record(path, lambda: NOON)
    record.write("sign-in", at_once=True, who="a.smith")
    record.write("sign-in refused", at_once=True, who="b.jones")
    assert record.standing.came == {"a.smith": "2025-11-30T12:00:00.000Z"} and record.standing.problems == ()
    record.close()
    head, body = path.read_bytes(), path.read_bytes()[:-20]
    path.write_bytes(body)  # a server that was ended while it wrote changed nothing
    head_at(path, 2)
    again = Record(path)
    assert again.standing.came == record.standing.came and again.standing.problems == () and head != body
    again.close()


def test_a_later_server_goes_on_where_the_record_ended(path):
    written(path, "page")
    written(path, "export")
    assert [read_line(line)["action"] for line in lines(path)][2:] == ["server started", "export"]
    assert verify(path).problems == ()


@pytest.mark.parametrize("beside", [None, "{}", '{"entries": 3, "hash": "another"}'])
def test_what_was_wrong_with_the_end_of_a_record_is_told_after_every_later_start(path, beside):
    whole = lines(written(path, "page", "export"))
    path.write_bytes(b"".join(line + b"\n" for line in whole[: 2 if beside is None else 3]))  # one cut off, or none
    if beside is not None:
        head_path(path).write_text(beside)
    for _start in range(2):
        again = Record(path, lambda: NOON)
        assert again.standing.problems
        again.close()
        [problem] = verify(path).problems
        assert problem.startswith(f"Line {3 if beside is None else 4}: a server that started here found: ")


def added(path: Path, count: int, **facts) -> None:
    """Entries that somebody wrote after the last, bound to it as a server binds them."""
    last = read_line(lines(path)[-1])
    head = Head(last["n"], last["hash"])
    for _ in range(count):
        line, head = line_of(
            {"time": "2025-11-30T12:00:01.000Z", "action": ACKNOWLEDGED, "who": "s.stat"} | facts, head
        )
        with path.open("ab") as file:
            file.write(line + b"\n")


@pytest.mark.parametrize("count", [1, 3])
def test_entries_that_no_server_wrote_are_found_after_the_last_and_acknowledge_nothing(path, count, capsys):
    noted = read_line(lines(written(path, "page"))[-1])["hash"]
    added(path, count, cut="a cut", findings=["f1"])
    what = "1 entry was" if count == 1 else "3 entries were"
    found = f"From entry 3 on {what} added by no server: it had written 2 at most."
    assert verify(path).problems == (found,)
    assert main(["verify", str(path), "--holds", noted]) == 1
    said = (
        f"The noted entry is entry 2 of {count + 2}; {count} follow it, {count} of them after the last that the file "
    )
    assert capsys.readouterr().out == f"{said}beside the record knows (2).\n"
    for _start in range(2):
        again = Record(path, lambda: NOON)
        assert again.standing.problems and again.standing.acknowledged == {}
        again.close()
    assert verify(path).problems == (f"Line {count + 3}: a server that started here found: {found}",)


def test_what_one_unfinished_flush_can_leave_is_whole_and_no_more(path, monkeypatch):
    record, known = Record(path, lambda: NOON), []
    monkeypatch.setattr("audit.record.write_head", lambda where, head: known.append(head) or write_head(where, head))
    for number in range(3):
        record.write("page", who=f"m{number}")
    record.write("page", at_once=True)
    record.close()
    announced = known[0]
    assert announced.entries == 1 and len(announced.coming) == 4 and announced.coming[-1] == verify(path).head.hash
    write_head(path, announced)  # the server was ended before it said that they are there
    assert verify(path).problems == ()
    path.write_bytes(b"".join(line + b"\n" for line in lines(path)[:3]))
    assert verify(path).problems == ()
    added(path, 1)
    assert verify(path).problems == ("From entry 4 on 1 entry was added by no server: it had written 3 at most.",)


@pytest.mark.parametrize(
    ("time", "why"),
    [
        (5, "its time is none."),
        ("yesterday", "its time is none."),
    ],
)
def test_what_is_no_time_is_found(path, time, why):
    added(written(path, "page"), 1, time=time)
    assert verify(path).problems[0].startswith(f"Line 3: {why}")


def test_a_time_that_runs_back_is_told_and_the_record_is_whole(path, capsys):
    later = Record(path, lambda: NOON + timedelta(seconds=61))
    later.close()
    found = verify(written(path, "page"))
    assert found.problems == () and "by 0:01:01: was a clock set back?" in found.remarks[0]
    assert main(["verify", str(path)]) == 0 and "was a clock set back?" in capsys.readouterr().err


def test_a_clock_that_is_set_right_by_less_than_a_minute_is_no_finding(path):
    ahead = Record(path, lambda: NOON + timedelta(seconds=59))
    ahead.close()
    found = verify(written(path, "page"))
    assert found.problems == () and found.remarks == ()


def test_a_copy_ends_where_the_file_beside_the_record_does_and_misses_nothing_added(path, tmp_path, capsys):
    whole = written(path, "page", "export").read_bytes()
    head_at(path, 2)
    assert main(["copy", str(path), str(tmp_path / "copy")]) == 1  # the third was announced by nobody
    assert "From entry 3 on 1 entry was added by no server" in capsys.readouterr().err
    assert (tmp_path / "copy").read_bytes() == b"".join(whole.splitlines(keepends=True)[:2])
    assert verify(tmp_path / "copy").problems == () and (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    written(tmp_path / "other", "page")
    with (tmp_path / "other").open("ab") as file:
        file.write(b'{"n":3,"ti')  # a server writes at this moment
    assert main(["copy", str(tmp_path / "other"), str(tmp_path / "whole")]) == 0
    assert verify(tmp_path / "whole").problems == ()


def test_a_first_start_that_ended_before_its_entry_was_written_is_begun_anew(path):
    path.touch(0o600)
    write_head(path, Head(coming=("a" * 64,)))
    assert verify(written(path, "page")).problems == ()


@pytest.mark.parametrize("findings", [5, None, "f1"])
def test_findings_that_are_no_list_are_none_and_end_no_start(findings):
    standing = Standing()
    standing.take({"action": ACKNOWLEDGED, "who": "s.stat", "time": "2025-11-30", "findings": findings})
    assert standing.acknowledged == {} and standing.came == {"s.stat": "2025-11-30"}


def test_a_first_start_that_ended_before_the_file_beside_the_record_leaves_nothing_wrong(path):
    written(path)
    head_path(path).unlink()
    assert verify(written(path, "page")).problems == ()


def test_every_byte_that_is_changed_is_found(path):
    whole = written(path, "page").read_bytes()
    for place in range(len(whole)):
        other = b"x" if whole[place : place + 1] != b"x" else b"y"
        path.write_bytes(whole[:place] + other + whole[place + 1 :])
        assert verify(path).problems, place
    path.write_bytes(whole)
    assert verify(path).problems == ()


@pytest.mark.parametrize("kept", [[0, 2, 3], [0, 1, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3], [1, 2, 3], [0, 1, 2], [0]])
def test_entries_left_out_repeated_moved_or_cut_off_are_found(path, kept):
    all_lines = lines(written(path, "page", "subject", "export"))
    path.write_bytes(b"".join(all_lines[number] + b"\n" for number in kept))
    assert verify(path).problems


def test_a_record_cut_off_at_any_byte_is_found(path):
    whole = written(path, "page").read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        assert verify(path).problems, length


def test_a_record_written_again_as_a_whole_does_not_hold_the_entry_that_was_written_down(path, capsys):
    known = verify(written(path, "page", "export")).head.hash
    assert main(["verify", str(path), "--holds", known]) == 0
    path.unlink()
    head_path(path).unlink()
    written(path, "page", "something else")
    assert verify(path).problems == () and verify(path, known).problems
    assert main(["verify", str(path), "--holds", known]) == 1
    assert known in capsys.readouterr().err


def test_half_an_entry_of_a_server_that_was_ended_stays_and_the_next_entry_tells_of_it(path):
    whole = written(path, "page", "export").read_bytes()
    path.write_bytes(whole[:-20])
    assert "half an entry" in " ".join(verify(path).problems)
    head_at(path, 2)
    written(path, "page")
    assert verify(path).problems == ()
    told = lines(path)
    assert read_line(told[3])["action"] == "record resumed after half an entry" and read_line(told[4])["n"] == 4
    path.write_bytes(path.read_bytes().replace(told[2], told[2][:-1]))
    assert verify(path).problems


def test_a_start_that_can_write_nothing_leaves_half_an_entry_as_it_was_for_the_next(path, monkeypatch):
    half = written(path, "page").read_bytes()[:-20]
    path.write_bytes(half)
    head_at(path, 1)
    with monkeypatch.context() as full:
        full.setattr("audit.record.write_head", lambda *_told: os.stat(path / "full"))
        with pytest.raises(RecordError, match="cannot be written"):
            Record(path)
    assert path.read_bytes() == half
    written(path, "page")
    assert verify(path).problems == () and len(lines(path)) == 4


def test_a_long_text_is_cut_so_that_a_later_server_finds_the_last_entry(path):
    record = Record(path, lambda: NOON)
    record.write("page", filters="x" * (LONGEST_LINE + 1))
    record.close()
    written(path)
    assert read_line(lines(path)[1])["filters"].endswith("x … (1,048,577 letters)") and verify(path).problems == ()


def test_a_record_that_is_moved_or_changed_in_use_is_said_and_goes_on_once_it_is_back(path):
    record = Record(path)
    moved = path.rename(path.with_name("moved"))
    with pytest.raises(RecordError, match="No such file"):
        record.write("export", at_once=True)
    moved.rename(path)
    whole = path.read_bytes()
    for now, why in ((whole + b"x", "moved or changed"), (whole[:-9], "moved or changed")):
        path.write_bytes(now)
        sleep(2 * RETRY_SECONDS)
        with pytest.raises(RecordError, match=why):
            record.check()
    path.write_bytes(whole)
    sleep(2 * RETRY_SECONDS)
    record.close()
    assert [read_line(line)["action"] for line in lines(path)] == ["record begun", "export"]
    assert verify(path).problems == ()


def test_what_others_can_read_or_what_keeps_nothing_is_no_record(path, tmp_path):
    written(path).chmod(0o640)
    with pytest.raises(RecordError, match="chmod 600"):
        Record(path)
    os.mkfifo(tmp_path / "pipe")
    for other in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(RecordError, match="keeps what is written"):
            Record(other)


def test_a_whole_entry_without_its_end_of_line_is_an_entry(path):
    path.write_bytes(written(path, "page").read_bytes()[:-1])
    written(path)
    assert verify(path).problems == () and len(lines(path)) == 3


def test_what_is_no_record_or_was_emptied_or_is_held_by_another_server_is_not_written_to(path):
    held = Record(path)
    with pytest.raises(RecordError, match="another server"):
        Record(path)
    held.close()
    path.write_bytes(b"")
    with pytest.raises(RecordError, match="is empty"):
        Record(path)
    path.write_bytes(b"Subject,Dose\n101-003,190\n")
    with pytest.raises(RecordError, match="does not end as a record does"):
        Record(path)
    assert path.read_bytes() == b"Subject,Dose\n101-003,190\n"
    with pytest.raises(RecordError, match="cannot be opened"):
        Record(path / "below")


def test_many_readers_at_once_lose_no_entry(path):
    record = Record(path)
    readers = [
        Thread(target=lambda who: [record.write("page", who=who) for _ in range(50)], args=(f"member {number}",))
        for number in range(20)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    record.write("export", at_once=True)
    told = [read_line(line) for line in lines(path)]
    record.close()
    assert len(told) == 1002 and told[-1]["action"] == "export" and verify(path).problems == ()


FULL = """
import resource, signal, sys, time
from pathlib import Path
from audit import ACKNOWLEDGED, Record, RecordError, Standing, verify
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
record = Record(path)
record.write("page", at_once=True)
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))
try:
    record.write("export", at_once=True)
    print("written")
except RecordError as error:
    print("refused", path.stat().st_size == size)
try:
    record.check()
    print("well")
except RecordError as error:
    print("closed")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
time.sleep(0.5)
record.write("page", at_once=True)
record.close()
print(verify(path).problems, verify(path).head.entries)
"""


def test_a_full_disk_is_said_leaves_no_half_entry_and_the_record_goes_on_once_there_is_room(path):
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.splitlines() == ["refused True", "closed", "() 4"]


def test_the_command_shows_entries_of_a_member_an_action_a_subject_since_a_time(path, capsys):
    written(path, "page", "export")
    assert main(["show", str(path), "--action", "export", "--who", "member", "--since", "2025-11-30"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3  2025-11-30T12:00:00.000Z  member  closed member  export  subject=TRIAL-101-003"
    ]
    for wanted in (["--subject", "TRIAL-101-004"], ["--since", "2025-12"]):
        assert main(["show", str(path), *wanted]) == 0
        assert capsys.readouterr().out == ""


def by_hand(path: Path, body: str) -> Path:
    """A record of one line that somebody wrote, with a hash that is right."""
    text = f'{body},"before":"{Head().hash}"'.encode()
    path.write_bytes(text + f',"hash":"{hashlib.sha256(text).hexdigest()}"}}\n'.encode())
    write_head(path, Head(1, END.search(path.read_bytes()[:-1])[1].decode()))
    return path


def test_a_time_that_is_no_text_is_shown_and_found(path, capsys):
    by_hand(path, '{"n":1,"time":5')
    assert main(["show", str(path), "--since", "2026"]) == 0 and main(["show", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["1  5  –  –  –"] * 2 and main(["verify", str(path)]) == 1


def test_an_entry_of_a_hundred_thousand_brackets_is_none(path, capsys):
    by_hand(path, f'{{"n":1,"time":"x","a":{"[" * 100_000}{"]" * 100_000}')
    assert main(["show", str(path)]) == 0 and main(["verify", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.splitlines()[0] == "Line 1 is no entry."


def test_what_cannot_be_printed_is_shown_by_its_code_point_and_makes_no_line(path, capsys):
    by_hand(path, '{"n":"1","time":"\\u001b[2Jx","action":"a\\nb","who":"\\u202ex","found":"c\\nd","\\rf":"\\ud800"')
    assert main(["show", str(path)]) == 0
    shown = "1  <U+001B>[2Jx  <U+202E>x  –  a<U+000A>b  found=c<U+000A>d  <U+000D>f=<U+D800>"
    assert capsys.readouterr().out == f"{shown}\n"
    assert main(["verify", str(path)]) == 1
    assert "found: c<U+000A>d\n" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["verify", "nowhere"], ["show", "nowhere"], ["other"], []])
def test_what_cannot_be_done_is_one_line_and_status_1(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert os.listdir(tmp_path) == []
