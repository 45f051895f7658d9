"""The Summary as HTML: the decision, the dose levels beside the alarms, what is new beside what is outstanding."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame, isna

from displays import Display
from displays.groups import NO_LEVEL
from displays.summary.alarms import MOST_SHOWN
from displays.summary.who import Who
from displays.words import cell
from pages.parts.ladder import ladder_html
from pages.parts.links import block_html, new_mark, people_html, to_html, who_html
from pages.parts.shown import Shown, linked, now_and_then, on_screen, shown_with
from queries import Filters
from queries.frames import rows_of

RED = ("met", "certain", "unreadable", "near", "fatal", "severe", "liver", "lysis", "aplasia")
"""The alarms that may be red: a stopping rule, a death, a severe heart, Hy's law, clinical lysis, late aplasia."""
MOST_WAITING = 20
"""So many pending subjects are on the screen; the table has all."""
FILTERED = (
    "Filters: {}. They apply to the counts of the dose levels, to what is new and to what is overdue; the decision, "
    "the state of each level, the alarms and the data-quality findings are of the whole cut."
)


def shown_as_part(made: Display, subjects: dict[str, str]) -> Shown:
    """A display of the Summary as its part of the screen. subjects: number → USUBJID of those that may be named."""
    return shown_with(made, subjects, tiles=PARTS[made.name](made, subjects))


def screen_html(parts: dict[str, str], filters: Filters) -> str:
    """The whole screen of its parts, display → HTML; a part that could not be made is left out."""
    columns = (("ladder", "new_since"), ("alarms", "outstanding"))
    inside = "".join(f"<div>{''.join(parts.get(name, '') for name in column)}</div>" for column in columns)
    note = f'<p class="s-note">{on_screen(FILTERED.format(filters.words()))}</p>' if filters.any_set else ""
    return f'<div class="summary">{note}{parts.get("decision", "")}<div class="s-columns">{inside}</div></div>'


# --- the decision ----------------------------------------------------------------------------------


def decision_html(made: Display, subjects: dict[str, str]) -> str:
    """The rule's sentence, the rate and the expansion; at the right who is pending until when, and what follows."""
    first, *more = now_and_then(made) if made.actual else made.sentences
    rest = f"<p>{linked(' '.join(more), subjects)}</p>" if more else ""
    told = f'<div><p class="s-big">{linked(first, subjects)}</p>{rest}</div>{_pending(made.table)}'
    whole = replace(made, collected=True)
    return block_html(whole, "decision", f'<div class="s-wide">{told}</div>', subjects, to_html("rule_now"))


def _pending(table: DataFrame) -> str:
    if table.empty:
        return ""
    subjects, follows = table[table["USUBJID"].notna()], table[table["USUBJID"].isna()]
    doses = list(subjects["TRTA"].dropna().unique())
    one = len(doses) == 1 and subjects["TRTA"].notna().all()
    rows = "".join(_waiting(row, with_dose=not one) for row in rows_of(subjects.head(MOST_WAITING)))
    more = len(subjects) - MOST_WAITING
    heads = ["Subject", *["Dose level"] * (not one), "Until", "So far"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    after = "".join(f"<li>{on_screen(words)}</li>" for words in follows["THEN"])
    title = f"Pending at {doses[0]}" if one else "Pending subjects"
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else "<p>None.</p>"
    body += f"<p>{more:,} more are in the table.</p>" if more > 0 else ""
    follow = f"<ul>{after}</ul>" if after else ""
    return f'<div class="s-pending"><h2>{on_screen(title)}</h2>{body}{follow}</div>'


def _waiting(row, *, with_dose: bool) -> str:
    name = who_html(Who(row.USUBJID, row.SUBJID))
    dose = f"<td>{on_screen(cell(row.TRTA) or NO_LEVEL)}</td>" if with_dose else ""
    until = f'<td class="s-number">{cell(row.UNTIL)}</td>'
    return f'<tr><th scope="row">{name}</th>{dose}{until}<td>{on_screen(row.STATUS)}</td></tr>'


# --- the alarms ------------------------------------------------------------------------------------


def alarms_html(made: Display, subjects: dict[str, str]) -> str:
    """The alarms, the gravest first: six, the others behind a line; below them what was not assessed."""
    if not made.collected:
        return block_html(made, "alarms", "", subjects)
    known, unknown = made.table[made.table["RANK"].notna()], made.table[made.table["RANK"].isna()]
    lines = [_alarm(row) for row in rows_of(known)]
    shown = f"<ol>{''.join(lines[:MOST_SHOWN])}</ol>" if lines else f"<p>{on_screen(made.sentences[0])}</p>"
    rest = lines[MOST_SHOWN:]
    more = f'<details><summary>{len(rest)} more</summary><ol start="{MOST_SHOWN + 1}">{"".join(rest)}</ol></details>'
    absent = f'<p class="s-note">Not assessed: {on_screen("; ".join(unknown["TEXT"]))}.</p>' if len(unknown) else ""
    return block_html(made, "alarms", shown + (more if rest else "") + absent, subjects)


def _alarm(row) -> str:
    people = f": {people_html(row.WHO)}" if row.WHO else ""
    grave = ' class="s-red"' if row.CODE in RED else ""
    hidden = f'<span class="s-hidden">{on_screen(row.SEVERITY)}. </span>'
    place = f'<span class="s-to">{to_html(row.LEADS)}</span>'
    return f"<li{grave}><p>{hidden}{on_screen(row.TEXT)}{new_mark(row.PREVIOUS)}{people} {place}</p></li>"


# --- what is new, what is outstanding ---------------------------------------------------------------


def new_html(made: Display, subjects: dict[str, str]) -> str:
    """A row a kind: its number, and who."""
    rows = "".join(
        _line(row.LEADS, row.KIND, row.NUMBER, people_html(row.WHO), row.NOTE) for row in rows_of(made.table)
    )
    return block_html(made, "since", _lines("since", rows), subjects)


def outstanding_html(made: Display, subjects: dict[str, str]) -> str:
    """A row a kind: how many of how many, and who."""
    rows = "".join(_outstanding(row) for row in rows_of(made.table))
    return block_html(made, "outstanding", _lines("outstanding", rows), subjects, to_html("sites"))


def _outstanding(row) -> str:
    of = "" if isna(row.OUTOF) else f"of {row.OUTOF} "
    moved = not isna(row.PREVIOUS) and not isna(row.NUMBER) and row.PREVIOUS != row.NUMBER
    people = f": {people_html(row.WHO)}" if row.WHO else ""
    words = f"{of}{on_screen(row.WORDS)}{new_mark(f'was {row.PREVIOUS}') if moved else ''}{people}"
    return _line(row.LEADS, row.KIND, row.NUMBER, words, "")


def _lines(kind: str, rows: str) -> str:
    """A table whose rows have headings; its name is that of the part."""
    return f'<table aria-labelledby="s-{kind}"><tbody>{rows}</tbody></table>'


def _line(leads: str, kind: str, number, inside: str, note: str) -> str:
    told = f" <small>{on_screen(note)}</small>" if note else ""
    shown = '<span class="s-hidden">not known</span>–' if isna(number) else f"<b>{number}</b>"
    return f'<tr><th scope="row">{to_html(leads, kind)}</th><td>{shown}</td><td>{inside}{told}</td></tr>'


PARTS = {
    "decision": decision_html,
    "ladder": ladder_html,
    "alarms": alarms_html,
    "new_since": new_html,
    "outstanding": outstanding_html,
}
"""Display → its part of the screen."""
