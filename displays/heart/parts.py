"""What the displays of the heart share: definitions, who was measured, what changed since the previous cut."""

from __future__ import annotations

from collections.abc import Callable

from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.groups import present
from displays.words import counted, listed
from queries import View

CATEGORIES = ("none", "mild", "moderate", "severe")
WINDOW_DAYS = 7
"""How far a marker may lie from the echocardiogram that it is judged with; the same in staging/adcv.sql."""

CTRCD = (
    "CTRCD (cancer therapy-related cardiac dysfunction, without symptoms): severe = new LVEF below 40 %; moderate = new LVEF 40 to 49 % "
    "by a fall of 10 points or more, or by a smaller fall with strain (GLS) declined by more than 15 % of its baseline or a new marker rise; "
    "mild = LVEF 50 % or more with either of these. Strain of the same echocardiogram, markers within "
    f"{WINDOW_DAYS} days of it; a rise is new when the marker was not above its limit at baseline. Strain or a marker that was not measured "
    "counts as not shown; without a baseline LVEF by the same method there is no category. Heart failure with symptoms stands among the cardiac adverse events."
)
MARKER_LIMITS = (
    "The marker limits are adult ones, since no paediatric ones are given: NT-proBNP 125 pg/mL or more, "
    "troponin above the laboratory's upper limit as delivered (99th percentile)."
)
CTCAE5 = (
    "CTCAE v5.0, Ejection fraction decreased: grade 2 = LVEF 40 to 50 % or a fall of 10 to 19 points; grade 3 = 20 to 39 % or a fall of "
    "20 points or more; grade 4 = below 20 %. Falls are percentage points; without a baseline the value alone grades."
)
CTCAE6 = (
    "CTCAE v6.0, Left ventricular dysfunction: grade 1 = LVEF 50 % or more with strain declined by more than 15 % or a new marker rise; "
    "grade 2 = LVEF 40 to 49 % with a fall of 10 points or more or either of these; grade 3 = new LVEF below 40 %."
)
BASELINE = (
    "Baseline: the delivered flag, else the last result before or on the day of the first infusion. Change only from a baseline by the same "
    "imaging method. Of several readings of one day the investigator's is taken, then the worse; nothing is averaged."
)
ESC = "Lyon and others, 2022 ESC Guidelines on cardio-oncology, Eur Heart J 2022;43:4229, table 3"


def ctcae(view: View) -> str:
    """The definition of the grades in use."""
    return CTCAE6 if view.trial.ctcae_version.startswith("6") else CTCAE5


def sources(view: View) -> str:
    return f"{ESC}; NCI CTCAE v{view.trial.ctcae_version}. Data: CV and LB."


def collected(view: View, *parameters: str) -> bool:
    """Whether the cut holds any of these measurements, whatever the filters leave."""
    return bool(set(parameters) & set(view.cut.ask("heart_collected")["PARAMCD"]))


def measurements(view: View, *parameters: str) -> tuple[DataFrame, list[str]]:
    """The measurements with CHANGED and BEFORE, and in words what the previous cut held that this one does not."""
    now = view.ask("heart_measurements", parameters=list(parameters))
    before = view.ask_previous("heart_measurements", parameters=list(parameters))
    keys = ("USUBJID", "PARAMCD", "ADT", "POSTFL")
    return compare(now, before, keys, _result), gone(now, before, keys, _result_words)


def compare(now: DataFrame, before: DataFrame | None, keys: tuple[str, ...], state: Callable) -> DataFrame:
    """`now` with CHANGED ('new', 'changed' or '') and BEFORE, the earlier state in words; `state` names a row's state."""
    if before is None:
        return now.assign(CHANGED="", BEFORE="")
    earlier = {_key(row, keys): state(row) for row in before.itertuples()}
    found = [(earlier.get(_key(row, keys)), state(row)) for row in now.itertuples()]
    return now.assign(
        CHANGED=["new" if was is None else "changed" if was != is_now else "" for was, is_now in found],
        BEFORE=[was if was is not None and was != is_now else "" for was, is_now in found],
    )


def gone(now: DataFrame, before: DataFrame | None, keys: tuple[str, ...], words: Callable) -> list[str]:
    """What the previous cut held and this one does not, in words."""
    if before is None:
        return []
    kept = {_key(row, keys) for row in now.itertuples()}
    return [words(row) for row in before.itertuples() if _key(row, keys) not in kept]


def _key(row, keys: tuple[str, ...]) -> tuple:
    return tuple("" if not present(getattr(row, key)) else str(getattr(row, key)) for key in keys)


def _result(row) -> str:
    category = f", CTRCD {row.CTRCD}" if present(row.CTRCD) else ""
    return f"{row.AVALC} {row.AVALU}{category}"


def _result_words(row) -> str:
    return f"{row.SUBJID} {row.PARAM.lower()} {row.AVALC} {row.AVALU} of {day(row.ADT)}"


def news(view: View, table: DataFrame, thing: str, missing: list[str]) -> str:
    """What is new since the previous cut, for the population line; empty without a previous cut."""
    if view.previous is None:
        return ""
    kinds = table["CHANGED"].value_counts() if len(table) else {}
    added, changed = int(kinds.get("new", 0)), int(kinds.get("changed", 0))
    words = (
        f" Since {day(view.previous.date)}: {counted(added, 'new ' + thing)}, {changed} changed, {len(missing)} gone"
    )
    return words + (f" ({listed(missing[:3])}{' and others' if len(missing) > 3 else ''})." if missing else ".")


def own_units(view: View) -> str:
    """That the study drug and earlier anthracyclines are never summed, and why."""
    why = f": {view.trial.drug_equivalence}" if view.trial.drug_equivalence else ""
    return f"{view.trial.drug} is shown in its own {view.trial.amount_unit} and is never added to them{why}."


def ring(changed) -> tuple[list[str], list[float]]:
    """Outline colour and width of each mark: what is new or changed since the previous cut is ringed."""
    marked = [bool(value) for value in changed]
    return [house.NEW if m else house.MUTED for m in marked], [2.5 if m else 0.6 for m in marked]


def who(row) -> str:
    """Subject, dose and disease as the first line of a mark's hover text."""
    parts = [f"<b>{plain(row.SUBJID)}</b>", plain(row.TRTA)] + ([plain(row.DISEASE)] if present(row.DISEASE) else [])
    return ", ".join(parts)


def on_day(value) -> str:
    return f"day {int(value)}" if present(value) else "day not known"


def exactly(value, decimals: int = 1) -> str:
    """A measured number without needless zeros: 63, 4.5."""
    return f"{round(float(value), decimals):g}" if present(value) else "–"


def signed(value) -> str:
    """A change with its sign: +3, −17, 0."""
    return f"{round(float(value), 1):+g}".replace("-", "−") if round(float(value), 1) else "0"
