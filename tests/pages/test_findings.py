"""The findings of the load on screen: narrowed to a weight on the Data page, and a link from the Dose page to it."""

from __future__ import annotations

import pytest
from test_pages import assert_whole, fresh_caches, open_page, said, sample_folder  # noqa: F401

from displays.catalogue import DATA, DOSE

CONTROL = "narrow-rows-ingest_findings"


def test_the_reader_narrows_the_findings_to_one_weight(sample_folder):  # noqa: F811
    app = open_page(DATA, cut="2007-11-30")
    assert_whole(app)
    control = app.segmented_control(key=CONTROL)
    assert control.value == "All" and len(control.options) == 4
    assert control.options[1] == "Changes a decision (2)"
    control.set_value("Changes a decision").run()
    assert_whole(app)
    assert app.segmented_control(key=CONTROL).value == "Changes a decision"


def test_a_weight_that_the_next_cut_does_not_have_is_no_choice_any_more(sample_folder):  # noqa: F811
    app = open_page(DATA, cut="2007-11-30")
    app.segmented_control(key=CONTROL).set_value("Changes a decision").run()
    app.selectbox(key="cut").set_value("2007-08-31").run()
    assert_whole(app)
    assert app.segmented_control(key=CONTROL).value == "All"
    assert "none changes a decision" in said(app)


@pytest.mark.parametrize("cut", ["2007-08-31", "2007-11-30", "2008-02-29"])
def test_the_dose_page_leads_to_the_data_page(sample_folder, cut):  # noqa: F811
    app = open_page(DOSE, cut=cut)
    assert_whole(app)
    assert '<a class="to" href="data" data-page="data">More: Data →</a>' in said(app)
    words = {
        "2007-08-31": "No data-quality finding of this cut",
        "2007-11-30": "2 records of the previous cut are no longer delivered",
        "2008-02-29": "1 record of the previous cut is no longer delivered (laboratory results).",
    }
    assert words[cut] in said(app)
