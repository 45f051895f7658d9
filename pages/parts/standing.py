"""How the data cuts stand: what is said of one that waits or is marked, and where its findings are acknowledged."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import streamlit as st
from pandas import DataFrame

import visit
from displays.catalogue import DATA
from displays.display import day
from displays.pages import Page
from displays.words import counted, listed, sentence
from pages.parts.markup import draw_html
from pages.parts.shown import as_text
from queries import Cut, View
from queries.frames import rows_of
from queries.withdrawn import Told
from visit import standing
from visit.recording import RecordError

COMMENT = "Comment (one line; it is kept in the record)"
BUTTON = "Acknowledge the ticked findings"


def say_standing(view: View, offered: date) -> None:
    """Above every page: marks of the cuts shown, and which newer cut waits. offered: the cut that comes unasked."""
    for cut in filter(None, (view.cut, view.previous)):
        if cut.mark:
            told = visit.withdrawn(cut.path)
            _say(sentence(f"The data cut of {day(cut.date)} {_told(told) if told else cut.mark}"))
    for words in (words for known, words in _withdrawn(visit.available_cuts().values()) if known > view.cut.date):
        _say(f"Not the latest data: {words[0].lower()}{words[1:]}")
    newer = visit.waiting_since(offered)
    if newer and newer != view.cut.date:
        words = f"A data cut of {day(newer)} waits: findings that could change a decision are not yet acknowledged."
        way = f'<a href="data?cut={newer}" target="_self">Look at it</a>' if standing.may_acknowledge() else ""
        _say(f"{words} {standing.why_waiting()}", way)


def say_withdrawn(cuts: Iterable[Path]) -> None:
    """Under the list of data cuts: which of them were withdrawn, when and by whom, in the closed session also why."""
    for _, words in _withdrawn(cuts):
        st.caption(as_text(words))


def _withdrawn(cuts: Iterable[Path]) -> list[tuple[date, str]]:
    """Of each withdrawn cut its date, and a sentence."""
    told = filter(None, map(visit.withdrawn, cuts))
    return [(one.cut, sentence(f"the data cut of {day(one.cut)} {_told(one)}")) for one in told]


def _told(one: Told) -> str:
    """How a cut was withdrawn. The reason may name a subject, being somebody's own words: not for an open session."""
    return one.words if visit.session() == "closed" else one.mark


def _say(words: str, way: str = "") -> None:
    draw_html(f'<p class="older" role="status">{html.escape(words)} {way}</p>')


def draw_acknowledging(page: Page) -> None:
    """On the page Data of the closed session: who acknowledged the cut's findings, and those that wait, to tick."""
    if page is not DATA or visit.session() != "closed":
        return
    cut = visit.view().cut.facts or visit.view().cut
    if by := standing.acknowledged(cut):
        st.caption(as_text(f"Findings that could change a decision were acknowledged by {listed(by)}."))
    waiting = standing.waiting(cut)
    if len(waiting) and standing.may_acknowledge():
        ticked, comment = _ask(waiting, len(standing.deciding(cut)), f"{cut.date}-{cut.written}")
        if ticked is not None:
            _acknowledge(cut, ticked, comment)


def _ask(waiting: DataFrame, of: int, key: str) -> tuple[list[str] | None, str]:
    """The findings to tick and a comment; None until the button is pressed. No box is ticked beforehand."""
    with st.form(f"acknowledge-{key}"):
        st.markdown(
            f"**Not yet acknowledged: {len(waiting)} of {counted(of, 'finding')} that could change a decision**"
        )
        boxes = {
            row.FINDING: st.checkbox(_words(row), key=f"acknowledge-{key}-{row.FINDING}") for row in rows_of(waiting)
        }
        comment = st.text_input(COMMENT, key=f"comment-{key}", max_chars=standing.LONGEST_COMMENT)
        pressed = st.form_submit_button(BUTTON)
    return [finding for finding, ticked in boxes.items() if ticked] if pressed else None, comment


def _words(row) -> str:
    """What was found, where, how many, examples, and what to do."""
    examples = f" Examples: {row.EXAMPLES}." if row.EXAMPLES else ""
    where = f"{row.DATASET}, {counted(int(row.NRECS), 'record')}"
    return as_text(f"{str(row.WHAT).rstrip('.')} ({where}).{examples} {row.ACTION or ''}".strip())


def draw_withdrawing(page: Page) -> None:
    """On the page Data of the closed session, for those who may: withdraw the cut shown, or restore it."""
    if page is not DATA or visit.session() != "closed" or not standing.may_acknowledge():
        return
    cut = visit.view().cut.facts or visit.view().cut
    verb = "Restore" if visit.withdrawn(cut.path) else "Withdraw"
    with st.expander(f"{verb} the data cut of {day(cut.date)}"), st.form(f"withdraw-{cut.date}-{verb}"):
        reason = st.text_input(
            "Why (one sentence; readers of the closed session see it)", max_chars=standing.LONGEST_COMMENT
        )
        if st.form_submit_button(f"{verb} this data cut"):
            _done(lambda: standing.mark_withdrawn(cut, reason))


def _acknowledge(cut: Cut, ticked: list[str], comment: str) -> None:
    _done(lambda: standing.acknowledge(cut, ticked, comment))


def _done(do: Callable[[], None]) -> None:
    """Do what the reader asks for and draw the page anew, or say why it was not done."""
    try:
        do()
    except (ValueError, RecordError) as error:
        st.error(str(error))
        return
    except PermissionError:
        st.error("Only a statistician or a data manager may do this.")
        return
    st.rerun()
