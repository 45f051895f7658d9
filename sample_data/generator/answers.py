"""The known answers, told from the story alone: what a reader of each cut must find.

Nothing here reads the written rows; the tests count those and compare.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from . import heart, people, pk
from .exposure import given
from .heart_answers import cardiac
from .laboratory_answers import laboratory
from .story import CUTS, Story, Subject, table_once

BEST_FIRST = ("CR", "CRh", "CRi", "MLFS", "PR", "NR")
REMISSION = ("CR", "CRh", "CRi")
WINDOW_DAYS = 28


def known_answers(story: Story) -> dict:
    """Every known answer, by cut."""
    return {
        "synthetic": True,
        "definitions": DEFINITIONS,
        "cuts": {cut.isoformat(): at_cut(story, cut) for cut in CUTS},
        "changes": {cut.isoformat(): _changes(cut) for cut in CUTS[1:]},
    }


DEFINITIONS = {
    "screened": "subjects with informed consent by the cut (every row of DM)",
    "evaluable": "treated subjects with a DLT, or observed through day 28 with all three infusions of course 1",
    "pending": "no DLT and the window of days 1 to 28 ends after the cut; days_left = 28 less the study day of the cut",
    "serious": "rows of AE with AESER Y",
    "best_response": (
        "best investigator assessment by the cut in the order CR, CRh, CRi, MLFS, PR, "
        "NR (PD and RELAPSE count as NR); none: no assessment but NE"
    ),
    "overdue_echos": (
        "window ended before the cut, subject alive and on study on the due day, no result in the window nor later"
    ),
    "missing_pk": (
        "planned sample (trial.toml) of an infusion given in course 1, "
        "its time by the cut and while alive and on study, without a result"
    ),
    "ctrcd": "worst grade after ESC 2022 at any echocardiogram after the first infusion, marker within 7 days",
    "ef_grade": "worst CTCAE v5.0 grade of ejection fraction decreased after the first infusion",
    "hys_law": "ALT or AST of 3 and bilirubin of 2 times the upper limit after the first infusion; nearest: who is "
    "nearest to both",
    "tumour_lysis": "two criteria of Cairo and Bishop in days -3 to 8 of course 1; clinical: creatinine of 1.5 times "
    "the upper limit too",
    "neutrophils_recovered": "course with neutrophils below 0.5 → its day of the first of three results of 0.5 or more "
    "in a row (or of all that are left) after the lowest; none: not yet",
    "exposure": "courses begun, and mg/m² given in all",
}


def at_cut(story: Story, cut: date) -> dict:
    consented = [subject for subject in story.subjects if date.fromisoformat(subject.consent) <= cut]
    enrolled = [subject for subject in consented if subject.enrolled and date.fromisoformat(subject.enrolled) <= cut]
    treated = [subject for subject in enrolled if subject.first <= cut]
    failed = [
        subject for subject in consented if people.screen_failure(subject) and people.screen_failure(subject) <= cut
    ]
    return {
        "screened": len(consented),
        "screen_failures": _names(failed),
        "enrolled": len(enrolled),
        "treated": len(treated),
        "enrolled_not_treated": _names(set(enrolled) - set(treated)),
        "in_screening": _names(set(consented) - set(enrolled) - set(failed)),
        "treated_by_site": _counted(subject.site for subject in treated),
        "treated_by_disease": _counted(subject.disease for subject in treated),
        "by_dose": _by(story, treated, cut, "dose"),
        "by_cohort": _by(story, treated, cut, "cohort"),
        "deaths": {subject.subject: subject.death.isoformat() for subject in treated if _by_cut(subject.death, cut)},
        "transplants": _names(
            subject for subject in treated if subject.transplant_day and subject.date(subject.transplant_day) <= cut
        ),
        **_events(story, treated, cut),
        **_response(story, treated, cut),
        **cardiac(story, treated, cut),
        **laboratory(story, treated, cut),
        "overdue_echos": [row for subject in treated for row in overdue(story, subject, cut)],
        "missing_pk": [row for subject in treated for row in missing_pk(story, subject, cut)],
    }


def _names(subjects) -> list[str]:
    return sorted(subject.subject for subject in subjects)


def _counted(values) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _by_cut(when: date | None, cut: date) -> bool:
    return when is not None and when <= cut


def told_events(story: Story, subject: Subject, cut: date) -> list[dict]:
    """The story's events of a subject as delivered at a cut: without those
    added later or withdrawn, verdicts of then."""
    changes = [
        row for row in table_once("changes") if row["subject"] == subject.subject and row["domain"] in ("AE", "SUPPAE")
    ]
    events = []
    for event in story.of("events", subject):
        own = [row for row in changes if row["record"].startswith(event["decod"] or "?")]
        later = [row for row in own if date.fromisoformat(row["cut"]) > cut]
        hidden = any(
            row["kind"] == "added" and row in later or row["kind"] == "withdrawn" and row not in later for row in own
        )
        verdict = next((row["before"] for row in later if row["record"].endswith(" AEDLT")), event["dlt"])
        if not hidden and subject.date(int(event["day"])) <= min(cut, subject.observed_until):
            events.append(event | {"dlt": verdict})
    return events


def verdict(story: Story, subject: Subject, cut: date) -> dict:
    """What a treated subject says about the dose at a cut."""
    window_end = subject.first + timedelta(days=WINDOW_DAYS - 1)
    dlts = [event["decod"] for event in told_events(story, subject, cut) if event["dlt"] == "Y"]
    if dlts:
        return {"status": "DLT", "terms": dlts}
    missed = [
        row
        for row in given(story, subject)
        if row["course"] == 1 and row["fraction"] == 0 and row["start"].date() <= cut
    ]
    if missed:
        return {"status": "not evaluable", "reason": f"missed infusion {missed[0]['infusion']}"}
    if _by_cut(subject.death, min(cut, window_end)):
        return {"status": "not evaluable", "reason": f"died on day {(subject.death - subject.first).days + 1}"}
    if _by_cut(subject.off_study, min(cut, window_end)):
        return {"status": "not evaluable", "reason": f"withdrew on day {(subject.off_study - subject.first).days + 1}"}
    if window_end > cut:
        return {"status": "pending", "days_left": (window_end - cut).days}
    return {"status": "no DLT"}


def _by(story: Story, treated: list[Subject], cut: date, what: str) -> dict:
    return {
        key: _level(story, [subject for subject in treated if getattr(subject, what) == key], cut)
        for key in sorted({getattr(subject, what) for subject in treated}, key=lambda key: (len(key), key))
    }


def _level(story: Story, subjects: list[Subject], cut: date) -> dict:
    verdicts = {subject.subject: verdict(story, subject, cut) for subject in subjects}
    status = Counter(row["status"] for row in verdicts.values())
    return {
        "treated": len(subjects),
        "evaluable": status["DLT"] + status["no DLT"],
        "dlt": status["DLT"],
        "dlt_subjects": {name: row["terms"] for name, row in verdicts.items() if "terms" in row},
        "pending": {name: row["days_left"] for name, row in verdicts.items() if "days_left" in row},
        "not_evaluable": {name: row["reason"] for name, row in verdicts.items() if "reason" in row},
    }


def _events(story: Story, treated: list[Subject], cut: date) -> dict:
    events = [(subject.subject, event) for subject in treated for event in told_events(story, subject, cut)]
    serious = [name for name, event in events if event["serious"] and event["serious"].isupper()]
    severe = [event for _, event in events if int(event["grade"]) >= 3]
    return {
        "sae_events": len(serious),
        "sae_subjects": len(set(serious)),
        "criteria_met_but_not_serious": sorted(name for name, event in events if event["serious"].islower()),
        "aedecod_blank": sorted(name for name, event in events if not event["decod"]),
        "grade_3_or_worse": len(severe),
        "adjudicated_not_dlt": sum(event["dlt"] == "N" for event in severe),
        "dlt_events": sum(event["dlt"] == "Y" for event in severe),
    }


def _response(story: Story, treated: list[Subject], cut: date) -> dict:
    best = {subject.subject: best_response(story, subject, cut) for subject in treated}
    by_disease = {
        disease: _counted(best[subject.subject] for subject in treated if subject.disease == disease)
        for disease in sorted({subject.disease for subject in treated})
    }
    remissions = {
        disease: {"treated": sum(counts.values()), "remission": sum(counts.get(kind, 0) for kind in REMISSION)}
        for disease, counts in by_disease.items()
    }
    return {
        "best_response": by_disease,
        "best_response_by_subject": best,
        "remissions": remissions,
        "relapses": [subject.subject for subject in treated if "RELAPSE" in _assessed(story, subject, cut)],
    }


def _assessed(story: Story, subject: Subject, cut: date) -> list[str]:
    return [
        row["response"]
        for row in story.of("responses", subject)
        if row["evaluator"] == "INVESTIGATOR" and subject.date(int(row["day"])) <= min(cut, subject.observed_until)
    ]


def best_response(story: Story, subject: Subject, cut: date) -> str:
    seen = [
        "NR" if response in ("PD", "RELAPSE") else response
        for response in _assessed(story, subject, cut)
        if response != "NE"
    ]
    return min(seen, key=BEST_FIRST.index) if seen else "none"


def overdue(story: Story, subject: Subject, cut: date) -> list[list[str]]:
    done = [subject.date(echo["day"]) for echo in heart.echos(story, subject) if not echo["status"]]
    rows = []
    for planned in story.trial["schedule"]:
        due = subject.date(planned["day"])
        opens, closes = due - timedelta(days=planned["days_before"]), due + timedelta(days=planned["days_after"])
        gone = _by_cut(subject.death, due) or (subject.off_study is not None and subject.off_study < due)
        if (
            planned["assessment"] == "ECHO"
            and closes < cut
            and not gone
            and not any(opens <= when <= cut for when in done)
        ):
            rows.append([subject.subject, planned["visit"]])
    return rows


def missing_pk(story: Story, subject: Subject, cut: date) -> list[list]:
    gone = pk.missing(story, subject)
    return [
        [subject.subject, infusion["infusion"], hour, gone[infusion["infusion"], hour]["how"]]
        for infusion, hour in pk.planned(story, subject)
        if (infusion["infusion"], hour) in gone
        and (infusion["start"] + timedelta(hours=hour)).date() <= min(cut, subject.observed_until)
    ] + _not_yet_found(subject, cut)


def _added(subject: Subject) -> dict[str, date]:
    return {
        row["record"]: date.fromisoformat(row["cut"])
        for row in table_once("changes")
        if row["domain"] == "PC" and row["kind"] == "added" and row["subject"] == subject.subject
    }


def _not_yet_found(subject: Subject, cut: date) -> list[list]:
    """Samples that a later cut adds are simply absent before."""
    rows = []
    for record, found in _added(subject).items():
        _, _, _, day, hour = record.split()
        if cut < found:
            rows.append([subject.subject, int(day), int(hour.rstrip("H")), "ABSENT"])
    return rows


def _changes(cut: date) -> dict[str, list]:
    kinds: dict[str, list] = {"corrected": [], "added": [], "withdrawn": []}
    for row in table_once("changes"):
        if row["cut"] == cut.isoformat():
            kinds[row["kind"]].append(
                {key: row[key] for key in ("domain", "subject", "record", "variable", "before", "after", "why")}
            )
    return kinds
