"""Who the treated subjects are, all dose levels together."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.display import Display, blank, display
from displays.groups import HELD_BACK, no_subjects
from displays.words import counted, equivalents, listed, sentence
from queries import View
from queries.frames import rows_of

BASELINE = {
    "ITEM": "Characteristic",
    "CATEGORY": "Category",
    "NUMBER": "Subjects",
    "OUTOF": "Out of",
    "FRACTION": "Percentage",
    "MEDIAN": "Median",
    "LOW": "Lowest",
    "HIGH": "Highest",
}
TITLE = ("baseline", "Baseline of treated subjects")
NOT_THERE = {
    "Disease": "DIAGNOSIS",
    "Prior anthracycline": "ANTHRACYCLINE",
    "Prior stem cell transplant": "PROCEDURE",
    "Ejection fraction at baseline": "HEART",
}
ABSENT_WORDS = {
    "Disease": ("disease", "mh"),
    "Prior anthracycline": ("prior anthracyclines", "cm"),
    "Prior stem cell transplant": ("prior transplant", "pr"),
    "Ejection fraction at baseline": ("ejection fraction at baseline", "cv"),
}
"""Characteristic → its words, and the dataset that holds it."""


def baseline(view: View) -> Display:
    """Who the treated subjects are: age, sex, disease, prior anthracyclines and transplant, heart at baseline."""
    collected = view.ask("overview_collected").iloc[0]
    absent = [item for item, key in NOT_THERE.items() if not collected[key]]
    asked = view.ask("overview_baseline")
    table = asked[~asked["ITEM"].isin(absent)].reset_index(drop=True)
    table["FRACTION"] = (table["NUMBER"] / table["OUTOF"]).where(table["OUTOF"] > 0)
    treated = int(asked["OUTOF"].max()) if len(asked) else 0
    missing = "".join(f" {sentence(words)}" for words in _absent(view, absent))
    if "baseline" in view.held:
        return blank(view, *TITLE, finding=HELD_BACK, audience="open")
    if treated == 0:
        return no_subjects(view, *TITLE, audience="open")
    return display(
        view,
        *TITLE,
        finding=_who_they_are(table, treated, ranges=not view.open_session),
        table=table,
        labels={name: words for name, words in BASELINE.items() if name in table},
        formats={"FRACTION": "percent", "MEDIAN": "decimal1", "LOW": "decimal1", "HIGH": "decimal1"},
        population=f"{counted(treated, 'treated subject')}.{missing}",
        method="Prior anthracyclines are summed as doxorubicin equivalents "
        f"({equivalents(view.trial.anthracyclines)}); a subject with a dose that was not delivered "
        "is listed separately and is not in the median. Ejection fraction: the last value before the first "
        "infusion.",
        source="Feijen 2019; ESC 2022, table 5. Data: DM, MH, CM, PR, CV.",
        questions=("overview_baseline", "overview_collected"),
        audience="open",
    )


def _absent(view: View, items: list[str]) -> list[str]:
    """What is not there, for each reason: "not collected in this cut: disease and prior transplant"."""
    found: dict[str, list[str]] = {}
    for words, dataset in (ABSENT_WORDS[item] for item in items):
        found.setdefault(absence(view.cut, dataset), []).append(words)
    return [f"{why}: {listed(words)}" for why, words in found.items()]


def _who_they_are(table: DataFrame, treated: int, *, ranges: bool) -> list[str]:
    measured = table[table["MEDIAN"].notna()].set_index("ITEM")
    span = " ({LOW:g} to {HIGH:g})" if ranges else ""
    words = [f"{counted(treated, 'treated subject')}"]
    if "Age" in measured.index:
        words.append(f"median age {{MEDIAN:g}} years{span}".format(**measured.loc["Age"]))
    words += [
        f"{row.NUMBER} {row.CATEGORY}"
        for row in rows_of(table[(table["ITEM"] == "Disease") & (table["CATEGORY"] != "Unknown")])
    ]
    before = []
    if "Prior anthracycline" in measured.index:
        before.append(
            f"prior anthracyclines median {{MEDIAN:g}} mg/m²{span} in {{NUMBER}}".format(
                **measured.loc["Prior anthracycline"]
            )
        )
    if "Ejection fraction at baseline" in measured.index:
        before.append(
            f"LVEF median {{MEDIAN:g}} %{span} in {{NUMBER}}".format(**measured.loc["Ejection fraction at baseline"])
        )
    return ["; ".join(words) + ".", sentence("; ".join(before)) if before else ""]
