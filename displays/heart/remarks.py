"""What the board must see beside the rates of cardiac dysfunction: who counts without a comparison, who may have it,
what does not count, values set aside, and marker rises without an echocardiogram."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import day
from displays.groups import present
from displays.heart.definitions import BAD
from displays.heart.evaluable import FAILURE, category_words, grade_words, small_fall
from displays.words import MOST_LISTED, counted, first_of, first_parts, on_day, rate, sentence
from queries import View
from queries.frames import rows_of

MARKER = {"TROPONIN": "troponin", "NTPROBNP": "NT-proBNP"}
NOT_COUNTED = {
    "UNRELATED": "reported as unrelated",
    "BEFORE": "begun before the first infusion",
    "LOW GRADE": "of a grade without symptoms",
}
"""Why an adverse event of heart failure is not CTRCD: the code of `heart_failure` → words."""


def finding(view: View, people: DataFrame) -> list[str]:
    """The sentences beside the rate in the finding; none where there is nothing to say."""
    possible = _possible(people)
    return [*map(sentence, filter(None, (possible, _unreadable(view, people)))), *set_aside(view)]


def beside(view: View, people: DataFrame) -> str:
    """The sentences beside the denominators; each begins with a space."""
    words = (_without_comparison(people), _failure_not_counted(view), _unpaired(view))
    return "".join(f" {sentence(part)}" for part in words if part)


def named(row) -> str:
    """ "101-003 (severe, heart failure, 190 mg/m²/day, day 93)"."""
    failed = f", {row.CTRCDTERM}" if row.CTRCDSRC == FAILURE else ""
    return f"{row.SUBJID} ({category_words(row)}{failed}, {row.TRTA}, {on_day(row.CTRCDDY)})"


def bad(people: DataFrame) -> DataFrame:
    """The evaluable subjects with moderate dysfunction or worse."""
    return people[(people["EVALFL"] == "Y") & people["CTRCD"].isin(BAD)]


def in_percent(value: str) -> str:
    """A delivered percentage with its sign, once."""
    return f"{str(value).removesuffix('%').rstrip()} %"


NOT_READ = {
    "UNREADABLE": 'LVEF "{value}" not readable',
    "DOUBTFUL": "LVEF {value} doubtful",
    "NO RESULT": "LVEF without a result",
}
"""Why an LVEF cannot be judged: the code of `adctrcd` → words."""


def not_read(code: str, value: str) -> str:
    """An LVEF that cannot be judged, as delivered."""
    return NOT_READ[code].format(value=value)


def _possible(people: DataFrame) -> str:
    """Who may have moderate dysfunction or worse beyond those known, and the rate with them."""
    known, evaluable = bad(people), people["EVALFL"] == "Y"
    rows = people[people["POSSIBLE"].isin(BAD) & ~people.index.isin(known.index)]
    if rows.empty:
        return ""
    several = first_of([_possibly(row) for row in rows_of(rows)], MOST_LISTED)
    total = int((evaluable | people.index.isin(rows.index)).sum())
    return (
        f"moderate or worse possible, not known, in {len(rows)} more: {several}; with "
        f"{'it' if len(rows) == 1 else 'them'} {rate(len(known) + len(rows), total, ci=False)}"
    )


def _unread(row) -> str:
    on = f", {day(row.ADT)}" if present(row.ADT) else ""
    return f"{row.SUBJID} ({row.AVALC if present(row.AVALC) else 'no result'}{on})"


def _unreadable(view: View, people: DataFrame) -> str:
    """The later LVEFs that cannot be judged, beyond those named as the worst possible of their subject."""
    rows = rows_of(view.ask("heart_unreadable"))
    named = set(zip(people["USUBJID"], people["POSSVAL"], strict=True))
    several = [_unread(row) for row in rows if (row.USUBJID, row.AVALC) not in named]
    return f"later LVEF not readable: {first_of(several, MOST_LISTED)}" if several else ""


def _possibly(row) -> str:
    if row.POSSSRC == "LVEF NOT READ":
        return f"{row.SUBJID} ({not_read(row.POSSTERM, row.POSSVAL)}, {row.TRTA}, {on_day(row.POSSDY)})"
    if present(row.POSSTERM):
        graded = f"grade {row.POSSGR:g}" if present(row.POSSGR) else "grade not known"
        return (
            f"{row.SUBJID} ({row.POSSTERM}, {graded}, no LVEF compared since: could be symptomatic CTRCD, {row.TRTA}, "
            f"{on_day(row.POSSDY)})"
        )
    if present(row.POSSMIS):
        why = f", {small_fall(row.POSSMIS)}"
    else:
        why = "" if present(row.BASE) else ", no baseline"
    return f"{row.SUBJID} (LVEF {in_percent(row.POSSVAL)} by {row.POSSMETH}{why}, {row.TRTA}, {on_day(row.POSSDY)})"


def set_aside(view: View) -> list[str]:
    """The LVEFs set aside that would change a grade or a category, each with both values and readers, in a sentence."""
    several = first_parts([_aside(row) for row in rows_of(view.ask("heart_set_aside"))])
    return [sentence(f"an LVEF that was set aside would change a grade or category: {several}")] if several else []


def _aside(row) -> str:
    who, used = reader(row.CVEVAL), reader(row.USEDEVAL)
    words = f"{row.SUBJID}, {day(row.ADT)}, {row.AVALC} % ({who}) set aside for {row.USEDVAL} % ({used})"
    if row.CHANGEAS == "BASELINE":
        words += f"; as baseline, the LVEF of {day(row.LATERDT)}"
    return f"{words} would be {_outcome(row)} instead of {_used(row)}"


def reader(name) -> str:
    """Who read a result, in words."""
    return str(name).lower() if present(name) else "reader not named"


def _outcome(row) -> str:
    category = _category(row.CTRCD, row.CTRCDPOS) if not present(row.CTRCDQ) else category_words(row)
    return f"CTRCD {category}, {grade_words(row)}"


def _used(row) -> str:
    grade = f"grade {row.USEDGR:g}" if present(row.USEDGR) else "grade not known"
    return f"{_category(row.USEDCTRCD, row.USEDPOS)}, {grade}"


def _category(known, possible) -> str:
    if present(known):
        return known
    return f"{possible} possible" if present(possible) else "not known"


def _without_comparison(people: DataFrame) -> str:
    """Who is evaluable without an LVEF compared with its baseline."""
    rows = people[(people["CTRCDSRC"] == FAILURE) | (people["CTRCDQ"] == "BASELINE UNKNOWN")]
    several = [f"{row.SUBJID} ({_why(row)})" for row in rows_of(rows)]
    return (
        f"counted by heart failure or by an LVEF without a baseline: {first_of(several, MOST_LISTED)}"
        if several
        else ""
    )


def _why(row) -> str:
    return f"{row.CTRCDTERM}, {category_words(row)}" if row.CTRCDSRC == FAILURE else category_words(row)


def _failure_not_counted(view: View) -> str:
    rows = view.ask("heart_failure")
    several = [
        f"{row.SUBJID} ({row.TERM}, {_grade(row)}, {on_day(row.ADY)}, {NOT_COUNTED[row.REASONCD]})"
        for row in rows_of(rows[rows["COUNTFL"] == "N"])
    ]
    return f"heart failure not counted as CTRCD: {first_of(several, MOST_LISTED)}" if several else ""


def _grade(row) -> str:
    return f"grade {row.ATOXGR:g}" if present(row.ATOXGR) else "grade not known"


def _unpaired(view: View) -> str:
    words = unpaired(view)
    return f"biomarker elevations not paired with an LVEF: {words}" if words else ""


def unpaired(view: View) -> str:
    """ "S1 (troponin 40 ng/L on day 20, 12 days from the nearest echocardiogram)"; empty where there is none."""
    return first_parts([_distance(row) for row in rows_of(view.ask("heart_unpaired"))])


def _distance(row) -> str:
    more = f", and {row.N - 1} more" if row.N > 1 else ""
    far = (
        f" {counted(int(row.ECHODAYS), 'day')} from the nearest echocardiogram, not paired"
        if present(row.ECHODAYS)
        else ", no echocardiogram since the first infusion to pair it with"
    )
    return f"{row.SUBJID} ({MARKER[row.PARAMCD]} {row.AVALC} {row.AVALU}, {on_day(row.ADY)}, marker rise{far}{more})"
