"""What the board recommended at its earlier meetings, as a statistician keeps it beside the data cuts."""

from __future__ import annotations

from displays.display import Display, blank, day, display
from displays.words import counted, sentence
from queries import View
from queries.recommendations import FILE, RecommendationsError, read_recommendations

RECOMMENDATIONS = ("recommendations", "Past recommendations of the board")
LABELS = {"MEETING": "Meeting", "CUT": "Data cut seen", "RECOMMENDATION": "Recommendation"}
METHOD = (
    f"The table {FILE} in the folder of the data cuts, kept by the statistician: one line a meeting, with its date, "
    "the data cut seen and the recommendation. Meetings after the data cut on screen are not shown."
)


def kept_recommendations(view: View) -> list[str]:
    """Those up to the data cut on screen, the latest first, each with its dates; why they cannot be read; [] where
    none is kept."""
    try:
        known = read_recommendations(view.cut.path.parent)
    except RecommendationsError as error:
        return [str(error)]
    table = known[known["MEETING"] <= view.cut.date] if known is not None else None
    rows = [] if table is None else list(table.itertuples(index=False))
    return [f"{sentence(row.RECOMMENDATION)} ({day(row.MEETING)}, on data as of {day(row.CUT)})" for row in rows]


def recommendations(view: View) -> Display:
    """Each meeting up to the data cut on screen, the latest first."""
    try:
        known = read_recommendations(view.cut.path.parent)
    except RecommendationsError as error:
        return blank(view, *RECOMMENDATIONS, finding=str(error))
    if known is None:
        words = f"No past recommendations are kept: there is no {FILE} beside the data cuts."
        return blank(view, *RECOMMENDATIONS, finding=words)
    table = known[known["MEETING"] <= view.cut.date].reset_index(drop=True)
    return display(
        view,
        *RECOMMENDATIONS,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        formats={"MEETING": "date", "CUT": "date"},
        population=f"{counted(len(table), 'meeting')}; filters do not apply here.",
        method=METHOD,
        source=f"{FILE}, kept beside the data cuts; no delivered data.",
        questions=(),
    )


def _finding(table) -> list[str]:
    if table.empty:
        return ["No recommendation is kept of a meeting up to this data cut."]
    last = table.iloc[0]
    when = f"The latest recommendation is of {day(last.MEETING)}, on data as of {day(last.CUT)}."
    return [when, sentence(last.RECOMMENDATION)]
