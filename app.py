"""The server: `streamlit run app.py`. Refuses what it cannot run on, warms up before the first reader, answers
/health."""

from __future__ import annotations

import gc
import logging
import os
import sys
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

import visit
from audit import RecordError
from displays import catalogue  # all displays are imported here, so that no reader waits for them
from displays.drawing import house
from displays.words import counted
from doors import patience  # noqa: F401  ends connections on which nothing comes
from doors.bound import BoundToVisit, OwnUploads, Visits
from doors.cookies import VISIT, Cookies
from doors.files import Files
from doors.members_only import MembersOnly, may_be_page
from doors.provider.routes import AtService
from doors.provider.settings import settings_of
from doors.refusals import ANOTHERS, FOREIGN
from doors.signin import SignIn
from doors.walls import (
    SETTING,
    OwnAddressesOnly,
    ReadersMessagesOnly,
    SecurityHeaders,
    in_the_clear,
    only_this_machine,
    own_addresses,
)
from export import images_available  # noqa: F401  imported here so that no reader waits for it
from export.workshop import WORKSHOP
from ingest.sample import ensure_sample
from members import Door, Members
from pages.parts.summary import shown_as_part
from queries import CutError, hold_text
from visit import recording
from visit.ahead import Ahead
from visit.messages import is_click, is_of_a_reader, page_of
from visit.noticed import notice
from visit.uploads import files_held, is_session_of

if TYPE_CHECKING:
    from doors.provider.service import Service

LOG = logging.getLogger("safety")
SIGN_IN, MEMBERS = "SAFETY_SIGN_IN", "SAFETY_MEMBERS"


@cache
def addresses() -> tuple[str, ...]:
    """The addresses (origins) at which browsers reach this server; ValueError where none can be named."""
    return own_addresses(
        os.environ.get(SETTING, ""),
        st.get_option("server.address") or "",
        int(st.get_option("server.port")),
        encrypted=bool(st.get_option("server.sslCertFile")),
    )


def note_at_door(action: str, **facts) -> None:
    """Tell the record who came, after what the list says of them now. RecordError where it cannot be written."""
    notice(visit.data_folder())
    recording.note(action, **facts)


COOKIES = Cookies(addresses)
WAY_IN = SignIn(visit.door, COOKIES, note_at_door, lambda: AT_SERVICE.host, recording.last_came)
AT_SERVICE, REFUSED = AtService(WAY_IN), WAY_IN.refusals.tell
VISITS = Visits(COOKIES, signs_in=lambda: visit.door() is not None)
FILES = Files(visit.TICKETS, VISITS.of, lambda scope: visit.reader_of(WAY_IN.token(scope), click=True), recording.note)


@asynccontextmanager
async def lifespan(_app):
    """Refuse what cannot be used, open the data, make the screen where readers start, then settle memory; from then on
    look whether another data cut came, or a command changed something."""
    try:
        prepare()
    except ValueError as error:
        _end(str(error))
    _open_cuts()
    house.figure().to_json()
    ahead = Ahead(look)
    ahead.look()
    # Streamlit collects all garbage after every run; what is loaded now need not be looked at again.
    gc.collect()
    gc.freeze()
    print(f"The dashboard is at {addresses()[0]}", flush=True)
    ahead.begin()
    try:
        yield {}
    finally:
        ahead.end()
        WORKSHOP.end()
        recording.close_record()


def prepare() -> None:
    """Look at the settings, make the sample trial where no data folder is named, look at the data folder.

    ValueError, one sentence: a setting, the folder or the disk cannot be used.
    """
    begin_sign_in()
    visit.served()
    folder = visit.data_folder()
    recording.open_record(os.environ.get(recording.SETTING, ""), folder)
    if folder == visit.cuts.BUILT_SAMPLE:
        ensure_sample(folder, progress=print)
    try:
        os.listdir(folder)
    except OSError as error:
        raise ValueError(
            f"The folder of data cuts, {folder}, cannot be read ({error.strerror}): "
            "name another in SAFETY_DATA, or unset SAFETY_DATA to see the sample trial."
        ) from error
    try:
        notice(folder)
    except RecordError as error:
        raise ValueError(str(error)) from error


def begin_sign_in() -> None:
    """Who is let in, as the setting names it. ValueError, one sentence, where that would leave the data open."""
    mode, listening = os.environ.get(SIGN_IN, "").strip().lower(), st.get_option("server.address") or ""
    if mode not in ("", "none", "members", "oidc"):
        raise ValueError(f"{SIGN_IN} is {mode!r}; it can be members, oidc, or none for a server of this machine alone.")
    AT_SERVICE.use(_service() if mode == "oidc" else None)
    if mode in ("members", "oidc"):
        if plain := in_the_clear(addresses()):
            raise ValueError(
                f"With {SIGN_IN}={mode} the address {plain[0]} would send what lets members in in the clear: use https."
            )
        members = _members()
        if not os.environ.get(recording.SETTING, "").strip():
            raise ValueError(f"With {SIGN_IN}={mode} a record says who saw what: name its file in {recording.SETTING}.")
        visit.use_door(Door(members), partial(COOKIES.named, name=VISIT))
        return
    visit.use_door(None)
    if not only_this_machine(addresses(), listening):
        raise ValueError(
            f"Without a sign-in the dashboard serves this machine alone, and other machines reach {addresses()[0]}: "
            f"set {SIGN_IN}=members."
        )


def _service() -> Service:
    """The sign-in service as it is named. ValueError, one sentence, where a setting is missing or cannot be used."""
    settings = settings_of(os.environ)
    from doors.provider.service import Service  # half a second, which only this mode needs

    return Service(settings)


def _members() -> Members:
    named = os.environ.get(MEMBERS, "").strip()
    if not named:
        raise ValueError(f"A sign-in needs the list of members: name it in {MEMBERS}; python -m members makes it.")
    members = Members(Path(named))
    members.all()
    return members


def _open_cuts() -> None:
    """Open every cut for the readers to come; a cut that cannot be opened is logged, and the others are served."""
    try:
        cuts = visit.available_cuts().values()
    except (CutError, OSError) as error:
        LOG.error("%s: %s", visit.data_folder(), error)
        return
    hold_text(cuts)
    for path in cuts:
        try:
            visit.cut_of(path)
        except CutError as error:
            LOG.error("%s: %s", path.parent, error)


def look() -> None:
    """What is done every few seconds: the record is told what commands changed, and the first screen is made."""
    notice(visit.data_folder())
    make_first_screen()


def make_first_screen() -> None:
    """The screen where readers start, made before the first of them: of thousands of subjects it takes some seconds."""
    if "closed" in visit.served():
        first = catalogue.PAGES[0].sections[0]
        visit.make_ready([entry.function for entry in first.displays], shown_as_part)


def _end(reason: str) -> NoReturn:
    """End the process with exit code 1 and one sentence.

    An error raised while a server of this kind starts would be printed with its traceback, and end it with 3.
    """
    print(reason, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def health(_request) -> JSONResponse:
    """Whether the newest data can be shown, and what is shown where not; no path, and nothing of the cuts' content."""
    try:
        cuts = list(visit.available_cuts().values())
    except (CutError, OSError):
        return JSONResponse({"status": "no data"}, status_code=503)
    if _opens(cuts[-1]):
        return JSONResponse({"status": "ok", "cuts": len(cuts)})
    told = {"status": "the newest data cut cannot be opened", "cuts": len(cuts), "shown": _shown_instead(cuts[:-1])}
    return JSONResponse(told, status_code=503)


def _opens(cut: Path) -> bool:
    try:
        visit.cut_of(cut)
        return True
    except CutError:
        return False


def _shown_instead(older: list[Path]) -> str:
    """What readers get where the newest data cut cannot be opened: an older one only where they choose it."""
    opened = sum(map(_opens, older))
    chosen = f", and {counted(opened, 'older data cut')} where a reader chooses one" if opened else ""
    return f"a sentence that says so{chosen}"


def first_page(request) -> RedirectResponse:
    """The first page has no path of its own; its key, typed or sent by somebody, leads there with the same query."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


# A folder named pages/ makes Streamlit's old router answer the first visit after a start, with "Page not found".
PagesManager.uses_pages_directory = False

app = st.App(
    "dashboard.py",
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(OwnAddressesOnly, addresses=addresses, tell=partial(REFUSED, why=FOREIGN, of_members=True)),
        Middleware(MembersOnly, way_in=WAY_IN, is_click=is_click, page_of=page_of),
        Middleware(BoundToVisit, visits=VISITS, is_page=may_be_page),
        Middleware(
            OwnUploads, visits=VISITS, is_of=is_session_of, held=files_held, tell=partial(REFUSED, why=ANOTHERS)
        ),
        Middleware(ReadersMessagesOnly, lets_through=is_of_a_reader),
    ],
    routes=[
        Route("/health", health),
        Route(f"/{catalogue.PAGES[0].key}", first_page),
        *WAY_IN.routes(),
        *AT_SERVICE.routes(),
        *FILES.routes(),
    ],
)
