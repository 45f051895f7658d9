"""What commands change beside the server is in the record: who may sign in, and which data cuts were withdrawn."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher

import visit
from audit import RecordError, verify
from audit.chain import Head, head_path, read_line, write_head
from audit.record import RETRY_SECONDS
from ingest.withdraw import main as withdraw
from members import Account, Door, Members, proof
from members.store import read, write
from queries.withdrawn import FILE
from visit import recording
from visit.noticed import notice

WORDS, OTHER = "four green hearts beat", "seven quiet doors open"
DAY, LAST, LATER = date(2026, 11, 26), date(2026, 12, 31), date(2027, 12, 31)


class Beside:
    """A server's list, cuts and record, and what commands do to them."""

    def __init__(self, folder: Path) -> None:
        self.members, self.cuts = Members(folder / "members.toml"), folder / "cuts"
        self.record = folder / "record.jsonl"
        self.cuts.mkdir()
        (self.cuts / "cut_2007-11-30.duckdb").write_bytes(b"cut")
        self.members.add("a.smith", "closed member", WORDS, LAST)
        self.members.add("b.jones", "open member", Account("https://login.example.org", "4711"), LAST)

    def start(self) -> None:
        """As a server starts, once more."""
        visit.use_door(Door(self.members))
        recording.open_record(str(self.record), self.cuts)
        notice(self.cuts)

    def withdraw(self, *more: str) -> None:
        command = [str(self.cuts), "--cut", "2007-11-30", "--by", "s.stat", "--because", "Doses wrong", *more]
        assert withdraw(command) == 0

    def told(self, action: str = "list changed") -> list[tuple]:
        """(member or cut, what became of it) of each entry, in order."""
        found = [one for one in self.entries() if one["action"] == action]
        return [(one.get("member") or one["cut"][:10], one.get("change") or one.get("reason", "")) for one in found]

    def entries(self) -> list[dict]:
        found = []
        for line in self.record.read_bytes().splitlines():
            with suppress(ValueError):  # half an entry, and one that somebody changed, are none
                found.append(read_line(line))
        return found


@pytest.fixture
def beside(tmp_path, monkeypatch) -> Beside:
    monkeypatch.setattr(proof, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield Beside(tmp_path)
    recording.close_record()
    visit.use_door(None)


IN_THE_LIST = [("a.smith", "is in the list"), ("b.jones", "is in the list")]


def test_each_change_of_the_list_is_told_once_with_no_password_and_no_hash(beside, capsys):
    beside.start()
    assert beside.told() == IN_THE_LIST
    changes = [
        (lambda: beside.members.add("c.new", "statistician", WORDS, LAST), ("c.new", "added")),
        (lambda: beside.members.reset("a.smith", OTHER, LAST), ("a.smith", "another password or account")),
        (
            lambda: beside.members.reset("a.smith", OTHER, LATER),
            ("a.smith", "last day: 2026-12-31 → 2027-12-31; another password or account"),
        ),
        (lambda: beside.members.revoke("c.new", DAY), ("c.new", "revoked")),
        (
            lambda: beside.members.reset("c.new", WORDS, LAST),
            ("c.new", "another password or account; no longer revoked"),
        ),
        (lambda: by_hand("a.smith", role="administrator"), ("a.smith", "role: closed member → administrator")),
        (lambda: by_hand("b.jones", subject="4712"), ("b.jones", "another password or account")),
        (lambda: by_hand("c.new"), ("c.new", "no longer in the list")),
    ]

    def by_hand(name: str, **changed) -> None:
        known = read(beside.members.path)
        one = known.pop(name)
        if changed:
            known[name] = type(one)(**{**vars(one), **changed})
        write(beside.members.path, known)

    for place, (change, _) in enumerate(changes):
        change()
        if place % 2:  # while no server runs
            recording.close_record()
            beside.start()
        for _look in range(2):
            notice(beside.cuts)
        assert beside.told()[len(IN_THE_LIST) :] == [one for _, one in changes[: place + 1]]
    text = beside.record.read_text()
    assert not [word for word in ("argon2", WORDS, OTHER, "$") if word in text] and verify(beside.record).problems == ()
    assert {"who", "role"}.isdisjoint(beside.entries()[-1])  # the command does not know who gives it


def test_a_withdrawal_by_command_is_told_and_one_that_somebody_took_out_of_the_file(beside, capsys):
    beside.start()
    beside.withdraw()
    (beside.cuts / FILE).chmod(0o600)
    whole = (beside.cuts / FILE).read_bytes()
    notice(beside.cuts)
    recording.close_record()
    beside.withdraw("--restore")
    beside.start()
    both = [beside.told("cut withdrawn"), beside.told("cut restored")]
    assert both == [[("2007-11-30", "Doses wrong")]] * 2
    withdrawn = next(one for one in beside.entries() if one["action"] == "cut withdrawn")
    assert withdrawn["by"] == "s.stat" and "who" not in withdrawn and len(withdrawn["cut"]) == 75
    for content, gone in ((b"told = [", 0), (whole, 1)):  # one that cannot be read says nothing
        (beside.cuts / FILE).write_bytes(content)
        notice(beside.cuts)
        notice(beside.cuts)
        assert len(beside.told("withdrawal gone")) == gone
    assert [one["was"] for one in beside.entries() if one["action"] == "withdrawal gone"] == ["cut restored"]


def test_without_a_sign_in_the_list_is_not_looked_at(beside):
    recording.open_record(str(beside.record), beside.cuts)
    notice(beside.cuts)
    recording.close_record()
    notice(beside.cuts)  # nor is anything without a record
    assert beside.told() == []


def kept(beside: Beside, entries: int, head: bool) -> None:
    """The record cut off after so many entries, by somebody who knows of the file beside it or does not."""
    recording.close_record()
    lines = beside.record.read_bytes().splitlines(keepends=True)[:entries]
    beside.record.write_bytes(b"".join(lines))
    if head:
        write_head(beside.record, Head(entries, read_line(lines[-1].rstrip())["hash"]))


@pytest.mark.parametrize("head", [True, False])
def test_what_was_cut_off_is_told_again_and_all_of_it_where_the_record_is_not_whole(beside, head):
    beside.start()
    beside.members.revoke("a.smith", DAY)
    notice(beside.cuts)
    assert [one["action"] for one in beside.entries()] == ["record begun", *["list changed"] * 3]
    kept(beside, 3, head)
    beside.start()
    again = [("a.smith", "revoked")] if head else IN_THE_LIST
    assert beside.told() == [*IN_THE_LIST, *again]
    assert bool(verify(beside.record).problems) == (not head)


def test_half_an_entry_and_an_entry_that_somebody_changed_hide_nothing(beside):
    beside.start()
    beside.members.revoke("a.smith", DAY)
    notice(beside.cuts)
    recording.close_record()
    whole = beside.record.read_bytes()
    beside.record.write_bytes(whole[:-20])
    write_head(beside.record, Head(3, read_line(whole.splitlines()[2])["hash"]))
    beside.start()
    assert verify(beside.record).problems == () and beside.told() == [*IN_THE_LIST, ("a.smith", "revoked")]
    recording.close_record()
    forged = beside.record.read_bytes().replace(b'"role":"closed member"', b'"role":"administrator"', 1)
    beside.record.write_bytes(forged)
    beside.start()
    assert beside.told()[-2:] == IN_THE_LIST


def test_on_a_full_disk_it_is_told_once_there_is_room(beside, monkeypatch):
    beside.start()
    beside.members.revoke("a.smith", DAY)
    with monkeypatch.context() as disk:
        disk.setattr("audit.record.os.write", lambda *_told: (_ for _ in ()).throw(OSError(28, "No space left")))
        for _look in range(2):
            with pytest.raises(RecordError):
                notice(beside.cuts)
    time.sleep(4 * RETRY_SECONDS)
    notice(beside.cuts)
    assert beside.told() == [*IN_THE_LIST, ("a.smith", "revoked")]


@pytest.mark.parametrize("content", [b"", b"[[member]]\nname = 3"])
def test_a_list_that_cannot_be_read_is_no_change(beside, content):
    beside.start()
    kept_as = beside.members.path.read_bytes()
    beside.members.path.write_bytes(content or kept_as)
    beside.members.path.chmod(0o600 if content else 0o644)
    notice(beside.cuts)
    assert beside.told() == IN_THE_LIST and head_path(beside.record).exists()
