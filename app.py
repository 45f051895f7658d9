"""The server: `streamlit run app.py`. Warms up before the first reader, sets security headers, answers /health."""

from __future__ import annotations

import gc
import logging
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

import visit
from displays import catalogue  # noqa: F401  all displays are imported here, so that no reader waits for them
from displays.drawing import house
from export import images_available  # noqa: F401  imported here so that no reader waits for it
from ingest.sample import ensure_sample
from queries import CutError

LOG = logging.getLogger("safety")

# Streamlit's page brings inline styles and starts its own scripts; nothing may come from elsewhere.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def with_headers(message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [
                    (k.lower().encode(), v.encode()) for k, v in HEADERS.items() if k.lower().encode() not in present
                ]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def lifespan(_app):
    """Refuse settings that cannot be used; make the sample trial where no data folder is named, open the data,
    draw a first figure, then settle memory."""
    visit.reader()
    if visit.data_folder() == visit.BUILT_SAMPLE:
        ensure_sample(visit.BUILT_SAMPLE, progress=print)
    try:
        for path in visit.available_cuts().values():
            visit.cut_of(path)
    except CutError as error:
        LOG.error("%s", error)
    house.figure().to_json()
    # Streamlit collects all garbage after every run; what is loaded now need not be looked at again.
    gc.collect()
    gc.freeze()
    yield {}


async def health(_request) -> JSONResponse:
    """Whether data can be served, and how many cuts; nothing of their content."""
    try:
        return JSONResponse({"status": "ok", "cuts": len(visit.available_cuts())})
    except CutError:
        return JSONResponse({"status": "no data"}, status_code=503)


# A folder named pages/ makes Streamlit's old router answer the first visit after a start, with "Page not found".
PagesManager.uses_pages_directory = False

app = st.App(
    "dashboard.py", lifespan=lifespan, middleware=[Middleware(SecurityHeaders)], routes=[Route("/health", health)]
)
