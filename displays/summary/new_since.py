"""What is new since the previous meeting, by name: one row a kind with its number and the subjects."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pandas import DataFrame

from displays.absent import absence
from displays.adverse_events.deaths import of_what
from displays.adverse_events.events import EVENT_KEYS, listed_events
from displays.conduct.changes import NO_CUT
from displays.display import Display, blank, day, display
from displays.groups import NOBODY, dlts_collected, present
from displays.remission.definitions import responses_collected
from displays.since import compare
from displays.summary.alarms_of_events import judged_again
from displays.summary.corrections import DATASETS, corrections, not_compared
from displays.summary.no_longer import NO_LONGER, grade_words, in_remission, relapses
from displays.summary.who import Who, named
from displays.words import counted, listed, on_day, sentence
from queries import Cut, View
from queries.frames import rows_of

NEW_SINCE = ("new_since", "New since the previous meeting")
LABELS = {"KIND": "What", "NUMBER": "New (n)", "NAMES": "Subjects", "NOTE": "Note"}
KINDS = {
    "DLTs": "every_dlt",
    "Deaths": "deaths",
    "Serious events": "adverse_by_dose",
    "Remissions": "best_response",
    "Relapses": "swimmer",
    "Changed values": "records_changed",
    "Re-adjudicated": "every_dlt",
    "Withdrawn": "records_changed",
}
"""Kind → the display that has more of it."""
SPOKEN = {
    "DLTs": "DLT",
    "Deaths": "death",
    "Serious events": "serious event",
    "Remissions": "remission",
    "Relapses": "relapse",
    "Changed values": "changed value",
    "Re-adjudicated": "re-adjudicated event",
    "Withdrawn": "withdrawn finding",
}
FIRST_KINDS = 5
"""So many kinds are in the first sentence."""
EVENTS_OF = {"DLTs": "DLT event", "Serious events": "serious event"}
"""Of these one subject may have several: where the numbers differ, both are said."""
METHOD = (
    "New: not known so at the previous cut, whatever the filters left then. A DLT is also new where an event was "
    "re-adjudicated as one. Serious: flagged, by a criterion or fatal; treatment-emergent. Remissions and relapses: by "
    "the investigator's assessments. Changed values: ejection fractions of grade 2 or worse, QTcF above 480 ms and "
    "laboratory results of grade 3 or worse in either cut, and of adverse events the grade, term, onset and causality; "
    "what was withdrawn too, of subjects that the filters leave in either cut. Withdrawn: deaths, serious events, "
    "remissions and relapses of the previous cut that are none in this one."
)


def new_since(view: View) -> Display:
    """DLTs, deaths, serious events, remissions and relapses of this cut that the previous one did not hold, by name."""
    if view.previous is None:
        return blank(view, *NEW_SINCE, NO_CUT)
    table = _table(view)
    return display(
        view,
        *NEW_SINCE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats={"NUMBER": "integer"},
        population=_population(view),
        method=METHOD,
        source="adae, adsl, adrs, adcv, adeg, adlb of both cuts.",
        questions=(
            "dlt_events",
            "deaths",
            "serious_events",
            "response_best",
            "response_timeline",
            view.question("graded_values", keys=None, people=None, days=None),
            "ae_events",
        ),
    )


def _table(view: View) -> DataFrame:
    """KIND, NUMBER (missing where it was not collected in one of the cuts), NAMES, NOTE; WHO and LEADS for the screen.

    NUMBER counts events, deaths, values; of one subject there may be several.
    """
    rows = []
    for kind, (collected, found) in SOURCES.items():
        lacking = _lacking(view, collected)
        people = [] if lacking else list(found(view))
        note = lacking or "; ".join(filter(None, [_subjects(kind, people), NOTES.get(kind, _no_note)(view, people)]))
        rows.append((kind, None if lacking else len(people), named(people), note, tuple(people), KINDS[kind]))
    return DataFrame(rows, columns=["KIND", "NUMBER", "NAMES", "NOTE", "WHO", "LEADS"]).astype({"NUMBER": "Int64"})


def _population(view: View) -> str:
    if view.filters.any_set:
        return f"Subjects that the filters leave ({view.filters.words()})."
    return "Every subject of the cut."


def _lacking(view: View, collected: Callable[[Cut], str]) -> str:
    """Why a kind cannot be compared: not collected in this cut, or not at the previous one; "" where it can."""
    if why := collected(view.cut):
        return why
    before = collected(view.previous)
    return f"of {day(view.previous.date)}: {before}, so nothing can be compared" if before else ""


def _of_dlts(cut: Cut) -> str:
    return "" if dlts_collected(View(cut)) else absence(cut, "ae")


def _of_deaths(cut: Cut) -> str:
    return "" if {"dm", "ds"} & cut.delivered else absence(cut, "dm", "ds")


def _of_events(cut: Cut) -> str:
    return "" if "ae" in cut.received else absence(cut, "ae")


def _of_responses(cut: Cut) -> str:
    return "" if responses_collected(View(cut)) else absence(cut, "rs")


def _of_values(cut: Cut) -> str:
    datasets = DATASETS.values()
    return "" if set(datasets) & cut.received else absence(cut, *datasets)


def _dlts(view: View) -> Iterable[Who]:
    rows = listed_events(view, "dlt_events").rows
    for row in rows_of(rows[(rows["SINCE"] == "new") | ((rows["SINCE"] == "changed") & (rows["WASDLT"] != "Y"))]):
        place = f"at {row.TRTA}" if present(row.TRTA) else "no planned level"
        again = "re-adjudicated, " if row.SINCE == "changed" else ""
        yield Who(row.USUBJID, row.SUBJID, f"{row.AEDECOD}, {again}{grade_words(row)}, {on_day(row.ADY)}, {place}")


def _deaths(view: View) -> Iterable[Who]:
    rows = compare(view.ask("deaths"), view.previous.ask("deaths"), ("USUBJID",)).new
    for row in rows_of(rows):
        days = counted(int(row.DAYSLAST), "day") if present(row.DAYSLAST) else ""
        since = f"{days} after the last infusion" if days else "days after the last infusion not known"
        yield Who(row.USUBJID, row.SUBJID, f"{of_what(row)}, {since}")


def _serious(view: View) -> Iterable[Who]:
    rows = _compared_serious(view)
    for row in rows_of(rows[(rows["AESERC"] == "Y") & (rows["WASSERIOUS"] != "Y")]):
        yield Who(row.USUBJID, row.SUBJID, f"{row.AEDECOD}, {grade_words(row)}")


def _compared_serious(view: View) -> DataFrame:
    """The serious events with WASSERIOUS, what AESERC was; asked for twice and compared once."""
    return view.once("serious events since", lambda: _serious_since(view))


def _serious_since(view: View) -> DataFrame:
    compared = compare(view.ask("serious_events"), view.previous.ask("serious_events"), EVENT_KEYS)
    return compared.rows.assign(WASSERIOUS=compared.was["AESERC"])


def _unclear(view: View) -> str:
    """How many new events may be serious; "" where of all it is known."""
    rows = _compared_serious(view)
    number = int((rows["AESERC"].isna() & (rows["SINCE"] == "new")).sum())
    return f"seriousness not known of {number} more" if number else ""


def _remissions(view: View) -> Iterable[Who]:
    now, before = (in_remission(ask("response_best")) for ask in (view.ask, view.previous.ask))
    for row in rows_of(compare(now, before, ("USUBJID",)).new):
        yield Who(row.USUBJID, row.SUBJID, f"{row.BEST}, {on_day(row.BESTDY)}")


def _relapses(view: View) -> Iterable[Who]:
    now, before = (relapses(ask("response_timeline")) for ask in (view.ask, view.previous.ask))
    for row in rows_of(compare(now, before, ("USUBJID", "ADT")).new):
        yield Who(row.USUBJID, row.SUBJID, on_day(row.ADY))


def _withdrawn(view: View) -> Iterable[Who]:
    """The deaths, serious events, remissions and relapses of the previous cut that this one does not have, where both
    cuts hold such data."""
    for kind, what in NO_LONGER.items():
        if not _lacking(view, SOURCES[kind][0]):
            yield from what(view)


def _changed(view: View) -> Iterable[Who]:
    return [one.named for one in corrections(view)]


SOURCES: dict[str, tuple[Callable[[Cut], str], Callable[[View], Iterable[Who]]]] = {
    "DLTs": (_of_dlts, _dlts),
    "Deaths": (_of_deaths, _deaths),
    "Serious events": (_of_events, _serious),
    "Remissions": (_of_responses, _remissions),
    "Relapses": (_of_responses, _relapses),
    "Changed values": (_of_values, _changed),
    "Re-adjudicated": (_of_dlts, judged_again),
    "Withdrawn": (lambda _: "", _withdrawn),
}
"""Kind → why a cut does not hold it ("" where it does), and who is new of it."""


NOTES: dict[str, Callable[[View, list[Who]], str]] = {
    "Serious events": lambda view, _: _unclear(view),
    "Changed values": lambda view, _: "; ".join(f"not compared: {why}" for _, why in not_compared(view)),
}
"""Kind → what is said beside its subjects."""


def _no_note(_view: View, _people: list[Who]) -> str:
    return ""


def _subjects(kind: str, people: list[Who]) -> str:
    """ "in 4 subjects", where a kind has more events than that."""
    number = len({who.usubjid for who in people})
    return f"in {counted(number, 'subject')}" if kind in EVENTS_OF and number != len(people) else ""


def _spoken(row) -> str:
    """ "1 DLT", "5 DLT events in 4 subjects"."""
    among = _subjects(row.KIND, row.WHO)
    name = EVENTS_OF[row.KIND] if among else SPOKEN[row.KIND]
    return f"{counted(int(row.NUMBER), name)} {among}".rstrip()


def _finding(view: View, table: DataFrame) -> list[str]:
    if view.filters.any_set and not int(view.ask("selected_treated")["SUBJECTS"].iloc[0]):
        return [NOBODY]
    known = table[table["NUMBER"].notna()]
    parts = [_spoken(row) for row in rows_of(known) if row.NUMBER]
    first, more = parts[:FIRST_KINDS], parts[FIRST_KINDS:]
    words = listed(first) if first else "nothing new of what could be compared"
    absent = [
        f"{row.KIND.lower().replace('dlt', 'DLT')} ({row.NOTE})" for row in rows_of(table[table["NUMBER"].isna()])
    ]
    return [
        sentence(f"since {day(view.previous_date)}: {words}"),
        sentence(f"also {listed(more)}") if more else "",
        sentence(f"not compared: {'; '.join(absent)}") if absent else "",
    ]
