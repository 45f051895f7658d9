"""Each page drawn by Streamlit's own test runner, over full, single and foreign data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from app_test import AppTest

import visit
from displays.catalogue import CONDUCT, DOSE, HEART, PAGES, SUBJECTS, SUMMARY
from displays.escalation.rates import dlt_by_dose
from displays.pages import Page, Section
from pages.parts.dock import Dock
from pages.parts.look import STYLE
from queries import View, list_cuts, open_cut

ROOT = Path(__file__).parents[2]
CLOSED = [page for page in PAGES if page.audience == "closed"]
SCREENS = [pytest.param(page, section, id=section.key or page.key) for page in PAGES for section in page.sections]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
every_screen = pytest.mark.parametrize(("page", "section"), SCREENS)
closed_pages = pytest.mark.parametrize("page", CLOSED, ids=lambda page: page.key)


@pytest.fixture(autouse=True)
def fresh_caches():
    visit.forget()
    yield
    visit.forget()


@pytest.fixture
def sample_folder(sample_cuts, monkeypatch) -> Path:
    folder = next(iter(sample_cuts.values())).path.parent
    monkeypatch.setenv("SAFETY_DATA", str(folder))
    return folder


@pytest.fixture
def pilot_folder(pilot_cut, monkeypatch) -> Path:
    monkeypatch.setenv("SAFETY_DATA", str(pilot_cut.path.parent))
    return pilot_cut.path.parent


def open_page(page: Page, section: Section | None = None, **query) -> AppTest:
    """The page as a reader reaches it, in one run; its first section needs no choice."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    if section and section is not page.sections[0]:
        app.session_state[f"section-{page.key}"] = section.key
        if query:
            app.query_params["section"] = section.key
    for key, value in query.items():
        app.query_params[key] = value
    if page is not PAGES[0]:
        app.switch_page(page.path)
    return app.run()


def list_cut(folder: Path):
    """The newest cut of a folder."""
    return open_cut(list_cuts(folder)[-1][1])


def on_the_line(app: AppTest) -> tuple[str, ...]:
    """What the line says of cut, cut compared with, and filters, where the session has filters."""
    labels = [block.proto.popover.label for block in app.get("popover")]
    return tuple(label.split("**")[1] for label in labels if label.startswith(("Data ", "compared ", "Filters ")))


def said(app: AppTest) -> str:
    """All text of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def displays_drawn(app: AppTest) -> int:
    return said(app).count('<section class="finding" ')


def assert_whole(app: AppTest) -> None:
    assert not app.exception
    assert [error.value for error in app.error] == []


@every_screen
def test_every_screen_of_the_sample_trial_is_drawn_whole_and_says_what_it_is(page, section, sample_folder):
    app = open_page(page, section)
    assert_whole(app)
    assert "Synthetic data" in said(app) and on_the_line(app) == ("29 Feb 2008", "30 Nov 2007", "none")
    assert app.segmented_control(key="session").value == "closed"
    assert page is SUBJECTS or displays_drawn(app) == len(section.displays)
    if len(page.sections) > 1:
        assert app.pills(key=f"section-{page.key}").value == section.key
    for chart in app.get("plotly_chart"):
        assert_readable(chart)


def assert_readable(chart) -> None:
    """A figure names the house template and has words for a screen reader."""
    spec = json.loads(chart.proto.spec)
    assert spec["layout"]["template"]["layout"]["paper_bgcolor"] == "#ffffff"
    assert chart.proto.theme == "" and len(chart.proto.alt) > 30


@every_screen
def test_every_screen_of_a_trial_without_doses_heart_or_response_says_what_was_not_collected(
    page, section, pilot_folder
):
    app = open_page(page, section)
    assert_whole(app)
    assert "Synthetic data" not in said(app)
    if page.key in ("dose", "heart", "remission") and section is page.sections[0]:
        assert "not collected in this cut" in said(app)


@every_page
def test_filters_that_leave_nobody_leave_every_page_standing(page, sample_folder):
    app = open_page(page, site="110", age="1 to 5 years", disease="AML", dose="130 mg/m²/day")
    assert_whole(app)


@every_page
def test_the_oldest_cut_has_nothing_to_compare_with_and_is_not_taken_for_the_newest(page, sample_folder):
    app = open_page(page, cut="2007-08-31")
    assert_whole(app)
    assert on_the_line(app)[:2] == ("31 Aug 2007", "no cut") and "Not the newest data" in said(app)


def suppose_a_dlt(app: AppTest, subjects: int = 2) -> AppTest:
    """The page with so many more subjects with a DLT."""
    app.button(key="what-if-button").click().run()
    return app.number_input(key="what-if-dlt").set_value(subjects).run()


def test_a_supposed_cohort_marks_every_display_of_every_page_until_the_reader_goes_back(sample_folder):
    facts, app = open_page(DOSE), suppose_a_dlt(open_page(DOSE))
    assert said(app).count('<p class="warning" role="alert">Hypothetical: 2 more subjects at 190 mg/m²/day') == 1
    assert said(app).count('<span class="supposed">') == displays_drawn(facts) > 2
    assert "6 of 29 evaluable" in said(facts) and "8 of 31 evaluable" in said(app)
    adding = [sum(str(button.key).startswith("add-") for button in shown.button) for shown in (facts, app)]
    assert adding == [displays_drawn(facts), 0]
    app.switch_page(HEART.path).run()
    assert_whole(app)
    assert said(app).count('<span class="supposed">') == displays_drawn(app) > 1
    app.button(key="what-if-back").click().run()
    assert "supposed" not in said(app).replace(STYLE, "")
    app.switch_page(DOSE.path).run()
    assert "6 of 29 evaluable" in said(app)


def test_what_is_supposed_is_not_supposed_in_the_open_session(sample_folder):
    app = suppose_a_dlt(open_page(SUMMARY))
    app.button_group(key="session").set_value("open").run()
    assert_whole(app)
    assert "Hypothetical" not in said(app) and not [box for box in app.number_input]


def test_a_filter_is_kept_over_pages_and_said_on_each(sample_folder):
    app = open_page(SUMMARY, disease="AML")
    for page in CLOSED:
        app.switch_page(page.path).run()
        assert on_the_line(app)[2] == "AML"


def test_an_open_session_has_no_filters_even_where_the_address_names_some(sample_folder):
    app = open_page(SUMMARY, session="open", dose="190 mg/m²/day", disease="AML", site="110")
    assert_whole(app)
    assert on_the_line(app) == ("29 Feb 2008", "30 Nov 2007") and not app.multiselect and not app.text_input
    assert "38 subjects screened, all dose levels together" in said(app)
    assert "dose" not in app.query_params and "disease" not in app.query_params


def test_the_open_session_of_a_reader_of_both_is_sent_no_closed_page(sample_folder):
    app = open_page(SUMMARY, session="open")
    assert app.segmented_control(key="session").value == "open"
    for page in CLOSED:
        closed = AppTest.from_file(str(ROOT / page.path), default_timeout=60)
        closed.session_state["session"], closed.session_state["view"] = "open", object()
        assert [error.value for error in closed.run().error] == [
            "This page belongs to the closed session; this is the open session."
        ]


@every_page
def test_an_open_session_draws_the_open_sections_of_a_page_alone(page, sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", "open")
    for part in page.seen_in("open"):
        app = open_page(page, part if part is not page.sections[0] else None)
        assert_whole(app)
        assert displays_drawn(app) == len(part.displays)
        if len(page.seen_in("open")) > 1:
            assert app.pills(key=f"section-{page.key}").options == [known.title for known in page.seen_in("open")]


def test_the_address_names_cut_section_and_filters_and_never_a_subject(sample_folder):
    app = open_page(HEART, disease="AML")
    app.pills(key="section-heart").set_value("qtc").run()
    app.session_state["subject"] = "NCT00430443-101-003"
    app.run()
    assert {key: app.query_params[key] for key in app.query_params} == {
        "cut": "2008-02-29",
        "previous": "2007-11-30",
        "section": "qtc",
        "disease": "AML",
    }


def test_an_address_that_the_visit_did_not_write_wins(sample_folder):
    """So the browser's Back and Forward change what is on screen."""
    app = open_page(HEART, disease="AML")
    app.pills(key="section-heart").set_value("qtc").run()
    for key in list(app.query_params):
        del app.query_params[key]
    app.query_params |= {"cut": "2007-11-30", "section": "over-time", "site": "101"}
    app.run()
    assert_whole(app)
    assert on_the_line(app) == ("30 Nov 2007", "31 Aug 2007", "site 101")
    assert app.pills(key="section-heart").value == "over-time"


def test_a_newer_cut_does_not_replace_the_one_on_screen(sample_folder, tmp_path, monkeypatch):
    older = [path for path in sorted(sample_folder.glob("*.duckdb"))]
    for path in older[:2]:
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    app = open_page(HEART)
    assert on_the_line(app)[0] == "30 Nov 2007" and "Not the newest data" not in said(app)
    (tmp_path / older[2].name).symlink_to(older[2])
    app.run()
    assert on_the_line(app)[0] == "30 Nov 2007" and "a data cut of 29 Feb 2008 is available" in said(app)


def test_a_subject_is_found_by_a_part_of_its_number(sample_folder):
    app = open_page(HEART)
    app.text_input(key="find").set_value("105-00").run()
    assert "4 subjects:" in said(app)
    found = [button for button in app.button if button.key and button.key.startswith("found-NCT")]
    assert [button.label.replace("\\", "") for button in found] == [
        "105-001",
        "105-002",
        "105-003",
        "105-004",
    ]
    app.text_input(key="find").set_value("no such").run()
    assert "No subject of this cut has such a number." in said(app)
    app.text_input(key="find").set_value("105-002").run()
    assert_whole(app)
    assert "Subject 105-002" in said(app)


def test_what_was_looked_for_in_the_closed_session_is_not_shown_in_the_open_one(sample_folder):
    app = open_page(SUMMARY)
    app.text_input(key="find").set_value("101").run()
    assert "6 subjects:" in said(app)
    app.button_group(key="session").set_value("open").run()
    assert_whole(app)
    assert not [button for button in app.button if button.key and button.key.startswith("found")]
    assert "subjects:" not in said(app)


def test_what_is_supposed_is_kept_where_a_cut_cannot_hold_it_and_said(sample_folder):
    app = open_page(DOSE)
    app.button(key="what-if-button").click().run()
    next(box for box in app.selectbox if "Not evaluable" in box.options).select("DLT").run()
    app.number_input(key="what-if-dlt").set_value(1).run()
    app.button(key="what-if-button").click().run()
    both = said(app)
    assert "106-004" in both.split("Hypothetical:")[1].split("<")[0]
    app.selectbox(key="cut").set_value("2007-11-30").run()
    assert "Not supposed here: NCT00430443-106-004 not pending in this cut." in said(app)
    app.selectbox(key="cut").set_value("2008-02-29").run()
    assert "106-004" in said(app).split("Hypothetical:")[1].split("<")[0] and "Not supposed here" not in said(app)


@pytest.mark.parametrize(
    "sent",
    [
        {"subject": ["x"]},
        {"subject": {"a": 1}, "subjects": 5},
        {"subject": "no such", "subjects": "x"},
        {"page": ["heart"]},
        {"page": {}},
        "text",
        7,
        {"supposed": {"dose": 1, "results": "P" * 50000, "resolved": "x"}},
        {"supposed": {"dose": "190 mg/m²/day", "results": ["P"], "resolved": {"a": ["T"]}}, "origin": {"page": ["x"]}},
        {"origin": {"page": "heart", "section": 3, "subjects": 5}},
        {"chosen": {"choice-ae_by_term-events": ["x"], "lanes": [3, "no lane"], "session": "open"}, "selected": "x"},
    ],
    ids=repr,
)
def test_whatever_a_browser_sends_as_what_its_tab_kept_or_followed_breaks_nothing(sent, sample_folder, monkeypatch):
    from types import SimpleNamespace

    from pages.parts import tab

    for name in ("kept", "went"):
        answers = iter([SimpleNamespace(**{"kept": None, "went": None, name: sent})])
        nothing = SimpleNamespace(kept=None, went=None)
        monkeypatch.setattr(tab, "_tab", lambda answers=answers, nothing=nothing, **given: next(answers, nothing))
        app = open_page(HEART)
        assert_whole(app)
        assert "Hypothetical" not in said(app)


@pytest.mark.parametrize("sent", [{"kept": {"subject": "x"}}, {"went": {"page": "conduct"}}], ids=repr)
def test_what_a_browser_sends_again_and_again_does_not_have_the_page_run_in_circles(sent, sample_folder, monkeypatch):
    from types import SimpleNamespace

    runs, lasting = [], SimpleNamespace(**{"kept": None, "went": None} | sent)
    monkeypatch.setattr("pages.parts.tab._tab", lambda **given: runs.append(given) or lasting)
    assert_whole(open_page(SUMMARY, session="open"))
    assert len(runs) == 2


def test_a_subject_in_a_finding_is_a_link_and_never_in_the_open_session(sample_folder):
    assert '<a class="who" href="#" data-subject="NCT00430443-101-003">101-003</a>' in said(open_page(HEART))
    for part in SUMMARY.seen_in("open"):
        assert "data-subject" not in said(open_page(SUMMARY, part, session="open"))


def test_another_cut_is_compared_with_its_own_previous_meeting(sample_folder):
    app = open_page(SUMMARY, cut="2007-11-30")
    assert on_the_line(app)[1] == "31 Aug 2007"
    app.selectbox(key="cut").set_value("2008-02-29").run()
    assert on_the_line(app)[:2] == ("29 Feb 2008", "30 Nov 2007")


@pytest.mark.parametrize("word", ["opened", "Open session", "0"])
def test_a_misspelt_session_serves_nothing(word, sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", word)
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert len(app.error) == 1 and "SAFETY_SESSION" in app.error[0].value
    assert not app.get("plotly_chart") and not app.get("bidi_component")


@pytest.mark.parametrize("word", ["open", " OPEN "])
def test_the_open_session_is_recognised_however_it_is_written(word, sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", word)
    assert visit.reader().audiences == {"open"}


def test_a_block_that_reruns_alone_is_guarded_too(sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", "open")
    monkeypatch.setattr(visit, "view", lambda: View(list_cut(sample_folder)))
    with pytest.raises(PermissionError, match="closed session"):
        visit.display(dlt_by_dose, lambda made, subjects: None)


def test_what_is_asked_for_in_the_address_and_does_not_exist_is_left_out(sample_folder):
    app = open_page(SUMMARY, disease="CML", cut="1999-01-01", nonsense="1")
    assert_whole(app)
    assert on_the_line(app) == ("29 Feb 2008", "30 Nov 2007", "none")
    assert "Not here, and left out: the data cut 1999-01-01; disease CML." in said(app)
    app.run()
    assert "left out" not in said(app)


def test_a_server_of_the_open_session_shows_no_closed_page(sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", "open")
    assert "Open session" in said(open_page(SUMMARY))
    for page in CLOSED:
        alone = AppTest.from_file(str(ROOT / page.path), default_timeout=60).run()
        assert [error.value for error in alone.error] == [
            "This page belongs to the closed session; this is the open session."
        ], page.key
        assert not alone.get("plotly_chart") and not alone.get("bidi_component")


@closed_pages
def test_a_page_reached_without_the_router_shows_nothing(page, sample_folder):
    alone = AppTest.from_file(str(ROOT / page.path), default_timeout=60).run()
    assert [error.value for error in alone.error] == ["Open the dashboard at its start page."]
    assert not alone.get("plotly_chart") and not alone.get("bidi_component")


def test_an_empty_data_folder_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not app.exception
    assert len(app.error) == 1 and "There is no data cut" in app.error[0].value


def test_a_pending_subject_is_resolved_and_each_sentence_shows_now_and_then(sample_folder):
    app = open_page(DOSE)
    now = said(app)
    app.button(key="what-if-button").click().run()
    waiting = [box for box in app.selectbox if "DLT" in box.options and "Not evaluable" in box.options]
    assert waiting and all(box.value == "Pending, as now" for box in waiting) and "Now: " not in now
    waiting[0].select("DLT").run()
    then = said(app)
    assert "Not the trial's actual data" in then
    assert "Now: " in then and "→ Then: " in then
    app.button(key="what-if-back").click().run()
    assert said(app) == now


def test_a_display_that_fails_in_the_docked_list_is_said_there_and_the_list_stands(sample_folder, monkeypatch):
    def broken(view, subject, lanes=()):
        raise RuntimeError("of this display alone")

    app = open_page(HEART)
    known = list_cut(sample_folder).table("adsl")["USUBJID"].tolist()[:2]
    monkeypatch.setattr("pages.parts.dock.subject_course", broken)
    app.session_state["dock"] = Dock("Chosen", tuple(known))
    app.run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "This display could not be made (broken). The others are not affected; the server's log says why."
    ]
    assert '<ol class="finding docked">' in said(app) and displays_drawn(app) > len(HEART.sections[0].displays)


def test_a_docked_list_is_not_in_the_open_session_and_is_there_again_in_the_closed_one(sample_folder):
    app = open_page(CONDUCT)
    known = list_cut(sample_folder).table("adsl")["USUBJID"].tolist()[:2]
    app.session_state["dock"] = Dock("Chosen", tuple(known))
    assert '<ol class="finding docked">' in said(app.run())
    app.button_group(key="session").set_value("open").run()
    assert not app.exception and "Open session" in said(app)
    assert '<ol class="finding docked">' not in said(app) and not [name for name in known if name in said(app)]
    app.button_group(key="session").set_value("closed").run()
    assert '<ol class="finding docked">' in said(app)
