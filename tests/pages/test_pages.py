"""Each page drawn by Streamlit's own test runner, over full, single and foreign data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import visit
from displays.catalogue import ADVERSE_EVENTS, CONDUCT, DOSE, HEART, PAGES, SUBJECTS, SUMMARY
from displays.pages import Page, Section

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


def on_the_line(app: AppTest) -> tuple[str, ...]:
    """What the line says of cut, cut compared with, and filters, where the session has filters."""
    labels = [block.proto.popover.label for block in app.get("popover")]
    return tuple(label.split("**")[1] for label in labels if label.startswith(("Data ", "compared ", "Filters ")))


def said(app: AppTest) -> str:
    """All text of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def displays_drawn(app: AppTest) -> int:
    return said(app).count('<section class="finding">')


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


def test_a_supposed_cohort_marks_every_display_of_the_page_and_no_other_page(sample_folder):
    facts = open_page(DOSE)
    app = open_page(DOSE)
    app.number_input(key="what-if-dlt").set_value(2).run()
    assert said(app).count('<p class="warning" role="alert">Hypothetical: 2 more subjects at 190 mg/m²/day') == 1
    assert said(app).count('<span class="supposed">') == displays_drawn(facts) > 2
    assert "6 of 29 evaluable" in said(facts) and "8 of 31 evaluable" in said(app)
    app.switch_page(HEART.path).run()
    assert '<span class="supposed">' not in said(app)


def test_a_filter_is_kept_over_pages_and_spoken_on_each(sample_folder):
    app = open_page(SUMMARY, disease="AML")
    for page in CLOSED:
        app.switch_page(page.path).run()
        assert "Showing: AML" in said(app)


def test_an_open_session_never_filters_by_dose(sample_folder):
    app = open_page(SUMMARY, dose="190 mg/m²/day")
    assert "Showing: All subjects" in said(app)
    app.switch_page(HEART.path).run()
    assert "Showing: 190 mg/m²/day" in said(app)


def test_the_open_session_is_not_sent_the_dose_levels(sample_folder):
    app = open_page(SUMMARY)
    assert [box.label for box in app.multiselect] == ["Disease", "Age band", "Site"]


def test_another_cut_is_compared_with_its_own_previous_meeting(sample_folder):
    app = open_page(SUMMARY, cut="2007-11-30")
    assert "previous meeting 31 Aug 2007" in said(app)
    app.selectbox(key="cut").set_value("2008-02-29").run()
    assert "previous meeting 30 Nov 2007" in said(app)


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
    monkeypatch.setattr(visit, "current_audience", lambda: "closed")
    with pytest.raises(PermissionError, match="closed session"):
        visit.display(lambda view: None, lambda made: None)


def test_what_is_asked_for_in_the_address_and_does_not_exist_is_left_out(sample_folder):
    app = open_page(SUMMARY, disease="CML", cut="1999-01-01", nonsense="1")
    assert_whole(app)
    assert "Showing: All subjects" in said(app) and "29 Feb 2008" in said(app)


def test_a_server_of_the_open_session_shows_no_closed_page(sample_folder, monkeypatch):
    monkeypatch.setenv("SAFETY_SESSION", "open")
    assert "Open session" in said(open_page(SUMMARY))
    for page in CLOSED:
        alone = AppTest.from_file(str(ROOT / page.path), default_timeout=60).run()
        assert [error.value for error in alone.error] == [
            "This page belongs to the closed session. This server shows the open session only."
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
    waiting = [box for box in app.selectbox if "DLT" in box.options and "Not evaluable" in box.options]
    assert waiting and all(box.value == "Pending, as now" for box in waiting) and "Now: " not in now
    waiting[0].select("DLT").run()
    then = said(app)
    assert "These displays do not show the trial&#x27;s actual data" in then or "do not show the trial's actual" in then
    assert "Now: " in then and "→ Then: " in then
    next(button for button in app.button if button.label == "Back to actual data").click().run()
    assert said(app) == now
