"""Deaths: who died, when against the infusions and the DLT window, and of what as delivered."""

from __future__ import annotations

from datetime import date

from pandas import DataFrame

from displays.adverse_events.death_periods import early, early_deaths
from displays.display import Display, day, display
from displays.groups import nobody, present, treated, window
from displays.since import SINCE_LABELS, Compared, compare, since, values
from displays.words import counted, first_of, listed, sentence
from queries import View
from queries.frames import rows_of

DEATHS = ("deaths", "Deaths (all causes)")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "DISEASE": "Disease",
    "DATE": "Date of death",
    "DTHDY": "Study day",
    "DAYSLAST": "Days since last infusion",
    "CAUSE": "Cause as delivered",
    "RELATED": "Study drug (fatal event)",
    "EARLY": "After the infusions",
    "WINDOW": "DLT window",
    "TRANSPLANT": "Transplant",
    "DISAGREE": "Data questions: contradictions to be resolved",
    "NARRATIVE": "Narrative as delivered",
} | SINCE_LABELS
SOURCES = {"DM": "demographics", "DS": "disposition", "AE": "fatal event"}
STATE = ("DTHDT", "DTHLDT", "DSCAUSE", "AECAUSE", "NRELATED", "NUNRELATED", "NUNKNOWN")
METHOD = (
    "Deaths up to the data cut, of any cause: demographics, disposition (its term or decoded term), details of death "
    "and fatal events tell of them. The date is that of demographics, else of the disposition, else "
    "the end of the fatal event. Study day: day 1 = first infusion. Last infusion: the last one of the study "
    "drug up to the death. Within 30 days of the last infusion, or within 30 or 60 days of the first: the date of "
    "death is at most so many days after that of the infusion. Cause: as the disposition and the fatal adverse events "
    "(outcome fatal, resulting in death, or grade 5) name it. Causality to the study drug: as reported for the fatal "
    "adverse event; without one it is not stated. Transplant: the first one after the first infusion. "
)


def deaths(view: View) -> Display:
    """Each death with its date, cause and causality as delivered; contradictions are named, none is resolved."""
    # The previous cut without the filters: a death known before is not new because its subject comes under them since.
    before = view.previous.ask("deaths") if view.previous else None
    compared = compare(view.ask("deaths"), before, ("USUBJID",), values(*STATE), words=_was)
    table, later = _worst_first(_spoken(compared.rows)), _after_the_cut(view)
    return display(
        view,
        *DEATHS,
        finding=[*_finding(view, table, compared), later],
        table=table,
        labels=LABELS,
        formats={"DTHDY": "integer", "DAYSLAST": "integer"},
        brief=tuple(column for column in LABELS if column not in ("DISEASE", "TRANSPLANT", "EARLY", "NARRATIVE")),
        population=_population(view, table),
        method=METHOD + window(view),
        source="Demographics, disposition, details of death, adverse events and procedures as delivered.",
        questions=("deaths", "deaths_after_cut"),
    )


def _spoken(rows: DataFrame) -> DataFrame:
    """The rows with what the columns say in words."""
    told = list(rows_of(rows))
    return rows.assign(
        TRTA=[row.TRTA if present(row.TRTA) else "No planned level" for row in told],
        DATE=[date_of(row) for row in told],
        CAUSE=[cause(row) for row in told],
        RELATED=[causality(row) for row in told],
        WINDOW=[_window(row) for row in told],
        EARLY=[early(row) for row in told],
        TRANSPLANT=[_transplant(row) for row in told],
        DISAGREE=[sentence(listed(found)) if (found := contradictions(row)) else "" for row in told],
    )


def _worst_first(rows: DataFrame) -> DataFrame:
    """Those with a fatal event related to the study drug first, then those in the DLT window, each by date."""
    order = DataFrame({"RELATED": ~(rows["NRELATED"] > 0), "INSIDE": rows["WINFL"] != "Y", "DTHDT": rows["DTHDT"]})
    return rows.loc[order.sort_values(list(order), kind="stable").index].reset_index(drop=True)


def date_of(row) -> str:
    """ "11 Nov 2007"; what a partial date allows, "1 to 30 Nov 2007"; "not stated"."""
    if not present(row.DTHDT):
        return "not stated"
    if not present(row.DTHLDT) or row.DTHDT == row.DTHLDT:
        return day(row.DTHDT)
    return f"{day(row.DTHDT)} to {day(row.DTHLDT)}"


def cause(row) -> str:
    """The cause that the disposition and the fatal events name; both, each with its source, where they differ."""
    disposition, event = _causes(row.DSCAUSE), _causes(row.AECAUSE)
    if disposition and event and disposition != event:
        return f"{listed(disposition).capitalize()} (disposition); {listed(event)} (fatal event)"
    named = disposition or event
    return listed(named).capitalize() if named else "Not stated"


def of_what(row) -> str:
    """ "disease and sepsis (fatal event sepsis, not related)", "sepsis (fatal event, related)", "disease (no fatal
    event reported)": cause and relation to the study drug as delivered; without a fatal event there is no relation."""
    disposition, events = _causes(row.DSCAUSE), _causes(row.AECAUSE)
    what = listed(disposition or events).lower() if disposition or events else "cause not stated"
    if not events:
        return f"{what} (no fatal event reported)"
    other = f" {listed(events)}" if disposition and events != disposition else ""
    return f"{what} (fatal event{other}, {causality(row)})"


def fatal_events(row) -> str:
    """ "sepsis", "sepsis and haemorrhage": the fatal events as coded; "fatal event" where none has a name."""
    return listed(_causes(row.AECAUSE)) if _causes(row.AECAUSE) else "fatal event"


def causality(row) -> str:
    """Whether the fatal events were related to the study drug, as reported."""
    counts = {"related": row.NRELATED, "not related": row.NUNRELATED, "not stated": row.NUNKNOWN}
    found = [words for words, number in counts.items() if number]
    return listed(found) if found else "not stated"


def _window(row) -> str:
    if not present(row.TRTSDT):
        return "not treated"
    return {"Y": "in the window", "N": "after the window"}.get(row.WINFL, "not known")


def _transplant(row) -> str:
    if present(row.HSCTDT):
        return f"yes, {day(row.HSCTDT)}"
    return "before the trial" if row.PRIHSCT == "Y" else "none recorded"


def contradictions(row) -> list[str]:
    """What the delivered records of one death say differently, in words."""
    disposition, events = _causes(row.DSCAUSE), _causes(row.AECAUSE)
    found = []
    if row.NDATES > 1:
        dates = [entry.split(" ") for entry in row.DATES.split(";")]
        found.append(
            "dates differ: " + ", ".join(f"{SOURCES[source]} {day(date.fromisoformat(on))}" for source, on in dates)
        )
    if disposition and events and not any(event in words for event in events for words in disposition):
        found.append(f"the disposition names {listed(disposition)}, the fatal event is {listed(events)}")
    if present(row.CONTRTERM):
        found.append("a fatal event related to the study drug was adjudicated not a DLT")
    if row.NRELATED and row.NUNRELATED:
        found.append("one fatal event is related to the study drug and another is not")
    if present(row.DTHDT) and present(row.TRTSDT) and row.DTHLDT < row.TRTSDT:
        found.append("the death is dated before the first infusion")
    return found


def _causes(names) -> list[str]:
    return names.split(";") if present(names) else []


def _was(then, row) -> str:
    """What was known of the death at the previous cut, where it has changed since."""
    return "; ".join(_state(then))


def _state(row) -> list[str]:
    """Date, cause and causality: "11 Nov 2007", "sepsis", "related"."""
    return [date_of(row), cause(row).lower(), causality(row)]


def _moved(then, row) -> str:
    """ "102-005 (sepsis → progressive disease)": what of a death is told otherwise than at the previous cut."""
    pairs = zip(_state(then), _state(row), strict=True)
    return f"{row.SUBJID} ({'; '.join(f'{was} → {now}' for was, now in pairs if was != now)})"


def _finding(view: View, table: DataFrame, compared: Compared) -> list[str]:
    total = treated(view)
    if not total and table.empty:
        return [nobody(view)]
    if table.empty:
        return [sentence(f"no deaths in {counted(total, 'treated subject')}"), _news(view, compared)]
    dead = table[table["TRTSDT"].notna()]
    inside, related = int((table["WINFL"] == "Y").sum()), int((table["NRELATED"] > 0).sum())
    text = f"{len(dead)} of {counted(total, 'treated subject')} died: {inside or 'none'} in the DLT window, "
    text += f"{related or 'none'} with a fatal event related to the study drug"
    untreated = len(table) - len(dead)
    beside = f"{counted(untreated, 'subject')} died untreated" if untreated else ""
    told = map(sentence, filter(None, ["; ".join(_parts(table)), beside, early_deaths(dead)]))
    return [sentence(text), *told, _news(view, compared)]


def _after_the_cut(view: View) -> str:
    """Who is dead by a record that is dated after the data cut; "" where nobody."""
    rows = view.ask("deaths_after_cut")
    named = [f"{row.SUBJID} ({day(row.DTHDT) if present(row.DTHDT) else 'day not known'})" for row in rows_of(rows)]
    text = f"{counted(len(named), 'death')} dated after the data cut, not counted: {listed(named)}"
    return sentence(text) if named else ""


def _parts(table: DataFrame) -> list[str]:
    """Who they are, of each kind that the first sentence counts, and of those whose record leaves a question."""
    inside = table[table["WINFL"] == "Y"]
    related = table[table["NRELATED"] > 0]
    odd = table[table["DISAGREE"] != ""]
    # "none related" says nothing of who has no cause, or one that may be the drug's doing
    open_cause = table[table["TRTSDT"].notna() & ~(table["NRELATED"] > 0)]
    unknown = open_cause[open_cause["CAUSE"] == "Not stated"]
    unsettled = open_cause[(open_cause["CAUSE"] != "Not stated") & (open_cause["CAUSECD"] == "NOT ADJUDICATED")]
    unplaced = table[(table["WINDOW"] == "not known") & table["DTHDY"].isna()]
    parts = [f"in the DLT window: {_names(inside)}"] if len(inside) else []
    if len(unplaced):
        parts.append(f"{len(unplaced)} of a day that does not tell whether in it{_named(unplaced)}")
    parts += [f"related to the study drug: {_names(related)}"] if len(related) else []
    parts += [f"cause not known in {len(unknown)}{_named(unknown)}"] if len(unknown) else []
    parts += [f"cause not adjudicated in {len(unsettled)}{_named(unsettled)}"] if len(unsettled) else []
    parts += [f"{len(odd)} with contradictory records{_named(odd)}"] if len(odd) else []
    return parts


def _names(rows: DataFrame) -> str:
    return first_of(list(rows["SUBJID"]))


def _named(rows: DataFrame) -> str:
    return f" ({_names(rows)})" if len(rows) else ""


def _news(view: View, compared: Compared) -> str:
    parts = [counted(len(compared.new), "new death") + _named(compared.new)]
    was = rows_of(compared.was.loc[compared.changed.index])
    changed = [_moved(then, row) for then, row in zip(was, rows_of(compared.changed), strict=True)]
    parts += [f"{len(changed)} changed: {first_of(changed)}"] if changed else []
    parts += [f"{len(compared.gone)} no longer delivered{_named(compared.gone)}"] if len(compared.gone) else []
    return since(view, ", ".join(parts))


def _population(view: View, table: DataFrame) -> str:
    total = treated(view)
    if not total:
        return "No treated subjects."
    unstated = int((table["CAUSE"] == "Not stated").sum())
    text = f"{counted(total, 'treated subject')}, {len(table) or 'none'} dead by the data cut"
    return sentence(text + (f"; no cause was delivered for {unstated}" if unstated else ""))
