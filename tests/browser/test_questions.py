"""The questions that a board asks, each answered after at most two clicks on the first screen of its section.

The clicks are those of a reader: a page of the navigation or a link of the Summary, then a section. The file of the
answer is two more: Download, and the kind of file.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from test_browser import WIDE, Reader, address, browser, record  # noqa: F401


@dataclass(frozen=True)
class Question:
    """A question; the page and the section that answer it, and what stands in the answer on the newest sample cut."""

    asked: str
    page: str
    section: str
    answer: str


QUESTIONS = (
    Question("Where are we, and why?", "Summary", "", r"Rolling Six ends the escalation with 190 mg/m²/day"),
    Question("Which stopping rule is near or met?", "Summary", "", r"Early death is near"),
    Question("Who is pending, and until when?", "Summary", "", r"106-004\s+3 Mar 2008"),
    Question(
        "What is new since the last meeting, by name?", "Summary", "", r"110-001 Alanine aminotransferase increased"
    ),
    Question("What does the rule say, and what if the pending have a DLT?", "Dose", "", r"4 of 13 \(31 %\)"),
    Question("Who had a DLT, and how did it end?", "Dose", "DLTs", r"7 DLTs in 6 of 35 treated subjects; 5 recovered"),
    Question("Who was treated at which dose?", "Dose", "Subjects and cohorts", r"6 of 35 treated subjects had a DLT"),
    Question("How far is each stopping rule?", "Dose", "Stopping rules", r"Early death \(3 of 32\)"),
    Question(
        "Which events of grade 3 or worse are no DLT?", "Adverse events", "Not a DLT", r"27 grade ≥ 3 events in 26"
    ),
    Question(
        "What happened after the DLT window?", "Adverse events", "After the DLT window", r"8 late events in 8 of 35"
    ),
    Question("Who died, when and of what?", "Adverse events", "Deaths", r"9 of 35 treated subjects died: 3 in the DLT"),
    Question(
        "How long after the drug did they die?", "Adverse events", "Deaths", r"3 within 30 days of the last infusion"
    ),
    Question("Which events were serious?", "Adverse events", "Serious", r"33 serious adverse events in 31 of 35"),
    Question(
        "Who was reduced or delayed?", "Adverse events", "Exposure", r"1 with a reduced dose, .* 15 with a delayed"
    ),
    Question("How much mucositis at each dose?", "Adverse events", "Special interest", r"mucositis \(3\)"),
    Question("Whose heart is affected, at which dose?", "Heart", "", r"101-003 \(severe.*130 mg/m²/day"),
    Question(
        "Is it the dose or the anthracycline before?", "Heart", "Dose or prior anthracycline", r"2 of 29 subjects lost"
    ),
    Question("Whose QTc is long?", "Heart", "QTc", r"QTcF exceeded 500 ms in 1"),
    Question("Who is overdue for an echocardiogram?", "Heart", "Overdue and not used", r"107-001, 101-004 and 108-001"),
    Question("Did anybody meet Hy's law?", "Laboratory", "", r"Hy's law was met in none of 35 assessed subjects"),
    Question(
        "How long do counts take to recover?", "Laboratory", "Counts", r"20 of 35 subjects recovered, median day 35"
    ),
    Question("Was there tumour lysis in the first days?", "Laboratory", "Tumour lysis", r"3 of 35 .* clinical in 1"),
    Question("How many reached remission, ALL and AML?", "Remission", "", r"13 of 24 .* with ALL and 3 of 8"),
    Question("Is there more remission at a higher dose?", "Remission", "By dose", r"No trend shown in ALL"),
    Question("How long do remissions and subjects last?", "Remission", "Duration and survival", r"median 7.7 months"),
    Question("How much drug is in the blood at each dose?", "PK", "", r"median Cmax 8,010 ng/mL at 130 mg/m²/day"),
    Question("What are half-life and clearance?", "PK", "Parameters", r"half-life 6.38 h \(n = 34\)"),
    Question(
        "Is exposure proportional to dose?", "PK", "Proportionality", r"proportionality is inconclusive; slope 1.15"
    ),
    Question("How much of it becomes the metabolite?", "PK", "Metabolite", r"metabolite ratio 0.139"),
    Question(
        "Does exposure explain toxicity?", "PK", "Exposure and effect", r"median 74,900 .* in 6 subjects with a DLT"
    ),
    Question("Which samples are missing?", "PK", "Samples", r"14 of 449 planned samples due are missing"),
)


@pytest.fixture(scope="module")
def reader(browser):  # noqa: F811
    opened = Reader(browser, WIDE)
    yield opened
    opened.context.close()


ON_THE_FIRST_SCREEN = """([pattern, height]) => {
    const holds = (part) => new RegExp(pattern, "s").test(part.innerText.replace(/\\s/g, " "));
    const parts = document.querySelectorAll(".finding p, .summary p, .summary li, .summary tr");
    return [...parts].filter(holds).some((part) => part.getBoundingClientRect().bottom <= height);
}"""
"""Whether an answer stands where nobody has to scroll: in the smallest part of the text that holds it."""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_question_is_answered_after_two_clicks_on_the_first_screen(question, reader, address):  # noqa: F811
    page = reader.page
    if page.url == "about:blank":
        reader.go(address)
    page.get_by_role("link", name="Summary", exact=True).click()
    expect(page.locator(".page-head h1")).to_have_text("Summary")
    reader.settle()
    clicks = 0
    if question.page != "Summary":
        page.get_by_role("link", name=question.page, exact=True).click()
        expect(page.locator(".page-head h1")).to_have_text(question.page)
        reader.settle()
        clicks += 1
    if question.section:
        page.locator(".st-key-sections").get_by_text(question.section, exact=True).click()
        reader.settle()
        clicks += 1
    page.wait_for_function(ON_THE_FIRST_SCREEN, arg=[question.answer, WIDE["height"]], timeout=20000)
    assert clicks <= 2


def test_one_child_is_found_by_its_number(reader, address):  # noqa: F811
    page = reader.page if reader.page.url != "about:blank" else reader.go(address)
    page.locator(".st-key-find input").fill("103-004")
    page.keyboard.press("Enter")
    expect(page.locator(".finding").first).to_contain_text("103-004")


def test_the_sites_are_one_link_away_from_the_summary(reader, address):  # noqa: F811
    page = reader.page if reader.page.url != "about:blank" else reader.go(address)
    page.get_by_role("link", name="Summary", exact=True).click()
    page.locator("a.to[data-page=conduct][data-section=sites]").first.click()
    expect(page.locator(".finding").first).to_contain_text("sites")
