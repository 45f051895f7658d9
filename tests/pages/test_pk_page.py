"""The PK page on screen: what a reader supposes of one profile."""

from __future__ import annotations

from test_pages import assert_whole, fresh_caches, open_page, said, sample_folder  # noqa: F401

from displays.catalogue import PHARMACOKINETICS

KEY = "choice-terminal_line-"


def test_a_sample_left_out_shows_now_and_then_and_offers_no_file(sample_folder):  # noqa: F811
    app = open_page(PHARMACOKINETICS)
    assert_whole(app)
    assert "Hypothetical" not in said(app) and [
        one for one in app.get("popover") if "Terminal" in one.proto.popover.label
    ]
    app.pills(key=f"{KEY}left_out").set_value([app.session_state[f"{KEY}subject"] + " 9"]).run()
    assert_whole(app)
    assert "Hypothetical: without the sample" in said(app) and "→ Then:" in said(app)
    assert not [one for one in app.get("popover") if "Terminal" in one.proto.popover.label]
    app.selectbox(key=f"{KEY}subject").select("NCT00430443-106-004").run()
    assert_whole(app)
    assert "Hypothetical" not in said(app) and "106-004" in said(app), "of another subject nothing is supposed"
