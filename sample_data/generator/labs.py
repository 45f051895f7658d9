"""Laboratory values: counts, chemistry, cardiac markers, blasts and minimal residual disease."""

from __future__ import annotations

from . import visits
from .curves import along, blood_blasts, excursion, neutrophils, platelets
from .dates import day_of
from .story import Story, Subject, number, table_once

SITES_IN_CONVENTIONAL_UNITS = {"103", "106"}
COUNTS = {"HGB", "WBC", "NEUT", "LYM", "PLAT", "BLASTLE"}
LYSIS_TESTS = ("CREAT", "K", "PHOS", "CA", "URATE", "LDH")
MARKER_LIMIT = {"TROPONI": "3"}


def lb(story: Story, subject: Subject) -> list[dict]:
    """All laboratory rows of a treated subject."""
    tests = {row["testcd"]: row for row in table_once("labtests")}
    counts = neutrophils(story, subject), platelets(story, subject), blood_blasts(story, subject)
    rows = _day(story, subject, tests, counts, -2, visits.screening(), set(tests), "Y")
    for day, visit, chemistry in visits.blood_visits(subject):
        wanted = _wanted(tests, visit, chemistry)
        rows += _day(story, subject, tests, counts, day, visit, wanted, "")
    taken = {row["LBDY"] for row in rows}
    for told in story.of("responses", subject):
        day = int(told["day"])
        if (
            told["marrow_blasts"]
            and told["evaluator"] == "INVESTIGATOR"
            and day not in taken
            and day <= subject.last_day
        ):
            rows += _day(story, subject, tests, counts, day, visits.at_response(subject, day), COUNTS, "")
    for day in visits.LYSIS_DAYS:
        if day <= subject.last_day:
            rows += _day(story, subject, tests, counts, day, visits.course_day(1, day), set(LYSIS_TESTS), "")
    taken = {(row["LBDY"], row["LBTESTCD"]) for row in rows}
    extra = [row for row in _unscheduled(story, subject, tests, counts) if (row["LBDY"], row["LBTESTCD"]) not in taken]
    return rows + extra + marrow(story, subject)


def _wanted(tests: dict, visit: tuple[float, str], chemistry: bool) -> set[str]:
    wanted = {code for code, row in tests.items() if row["category"] == "HEMATOLOGY"}
    if chemistry:
        wanted |= {code for code, row in tests.items() if row["category"] == "CHEMISTRY"}
    if visit[1].endswith((" DAY 1", " DAY 4", " DAY 29")) or visit[1].startswith("MONTH"):
        wanted |= {"TROPONI", "BNPPRONT"}
    return wanted


def _day(story, subject, tests, counts, day, visit, wanted, baseline) -> list[dict]:
    when = subject.date(day)
    values = _values(story, subject, tests, counts, day)
    return [_row(subject, tests[code], values[code], when, visit, baseline) for code in tests if code in wanted]


def _values(story: Story, subject: Subject, tests: dict, counts, day: int) -> dict[str, float | None]:
    chance = subject.random(f"lab {day}")
    person = subject.random("lab person")
    values = {}
    for code, row in tests.items():
        if row["typical"]:
            usual = float(row["typical"]) + float(row["spread"]) * _mild(person)
            values[code] = _moved(story, subject, code, usual, day) + float(row["within"]) * _mild(chance)
    told = {int(row["day"]): row for row in story.of("responses", subject) if row["marrow_blasts"]}
    exact = told.get(day)
    noise = (lambda: 1.0) if exact else (lambda: chance.uniform(0.88, 1.13))
    values["NEUT"] = max(0.01, along(counts[0], day) * noise())
    values["PLAT"] = max(3.0, along(counts[1], day) * noise())
    values["LYM"] = max(0.08, values["LYM"])
    values["BNPPRONT"] = max(8.0, values["BNPPRONT"])
    blasts = min(97, round(along(counts[2], day) * noise()))
    values["WBC"] = (values["NEUT"] + values["LYM"] * 1.1) / (1 - blasts / 100)
    values["BLASTLE"] = float(blasts) if values["WBC"] >= 0.4 else None
    return values


def _mild(chance) -> float:
    """A normal deviate without the extremes, which the story alone may tell."""
    return max(-2.0, min(2.0, chance.gauss(0, 1)))


def _moved(story: Story, subject: Subject, code: str, usual: float, day: int) -> float:
    peaks = {
        (row["decod"], row["grade"]): float(row["peak"]) for row in table_once("excursions") if row["test"] == code
    }
    value = usual
    for event in story.of("events", subject):
        peak = peaks.get((event["decod"], event["grade"]))
        if peak is not None:
            end = int(event["end"]) if event["end"] else int(event["day"]) + 60
            moved = excursion(peak, usual, day, int(event["day"]), end)
            value = moved if abs(moved - usual) > abs(value - usual) else value
    return value


def _unscheduled(story, subject, tests, counts) -> list[dict]:
    """Blood taken because of an event that moves a marker."""
    rows, moving = [], table_once("excursions")
    for event in story.of("events", subject):
        wanted = {row["test"] for row in moving if (row["decod"], row["grade"]) == (event["decod"], event["grade"])}
        day = int(event["day"])
        if wanted and day <= subject.last_day:
            rows += _day(story, subject, tests, counts, day, visits.unscheduled(subject, day), wanted, "")
    return rows


def _row(subject, test, value, when, visit, baseline) -> dict:
    if value is None:
        return _not_done(subject, test, when, visit)
    places = int(test["decimals"])
    standard = max(round(value, places), 10.0**-places if test["testcd"] != "BLASTLE" else 0.0)
    low, high = number(test["low"]), number(test["high"])
    limit = MARKER_LIMIT.get(test["testcd"])
    below = limit is not None and standard < float(limit)
    text = f"<{limit}" if below else f"{standard:.{places}f}"
    reported = _as_reported(subject, test, standard, text)
    return {
        "LBTESTCD": test["testcd"],
        "LBTEST": test["test"],
        "LBCAT": test["category"],
        "LBSPEC": test["specimen"],
        "LBORRES": reported[0],
        "LBORRESU": reported[1],
        "LBORNRLO": reported[2],
        "LBORNRHI": reported[3],
        "LBSTRESC": text,
        "LBSTRESN": None if below else standard,
        "LBSTRESU": test["unit"],
        "LBSTNRLO": low,
        "LBSTNRHI": high,
        "LBNRIND": _indicator(standard, low, high),
        "LBBLFL": baseline,
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "LBDTC": when.isoformat(),
        "LBDY": day_of(when, subject.first),
        "_known": when,
    }


def _not_done(subject, test, when, visit) -> dict:
    return {
        "LBTESTCD": test["testcd"],
        "LBTEST": test["test"],
        "LBCAT": test["category"],
        "LBSPEC": test["specimen"],
        "LBSTAT": "NOT DONE",
        "LBREASND": "TOO FEW LEUKOCYTES",
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "LBDTC": when.isoformat(),
        "LBDY": day_of(when, subject.first),
        "_known": when,
    }


def _as_reported(subject, test, standard, text) -> tuple[str, str, str, str]:
    if subject.site in SITES_IN_CONVENTIONAL_UNITS and test["site_unit"]:
        factor = float(test["site_factor"])
        limits = [f"{number(test[end]) * factor:.3g}" for end in ("low", "high")]
        return f"{standard * factor:.3g}", test["site_unit"], *limits
    return text, test["unit"], test["low"], test["high"]


def _indicator(value, low, high) -> str:
    if low is None:
        return ""
    if value < low:
        return "LOW"
    return "HIGH" if value > high else "NORMAL"


def marrow(story: Story, subject: Subject) -> list[dict]:
    """Blasts and minimal residual disease in bone marrow at screening and at each response assessment."""
    rows = [
        _marrow_row(
            subject,
            "BLASTLE",
            "Blasts/Leukocytes",
            subject.baseline_marrow_blasts,
            subject.date(-3),
            visits.screening(),
            "Y",
        )
    ]
    for told in story.of("responses", subject):
        if told["evaluator"] == "INVESTIGATOR" and told["marrow_blasts"] and int(told["day"]) <= subject.last_day:
            when, visit = subject.date(int(told["day"])), visits.at_response(subject, int(told["day"]))
            rows.append(_marrow_row(subject, "BLASTLE", "Blasts/Leukocytes", told["marrow_blasts"], when, visit, ""))
            if told["mrd"]:
                rows.append(_marrow_row(subject, "MRD", "Minimal Residual Disease", told["mrd"], when, visit, ""))
    return rows


def _marrow_row(subject, code, name, text, when, visit, baseline) -> dict:
    return {
        "LBTESTCD": code,
        "LBTEST": name,
        "LBCAT": "BONE MARROW",
        "LBSPEC": "BONE MARROW",
        "LBORRES": text,
        "LBORRESU": "%",
        "LBSTRESC": text,
        "LBSTRESN": None if text.startswith("<") else float(text),
        "LBSTRESU": "%",
        "LBBLFL": baseline,
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "LBDTC": when.isoformat(),
        "LBDY": day_of(when, subject.first),
        "_known": when,
    }
