"""The Summary as HTML, from drawn displays: what is a link, coloured, escaped, or left for a click."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pandas
import pytest
from pandas import DataFrame

from displays import Display
from displays.catalogue import PAGES
from displays.summary.alarms import MOST_SHOWN
from displays.summary.who import Who, marked, named
from pages.parts.ladder import HEIGHT, MARK, WIDTH, interval_svg
from pages.parts.links import MOST_NAMED, people_html, to_html, who_html
from pages.parts.summary import PARTS, screen_html
from queries import Filters

PLACE = PAGES[1].displays[0].function.__name__
"""A display that has a place, whichever."""


def drawn(name: str, table: DataFrame, *sentences: str, **more) -> Display:
    own = dict(
        title=name.title(),
        finding=" ".join(sentences),
        sentences=sentences,
        labels={},
        figure=None,
        population="All.",
        method="",
        source="",
        questions=(),
        cut=date(2008, 2, 29),
        previous=date(2007, 11, 30),
        filters="All subjects (no filter)",
        synthetic=True,
        study="T",
    )
    return Display(name=name, table=table, **(own | more))


def alarm(number, code="heart", previous="", people=()) -> dict:
    rank = number if code != "not assessed" else pandas.NA
    return {"RANK": rank, "CODE": code, "SEVERITY": code, "ALARM": f"Alarm {number}.", "PREVIOUS": previous} | {
        "TEXT": f"Alarm {number}",
        "WHO": tuple(people),
        "LEADS": PLACE,
    }


def alarms(*rows: dict) -> Display:
    return drawn("alarms", DataFrame(rows).astype({"RANK": "Int64"}), "2 alarms.")


def level(**own) -> dict:
    usual = dict(TRTA="190 mg/m²/day", SHORT="190", NTREATED=15, NEVAL=11, NDLT=2, NPENDING=2, LOWER=0.02, UPPER=0.52)
    counts = dict(NGRADE3=13, NHEART=1, NHEARTEVAL=10, NHEARTPOSS=0, NREM=7, NRESP=12, NREMPOSS=0)
    state = dict(STATE="MTD · expansion", CODE="MTD", WHY="", SINCE="", PREVIOUS="", COLOUR="#3d8dc4", TARGET=0.33)
    return usual | counts | state | own


def ladder(*rows: dict, **more) -> Display:
    return drawn("ladder", DataFrame(rows), "2 of 11.", **more)


def pending(*rows: tuple) -> DataFrame:
    table = DataFrame(rows, columns=["USUBJID", "SUBJID", "TRTA", "UNTIL", "STATUS", "THEN"])
    return table.astype({"UNTIL": "datetime64[us]"})


WAITING = pending(
    ("T-1", "1", "190 mg/m²/day", "2008-03-03", "no DLT so far", None),
    (None, None, None, None, None, "If both, 4 of 13 (31 %)."),
)
DECISION = drawn("decision", WAITING, "Stop <now>.", "2 of 11 (18 %).")
NEWS = drawn(
    "new_since",
    DataFrame([{"KIND": "DLTs", "NUMBER": 1, "WHO": (Who("T-1", "1", "Rash"),), "NOTE": "", "LEADS": PLACE}]),
)
OUTSTANDING = drawn(
    "outstanding",
    DataFrame(
        [
            {"KIND": "PK samples", "NUMBER": 14, "OUTOF": 449, "WORDS": "missing", "WHO": (), "PREVIOUS": 12}
            | {"LEADS": PLACE},
            {"KIND": "Echocardiograms", "NUMBER": pandas.NA, "OUTOF": pandas.NA, "WORDS": "not collected", "WHO": ()}
            | {"PREVIOUS": pandas.NA, "LEADS": PLACE},
        ]
    ),
)


def part(made: Display, subjects: dict[str, str] | None = None) -> str:
    return PARTS[made.name](made, subjects or {})


def screen(*made: Display, filters: Filters | None = None) -> str:
    return screen_html({one.name: part(one) for one in made}, filters or Filters())


class Checked(HTMLParser):
    """Whether every tag is closed in order, with all ids and all labels of drawings."""

    def __init__(self, text: str):
        super().__init__()
        self.open, self.ids, self.unlabelled = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.unlabelled += tag == "img" and not found.get("alt")
        self.open += [tag] if tag != "img" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"


def test_the_whole_is_well_formed_with_headers_of_rows_and_columns():
    rows = [level(), level(SHORT="130", TRTA="130 mg/m²/day", CODE="cleared", STATE="cleared", NPENDING=0)]
    text = screen(DECISION, alarms(alarm(1)), ladder(*rows), NEWS, OUTSTANDING)
    checked = Checked(text)
    assert not checked.open and not checked.unlabelled and len(set(checked.ids)) == len(checked.ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= set(checked.ids)
    assert text.count("<table") == 4 and "<th>" not in text and text.count("<tr") == text.count('<th scope="row"') + 2
    assert "of the whole cut" not in text


def test_where_filters_are_set_the_parts_of_the_whole_cut_say_so():
    text = screen(DECISION, alarms(alarm(1)), ladder(level()), NEWS, OUTSTANDING, filters=Filters(diseases=("AML",)))
    assert '<p class="s-note">Filters: AML. They apply to the counts' in text and "of the whole cut" in text


def test_delivered_text_is_escaped_everywhere():
    evil = '<img src=x onerror="a()">'
    who = Who(evil, evil, evil, evil)
    row = alarm(1, people=[who], previous=evil) | {"TEXT": evil, "SEVERITY": evil}
    made = [
        part(
            drawn(
                "decision",
                pending((evil, evil, evil, None, evil, None), (None, None, None, None, None, evil)),
                evil,
                evil,
            )
        ),
        part(alarms(row)),
        part(ladder(level(SHORT=evil, WHY=evil, STATE=evil, PREVIOUS=evil, COLOUR="#000000"))),
        part(replace(NEWS, table=NEWS.table.assign(KIND=evil, NOTE=evil, WHO=[(who,)]))),
        part(replace(OUTSTANDING, table=OUTSTANDING.table.assign(KIND=evil, WORDS=evil, WHO=[(who,)] * 2))),
    ]
    for text in made:
        assert "<img src=x" not in text and "&lt;img" in text and not Checked(text).open


def test_a_subject_is_a_link_and_a_supposed_one_is_not():
    assert who_html(Who("T-101", "101")) == '<a class="who" href="#" data-subject="T-101">101</a>'
    assert who_html(Who("HYPOTHETICAL-1", "what if 1")) == "what if 1"


def test_a_place_is_a_link_to_the_section_of_its_display():
    for page in PAGES:
        for section in filter(lambda part: part.displays, page.sections):
            name = section.displays[0].function.__name__
            link = to_html(name)
            assert f'data-page="{page.key}"' in link and f'data-section="{section.key}"' in link
            assert (f"?section={section.key}" in link) == bool(section.key) and page.title in link
    assert to_html("nowhere", "words") == "words" and to_html("nowhere") == ""


def test_subjects_of_whom_the_same_is_said_stand_together_and_what_is_new_is_marked():
    people = marked(
        [Who("A", "1", "37 %"), Who("B", "2", "46 %"), Who("C", "3", "46 %"), Who("D", "4", "48 %")],
        [Who("A", "1", "37 %"), Who("B", "2", "46 %"), Who("C", "3", "46 %"), Who("E", "5", "49 %")],
    )
    assert named(people) == "1 37 %; 2 and 3 46 %; 4 48 % (new)"
    text = people_html(people)
    assert text.count("s-new") == 1 and text.count('class="who"') == 4 and " · " in text
    assert named(marked([Who("A", "1", "45 %")], [Who("A", "1", "47 %")])) == "1 45 % (was 47 %)"
    assert marked([Who("A", "1")], None) == (Who("A", "1"),)


def test_of_many_subjects_the_first_are_drawn_and_the_others_counted():
    people = [Who(str(n), str(n), f"{n} %") for n in range(MOST_NAMED + 3)]
    assert people_html(people).count("<a ") == MOST_NAMED and people_html(people).endswith("3 more")
    assert "more" not in people_html(people[:MOST_NAMED])


@pytest.mark.parametrize("number", [1, MOST_SHOWN, MOST_SHOWN + 2])
def test_six_alarms_at_most_are_shown_and_the_others_are_a_click_away(number):
    text = part(alarms(*[alarm(n) for n in range(1, number + 1)]))
    shown, _, rest = text.partition("<details>")
    assert shown.count("<li") == min(number, MOST_SHOWN) and rest.count("<li") == max(number - MOST_SHOWN, 0)
    assert ("more</summary>" in text) == (number > MOST_SHOWN)


def test_red_is_for_stopping_rules_and_severe_hearts_alone():
    codes = [
        "met",
        "certain",
        "unreadable",
        "near",
        "fatal",
        "severe",
        "heart",
        "unseen",
        "rhythm",
        "data",
        "corrected",
    ]
    red = [code for code in codes if "s-red" in part(alarms(alarm(1, code)))]
    assert red == ["met", "certain", "unreadable", "near", "fatal", "severe"]


def test_orange_is_for_what_is_new_alone():
    assert "s-new" not in screen(
        DECISION, alarms(alarm(1)), ladder(level()), NEWS, replace(OUTSTANDING, table=OUTSTANDING.table.iloc[1:])
    )
    assert '<b class="s-new">was 2 of 26</b>' in part(alarms(alarm(1, previous="was 2 of 26")))
    assert '<b class="s-new">was 1 of 6</b>' in part(ladder(level(PREVIOUS="1 of 6", SINCE="changed")))
    assert '<b class="s-new">new</b>' in part(ladder(level(SINCE="new")))
    assert '<b class="s-new">was 12</b>' in part(OUTSTANDING)


def test_what_was_not_assessed_is_said_with_or_without_an_alarm():
    unknown = alarm(0, "not assessed") | {"TEXT": "LVEF (not collected)"}
    assert "Not assessed: LVEF (not collected)." in part(alarms(alarm(1), unknown))
    alone = replace(alarms(unknown), sentences=("No alarm in what could be assessed.",))
    text = part(alone)
    assert "No alarm in what could be assessed." in text and "Not assessed" in text and "<li" not in text


def test_an_interval_is_drawn_to_scale_over_its_target():
    made = ladder(level(NDLT=3, NEVAL=6, LOWER=0.0, UPPER=1.0, TARGET=0.5))
    assert 'alt="3 of 6, 95\u00a0% CI 0 to 100\u00a0%"' in part(made)
    text, middle = interval_svg(next(made.table.itertuples())), WIDTH / 2
    assert f'x1="{middle}" x2="{middle}" y1="0" y2="{HEIGHT}"' in text and "stroke-dasharray" in text
    assert f'x1="{MARK / 2}" x2="{WIDTH - MARK / 2}"' in text and f'<rect x="{middle - MARK / 2}"' in text


def test_a_level_without_anybody_evaluable_has_no_interval_and_an_arm_no_target():
    nobody = dict(NEVAL=0, NDLT=0, LOWER=float("nan"), UPPER=float("nan"))
    assert "<img" not in part(ladder(level(**nobody))) and "none evaluable" in part(ladder(level(**nobody)))
    arm = ladder(level(TARGET=float("nan"), STATE="", CODE=""))
    assert "stroke-dasharray" not in interval_svg(next(arm.table.itertuples())) and "dashed" not in part(arm)
    closed = part(ladder(level(CODE="not opened", STATE="not opened", NTREATED=0)))
    assert 'colspan="6">not opened' in closed


def test_what_was_not_collected_is_a_dash_that_says_so_and_what_is_possible_is_counted():
    text = part(ladder(level(NHEART=pandas.NA, NHEARTEVAL=pandas.NA, NREMPOSS=2)))
    assert "not collected</span>" in text and "7 of 12</span> <small>(+2 possible)" in text
    assert "not known</span>–" in part(OUTSTANDING)


def test_pending_subjects_share_their_dose_in_the_heading_or_have_it_beside_them():
    assert "Pending at 190 mg/m²/day" in part(DECISION) and "3 Mar 2008" in part(DECISION)
    two = pending(("T-1", "1", "190 mg/m²/day", None, "enrolled", None), ("T-2", "2", None, None, "enrolled", None))
    text = part(replace(DECISION, table=two))
    assert "Pending subjects" in text and "No planned level" in text
    assert "s-pending" not in part(replace(DECISION, table=pending()))


def test_something_supposed_is_said_with_what_was_and_what_would_be():
    supposed = replace(DECISION, hypothetical="Hypothetical: 2 more", actual=("Stop <now>.", "1 of 11."))
    text = part(supposed)
    assert "Hypothetical: 2 more" in text and "Now: 1 of 11. → Then: 2 of 11" in text and "Now: Stop" not in text


def test_a_display_without_numbers_says_why():
    blank = drawn("new_since", DataFrame(), "No earlier cut was chosen.", collected=False)
    for name in PARTS:
        text = part(replace(blank, name=name))
        assert "No earlier cut was chosen.</p>" in text and "<table" not in text
    assert "<section" not in screen_html({}, Filters()) and not Checked(screen_html({}, Filters())).open


def test_a_subject_named_in_a_sentence_is_a_link():
    dead = replace(DECISION, sentences=("S-1 died.", "S-2 too."))
    text = part(dead, {"S-1": "T-S-1", "S-2": "T-S-2"})
    assert text.count('class="who"') == 3 and 'data-subject="T-S-1"' in text
    assert part(dead).count('class="who"') == 1
