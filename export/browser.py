"""The browser that draws figures: one, owned by one thread, begun when it is first needed and ended when nobody draws.

A browser that several threads share has handed out the wrong figure without an error, and each start costs seconds.
"""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread, main_thread
from time import monotonic

from kaleido import Kaleido

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NOWHERE = "127.0.0.1:9"
"""A proxy that is not there: whatever the browser would ask of the network goes no further than this machine."""
IDLE_SECONDS, FIGURE_SECONDS, CLOSE_SECONDS, LOOK_SECONDS = 600.0, 60.0, 10.0, 0.5
"""A browser that drew nothing for so long is ended; a figure, a start or an end that takes longer is given up; how
often is looked."""

FIGURES_A_PAGE = 100
FAILURES = (Exception, asyncio.CancelledError)
"""Whatever becomes of a browser: one that breaks down cancels what it was asked, which is no Exception."""


class ImagesUnavailable(RuntimeError):
    """There is no browser on the machine to draw with, or it does not draw."""


def images_available() -> bool:
    """Whether this machine has a Chromium or Chrome that can draw images."""
    return any(shutil.which(name) for name in NAMES)


@dataclass
class Wish:
    """A figure to be drawn, and where its image will be; the last one only ends the browser."""

    figure: dict | None = None
    options: dict = field(default_factory=dict)
    last: bool = False
    image: Future[bytes] = field(default_factory=Future)


class Painter:
    """Draws one figure after the other, in a thread that lives as long as its browser."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._wishes: SimpleQueue[Wish] = SimpleQueue()

    def draw(self, figure: dict, options: dict) -> bytes:
        """A figure as the bytes of an image; ImagesUnavailable where no browser draws it, even one begun anew."""
        if not images_available():
            raise ImagesUnavailable(
                "Images need Chromium or Chrome on this machine (Debian: apt-get install chromium). "
                "CSV and XLSX work without it."
            )
        return self._ask(Wish(figure, options)).result()

    def warm_up(self) -> None:
        """Begin the browser ahead of the first figure, without waiting for it; what it draws first takes it longest."""
        if images_available():
            self._ask(Wish({"data": [], "layout": {}}, {"format": "png", "width": 960, "height": 540, "scale": 1}))

    def end(self) -> None:
        """End the browser, if there is one; the next figure begins another."""
        if self._thread is not None:
            self._ask(Wish(last=True)).result()

    def _ask(self, wish: Wish) -> Future[bytes]:
        with self._lock:
            self._wishes.put(wish)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._serve, name="painter")
                self._thread.start()
        return wish.image

    def _serve(self) -> None:
        """Fulfil wishes until nobody has had one for long, or the program ends."""
        with asyncio.Runner() as runner:
            easel, used = Easel(runner), monotonic()
            while True:
                try:
                    wish = self._wishes.get(timeout=LOOK_SECONDS)
                    used = monotonic()
                    easel.fulfil(wish)
                    over = wish.last
                except Empty:
                    over = not main_thread().is_alive() or monotonic() - used > IDLE_SECONDS
                if over and self._leave():
                    break
            easel.put_away()

    def _leave(self) -> bool:
        """Whether the thread may end: nobody has asked in the meantime."""
        with self._lock:
            if not self._wishes.empty():
                return False
            self._thread = None
            return True


class Easel:
    """The browser of one thread."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.browser: Kaleido | None = None

    def fulfil(self, wish: Wish) -> None:
        """Draw a figure; if the browser has gone away, once more with another."""
        try:
            wish.image.set_result(self._drawn(wish))
        except FAILURES:
            self.put_away()
            try:
                wish.image.set_result(self._drawn(wish))
            except FAILURES as error:
                self.put_away()
                words = f"The browser did not draw the figure ({type(error).__name__}); try again."
                wish.image.set_exception(ImagesUnavailable(words))

    def put_away(self) -> None:
        """End the browser."""
        browser, self.browser = self.browser, None
        if browser is not None:
            try:
                self.runner.run(asyncio.wait_for(browser.close(), CLOSE_SECONDS))
            except FAILURES:  # it has gone away already
                return

    def _drawn(self, wish: Wish) -> bytes:
        if wish.last:
            return b""
        if self.browser is None:
            self.browser = self.runner.run(_begun())
        return self.runner.run(asyncio.wait_for(self.browser.calc_fig(wish.figure, opts=wish.options), FIGURE_SECONDS))


class OnePage(Kaleido):
    """Draws one figure after the other on the same page: to load the page anew for each is half of a figure's time.

    It is loaded anew once in FIGURES_A_PAGE figures, so that what figures leave behind does not grow.
    """

    drawn = 0

    async def _return_kaleido_tab(self, tab) -> None:
        self.drawn += 1
        if self.drawn % FIGURES_A_PAGE == 0:
            await tab.reload()
        await self.tabs_ready.put(tab)


async def _begun() -> Kaleido:
    # without MathJax, which would be fetched from a public server
    browser = OnePage(n=1, timeout=FIGURE_SECONDS, mathjax=False, proxy_server=NOWHERE)
    try:
        await asyncio.wait_for(browser.open(), FIGURE_SECONDS)
    except FAILURES:
        await asyncio.wait_for(browser.close(), CLOSE_SECONDS)
        raise
    return browser


PAINTER = Painter()
