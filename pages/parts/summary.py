"""The Summary as HTML: the decision, the dose levels beside the alarms, what is new beside what is outstanding."""

from __future__ import annotations

from itertools import zip_longest

from pandas import DataFrame, isna

from displays import Display
from displays.groups import NO_LEVEL
from displays.summary.alarms import MOST_SHOWN
from displays.summary.who import Who
from displays.words import cell
from pages.parts.ladder import ladder_html
from pages.parts.links import block_html, new_mark, on_screen, people_html, to_html, who_html

RED = ("met", "certain", "unreadable", "near", "severe")
"""The alarms that may be red: a stopping rule, or a severe heart."""


def summary_html(decision: Display, alarms: Display, ladder: Display, new: Display, outstanding: Display) -> str:
    """The whole section; the filters are named where they are set, for the decision and the alarms heed none."""
    filtered = ladder.filters != alarms.filters
    return (
        f'<div class="summary">{decision_html(decision, filtered)}'
        f'<div class="s-columns"><div>{ladder_html(ladder)}{new_html(new)}</div>'
        f"<div>{alarms_html(alarms, filtered)}{outstanding_html(outstanding)}</div></div></div>"
    )


# --- the decision ----------------------------------------------------------------------------------


def decision_html(made: Display, filtered: bool = False) -> str:
    """The rule's sentence, the rate and the expansion; at the right who is pending until when, and what follows."""
    first, *more = _was_and_would(made)
    supposed = f'<p class="supposed">{on_screen(made.hypothetical)}</p>' if made.hypothetical else ""
    note = '<p class="s-note">Every enrolled subject; the filters do not apply here.</p>' if filtered else ""
    told = (
        f'<div><div class="s-head"><h2 id="s-decision">{on_screen(made.title)}</h2>{to_html("rule_now")}</div>'
        f'{supposed}<p class="s-big">{on_screen(first)}</p><p>{on_screen(" ".join(more))}</p>{note}</div>'
    )
    return f'<section class="s-decision" aria-labelledby="s-decision">{told}{_pending(made.table)}</section>'


def _was_and_would(made: Display) -> list[str]:
    """The sentences; where something is supposed each with what it becomes: "was → would be"."""
    if not made.actual:
        return list(made.sentences)
    pairs = zip_longest(made.actual, made.sentences, fillvalue="–")
    return [now if now == then else f"Was: {now} → Would be: {then}" for now, then in pairs]


def _pending(table: DataFrame) -> str:
    if table.empty:
        return ""
    subjects, follows = table[table["USUBJID"].notna()], table[table["USUBJID"].isna()]
    doses = list(subjects["TRTA"].dropna().unique())
    one = len(doses) == 1 and subjects["TRTA"].notna().all()
    rows = "".join(_waiting(row, with_dose=not one) for row in subjects.itertuples())
    heads = ["Subject", *["Dose level"] * (not one), "Until", "So far"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    after = "".join(f"<li>{on_screen(words)}</li>" for words in follows["STATUS"])
    title = f"Pending at {doses[0]}" if one else "Pending subjects"
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else "<p>None.</p>"
    follow = f"<ul>{after}</ul>" if after else ""
    return f'<div class="s-pending"><h2>{on_screen(title)}</h2>{body}{follow}</div>'


def _waiting(row, *, with_dose: bool) -> str:
    name = who_html(Who(row.USUBJID, row.SUBJID))
    dose = f"<td>{on_screen(cell(row.TRTA) or NO_LEVEL)}</td>" if with_dose else ""
    until = f'<td class="s-number">{cell(row.UNTIL)}</td>'
    return f'<tr><th scope="row">{name}</th>{dose}{until}<td>{on_screen(row.STATUS)}</td></tr>'


# --- the alarms ------------------------------------------------------------------------------------


def alarms_html(made: Display, filtered: bool = False) -> str:
    """The alarms, the gravest first: six, the others behind a line; below them what was not assessed."""
    known, unknown = made.table[made.table["RANK"].notna()], made.table[made.table["RANK"].isna()]
    lines = [_alarm(row) for row in known.itertuples()]
    shown = f"<ol>{''.join(lines[:MOST_SHOWN])}</ol>" if lines else f"<p>{on_screen(made.sentences[0])}</p>"
    rest = lines[MOST_SHOWN:]
    more = f'<details><summary>{len(rest)} more</summary><ol start="{MOST_SHOWN + 1}">{"".join(rest)}</ol></details>'
    absent = f'<p class="s-note">Not assessed: {on_screen("; ".join(unknown["TEXT"]))}.</p>' if len(unknown) else ""
    note = f'<p class="s-note">{on_screen(made.population)}</p>' if filtered else ""
    return block_html(made, "alarms", shown + (more if rest else "") + absent + note)


def _alarm(row) -> str:
    people = f": {people_html(row.WHO)}" if row.WHO else ""
    grave = ' class="s-red"' if row.CODE in RED else ""
    hidden = f'<span class="s-hidden">{on_screen(row.SEVERITY)}. </span>'
    return (
        f"<li{grave}><p>{hidden}{on_screen(row.TEXT)}{new_mark(row.PREVIOUS)}{people}</p>"
        f"<p class='s-to'>{to_html(row.LEADS)}</p></li>"
    )


# --- what is new, what is outstanding ---------------------------------------------------------------


def new_html(made: Display) -> str:
    """A row a kind: its number, and who."""
    rows = "".join(
        _line(row.LEADS, row.KIND, row.NUMBER, people_html(row.WHO), row.NOTE) for row in made.table.itertuples()
    )
    return block_html(made, "since", _lines(rows))


def outstanding_html(made: Display) -> str:
    """A row a kind: how many of how many, and who."""
    rows = "".join(_outstanding(row) for row in made.table.itertuples())
    return block_html(made, "outstanding", _lines(rows))


def _outstanding(row) -> str:
    of = "" if isna(row.OUTOF) else f"of {row.OUTOF} "
    moved = not isna(row.PREVIOUS) and not isna(row.NUMBER) and row.PREVIOUS != row.NUMBER
    people = f": {people_html(row.WHO)}" if row.WHO else ""
    words = f"{of}{on_screen(row.WORDS)}{new_mark(f'was {row.PREVIOUS}') if moved else ''}{people}"
    return _line(row.LEADS, row.KIND, row.NUMBER, words, "")


def _lines(rows: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("What", "Number", "Which"))
    return f'<table><thead class="s-hidden"><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _line(leads: str, kind: str, number, inside: str, note: str) -> str:
    told = f" <small>{on_screen(note)}</small>" if note else ""
    shown = '<span class="s-hidden">not known</span>–' if isna(number) else f"<b>{number}</b>"
    return f'<tr><th scope="row">{to_html(leads, kind)}</th><td>{shown}</td><td>{inside}{told}</td></tr>'
