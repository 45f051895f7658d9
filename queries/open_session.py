"""What an open session may ask of a data cut, and the answers that it gets: none of fewer than five subjects.

Everything that an open session shows is made of these answers. Each is that of the whole trial; what could be told of a
few by adding and subtracting is pooled or held back:

- Sites with one to four enrolled subjects stand together, with as many of the next larger as bring them to five; of a
  site nothing is told but enrolment. Enrolment is told by months, put together until five were enrolled.
- A result that stays as it is (baseline, DLT evaluation, reason for ending treatment) is told of a group that differs
  by none or by five subjects or more from the same group at every earlier cut that told it: the difference of two cuts
  is the result of those between.
- A result that may still come to anybody (death, event, remission) is not told where an earlier cut had one to four
  subjects fewer, of whom all but a few had it already: what is more would be theirs. Where another one has come to more
  than were there, none of its kind is told, since that one alone is missing would tell it.
- No result is told of one to four subjects. Of outstanding data nothing is told of further courses.
"""

from __future__ import annotations

import duckdb
from pandas import DataFrame, Series

from queries.cut import Cut
from queries.open_file import ANSWERS, HELD, JUDGED, QUESTIONS, RECORDS, OpenCut
from queries.open_held import (
    COMING,
    EVENTS_COUNTED,
    OF_DLT,
    OF_EVENTS,
    OF_RESPONSE,
    OF_STUDY,
    Rest,
    earlier,
    held_back,
    held_of,
    known_of,
)
from queries.open_pooled import by_months, outstanding, sites_together
from queries.record_changes import changes, judgements_changed

LIMITS = ["LOW", "HIGH"]
"""The lowest and the highest value are each of a single child."""


def open_answer(cut: Cut, name: str) -> DataFrame:
    """One answer that an open session gets of a cut, a frame of the caller's own. ValueError where it gets none."""
    if name not in ANSWERS:
        raise ValueError(f"{name!r} is no question of the open session; these are {', '.join(ANSWERS)}.")
    return cut.ask(name) if isinstance(cut, OpenCut) else open_answers(cut)[name].copy(deep=False)


def open_answers(cut: Cut) -> dict[str, DataFrame]:
    """Every answer that an open session gets of a whole cut, by its name; found once where answers are kept."""
    return cut.once("open session", lambda: {name: _as_stored(frame) for name, frame in _answers(cut).items()})


def open_records(cut: Cut, before: Cut) -> tuple[DataFrame, int]:
    """The records added, changed and withdrawn between two cuts by domain, and how many events were judged otherwise.

    Not how many were added in new subjects: of few new subjects that is a result.
    """
    if isinstance(cut, OpenCut):
        return cut.ask(RECORDS), int(cut.ask(JUDGED)["CHANGED"].iloc[0])
    if "records" in set(open_answer(cut, HELD)["WHAT"]):
        return DataFrame({"DOMAIN": []}, dtype=object), 0
    return changes(cut.ask, before.ask).drop(columns="ADDEDNEW"), judgements_changed(cut.ask, before.ask)


def _as_stored(frame: DataFrame) -> DataFrame:
    """The frame with the types that it has when it comes out of a file."""
    with duckdb.connect(":memory:") as connection:
        connection.register("answer", frame)
        return connection.execute("select * from answer").df()


def _answers(cut: Cut) -> dict[str, DataFrame]:
    history = [*earlier(cut), known_of(cut)]
    held = held_back([known.groups if known else None for known in history])
    rest = {what: held_of(history, what) for what in COMING}
    asked = {name: cut.ask(name) for name in QUESTIONS}
    return asked | {
        "accrual_by_site": sites_together(asked["accrual_by_site"]),
        "accrual_over_time": by_months(asked["accrual_over_time"], cut.date),
        "currency_by_site": outstanding(asked["currency_by_site"], held),
        "flow_counts": _flow(asked["flow_counts"], held, rest["events"]),
        "overview_adverse_events": _terms(asked["overview_adverse_events"], rest["events"]),
        "overview_baseline": asked["overview_baseline"].iloc[: 0 if "baseline" in held else None].drop(columns=LIMITS),
        "overview_measures": _measures(asked["overview_measures"], asked["flow_counts"], held, rest),
        "remission_doubt_counts": _doubts(asked["remission_doubt_counts"], rest["response"]),
        HELD: _held(held, asked["overview_adverse_events"], rest["events"]),
    }


def _flow(steps: DataFrame, held: set[str], events: Rest) -> DataFrame:
    """The steps; NUMBER is missing where a result is held back."""
    told = steps.assign(HELD=False)
    if events.of(Series(OF_STUDY)).any():  # the others of these parts would tell it
        told.loc[told["PART"].isin(["Treatment", "Study"]), "HELD"] = True
    told.loc[(told["PART"] == "DLT evaluation") & ("dlt" in held), "HELD"] = True
    told["NUMBER"] = told["NUMBER"].mask(told["HELD"])
    return told[~((told["PART"] == "Reason") & ("reasons" in held))].reset_index(drop=True)


def _measures(measures: DataFrame, steps: DataFrame, held: set[str], rest: dict[str, Rest]) -> DataFrame:
    """The measures, deaths of the treated, as every other result: the rest would be of the few never treated."""
    died = steps[(steps["PART"] == "Study") & (steps["STEP"] == "Died")].iloc[0]
    deaths, name = measures["MEASURE"] == "Deaths", measures["MEASURE"]
    told = measures.assign(
        NUMBER=measures["NUMBER"].mask(deaths, died["NUMBER"]),
        OUTOF=measures["OUTOF"].mask(deaths, died["OUTOF"]),
        POPULATION=measures["POPULATION"].mask(deaths, died["POPULATION"]),
    )
    # events are not told where their subjects are not
    of_subjects = name.replace(EVENTS_COUNTED).mask(deaths, "Died")
    hold = (
        (name.isin(OF_EVENTS) & rest["events"].of(of_subjects))
        | (name.isin(OF_RESPONSE) & rest["response"].of(name))
        | (name.isin(OF_DLT) & ("dlt" in held))
    )
    return told.assign(NUMBER=told["NUMBER"].mask(hold), HELD=hold)


def _doubts(doubts: DataFrame, response: Rest) -> DataFrame:
    return doubts * 0 if response.all else doubts


def _terms(terms: DataFrame, events: Rest) -> DataFrame:
    return terms[~events.of("term " + terms["AEDECOD"])].reset_index(drop=True)


def _held(held: set[str], terms: DataFrame, events: Rest) -> DataFrame:
    """WHAT is held back; `terms` where adverse events are."""
    some = ["terms"] * bool(events.of("term " + terms["AEDECOD"]).any() or events.all)
    return DataFrame({"WHAT": [*sorted(held), *some]}, dtype=object)
