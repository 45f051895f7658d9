"""What an open session may ask of a data cut, and the answers that it gets: none of fewer than five subjects.

Everything that an open session shows is made of these answers. Each is that of the whole trial; what could be told of a
few by adding and subtracting is pooled or held back:

- Sites with one to four enrolled subjects stand together, with as many of the next larger as bring them to five; of a
  site nothing is told but enrolment. Enrolment is told by months, put together until five were enrolled.
- A result that stays as it is (baseline, DLT evaluation, reason for ending treatment) is told of a group that differs
  by none or by five subjects or more from the same group at every earlier cut that told it: the difference of two cuts
  is the result of those between.
- A result that may still come to anybody (death, event, remission) is not told where it, at this cut, has come to more
  than were there at an earlier cut with one to four fewer: the rest would be theirs.
- No result is told of one to four subjects.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pandas
from pandas import DataFrame, Series, Timestamp, concat

from queries.cut import Cut, CutError
from queries.open_file import ANSWERS, HELD, JUDGED, QUESTIONS, RECORDS, OpenCut
from queries.opening import list_cuts, open_cut
from queries.record_changes import changes, judgements_changed

FEWEST = 5
"""Subjects of the smallest group of which an open session is told anything."""
STAYING = {
    "baseline": ("treated", "heart", "anthracycline"),
    "dlt": ("evaluated", "evaluable"),
    "reasons": ("ended",),
}
"""Result that stays as it is → the groups of which it is told (of open_groups)."""
COMING = {"events": "treated", "response": "response"}
"""Result that may still come → the group of which it is told."""
OF_EVENTS = (
    "Deaths",
    "Serious adverse events",
    "Subjects with an SAE",
    "Serious by a criterion only",
    "Subjects with an SAE by a criterion only",
    "Seriousness not known",
    "Subjects whose seriousness is not known",
)
OF_DLT = ("Evaluable for DLT", "Subjects with a DLT", "Not evaluable")
OF_RESPONSE = ("Remissions", "Remissions possible", "Remissions lost early")
FEW = "few"
"""The SITEID of the sites that stand together."""
Groups = dict[str, frozenset[str]]


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
    return changes(cut.ask, before.ask).drop(columns="ADDEDNEW"), judgements_changed(cut.ask, before.ask)


def _as_stored(frame: DataFrame) -> DataFrame:
    """The frame with the types that it has when it comes out of a file."""
    with duckdb.connect(":memory:") as connection:
        connection.register("answer", frame)
        return connection.execute("select * from answer").df()


def _answers(cut: Cut) -> dict[str, DataFrame]:
    history = [*_earlier(cut), groups(cut)]
    held, most = held_back(history), {what: _most(history, name) for what, name in COMING.items()}
    asked = {name: cut.ask(name) for name in QUESTIONS}
    return asked | {
        "accrual_by_site": sites_together(asked["accrual_by_site"]),
        "accrual_over_time": by_months(asked["accrual_over_time"], cut.date),
        "currency_by_site": _outstanding(asked["currency_by_site"]),
        "flow_counts": _flow(asked["flow_counts"], held, most["events"]),
        "overview_adverse_events": _at_most(asked["overview_adverse_events"], most["events"]),
        "overview_baseline": asked["overview_baseline"].iloc[: 0 if "baseline" in held else None].drop(columns=LIMITS),
        "overview_measures": _measures(asked["overview_measures"], asked["flow_counts"], held, most),
        "remission_doubt_counts": _doubts(asked["remission_doubt_counts"], most["response"]),
        HELD: _held(held, asked["overview_adverse_events"], most),
    }


LIMITS = ["LOW", "HIGH"]
"""The lowest and the highest value are each of a single child."""


def groups(cut: Cut) -> Groups:
    """The subjects of each group of which results are told."""
    found = cut.ask("open_groups").groupby("GROUPNAM")["USUBJID"]
    known = {name: frozenset(people) for name, people in found}
    return {name: known.get(name, frozenset()) for name in {*COMING.values(), *sum(STAYING.values(), ())}}


def _earlier(cut: Cut) -> list[Groups | None]:
    """The groups of every earlier cut of the folder, oldest first; None for one that cannot be opened."""
    return [_groups_of(path, cut.study) for day, path in list_cuts(cut.path.parent) if day < cut.date]


def _groups_of(path, study: str) -> Groups | None:
    try:
        earlier = open_cut(path)
    except (CutError, OSError):
        return None
    try:
        if earlier.for_open_session:
            return None
        return groups(earlier) if earlier.study == study else {}
    finally:
        earlier.connection.close()


def held_back(history: list[Groups | None]) -> set[str]:
    """The results that stay as they are and are not told of the last of these cuts, which come oldest first.

    An earlier cut that cannot be opened (None) may have told any of them.
    """
    return {what for what, names in STAYING.items() if not _told(history, names)}


def _told(history: list[Groups | None], names: Iterable[str]) -> bool:
    if None in history:
        return False
    told, last = [Groups()], True
    for known in filter(None, history):
        last = all(_apart(known[name], before.get(name, frozenset())) for before in told for name in names)
        told += [known] * last
    return last


def _apart(now: frozenset[str], before: frozenset[str]) -> bool:
    """Whether two groups are the same or differ, either way, by five or more."""
    return not any(0 < len(rest) < FEWEST for rest in (now - before, before - now))


def _most(history: list[Groups | None], name: str) -> int | None:
    """The largest number of a group to whom a result may be told to have come; None for any number."""
    *earlier, last = history
    if None in earlier or last is None or 0 < len(last[name]) < FEWEST:
        return -1
    before = [known[name] for known in earlier if known and not _apart(last[name], known[name])]
    return min(map(len, before), default=None)


def _too_many(numbers: Series, most: int | None) -> Series:
    return (numbers > most) if most is not None else Series(False, index=numbers.index)


def sites_together(sites: DataFrame) -> DataFrame:
    """SITEID SITENAM OPENDT ISOPEN ENROLLED NSITES; sites with one to four enrolled subjects as one (SITEID few)."""
    sites = sites.assign(NSITES=1)[["SITEID", "SITENAM", "OPENDT", "ISOPEN", "ENROLLED", "NSITES"]]
    small = sites["SITEID"].isin(_small(sites)) | (sites["SITEID"].isna() & sites["ENROLLED"].between(1, FEWEST - 1))
    if not small.any():
        return sites
    few = sites[small]
    names = few["SITENAM"].fillna(few["SITEID"]).dropna()
    one = DataFrame({"SITEID": [FEW], "SITENAM": ["; ".join(names)], "ISOPEN": [True]})
    one = one.assign(OPENDT=pandas.NaT, ENROLLED=few["ENROLLED"].sum(), NSITES=len(few))[list(sites.columns)]
    return concat([sites[~small], one.astype(sites.dtypes.to_dict())], ignore_index=True)


def _small(sites: DataFrame) -> list[str]:
    """The sites with one to four enrolled subjects, and as many of the next larger as bring them to five."""
    ordered = sites[sites["ENROLLED"] > 0].sort_values(["ENROLLED", "SITEID"], kind="stable")
    so_far = ordered["ENROLLED"].cumsum() - ordered["ENROLLED"]
    few = ordered["ENROLLED"] < FEWEST
    return ordered.loc[few | (few.any() & (so_far < FEWEST)), "SITEID"].dropna().tolist()


def by_months(days: DataFrame, last: date) -> DataFrame:
    """ENRLDT NUMBER CUMULATIVE: enrolments by the ends of months, put together until each step is five or more.

    days: the answer of accrual_over_time; what is left after the last step belongs to it. last: the day of the cut.
    """
    dated = days[days["ENRLDT"].notna()]
    steps: list[list] = []
    for end, number in dated.groupby(dated["ENRLDT"] + pandas.offsets.MonthEnd(0))["NUMBER"].sum().items():
        day = max(min(end, Timestamp(last)), steps[-1][0] if steps else Timestamp.min)
        if steps and (steps[-1][1] < FEWEST):
            steps[-1] = [day, steps[-1][1] + number]
        else:
            steps.append([day, number])
    if len(steps) > 1 and steps[-1][1] < FEWEST:
        day, number = steps.pop()
        steps[-1] = [day, steps[-1][1] + number]
    told = DataFrame(steps, columns=["ENRLDT", "NUMBER"])
    told = concat([told, days.loc[days["ENRLDT"].isna(), ["ENRLDT", "NUMBER"]]], ignore_index=True)
    return told.assign(CUMULATIVE=told["NUMBER"].cumsum()).astype(days.dtypes.to_dict())


def _outstanding(sites: DataFrame) -> DataFrame:
    """One row of all sites: what is expected ends with death or the end of the study, which of a site is a result.

    How late the latest is, is of one child; who was given a further course is told of five or more.
    """
    if sites.empty:
        return sites.assign(NSITES=0)
    sums = sites.select_dtypes("number").sum(min_count=1)
    one = DataFrame([sums.to_dict()]).assign(SITEID="", SITENAM="", ECHOLATEST=float("nan"), NSITES=len(sites))
    if 0 < sums["FURTHER"] < FEWEST:
        one[["FURTHER", "UNSEEN"]] = 0
    if 0 < sums["TREATED"] < FEWEST:
        one["ECHOGONE"] = 0
    return one[[*sites.columns, "NSITES"]]


def _flow(steps: DataFrame, held: set[str], most: int | None) -> DataFrame:
    """The steps; NUMBER is missing where a result is held back."""
    told = steps.assign(HELD=False)
    ended = told["STEP"].isin(["Died", "Treatment ended", "Left the study alive"])
    if _too_many(told.loc[ended, "NUMBER"].fillna(0), most).any():
        told.loc[told["PART"].isin(["Treatment", "Study"]), "HELD"] = True
    told.loc[(told["PART"] == "DLT evaluation") & ("dlt" in held), "HELD"] = True
    told["NUMBER"] = told["NUMBER"].mask(told["HELD"])
    return told[~((told["PART"] == "Reason") & ("reasons" in held))].reset_index(drop=True)


def _measures(measures: DataFrame, steps: DataFrame, held: set[str], most: dict[str, int | None]) -> DataFrame:
    """The measures, deaths of the treated, as every other result: the rest would be of the few never treated."""
    died = steps[(steps["PART"] == "Study") & (steps["STEP"] == "Died")].iloc[0]
    deaths, name = measures["MEASURE"] == "Deaths", measures["MEASURE"]
    told = measures.assign(
        NUMBER=measures["NUMBER"].mask(deaths, died["NUMBER"]),
        OUTOF=measures["OUTOF"].mask(deaths, died["OUTOF"]),
        POPULATION=measures["POPULATION"].mask(deaths, died["POPULATION"]),
    )
    subjects = told["NUMBER"].where(~name.isin(["Serious adverse events", "Seriousness not known"])).fillna(0)
    hold = (
        (name.isin(OF_EVENTS) & (_too_many(subjects, most["events"]) | (most["events"] == -1)))
        | (name.isin(OF_RESPONSE) & (_too_many(subjects, most["response"]) | (most["response"] == -1)))
        | (name.isin(OF_DLT) & ("dlt" in held))
    )
    return told.assign(NUMBER=told["NUMBER"].mask(hold), HELD=hold)


def _doubts(doubts: DataFrame, most: int | None) -> DataFrame:
    return doubts * 0 if most == -1 else doubts


def _at_most(terms: DataFrame, most: int | None) -> DataFrame:
    return terms[~_too_many(terms["SUBJECTS"], most)].reset_index(drop=True)


def _held(held: set[str], terms: DataFrame, most: dict[str, int | None]) -> DataFrame:
    """WHAT is held back; `terms` where adverse events are."""
    events = ["terms"] * bool(_too_many(terms["SUBJECTS"], most["events"]).any())
    return DataFrame({"WHAT": [*sorted(held), *events]}, dtype=object)
