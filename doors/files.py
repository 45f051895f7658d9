"""The way of files to a reader: a route of their own, on which each is made, recorded, and handed out once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from audit import RecordError
from doors.asked import client_of, short_text
from members import UNREADABLE, MembersError
from visit.recording import note_file
from visit.tickets import RefusedError, Ticket, Tickets
from visit.who import Reader

LOG = logging.getLogger("safety")
NOT_KEPT = {"Cache-Control": "no-store"}
AT_ONCE = 4
"""So many files are made at once, in threads of their own: whoever waits for one keeps no page waiting."""
FAILED = "The file could not be made; the server's log says why."


@dataclass(frozen=True)
class Files:
    """The route. visit_of: the visit that a request brings; reader_of: who that is now; note: tells the record."""

    tickets: Tickets
    visit_of: Callable[[dict], str]
    reader_of: Callable[[dict], Reader]
    note: Callable[..., None]
    room: CapacityLimiter = field(default_factory=partial(CapacityLimiter, AT_ONCE))

    def routes(self) -> list[Route]:
        return [Route("/file", self.fetch, methods=["POST"])]

    async def fetch(self, request: Request) -> Response:
        """The file of a token, which comes in the body: an address would stand in the logs of a proxy."""
        try:
            reader = self.reader_of(request.scope)
            token, visit = await short_text(request), self.visit_of(request.scope)
            try:
                ticket = self.tickets.take(token, visit, reader.may_see)
                return _handed(ticket, await to_thread.run_sync(_made, ticket, limiter=self.room))
            except RefusedError as error:
                self._tell(error, reader, client_of(request))
                return _said(str(error), 403)
        except MembersError:  # its own words name a file of the server
            return _said(UNREADABLE, 503)
        except RecordError as error:
            return _said(str(error), 503)
        except Exception:
            LOG.exception("a file failed")
            return _said(FAILED, 500)

    def _tell(self, error: RefusedError, reader: Reader, client: str) -> None:
        if error.facts is None:
            return
        facts = error.facts | {"who": reader.name, "role": reader.role, "asked_by": error.facts.get("who")}
        with suppress(RecordError):  # it is refused all the same
            self.note("file refused", at_once=True, **facts, client=client, why=str(error))


def _made(ticket: Ticket) -> bytes:
    """The bytes of a file, which is in the record before it leaves."""
    return note_file(ticket.facts, ticket.make())


def _handed(ticket: Ticket, content: bytes) -> Response:
    named = f"attachment; filename*=UTF-8''{quote(ticket.name, safe='')}"
    return Response(content, media_type=ticket.mime, headers=NOT_KEPT | {"Content-Disposition": named})


def _said(words: str, status: int) -> Response:
    return PlainTextResponse(words, status, NOT_KEPT)
