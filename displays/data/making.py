"""How a cut was made, and what the trial's definition assumes."""

from __future__ import annotations

from pandas import DataFrame

from displays.data.defaults import defaults_in_words
from displays.data.whole import whole_cut
from displays.display import Display, day
from displays.words import counted, sentence
from queries import View
from trial import Trial


def making(view: View) -> Display:
    """How the cut was made: date, source, trial definition, software."""
    table = view.cut.ask("data_making")
    known = dict(zip(table["NAME"], table["SETTING"], strict=True))
    when, version = known.get("Made at (UTC)", "an unknown day"), known.get("duckdb", "of unknown version")
    return whole_cut(
        view,
        "making",
        title="How this cut was made",
        finding=f"Data as of {day(view.cut.date)}, made on {when} (UTC) with DuckDB {version}.",
        table=table,
        labels={"NAME": "What", "SETTING": "Value"},
        method="A data cut is one file that is never changed after it was made; it holds the trial's definition."
        + defaults_in_words(view.trial),
        questions=("data_making",),
    )


def assumptions(view: View) -> Display:
    """What the trial definition assumes because no published source states it."""
    table = DataFrame(list(view.trial.assumptions.items()), columns=["ABOUT", "ASSUMED"])
    return whole_cut(
        view,
        "assumptions",
        audience="open",
        title="What is assumed",
        finding=_assumed(view.trial, len(table)),
        table=table,
        labels={"ABOUT": "Setting of trial.toml", "ASSUMED": "Assumption"},
        method="The trial definition (trial.toml) is kept inside the data cut; to change an assumption, change it "
        "there and make a new cut." + defaults_in_words(view.trial),
        questions=(),
    )


def _assumed(trial: Trial, number: int) -> str:
    if not trial.defined:
        return "No trial definition was given: the groups are the arms as delivered, and test codes are CDISC's."
    verb = "is" if number == 1 else "are"
    return sentence(f"{counted(number, 'assumption')} of the trial definition {verb} in no published source")
