"""Cuts that the tests share: the sample trial, the CDISC pilot, and tiny ones made of drawn tables."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from building import building  # noqa: E402
from kept_cuts import content_key, kept_cut, remove_unused_rooms, room  # noqa: E402
from recorder import Recorder, agrees  # noqa: E402, F401
from rule_trials import drawn_trial  # noqa: E402
from shared import SHARED  # noqa: E402
from sharing import Sharing  # noqa: E402
from times import Times  # noqa: E402

from ingest.delivery import Delivery  # noqa: E402
from ingest.sample import ensure_sample  # noqa: E402
from queries import Cut, View, list_cuts, open_cut  # noqa: E402
from queries.kept import Kept  # noqa: E402
from trial import Trial  # noqa: E402

SAMPLE = ROOT / "sample_data"
DAY = date(2007, 11, 30)
CUTS_KEPT = 60
"""At up to 16 MB each."""
Datasets = dict[str, pandas.DataFrame] | Delivery
CUT_DATES = [date(2007, 8, 31), date(2007, 11, 30), date(2008, 2, 29)]


# The tests keep many cuts and frames: a collection of all that is kept costs more than it finds.
gc.set_threshold(200_000, 50, 1000)


def pytest_configure(config) -> None:
    """Comparisons made with the fixture `agrees` become the record of validation."""
    config.pluginmanager.register(Recorder(config), "validation-record")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(), "times-by-kind")
        config.pluginmanager.register(Sharing(), "groups-of-tests")
        remove_unused_rooms()


@pytest.fixture(scope="session")
def trial() -> Trial:
    return Trial.read(SAMPLE / "trial.toml")


ANSWERS: Kept[pandas.DataFrame] = Kept(2000)


def opened_as_on_a_server(path: Path) -> Cut:
    """An open Cut that asks each question once, as the dashboard opens it."""
    return replace(open_cut(path), answers=ANSWERS)


@pytest.fixture(scope="session")
def make_cut():
    """make_cut({"dm": frame, ...}, trial=None, cut=date) → a Cut in memory, each table made when it is first asked for;
    the same content is made once while it is kept, so nothing in it may be changed."""

    kept: Kept[Cut] = Kept(CUTS_KEPT)

    def make(datasets: Datasets, trial: Trial | None = None, cut: date = DAY) -> Cut:
        delivery, trial = Delivery.of(datasets), trial or Trial.none()
        return kept(content_key(delivery, trial, cut), lambda: building(delivery, trial, cut))

    return make


@pytest.fixture(scope="session")
def file_of_cut():
    """As make_cut, for what needs the file of a cut: it is whole, and kept across runs; copy it before changing it."""

    opened: dict[Path, Cut] = {}

    def make(datasets: Datasets, trial: Trial | None = None, cut: date = DAY) -> Cut:
        path = kept_cut(datasets, trial or Trial.none(), cut)
        if path not in opened:
            opened[path] = opened_as_on_a_server(path)
        return opened[path]

    return make


@pytest.fixture(scope="session")
def drawn_cut(make_cut, trial):
    """drawn_cut("A130 NNN | A160 NTP"): the cut of a trial drawn as `drawn_trial` tells."""

    def draw(text: str) -> Cut:
        data, cut = drawn_trial(text)
        return make_cut(data, trial, cut)

    return draw


@pytest.fixture(scope="session")
def sample_cuts() -> dict[date, Cut]:
    """The sample trial's data cuts, oldest first; made once for all workers
    and kept while nothing they rest on changes."""
    return {day: opened_as_on_a_server(path) for day, path in list_cuts(ensure_sample(room()))}


@pytest.fixture(scope="session")
def views(sample_cuts) -> dict[str, View]:
    """Each cut of the sample trial by its date as text, compared with the one before."""
    cuts = list(sample_cuts.values())
    return {cut.date.isoformat(): View(cut, before) for cut, before in zip(cuts, [None, *cuts[:-1]], strict=True)}


@pytest.fixture(scope="session")
def closed_books(views):
    """closed_books("2008-02-29") → the pack of all that a closed session sees of a cut of the sample trial, made once
    for the tests that `sharing` sends to one worker."""
    from export.made import make
    from export.presets import preset

    return cache(lambda date: make(preset("closed"), views[date]))


@pytest.fixture(scope="session")
def seen(make_cut):
    """seen("..D") → the view of these subjects in a trial with one stopping rule."""
    from stopping_frames import defined, people

    def make(course: str, cut: date = date(2007, 12, 1), **settings) -> View:
        return View(make_cut(people(course), defined(**settings), cut))

    return make


@pytest.fixture(scope="session")
def stand(seen):
    """stand("..D") → where the one stopping rule stands on these subjects."""
    from displays.stopping.asked import rule_states

    return lambda course, *cut, **settings: rule_states(seen(course, *cut, **settings))[0][0]


@pytest.fixture(scope="session")
def pilot_cut(file_of_cut) -> Cut:
    """The CDISC pilot, without a trial definition: arms in place of dose levels."""
    if not SHARED.is_dir():
        pytest.skip(f"the CDISC pilot files are not there ({SHARED})")
    from raw import raw

    return file_of_cut(raw(SHARED / "data" / "cdisc_pilot" / "sdtm"), cut=date(2015, 3, 31))
