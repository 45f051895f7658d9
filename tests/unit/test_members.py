"""The list of members, visits and the delay after failures."""

from __future__ import annotations

import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from members import Account, Door, Members, MembersError, proof
from members.__main__ import main
from members.door import IDLE_SECONDS, LONGEST_DELAY, LONGEST_SECONDS, Attempt, delay_after

TODAY, LAST = date(2026, 11, 26), date(2026, 12, 31)
NOBODY = proof.NOBODY
WORDS, OTHER = "four green hearts beat", "seven quiet doors open"


@pytest.fixture(scope="module", autouse=True)
def quick():
    """A hash that costs next to nothing: what is tested is what is done with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(proof, "NOBODY", proof.HASHER.hash("nobody"))
        yield


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> str:
    """The text of a list with one member."""
    path = tmp_path_factory.mktemp("members") / "members.toml"
    Members(path).add("a.smith", "closed member", WORDS, LAST)
    return path.read_text()


@pytest.fixture
def members(listed, tmp_path) -> Members:
    path = tmp_path / "members.toml"
    path.write_text(listed)
    path.chmod(0o600)
    return Members(path)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(members, clock) -> Door:
    return Door(members, clock, lambda: TODAY)


def test_a_password_is_hashed_as_the_library_recommends():
    assert NOBODY.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_list_holds_no_password_and_only_its_owner_can_read_it(members):
    text = members.path.read_text()
    assert WORDS not in text and "$argon2id$" in text
    members.revoke("a.smith", TODAY)
    assert members.path.stat().st_mode & 0o777 == 0o600
    assert members.all()
    members.path.chmod(0o640)
    with pytest.raises(MembersError, match="chmod 600"):
        members.all()


@pytest.mark.parametrize(
    ("name", "password"), [("a.smith", OTHER), ("a.smith", ""), ("b.smith", WORDS), ("", ""), ("a.smith", "x" * 10_000)]
)
def test_another_name_or_password_lets_nobody_in(door, name, password):
    attempt = door.sign_in(name, password, "10.0.0.1")
    assert not attempt.token and attempt.member is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_with_accents_is_the_same_from_every_keyboard(members, form, typed):
    words = "vier grüne Herzen schlagen für Ångström"
    members.reset("a.smith", unicodedata.normalize(form, words), LAST)
    assert members.verified("a.smith", unicodedata.normalize(typed, words), TODAY)
    assert not members.verified("a.smith", words.replace("ü", "u"), TODAY)


def test_a_hash_of_a_password_that_was_not_composed_stays_valid(members):
    typed = unicodedata.normalize("NFD", "vier grüne Herzen schlagen")
    before, old = members.find("a.smith").hash, proof.HASHER.hash(typed)
    members.path.write_text(members.path.read_text().replace(before, old))
    assert members.verified("a.smith", typed, TODAY)


def test_a_visit_lasts_while_it_is_used_and_not_for_ever(door, clock):
    token = door.sign_in("a.smith", WORDS, "10.0.0.1").token
    assert len(token) >= 43 and door.find(token).role == "closed member"
    assert door.find("") is None and door.find(token[:-1]) is None and door.find(token + "x") is None
    clock.now += IDLE_SECONDS - 1
    assert door.find(token, click=True)
    clock.now += IDLE_SECONDS - 1
    assert door.find(token)
    clock.now += 2
    assert door.find(token) is None and door.find(token, click=True) is None
    again = door.sign_in("a.smith", WORDS, "10.0.0.1").token
    began = clock.now
    while clock.now - began <= LONGEST_SECONDS:
        assert door.find(again, click=True)
        clock.now += IDLE_SECONDS / 2
    assert door.find(again, click=True) is None


@pytest.mark.parametrize("change", ["revoke", "reset", "gone", "expired", "another role"])
def test_who_may_stay_no_longer_is_out_at_the_next_click(members, door, change, listed):
    token = door.sign_in("a.smith", WORDS, "10.0.0.1").token
    assert door.find(token, click=True)
    if change == "revoke":
        members.revoke("a.smith", TODAY)
    if change == "reset":
        members.reset("a.smith", OTHER, LAST)
    other = {
        "gone": listed.replace("a.smith", "b.smith"),
        "expired": listed.replace("2026-12-31", "2026-11-25"),
        "another role": listed.replace("closed member", "open member"),
    }
    if change in other:
        members.path.write_text(other[change])
    assert door.find(token, click=True) is None
    assert bool(door.sign_in("a.smith", OTHER, "10.0.0.1").token) == (change == "reset")


def test_an_account_lets_in_its_member_alone_while_the_list_has_it_so(members, door):
    account, another = Account("https://login.example.org", "4711"), Account("https://login.example.org", "4712")
    for unknown in (account, Account("https://login.example.org/", "4711"), Account("", "")):
        assert door.sign_in_as(unknown) == Attempt(held=True)  # an empty account is not that of one with a password
    members.add("j.doe", "statistician", account, LAST)
    token = door.sign_in_as(account).token
    assert door.find(token, click=True).name == "j.doe" and not door.sign_in_as(another).token
    for password in ("", account.subject, "nobody"):
        assert not door.sign_in("j.doe", password, "10.0.0.1").token
    members.reset("j.doe", another, LAST)
    assert door.find(token, click=True) is None and not door.sign_in_as(account).token
    token = door.sign_in_as(another).token
    members.reset("j.doe", WORDS, LAST)
    assert door.find(token) is None and not door.sign_in_as(another).token
    members.reset("j.doe", another, date(2026, 11, 25))
    assert not door.sign_in_as(another).token
    with pytest.raises(MembersError, match="two members of one account"):
        members.add("k.doe", "statistician", another, LAST)
    assert "k.doe" not in members.all()


@pytest.mark.parametrize(
    ("issuer", "subject", "why"),
    [
        ("http://login.example.org", "1", "no sign-in service"),
        ("https://", "1", "no sign-in service"),
        ("https://login.example.org:99999", "1", "no sign-in service"),
        ("https://login.example.org#x", "1", "no sign-in service"),
        ("https://login.example.org", "", "no subject"),
        ("https://login.example.org", " 1", "no subject"),
        ("https://login.example.org", "1\n2", "no subject"),
        ("https://login.example.org", "é", "no subject"),
        ("https://login.example.org", "x" * 256, "no subject"),
    ],
)
def test_an_account_that_no_service_could_name_is_refused(members, issuer, subject, why):
    with pytest.raises(MembersError, match=why):
        members.add("j.doe", "statistician", Account(issuer, subject), LAST)


def test_a_subject_is_read_back_as_it_was_given(members):
    account = Account("http://localhost:8080/a b".replace(" ", "%20"), """a "b' \\ [x] = #1 ~""" + "x" * 200)
    members.add("j.doe", "statistician", account, LAST)
    assert Members(members.path).of(account).name == "j.doe"


def test_one_who_signs_out_is_out(door):
    token, other = (door.sign_in("a.smith", WORDS, "10.0.0.1").token for _ in range(2))
    door.sign_out(token)
    assert door.find(token) is None and door.find(other)


def test_the_delay_grows_with_failures_of_a_name_or_a_client_and_no_password_is_looked_at_meanwhile(
    door, clock, members, monkeypatch
):
    assert [delay_after(count) for count in range(6)] == [0, 0, 0, 2, 4, 8] and delay_after(99) == LONGEST_DELAY
    for _ in range(3):
        waited = door.sign_in("a.smith", OTHER, "10.0.0.1").wait
    assert waited == 2
    monkeypatch.setattr(members, "verified", lambda *_told: pytest.fail("a password was looked at"))
    for name, client in (("a.smith", "10.0.0.2"), ("b.smith", "10.0.0.1"), ("a.smith", "10.0.0.1")):
        assert 0 < door.sign_in(name, WORDS, client).wait <= 2
        assert not door.sign_in(name, WORDS, client).held
    monkeypatch.undo()
    clock.now += 2.1
    in_time = door.sign_in("a.smith", WORDS, "10.0.0.1")
    assert in_time.token and in_time.held and in_time.early == 6
    assert door.sign_in("a.smith", OTHER, "10.0.0.9").wait == 0


def test_many_attempts_at_once_are_as_many_failures(door, members, monkeypatch):
    looked_at = []

    def slow(name, password, _today):
        looked_at.append(password)
        if len(looked_at) < 10:
            door.sign_in(name, f"guess {len(looked_at)}", "10.0.0.1")

    monkeypatch.setattr(members, "verified", slow)
    door.sign_in("a.smith", "guess 0", "10.0.0.1")
    assert len(looked_at) == 3


def test_a_member_is_added_reset_revoked_and_listed_by_the_command(tmp_path, monkeypatch, capsys):
    path = str(tmp_path / "members.toml")

    def run(*arguments: str, password: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        return main(["--file", path, *arguments])

    adding = ("add", "j.doe", "--role", "statistician", "--expires", "2099-01-31", "--password-stdin")
    assert run(*adding, password=WORDS) == 0 and run("list") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "j.doe  statistician  until 2099-01-31"
    assert run("revoke", "j.doe") == 0 and run("list") == 0
    assert "revoked" in capsys.readouterr().out.splitlines()[-1]
    assert run("reset", "j.doe", "--password-stdin", password=OTHER) == 0
    assert Members(Path(path)).verified("j.doe", OTHER, TODAY)
    capsys.readouterr()
    for wrong, why in (
        (adding, "a member already"),
        (("add", "J Doe", *adding[2:]), "is no name"),
        (("add", "k.doe", *adding[2:3], "king", *adding[4:]), "invalid choice"),
        (("revoke", "k.doe"), "is no member"),
        (("reset", "j.doe", "--expires", "soon"), "is not a valid date"),
        ((), "required"),
    ):
        assert run(*wrong, password=WORDS) == 1
        told = capsys.readouterr().err
        assert why in told and len(told.splitlines()) == 1
    for password in ("short", "aaaaaaaaaaaaaaaa", "my j.doe password", ""):
        assert run("reset", "j.doe", "--password-stdin", password=password) == 1
    assert Members(Path(path)).verified("j.doe", OTHER, TODAY)


def test_a_member_with_an_account_is_added_reset_and_listed_by_the_command(tmp_path, monkeypatch, capsys):
    path, issuer = tmp_path / "members.toml", "https://login.example.org"
    monkeypatch.setattr("getpass.getpass", lambda _asked: pytest.fail("a password was asked for"))
    monkeypatch.delenv("SAFETY_OIDC_ISSUER", raising=False)

    def run(*arguments: str) -> str:
        ended = main(["--file", str(path), *arguments])
        told = capsys.readouterr()
        assert (ended == 0) == (told.err == "") and len((told.out + told.err).splitlines()) == 1
        return told.out or told.err

    adding = ("add", "j.doe", "--role", "statistician", "--expires", "2099-01-31", "--subject", "4711")
    assert "--issuer or in SAFETY_OIDC_ISSUER" in run(*adding) and not path.exists()
    assert "not allowed with" in run(*adding, "--issuer", issuer, "--password-stdin")
    run(*adding, "--issuer", issuer)
    assert run("list").strip() == f"j.doe  statistician  until 2099-01-31  the account 4711 at {issuer}"
    run("revoke", "j.doe")
    assert "until 2099-02-28" in run("reset", "j.doe", "--expires", "2099-02-28")  # the account is kept
    assert Members(path).of(Account(issuer, "4711")).may_come(TODAY)
    monkeypatch.setenv("SAFETY_OIDC_ISSUER", issuer)
    run("reset", "j.doe", "--subject", "4712")
    assert Members(path).of(Account(issuer, "4711")) is None and Members(path).of(Account(issuer, "4712"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closed member", "king"),
        ("a.smith", "A Smith"),
        ("$argon2id$", "$plain$"),
        ("2026-12-31", '"soon"'),
        ("role", "rolle"),
        ("[[member]]", "[member]"),
        ("[[member]]", "[[member"),
        ("hash =", "subject ="),
        ("hash =", 'subject = "4711"\nhash ='),
    ],
)
def test_a_list_that_somebody_wrote_by_hand_and_wrong_is_refused_in_a_sentence(members, old, new):
    members.path.write_text(members.path.read_text().replace(old, new))
    with pytest.raises(MembersError) as refused:
        members.all()
    assert "\n" not in str(refused.value) and "$argon2" not in str(refused.value)


@pytest.mark.parametrize("file", ["/", ""])
def test_a_list_that_is_a_folder_is_refused_in_a_sentence(file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WORDS}\n"))
    assert main(["--file", file, "add", "a.b", "--role", "open member", "--password-stdin"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("is a folder; name a file.")


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_password_that_is_no_text_is_refused_in_a_sentence(errors, tmp_path, monkeypatch, capsys):
    sent = io.TextIOWrapper(io.BytesIO(b"four green \xff\xfe hearts\n"), encoding="utf-8", errors=errors)
    monkeypatch.setattr("sys.stdin", sent)
    path = str(tmp_path / "members.toml")
    assert main(["--file", path, "add", "a.b", "--role", "open member", "--password-stdin"]) == 1
    assert capsys.readouterr().err == "The password is no text in UTF-8; nothing was changed.\n"


def test_a_list_of_a_thousand_brackets_is_refused_in_a_sentence(members):
    members.path.write_text("member = " + "[" * 100_000)
    with pytest.raises(MembersError, match="is not as python -m members writes it"):
        members.all()


def test_two_members_of_one_name_and_a_list_that_is_not_there_are_refused(members, listed, tmp_path):
    members.path.write_text(listed + listed)
    with pytest.raises(MembersError, match="two members of one name"):
        members.all()
    with pytest.raises(MembersError, match="cannot be read"):
        Members(tmp_path / "nowhere.toml").all()
