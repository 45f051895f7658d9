"""Recovery of counts on screen: the sample against its raw rows, what was not delivered, nobody."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from drawn import THREE, trial_data
from sample_raw import KNOWN, given, gone, rows

from displays.laboratory.counts import count_recovery, course_options, limit_options
from displays.laboratory.recovery import ALL, EVENTS
from displays.words import counted
from queries import Filters, View

LATEST = "2008-02-29"
TESTS = {"ANC": "NEUT", "PLAT": "PLAT"}


def courses() -> dict[tuple[str, int], tuple[date, date | None]]:
    """Subject and course → its first infusion and that of the next course; three infusions a course, days apart."""
    found: dict[str, list[date]] = defaultdict(list)
    for row in given(LATEST).sort_values("EXSTDTC").itertuples():
        day = date.fromisoformat(row.EXSTDTC[:10])
        if not found[row.SUBJID] or (day - found[row.SUBJID][-1]).days > 7:
            found[row.SUBJID].append(day)
    return {
        (name, number): (start, (starts + [None])[number])
        for name, starts in found.items()
        for number, start in enumerate(starts, 1)
    }


def marrows() -> dict[str, list[tuple[date, str]]]:
    """Subject → what its marrow and responses said: RELAPSE, LEFT (leukaemia is left), FREE; by raw rows."""
    kinds = {"PD": "RELAPSE", "RELAPSE": "RELAPSE", "NR": "LEFT", "PR": "LEFT"}
    kinds |= dict.fromkeys(("CR", "CRh", "CRi", "MLFS"), "FREE")
    found: dict[str, list] = defaultdict(list)
    for row in rows(LATEST, "rs").itertuples():
        if row.RSSTRESC in kinds and row.RSEVAL == "INVESTIGATOR":
            found[row.SUBJID].append((date.fromisoformat(row.RSDTC[:10]), kinds[row.RSSTRESC]))
    lb = rows(LATEST, "lb")
    for row in lb[(lb["LBTESTCD"] == "BLASTLE") & lb["LBSPEC"].str.contains("MARROW")].itertuples():
        found[row.SUBJID].append((date.fromisoformat(row.LBDTC[:10]), "LEFT" if row.LBSTRESN >= 5 else "FREE"))
    return found


def ends() -> dict[tuple[str, int], date]:
    """Subject and course → the day of what first came between: relapse, leukaemia that is left, transplant, the end."""
    pr, told, left = rows(LATEST, "pr"), marrows(), gone(LATEST)
    pr = pr[pr["PRCAT"] == "ON STUDY"]
    transplants = {name: date.fromisoformat(text[:10]) for name, text in zip(pr["SUBJID"], pr["PRSTDTC"], strict=True)}
    found = {}
    for (name, number), (start, following) in courses().items():
        last = following or date.max
        cleared = [d for d, kind in told[name] if kind == "FREE" and d <= last and d < transplants.get(name, date.max)]
        stays = [d for d, kind in told[name] if kind == "LEFT" and d > start and not any(free > d for free in cleared)]
        days = stays + [d for d, kind in told[name] if kind == "RELAPSE" and d > start]
        days += [d for d in (transplants.get(name), left.get(name)) if d and d > start]
        found[name, number] = min(days, default=date.max)
    return found


def recovered(test: str, limit: float, until: dict | None = None) -> dict[tuple[str, int], int | None]:
    """Subject and course → the day of the course on which counts had recovered, by raw rows; None where never.

    until: the last day of which counts are read, where it is before the next course."""
    lb = rows(LATEST, "lb")
    lb = lb[(lb["LBTESTCD"] == TESTS[test]) & lb["LBSTRESN"].notna()].sort_values(["LBDTC", "LBSEQ"])
    found = {}
    for (name, number), (start, following) in courses().items():
        own = {date.fromisoformat(row.LBDTC[:10]): row.LBSTRESN for row in lb[lb["SUBJID"] == name].itertuples()}
        last = min(following or date.max, (until or {}).get((name, number), date.max))
        own = {day: value for day, value in own.items() if start < day <= last}
        if not own or min(own.values()) >= limit:
            continue
        nadir = min(own, key=lambda day: (own[day], day))
        after = [(day, value >= limit) for day, value in sorted(own.items()) if day > nadir]
        days = [
            day
            for place, (day, _) in enumerate(after)
            if all(up for _, up in after[place : place + 3])
            and len(after[place:]) >= 3
            or all(u for _, u in after[place:])
        ]
        found[name, number] = (days[0] - start + timedelta(1)).days if days else None
    return found


@pytest.mark.parametrize("test, limit", [("ANC", 0.5), ("ANC", 1.0), ("PLAT", 20.0), ("PLAT", 100.0)])
def test_the_day_of_recovery_is_that_of_the_raw_rows_unless_something_came_first(views, test, limit):
    table = views[LATEST].cut.table("adcount").assign(SUBJID=lambda frame: frame["USUBJID"].str[-7:])
    own = table[(table["PARAMCD"] == test) & (table["LIMITVAL"] == limit) & (table["RISKCD"] == "AT RISK")]
    raw, number = recovered(test, limit, ends()), 0
    assert {(row.SUBJID, row.COURSE) for row in own.itertuples()} == set(raw)
    for row in own.itertuples():
        day = raw[row.SUBJID, row.COURSE]
        if row.EVNTCD == "RECOVERED":
            assert row.AVAL == day
            number += 1
        else:
            assert day is None
    assert number > 25 and set(own["EVNTCD"]) <= set(EVENTS)


def test_the_day_of_recovery_is_the_one_that_the_story_tells(views):
    told = KNOWN["cuts"][LATEST]["neutrophils_recovered"]
    assert recovered("ANC", 0.5) == {(name, int(course)): day for name in told for course, day in told[name].items()}


def test_the_finding_answers_how_long_and_the_table_adds_up(views):
    made = count_recovery(views[LATEST])
    line = made.table.iloc[0]
    words = f"Neutrophils ≥ 0.5 × 10⁹/L after course 1: {line.NRECOV} of {counted(line.NRISK, 'subject')} recovered, "
    assert made.sentences[0].startswith(words + "median day 35")
    assert "By dose (mg/m²/day), with medians: 130 5 of 7, day 29" in made.sentences[1]
    assert "Aplasia beyond day 42 without leukaemia: none." in made.finding
    assert "Platelet transfusions were not delivered: support unknown." in made.finding
    events = ["NRECOV", "NOTCLEAR", "NRELAPSE", "NDIED", "NOTHER", "NNEXT", "NOPEN"]
    table = made.table
    assert (table[events].sum(axis=1) == table["NRISK"]).all()
    assert (table[["NRISK", "NNEVER", "NUNKNOWN"]].sum(axis=1) == table["NSUBJ"]).all()
    doses = table[table["TRTA"] != ALL].groupby("PARAM", sort=False)[events].sum()
    assert (doses.to_numpy() == table.loc[table["TRTA"] == ALL, events].to_numpy()).all()
    assert all(len(people) == table[key.split()[0]][int(key.split()[1])] for key, people in made.behind.items())


def test_the_choices_are_the_trials_limits_and_the_courses_given(views):
    view = views[LATEST]
    assert [words for _, words in limit_options(view)][:3] == ["Neutrophils ≥ 0.5", "Neutrophils ≥ 1", "Platelets ≥ 20"]
    given_ = {number for _, number in courses()}
    assert [value for value, _ in course_options(view)] == [str(number) for number in sorted(given_)]
    other = count_recovery(view, "PLAT 20", "2")
    assert other.sentences[0].startswith("Platelets ≥ 20 × 10⁹/L after course 2: 18 of 20 subjects recovered")
    assert other.figure.layout.height <= 560


RESULTS = """USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBDTC
LATE | NEUT | BLOOD | 0.1 | 10^9/L | 2007-06-15
LATE | NEUT | BLOOD | 0.2 | 10^9/L | 2007-07-20
HIGH | NEUT | BLOOD | 3 | 10^9/L | 2007-06-15
HIGH | NEUT | BLOOD | 0.1 | 10^9/L | 2007-06"""


def test_aplasia_is_named_nobody_and_nothing_are_said(make_cut, trial):
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"{name} | A130 | {THREE}" for name in ("LATE", "HIGH", "BARE")
    )
    view = View(make_cut(trial_data(people, lb=RESULTS), trial))
    made = count_recovery(view)
    assert (
        made.sentences[0] == "Neutrophils ≥ 0.5 × 10⁹/L after course 1: 0 of 1 subject recovered, median not reached."
    )
    assert "Aplasia beyond day 42 without leukaemia: LATE." in made.finding
    assert "Not assessable: BARE." in made.finding
    assert "1 count without a whole date, used for no course" in made.population
    line = made.table.iloc[0]
    assert (line.NSUBJ, line.NRISK, line.NNEVER, line.NUNKNOWN) == (3, 1, 1, 1)
    assert count_recovery(View(view.cut, filters=Filters(sites=("none",)))).finding == "No subjects match the filters."
    bare = count_recovery(View(make_cut(trial_data(people), trial)))
    assert "not collected" in bare.finding and bare.figure is None
    assert count_recovery(view, "PLAT 20").sentences[0].endswith("none of 3 subjects is known to have been below it.")
