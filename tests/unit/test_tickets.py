"""A ticket for a file: for a minute, for one visit, for one time; and what the route answers where a file fails."""

from __future__ import annotations

import asyncio
import logging

import pytest
from starlette.requests import Request

from audit import RecordError
from doors.files import FAILED, Files
from members import UNREADABLE, MembersError
from visit.tickets import (
    FETCH_SECONDS,
    KNOWN_SECONDS,
    LATE,
    MOST_OF_A_VISIT,
    NOT_SEEN,
    OF_ANOTHER,
    UNKNOWN,
    USED,
    RefusedError,
    Ticket,
    Tickets,
)
from visit.who import BOTH, Reader

SEEN = BOTH.__contains__


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock) -> Tickets:
    return Tickets(clock)


def ticket(visit: str = "mine", make=lambda: b"numbers") -> Ticket:
    return Ticket(visit, "closed", "a b.csv", "text/csv", {"who": "anna", "display": "dlts"}, make)


def why(tickets: Tickets, token: str, visit: str = "mine", seen=SEEN) -> tuple[str, bool]:
    """Why a file is refused, and whether the record is told."""
    with pytest.raises(RefusedError) as refused:
        tickets.take(token, visit, seen)
    return str(refused.value), refused.value.facts is not None


def test_a_ticket_is_used_once_whoever_tries_and_each_reason_is_told_once(tickets):
    first, second = tickets.issue(ticket()), tickets.issue(ticket())
    assert tickets.take(first, "mine", SEEN).make() == b"numbers"
    assert [why(tickets, first) for _ in range(2)] == [(USED, True), (USED, False)]
    assert why(tickets, second, "other") == (OF_ANOTHER, True) and why(tickets, second) == (USED, True)
    assert why(tickets, tickets.issue(ticket()), seen={"open"}.__contains__) == (NOT_SEEN, True)
    assert why(tickets, tickets.issue(ticket("")), "") == (OF_ANOTHER, True)  # who brings no cookie gets no file
    assert why(tickets, "never issued") == (UNKNOWN, False)


def test_a_ticket_lasts_a_minute_and_is_forgotten_later(tickets, clock):
    late, kept = tickets.issue(ticket()), tickets.issue(ticket())
    clock.now += FETCH_SECONDS
    assert tickets.take(kept, "mine", SEEN)
    clock.now += 1
    assert why(tickets, late) == (LATE, True) and why(tickets, late) == (LATE, False)
    clock.now += KNOWN_SECONDS
    tickets.issue(ticket())
    assert why(tickets, late) == (UNKNOWN, False)


def test_a_visit_holds_few_tickets_and_takes_none_from_another(tickets):
    other = tickets.issue(ticket("other"))
    issued = [tickets.issue(ticket()) for _ in range(MOST_OF_A_VISIT + 2)]
    assert [why(tickets, token)[0] for token in issued[:2]] == [LATE, LATE]
    assert tickets.take(issued[2], "mine", SEEN) and tickets.take(other, "other", SEEN)


def refuse(error: Exception):
    def make():
        raise error

    return make


def answered(tickets: Tickets, make, reader_of=lambda _scope: Reader(BOTH)) -> tuple[int, str, str]:
    """Status, text, and how it may be kept, of the answer to a ticket's token."""
    sent = [{"type": "http.request", "body": tickets.issue(ticket(make=make)).encode(), "more_body": False}]

    async def receive() -> dict:
        return sent.pop()

    files = Files(tickets, lambda _scope: "mine", reader_of, lambda *_told, **_facts: None)
    scope = {"type": "http", "method": "POST", "path": "/file", "headers": [], "client": ("127.0.0.1", 1)}
    answer = asyncio.run(files.fetch(Request(scope, receive)))
    return answer.status_code, answer.body.decode(), answer.headers["Cache-Control"]


def test_what_fails_is_a_sentence_that_names_no_path(tickets, caplog):
    caplog.set_level(logging.CRITICAL, "safety")
    gone = refuse(FileNotFoundError(2, "No such file", "/srv/safety-pack/pack.pdf"))
    full = refuse(RecordError("The record cannot be written."))
    unread = refuse(MembersError("The list /srv/members.toml cannot be read."))
    assert answered(tickets, lambda: b"numbers") == (200, "numbers", "no-store")
    assert answered(tickets, gone) == (500, FAILED, "no-store")
    assert answered(tickets, full) == (503, "The record cannot be written.", "no-store")
    assert answered(tickets, bytes, lambda _scope: unread()) == (503, UNREADABLE, "no-store")
