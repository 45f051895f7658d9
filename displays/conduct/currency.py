"""Data currency: what is outstanding at each site, each count with what it is out of.

Pending DLT evaluations are counted over all sites alone: at a site with one subject, an evaluation that is no
longer pending before its time tells of that child's DLT. What is expected ends with death or discontinuation: in an
open session all sites stand together, so that it tells of no child's.
"""

from __future__ import annotations

from pandas import DataFrame, Series, concat, notna

from displays.absent import absence
from displays.display import Display, display
from displays.groups import no_subjects
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed, sentence, share
from queries import Cut, View
from queries.frames import rows_of

ECHO, PK, DLT = "Echocardiograms overdue", "PK samples missing", "DLT evaluation pending"
COLUMNS = {ECHO: ("ECHOOVERDUE", "ECHODUE"), PK: ("PKMISSING", "PKDUE"), DLT: ("PENDING", "TREATED")}
TOGETHER = "All these sites together"
LABELS = {
    "ITEM": "Outstanding",
    "SITEID": "Site",
    "SITENAM": "Name",
    "SHARE": "Outstanding of expected",
    "NUMBER": "Number",
    "OUTOF": "Expected",
    "FRACTION": "Percentage",
    "DETAIL": "Detail",
} | SINCE_LABELS
METHOD = (
    "An echocardiogram is overdue when its window ended before the data cut, the subject was treated, alive "
    "and on study on the due day, and none (a MUGA scan counts) was done in the window or since; done later "
    "it is done late, not overdue; in a subject who later died or discontinued it can no longer be done and is "
    "counted separately. Due on treatment: after the first infusion; baselines are counted separately. A PK sample "
    "is missing when it was planned for an infusion that was given, its time is past, and it was recorded as not done "
    "or has no result. Expected: windows that have closed, and those already done. A DLT evaluation is pending while "
    "its window is open, an event in it is not adjudicated, or the subject was not seen to its end; the denominator "
    "is all treated subjects."
)


DATA_CURRENCY = ("data_currency", "Outstanding data by site")


def data_currency(view: View) -> Display:
    """Overdue echocardiograms and missing PK samples by site, and pending DLT evaluations in all."""
    asked, scope = view.ask("currency_by_site"), view.ask("currency_scope").iloc[0]
    if asked.empty:
        return no_subjects(view, *DATA_CURRENCY, audience="open")
    absent = _absent(view.cut, asked, scope)
    before = view.ask_previous("currency_by_site")
    table = _long(asked, before, [item for item in COLUMNS if item not in absent])
    return display(
        view,
        *DATA_CURRENCY,
        finding=_finding(asked, table, absent),
        table=table,
        labels=LABELS,
        formats={"FRACTION": "percent"},
        brief=("ITEM", "SITENAM", "SHARE", "DETAIL", "SINCE"),
        bars={"SHARE": "FRACTION"},
        population=_population(asked, table, absent, scope),
        method=METHOD,
        source="The schedule of the trial's definition (an assumption); CV, PC, EX, DS and the DLT evaluation.",
        questions=("currency_by_site", "currency_scope"),
        audience="open",
        collected=len(absent) < len(COLUMNS),
    )


def _absent(cut: Cut, asked: DataFrame, scope: Series) -> dict[str, str]:
    """What cannot be said, and why."""
    absent = {}
    if not scope["NECHO"]:
        absent[ECHO] = f"echocardiograms {absence(cut, 'cv')}"
    elif not scope["NSCHEDULE"]:
        absent[ECHO] = "no schedule of echocardiograms defined"
    if not scope["NPK"]:
        absent[PK] = f"PK samples {absence(cut, 'pc')}"
    elif not scope["NPKPLANNED"]:
        absent[PK] = "no PK sampling times defined"
    if asked["PENDING"].isna().all():
        absent[DLT] = "DLT evaluation not collected in this cut"
    return absent


def _long(now: DataFrame, before: DataFrame | None, items: list[str]) -> DataFrame:
    """One row a site and kind of outstanding data."""
    parts = [_item(now, before, item) for item in items]
    return concat(parts, ignore_index=True) if parts else DataFrame(columns=list(LABELS))


def _item(now: DataFrame, before: DataFrame | None, item: str) -> DataFrame:
    number, out_of = COLUMNS[item]
    if item == DLT:
        now, before = _together(now), None if before is None else _together(before)
    part = DataFrame(
        {
            "ITEM": item,
            "SITEID": now["SITEID"],
            "SITENAM": now["SITENAM"].mask(now["SITEID"] == "", TOGETHER),
            "NUMBER": now[number].fillna(0).astype(int),
            "OUTOF": now[out_of].astype(int),
            "DETAIL": [_detail(row, item) for row in rows_of(now)],
        }
    )
    part["FRACTION"] = (part["NUMBER"] / part["OUTOF"]).where(part["OUTOF"] > 0)
    columns = (part[column] for column in ("NUMBER", "OUTOF", "FRACTION"))
    part["SHARE"] = [share(*values) for values in zip(*columns, strict=True)]
    part = part.sort_values(["NUMBER", "FRACTION"], ascending=False, kind="stable", ignore_index=True)
    known = None if before is None else before.rename(columns={number: "NUMBER"})
    return compare_numbers(part, known, ("SITEID",), "NUMBER")


def _together(sites: DataFrame) -> DataFrame:
    sums = {column: [sites[column].sum()] for column in COLUMNS[DLT]}
    return DataFrame({"SITEID": "", "SITENAM": TOGETHER} | sums)


def _detail(row, item: str) -> str:
    if item == PK:
        return _counts([(row.PKNOTDONE, "recorded as not done"), (row.PKABSENT, "without a record")])
    if item == DLT:
        return ""
    latest = f"up to {row.ECHOLATEST} days late" if notna(row.ECHOLATEST) else ""
    # How many of a site later died or discontinued is an outcome by site: said of all sites together alone.
    late = _counts([(row.ECHOLATE, "done late")])
    return "; ".join(text for text in (latest, late) if text)


def _counts(parts: list[tuple[int, str]]) -> str:
    return "; ".join(f"{number} {words}" for number, words in parts if number > 0)


def _finding(asked: DataFrame, table: DataFrame, absent: dict[str, str]) -> list[str]:
    total = table.groupby("ITEM")[["NUMBER", "OUTOF"]].sum() if len(table) else DataFrame()
    spoken = {
        ECHO: "echocardiograms due on treatment are overdue",
        PK: "PK samples due are missing",
        DLT: "treated subjects have their DLT evaluation pending",
    }
    known = [item for item in spoken if item not in absent]
    said = {item: f"{total.NUMBER[item]} of {total.OUTOF[item]} {spoken[item]}" for item in known}
    if not said:
        return [f"Nothing can be said about outstanding data: {'; '.join(absent.values())}."]
    pending = [said.pop(DLT)] if len(said) > 2 else []
    gone = "" if ECHO in absent else gone_words(int(asked["ECHOGONE"].sum()))
    return [f"{listed(list(said.values()))}.", *map(sentence, filter(None, [*pending, gone])), _unseen(asked)]


def gone_words(gone: int) -> str:
    """How many more echocardiograms are overdue and can no longer be done; empty where none."""
    if not gone:
        return ""
    return f"{gone} more overdue in {'a subject' if gone == 1 else 'subjects'} who later died or discontinued"


def _unseen(asked: DataFrame) -> str:
    further, unseen = int(asked["FURTHER"].sum()), int(asked["UNSEEN"].sum())
    if not unseen or not asked["ECHODUE"].sum():
        return ""
    return (
        f"{unseen} of {counted(further, 'subject')} given a further course "
        f"{'has' if unseen == 1 else 'have'} no ejection fraction since the first infusion."
    )


def _population(asked: DataFrame, table: DataFrame, absent: dict[str, str], scope: Series) -> str:
    sites = int(asked["NSITES"].sum()) if "NSITES" in asked else len(asked)
    words = [f"{counted(int(asked['TREATED'].sum()), 'treated subject')} at {counted(sites, 'site')}."]
    if ECHO not in absent and asked["BASEDUE"].sum():
        words.append(f"Baseline echocardiograms: {int(asked['BASEDONE'].sum())} of {int(asked['BASEDUE'].sum())} done.")
    apart = table[(table["ITEM"] != DLT) & (table["SITENAM"] != TOGETHER)]
    clear = int((apart.groupby("SITENAM")["NUMBER"].sum() == 0).sum()) if len(apart) else 0
    if clear:
        words.append(f"No echocardiogram or PK sample outstanding at {counted(clear, 'site')}.")
    if absent:
        words.append("Not shown: " + "; ".join(absent.values()) + ".")
    if scope["NPKUNPLACED"]:
        records = counted(int(scope["NPKUNPLACED"]), "concentration record")
        words.append(f"{records} could not be assigned to a planned time and count as no sample.")
    if scope["NUNCHECKED"]:
        words.append(f"{counted(int(scope['NUNCHECKED']), 'scheduled assessment')} of a kind that cannot be checked.")
    return " ".join(words)
