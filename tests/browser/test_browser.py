"""The dashboard as a board member meets it: in Chromium, over a running server."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from server import dashboard

from displays.catalogue import PAGES
from export.presets import preset

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
"""How long a page is given to come to what is expected of it: what it may take is measured elsewhere, on its own."""
TITLES = {"" if page is PAGES[0] else page.key: page.title for page in PAGES}
"""The title of each page by its address; the first page has none of its own."""
FILTERED = ".st-key-choose-filters [data-testid=stPopoverButton]"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("record") / "record.jsonl"


@pytest.fixture(scope="module")
def address(sample_cuts, record):
    folder = next(iter(sample_cuts.values())).path.parent
    with dashboard(folder, SAFETY_RECORD=str(record)) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


class Reader:
    """A page with what it asked for and complained of."""

    def __init__(self, browser: Browser, size: dict) -> None:
        self.context = browser.new_context(viewport=size, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.refused: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on(
            "console",
            lambda message: self.refused.append(message.text) if "Content Security Policy" in message.text else None,
        )

    def go(self, address: str) -> Page:
        self.page.goto(address)
        self.page.locator(".page-head h1").wait_for(timeout=60000)
        self.settle()
        return self.page

    def settle(self) -> None:
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60000)
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def wide(browser):
    reader = Reader(browser, WIDE)
    yield reader
    reader.context.close()


@pytest.fixture
def narrow(browser):
    reader = Reader(browser, NARROW)
    yield reader
    reader.context.close()


def leaves_the_machine(url: str, address: str) -> bool:
    return not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))


def test_a_closed_page_asked_for_first_after_the_start_is_guarded_and_found(sample_cuts, browser, address):
    # Streamlit's old router would answer the first visit after a start, without the guard's router. The server of all
    # these tests has been started for this one, the first.
    reader = Reader(browser, WIDE)
    page = reader.go(address + "/heart")
    assert page.get_by_text("Page not found").count() == 0
    assert page.locator(".page-head h1").inner_text() == "Heart"
    reader.context.close()
    with dashboard(next(iter(sample_cuts.values())).path.parent, SAFETY_SESSION="open") as fresh:
        reader = Reader(browser, WIDE)
        reader.page.goto(fresh + "/heart")
        reader.page.locator(".session").wait_for(timeout=60000)
        reader.settle()
        assert reader.page.locator(".js-plotly-plot").filter(has_text="LVEF").count() == 0
        assert "Open session" in reader.page.locator(".session").inner_text()
        reader.context.close()


@pytest.mark.parametrize("path", TITLES, ids=lambda path: path or "summary")
def test_on_a_narrow_screen_nothing_hangs_over_the_edge(path, address, narrow):
    page = narrow.go(f"{address}/{path}")
    drawn = page.locator(".js-plotly-plot, [data-testid^=stBidiComponent] table, .summary table, .pack fieldset")
    expect(drawn.first if path != "subjects" else page.locator("[data-testid=stSelectbox]").first).to_be_visible(
        timeout=30000
    )
    over = page.evaluate(
        """() => [...document.querySelectorAll('.finding, .population, .tiles, .st-key-line, .js-plotly-plot, '
                                               + '.summary *, [data-testid^=stBidiComponent]')]
                 .map(e => [e.className || e.dataset.testid, e.getBoundingClientRect()])
                 .filter(([n, r]) => r.width > 0 && (r.right > window.innerWidth + 1 || r.left < -1)).map(([n]) => n)"""
    )
    assert over == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth + 1")


def test_the_summary_is_one_screen_and_its_links_lead_to_a_subject_and_to_a_display(address, wide):
    page = wide.go(address)
    expect(page.locator(".summary .finding")).to_have_count(5)
    lowest = page.evaluate("document.querySelector('.summary').getBoundingClientRect().bottom")
    assert lowest <= WIDE["height"]
    page.locator(".s-alarms a.to").first.click()
    expect(page).to_have_url(re.compile(r"/dose\?.*section=stopping"))
    page.go_back()
    page.locator(".s-since a.who").first.click()
    expect(page).to_have_url(re.compile("/subjects"))


def test_a_filter_is_set_spoken_kept_over_pages_and_in_the_address(address, wide):
    page = wide.go(f"{address}/remission")
    page.locator(".st-key-choose-filters button").first.click()
    page.locator(".st-key-disease input").click()
    page.get_by_role("option", name="AML").click()
    expect(page.locator(FILTERED)).to_contain_text("Filters AML")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Heart").click()
    expect(page.locator(".page-head h1")).to_have_text("Heart")
    expect(page.locator(FILTERED)).to_contain_text("Filters AML")
    expect(page).to_have_url(re.compile(r"/heart\?.*disease=AML"))
    other = wide.context.new_page()
    other.goto(page.url)
    expect(other.locator(FILTERED)).to_contain_text("Filters AML")


def click_middle(page: Page, mark) -> None:
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_bar_docks_its_subjects_who_are_shown_alone_on_every_page_until_cleared(address, wide):
    page = wide.go(f"{address}/heart")
    bars = page.locator("[class*=st-key-figure-dysfunction_by_dose] .bars .point path")
    bars.first.wait_for()
    click_middle(page, bars.first)
    docked, steps = page.locator(".st-key-dock"), page.locator(".st-key-dock-steps")
    expect(docked.locator("h2").first).to_have_text("5 of 35 treated subjects")
    expect(docked.locator(".docked li")).to_have_count(5)
    steps.get_by_role("button", name="Next ›").click()
    expect(steps).to_contain_text("2 of 5")
    expect(docked.locator(".docked li").nth(1)).to_have_class("now")
    docked.get_by_role("button", name="Show only these").click()
    clear = page.locator(".st-key-clear-selected button")
    expect(clear).to_contain_text("Showing 5 selected subjects")
    page.get_by_role("link", name="Remission").click()
    expect(page.locator(".page-head h1")).to_have_text("Remission")
    expect(page.locator(FILTERED)).to_contain_text("Filters 5 selected subjects")
    expect(docked).to_be_visible()
    assert not re.search(r"NCT|\d{3}-\d{3}", page.url)
    page.reload()
    expect(clear).to_contain_text("Showing 5 selected subjects")
    clear.click()
    expect(page.locator(FILTERED)).to_contain_text("Filters none")


def test_a_name_in_the_list_behind_a_mark_leads_to_its_subject_who_stays_out_of_the_address(address, wide):
    page = wide.go(f"{address}/dose?section=subjects")
    marks = page.locator("[class*=st-key-figure-subject_by_dose]").locator(".points path")
    marks.first.wait_for()
    click_middle(page, marks.nth(2))
    page.locator(".st-key-dock a.who").first.click()
    expect(page.locator(".page-head h1")).to_contain_text("Subject")
    assert "/subject" in page.url and "NCT" not in page.url and not re.search(r"\d{3}-\d{3}", page.url)
    expect(page.locator(".finding").first).to_contain_text(re.compile(r"\d{3}-\d{3}"))


def test_a_table_of_classes_folds_is_searched_and_sorted_from_the_keyboard(address, wide):
    page = wide.go(f"{address}/adverse_events?section=terms")
    rows = page.locator(".rows").first.locator("tbody tr")
    page.locator("button.fold").first.wait_for(timeout=30000)
    folded = rows.count()
    page.locator("button.fold").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("button.fold").first).to_have_attribute("aria-expanded", "true")
    expect(page.locator("button.fold").first).to_be_focused()
    assert rows.count() > folded
    page.get_by_role("searchbox", name="Search this table").fill("stomat")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Stomatitis")
    page.get_by_role("searchbox", name="Search this table").fill("")
    heading = page.locator(".rows").first.locator("thead tr").last.locator("th")
    heading.nth(9).get_by_role("button").press("Enter")  # of all dose levels, any grade: as numbers, the fewest first
    expect(heading.nth(9)).to_have_attribute("aria-sort", "ascending")
    expect(rows.nth(0)).to_contain_text("Class not delivered")
    rows.last.locator("button.several").first.press("Enter")
    expect(page.locator(".st-key-dock h2").first).to_contain_text("of 35 treated subjects")


def downloaded(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download(timeout=60000) as waiting:
        page.get_by_role("button", name=button).press("Enter")
    expect(
        page.get_by_role("status").filter(has_text=f"Downloaded: {waiting.value.suggested_filename}")
    ).to_be_visible()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_every_format_of_a_display_is_downloaded_holds_what_it_says_and_is_in_the_record(
    address, wide, tmp_path, record
):
    page = wide.go(f"{address}/dose")
    page.locator("[class*=st-key-download-dlt_by_dose] button").first.click()
    files = {
        kind: downloaded(page, label, tmp_path)
        for kind, label in {
            "png": "PNG sheets",
            "svg": "SVG sheets",
            "csv": "CSV table",
            "xlsx": "XLSX workbook",
        }.items()
    }
    assert downloaded(page, "Print", tmp_path).read_bytes().startswith(b"%PDF")  # the section
    assert not [url for url in wide.requests if url.startswith(f"{address}/media/")]
    page.route("**/file", lambda route: route.fulfill(status=403, body="Refused: a reason."))
    page.get_by_role("button", name="Print").click()
    expect(page.get_by_role("alert").filter(has_text="Refused: a reason.")).to_be_visible()
    with ZipFile(files["png"]) as pictures, ZipFile(files["svg"]) as drawings:
        image = Image.open(io.BytesIO(pictures.read(pictures.namelist()[0])))
        drawn = "".join(drawings.read(name).decode() for name in drawings.namelist())
    assert [round(dots) for dots in image.info["dpi"]] == [192, 192] and image.size == (2560, 1440)
    said = {
        "svg": drawn,
        "csv": files["csv"].read_text("utf-8-sig"),
        "xlsx": "\n".join(
            str(c.value) for s in openpyxl.load_workbook(files["xlsx"]) for row in s.iter_rows() for c in row
        ),
    }
    for text in said.values():
        assert (
            "Synthetic data" in text
            and "29 Feb 2008" in text
            and "DLTs by dose level" in text
            and "All subjects" in text
        )
    exported = [told for line in record.read_text().splitlines() if (told := json.loads(line))["action"] == "export"]
    assert {(told["display"], told["format"], told["sha256"]) for told in exported} >= {
        ("dlt_by_dose", kind, sha256(path.read_bytes()).hexdigest()) for kind, path in files.items()
    }
    rows = [row for row in csv.reader(io.StringIO(said["csv"])) if not row[0].startswith("# ")]
    assert len(rows) >= 5 and {path.name for path in files.values()} == {
        f"L-Annamycin-phase-I_closed-session_dlt_by_dose_2008-02-29.{ending}"
        for ending in ("png.zip", "svg.zip", "csv", "xlsx")
    }


def test_details_show_the_numbers_the_definition_and_the_sql(address, wide):
    page = wide.go(f"{address}/dose")
    page.locator("[class*=st-key-details-] button").first.click()
    details = page.locator("[class*=st-key-detail-]").first
    expect(details).to_contain_text("Definition.")
    expect(details).to_contain_text("select")


def test_the_keyboard_alone_reaches_pages_and_filters(address, wide):
    page = wide.go(f"{address}/heart")
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || '').trim()"
            )
        )
    assert any("Summary" in text for text in reached) and any("Filters" in text for text in reached)


def test_what_if_marks_every_display_takes_its_downloads_away_and_goes_back(address, wide):
    page = wide.go(f"{address}/dose")
    downloads = page.locator("[class*=st-key-download-]").count()
    assert downloads >= 3
    page.locator(".st-key-what-if-button button").first.click()
    page.locator(".st-key-what-if-dlt input").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".supposed").first).to_contain_text("Hypothetical: 1 more subject")
    wide.settle()
    answer, controls = page.locator(".finding").first.bounding_box(), page.locator(".st-key-what-if").bounding_box()
    assert answer["y"] >= controls["y"] + controls["height"]
    assert page.locator(".supposed").count() == page.locator(".finding").count() == downloads
    assert page.locator("[class*=st-key-download-]").count() == page.locator(".st-key-print button").count() == 0
    page.get_by_role("button", name="Back to actual data").click()
    expect(page.locator(".supposed")).to_have_count(0)


def height_of_whole(page: Page, displays: int) -> int:
    """How long a page with all its displays is (px), once it has been so for a tenth of a second."""
    expect(page.locator(".finding")).to_have_count(displays)
    assert page.locator("[data-testid=stAlertContentError], [data-testid=stException]").count() == 0
    return page.evaluate(
        """() => new Promise(done => {
            const main = document.querySelector('[data-testid=stMain]');
            let before = -1, since = 0;
            const look = now => {
                if (main.scrollHeight !== before) { before = main.scrollHeight; since = now; }
                if (now - since > 100) done(before); else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        })"""
    )


def test_every_section_opens_whole_in_four_screens_asks_nothing_of_the_network_and_says_synthetic(address, wide):
    """One visit walks all: a page is loaded afresh, a section is a choice of the page, named in the address."""
    heights = {}
    for path, screen in zip(TITLES, PAGES, strict=True):
        page = wide.go(f"{address}/{path}")
        expect(page).to_have_title(screen.title)
        assert page.locator(".page-head h1").inner_text() == screen.title
        assert "Synthetic data" in page.locator(".st-key-line").inner_text()
        if path == "subjects":
            expect(page.locator("[data-testid=stMain]")).to_contain_text("Choose a subject")
        else:
            heights[screen.key] = height_of_whole(page, len(screen.sections[0].displays))
        assert page.locator("[data-testid=stAlertContentWarning]").count() == 0
        for part in screen.sections[1:]:
            page.locator(".st-key-sections").get_by_text(part.title, exact=True).click()
            expect(page).to_have_url(re.compile(f"section={part.key}"))
            wide.settle()
            heights[f"{screen.key}/{part.key}"] = height_of_whole(page, len(part.displays))
    assert {name: height for name, height in heights.items() if height > 4 * WIDE["height"]} == {}
    assert [url for url in wide.requests if leaves_the_machine(url, address)] == []
    assert wide.refused == []


def scrolled(page: Page) -> int:
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def test_from_a_display_to_a_subject_through_its_list_over_a_reload_and_back_to_the_same_place(address, wide):
    page = wide.go(f"{address}/heart")
    expect(page.locator("a.who").nth(2)).to_be_visible()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 400)")
    page.wait_for_timeout(300)
    names = page.locator(".finding").first.locator("a.who").all_inner_texts()
    page.locator(".finding").first.locator("a.who").first.evaluate("link => link.click()")
    expect(page.locator(".page-head h1")).to_have_text("Subjects")
    expect(page.locator(".finding").first).to_contain_text(names[0])
    page.get_by_role("button", name="Next ›").click()
    expect(page.locator(".finding").first).to_contain_text(names[1])
    page.reload()
    expect(page.locator(".finding").first).to_contain_text(names[1])
    assert not re.search(r"\d{3}-\d{3}", page.url)
    page.get_by_role("button", name="Heart › At a glance").click()
    expect(page.locator(".page-head h1")).to_have_text("Heart")
    expect(page).to_have_url(re.compile("section=glance"))
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 390", timeout=30000)
    assert scrolled(page) == 400


def test_back_and_forward_of_the_browser_walk_sections_and_pages_one_step_at_a_time(address, wide):
    page = wide.go(f"{address}/heart")
    page.locator(".st-key-sections").get_by_text("QTc", exact=True).click()
    expect(page).to_have_url(re.compile("section=qtc"))
    wide.settle()
    page.get_by_role("link", name="Remission").click()
    expect(page).to_have_url(re.compile("/remission.*section=rates"))
    wide.settle()
    for step, place in (("back", "/heart.*section=qtc"), ("back", "section=glance"), ("forward", "section=qtc")):
        page.go_back() if step == "back" else page.go_forward()
        expect(page).to_have_url(re.compile(place))
        wide.settle()
        expect(page.locator(".finding").first).to_contain_text("QTc" if "qtc" in place else "CTRCD")


def test_what_is_supposed_outlives_a_reload_and_is_said_on_every_page(address, wide):
    page = wide.go(f"{address}/dose")
    page.locator(".st-key-what-if-button button").first.click()
    page.locator(".st-key-what-if-dlt input").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-supposed")).to_contain_text("Hypothetical: 1 more subject")
    page.get_by_role("link", name="Heart").click()
    expect(page.locator(".page-head h1")).to_have_text("Heart")
    expect(page.locator(".st-key-supposed")).to_contain_text("Hypothetical: 1 more subject")
    wide.settle()
    page.reload()
    expect(page.locator(".st-key-supposed")).to_contain_text("Hypothetical: 1 more subject")


def test_on_a_phone_the_drawer_of_pages_closes_after_a_choice(address, narrow):
    page = narrow.go(f"{address}/heart")
    page.locator("[data-testid=stExpandSidebarButton]").click()
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "false")
    page.get_by_role("link", name="Remission").click()
    expect(page.locator(".page-head h1")).to_have_text("Remission")
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")


OPENED_AT_ONCE = """
new MutationObserver((changes, seen) => {
  const button = document.querySelector("[data-testid=stExpandSidebarButton]");
  if (button) { seen.disconnect(); button.click(); }
}).observe(document, { subtree: true, childList: true });
"""
CHOSEN_AT_ONCE = """
new MutationObserver((changes, seen) => {
  const page = document.querySelector("[data-testid=stSidebar][data-collapsed=false] a[href$=remission]");
  if (page) { seen.disconnect(); page.click(); window.chosenUnheard = !document.getElementById("files"); }
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
TELLS_NO_ADDRESS = "performance.getEntriesByType = () => [];"
"""As browsers do that tell a page little of themselves."""


def test_on_a_phone_a_drawer_that_was_opened_before_the_page_was_whole_stays_open(address, narrow):
    narrow.page.add_init_script(TELLS_NO_ADDRESS + OPENED_AT_ONCE)
    page = narrow.go(f"{address}/heart")
    page.locator("#files").wait_for(state="attached")
    narrow.settle()
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "false")
    page.get_by_role("link", name="Remission").click()
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")
    expect(page.locator(".page-head h1")).to_have_text("Remission")


def test_on_a_phone_the_drawer_closes_after_a_choice_made_before_the_page_was_whole(address, narrow):
    narrow.page.add_init_script(OPENED_AT_ONCE + CHOSEN_AT_ONCE)
    page = narrow.go(f"{address}/heart")
    expect(page.locator(".page-head h1")).to_have_text("Remission")
    assert page.evaluate("window.chosenUnheard")
    expect(page.locator("[data-testid=stSidebar]")).to_have_attribute("data-collapsed", "true")


def test_the_first_page_is_found_by_its_key_with_what_the_address_names(address, wide):
    page = wide.go(f"{address}/{PAGES[0].key}?cut=2007-11-30")
    assert page.get_by_text("Page not found").count() == 0
    expect(page).to_have_url(re.compile(r"/\?cut=2007-11-30"))


def test_the_line_stays_in_sight_however_far_one_scrolls(address, wide):
    page = wide.go(f"{address}/heart")
    expect(page.locator("[data-testid^=stBidiComponent] table").first).to_be_visible()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 900)")
    box = page.locator(".st-key-line").bounding_box()
    assert scrolled(page) > 500 and 40 <= box["y"] <= 80 and "29 Feb 2008" in page.locator(".st-key-line").inner_text()


def test_a_reload_keeps_what_was_chosen_of_a_display(address, wide):
    page = wide.go(f"{address}/adverse_events?section=terms")
    chosen = page.locator(".st-key-choice-ae_by_term-events").get_by_role("radio", name="Serious")
    chosen.click()
    expect(page.locator("#d-ae_by_term .first")).to_contain_text("a serious adverse event")
    page.reload()
    expect(page.locator("#d-ae_by_term .first")).to_contain_text("a serious adverse event")


PAPER = """() => {
  const paper = document.querySelector('[data-testid=stMainBlockContainer]'), width = 700;
  dispatchEvent(new Event('beforeprint'));
  paper.style.width = `${width}px`;
  const of = (selector) => [...document.querySelectorAll(selector)];
  const inside = (element) => element.getBoundingClientRect().right - paper.getBoundingClientRect().left <= width + 1;
  const drawings = of('.svg-container > svg');
  const boxes = of('[data-testid^=stBidiComponent]').map((host) => host.shadowRoot?.querySelector('.scrolled'));
  const tables = boxes.filter(Boolean);
  const seen = {
    drawings: drawings.length,
    viewBoxes: drawings.every((one) => one.getAttribute('viewBox').startsWith('0 0 1')),
    rows: tables.map((one) => one.querySelectorAll('tbody tr').length),
    inside: [...drawings, ...tables.map((one) => one.firstChild)].every(inside),
    scrolled: tables.some((one) => one.scrollHeight > one.clientHeight + 1),
    shown: of('.stAppHeader, [class*=st-key-more-]').some((one) => one.offsetHeight > 0),
    line: document.querySelector('.st-key-line').innerText,
    foot: of('head style').at(-1).textContent,
  };
  paper.style.width = '';
  dispatchEvent(new Event('afterprint'));
  return { ...seen, left: of('.svg-container > svg[viewBox]').length };
}"""
"""What a sheet of paper 700 pixels wide gets of the page, and what is left of it after the print."""


def test_a_print_holds_whole_charts_and_all_rows_of_tables_and_says_whose_data_they_are(address, wide):
    page = wide.go(f"{address}/adverse_events?section=terms")
    page.get_by_role("button", name="Unfold all").click()
    page.locator(".js-plotly-plot .point").first.wait_for()
    page.emulate_media(media="print")
    seen = page.evaluate(PAPER)
    assert seen["drawings"] and seen["viewBoxes"] and seen["inside"] and seen["rows"][0] > 40
    assert not seen["scrolled"] and not seen["shown"] and seen["left"] == 0
    for said in (seen["line"], seen["foot"]):
        assert "Synthetic data" in said and "29 Feb 2008" in said and "Closed session" in said


LONG = """() => [...document.querySelectorAll('[data-testid^=stBidiComponent]')]
  .map((host) => host.shadowRoot?.querySelector('.scrolled.of-one'))
  .some((one) => one && one.scrollHeight > one.clientHeight + 1)"""
"""Whether a table of one subject is longer than its place."""


def test_a_subjects_long_tables_scroll_in_their_place_and_are_printed_whole(address, wide):
    page = wide.go(f"{address}/heart")
    page.locator(".finding").first.locator("a.who").first.evaluate("link => link.click()")
    expect(page.locator(".page-head h1")).to_have_text("Subjects")
    page.wait_for_function(LONG, timeout=30000)
    page.emulate_media(media="print")
    seen = page.evaluate(PAPER)
    assert max(seen["rows"]) > 10 and not seen["scrolled"]


def in_focus(page: Page) -> str:
    """What a screen reader says of the element that has the focus, inside a component too."""
    return page.evaluate(
        "() => { let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
        " return e.ariaLabel ?? e.textContent; }"
    )


def test_a_pack_is_put_in_order_by_keyboard_stopped_made_and_fetched(address, wide):
    page = wide.go(f"{address}/dose?section=dlts")
    page.get_by_role("button", name="Add to pack").click()
    expect(page.get_by_text("Added to the pack: 1 display.")).to_be_visible()
    page.get_by_role("link", name="Pack (1)").click()
    page.get_by_role("button", name="Dose decision").click()
    rows, made = page.locator(".pack li"), page.locator(".st-key-pack-made")
    number = len(preset("decision").items)
    expect(rows).to_have_count(number)
    page.locator(".st-key-pack-begin button").first.click()
    page.locator(".st-key-pack-stop button").click()
    expect(page.locator(".st-key-pack-progress")).to_have_count(0, timeout=10000)
    expect(made).to_have_count(0)
    rows.nth(number - 1).locator(".edit").focus()
    page.keyboard.press("Alt+ArrowUp")
    for _ in range(number - 2):  # faster than the server answers
        page.keyboard.press("Delete")
    expect(page.get_by_text("The pack holds 2 displays.")).to_be_visible()
    assert in_focus(page) == "Sentence and filters: Look at these first"
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("A sentence under it").fill("Two alarms.")
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(rows.nth(1)).to_contain_text("“Two alarms.”")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".st-key-pack-begin button").first.click()
    expect(page.locator(".st-key-pack-progress").or_(made)).to_be_visible()
    page.get_by_role("link", name="Heart").click()
    page.get_by_role("link", name="Pack (2)").click()
    expect(made).to_be_visible(timeout=60000)
    with page.expect_download() as fetched:
        made.get_by_role("button", name="All files (ZIP)").first.click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        kinds = {name.rsplit("2008-02-29", 1)[1] for name in archive.namelist()}
        assert {".pdf", ".xlsx", ".html", "_manifest.json"} <= kinds and archive.testzip() is None
        told = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith(".json"))))
    assert [(one["display"], one["note"]) for one in told["displays"]] == [("decision", ""), ("alarms", "Two alarms.")]
    assert "Two" not in page.url and "decision" not in page.url
    page.reload()
    expect(rows.nth(1)).to_contain_text("“Two alarms.”")
