"""What the dashboard relies on in Streamlit and Plotly beyond their manuals;
what an upgrade takes away fails by name."""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import plotly.graph_objects as go
import plotly.tools
import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_routes import create_health_routes
from streamlit.web.server.starlette.starlette_websocket import create_websocket_routes

from displays.drawing import house
from displays.drawing.finished import Finished
from visit import in_run, who

ROOT = Path(__file__).parents[2]
BUNDLE = Path(st.__file__).parent / "static" / "static" / "js"
STYLED = [*ROOT.glob("pages/parts/*.css"), *ROOT.glob("pages/parts/*.js"), *ROOT.glob("tests/browser/*.py")]
IN_THE_PAGE = {
    "stAlertContent",
    "stApp",
    "stAppViewContainer",
    "stAppHeader",
    "stBidiComponent",
    "stCheckbox",
    "stCode",
    "stElementContainer",
    "stException",
    "stFullScreenFrame",
    "stIconMaterial",
    "stLayoutWrapper",
    "stMain",
    "stMainBlockContainer",
    "stExpandSidebarButton",
    "stPlotlyChart",
    "stPopoverButton",
    "stSelectbox",
    "stSidebar",
    "stSidebarCollapseButton",
    "stStatusWidget",
    "stTextInput",
    "stVerticalBlock",
    "st-key-",
    "data-test-script-state",
    "notRunning",
}
"""Test ids, classes and states of Streamlit's page that the style sheets and the tests in the browser name."""
PUT_TOGETHER = {"stAlertContentError": "stAlertContent", "stAlertContentWarning": "stAlertContent"}
"""Names that Streamlit's page puts together from a part that it holds and another."""
MESSAGES = [
    (BackMsg, "rerun_script"),
    (BackMsg().rerun_script, "page_name query_string widget_states"),
    (WidgetState, "id bool_value double_value trigger_value"),
    (ForwardMsg, "delta page_not_found script_finished"),
    (Delta, "new_element add_block"),
    (Block, "popover"),
    (Block().popover, "id label"),
    (Element, "html alert exception plotly_chart bidi_component"),
    (Element().html, "body"),
    (Element().alert, "format"),
    (Element().plotly_chart, "spec theme alt"),
    (Element().bidi_component, "bytes"),
]
"""Messages between server and browser with the fields that the viewer without a browser and the page tests read."""
FIELDS = [(message.DESCRIPTOR, field) for message, fields in MESSAGES for field in fields.split()]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bundle() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in BUNDLE.glob("*.js"))


@pytest.mark.parametrize("name", sorted(IN_THE_PAGE))
def test_the_page_still_has(name, bundle):
    assert name in bundle


def test_every_name_of_the_page_that_is_used_is_listed():
    text = "\n".join(path.read_text(encoding="utf-8") for path in STYLED)
    used = set(re.findall(r"data-testid[\^*]?=[\"']?(\w+)|\.(st[A-Z]\w+)|(st-key-)", text))
    names = {name for found in used for name in found if name}
    assert {PUT_TOGETHER.get(name, name) for name in names} <= IN_THE_PAGE


@pytest.mark.parametrize(("message", "field"), FIELDS, ids=lambda part: getattr(part, "full_name", part))
def test_a_message_still_has(message, field):
    assert field in message.fields_by_name


def test_a_run_that_is_broken_off_is_still_told_from_one_that_finished():
    assert ForwardMsg.FINISHED_EARLY_FOR_RERUN != ForwardMsg.FINISHED_SUCCESSFULLY
    assert Element().alert.ERROR != Element().alert.WARNING


@pytest.mark.parametrize("setting", [f"{part}.{name}" for part, names in SETTINGS.items() for name in names])
def test_a_setting_still_exists(setting):
    assert setting in config._config_options_template


def test_the_paths_of_the_live_connection_and_of_the_health_check_are_still_there():
    routes = [*create_websocket_routes(None, ""), *create_health_routes(None, "")]
    assert {"/_stcore/stream", "/_stcore/health"} <= {route.path for route in routes}


def calls() -> list[tuple[str, str]]:
    """Every named argument with which the project calls Streamlit: (function, argument)."""
    files = [
        ROOT / "app.py",
        ROOT / "dashboard.py",
        *sorted(ROOT.glob("visit/*.py")),
        *sorted(ROOT.glob("pages/**/*.py")),
    ]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    named = [
        (node.func.attr, word.arg)
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("st.")
        and ast.unparse(node.func).count(".") == 1
        for word in node.keywords
        if word.arg
    ]
    return sorted(set(named))


@pytest.mark.parametrize(("function", "argument"), calls())
def test_streamlit_still_takes(function, argument):
    assert argument in inspect.signature(getattr(st, function)).parameters


def test_the_old_router_can_still_be_switched_off():
    assert isinstance(PagesManager.uses_pages_directory, bool | None)
    assert "uses_pages_directory" in inspect.getsource(PagesManager)


def test_a_finished_figure_is_handed_over_as_it_is():
    finished = Finished(go.Figure(go.Scatter(x=[1], y=[2]), layout=dict(height=321)))
    assert plotly.tools.return_figure_from_figure_or_data(finished, validate_figure=True) is finished.to_dict()


def test_a_figure_takes_its_traces_as_they_were_checked_when_made():
    trace = go.Scatter(x=[1.0, 2.0], y=[3.0, 4.0], marker_size=[5, 6])
    with pytest.raises(ValueError):
        go.Scatter(marker_size="large")
    drawn = house.figure(trace, xaxis_title="Day").to_dict()
    assert drawn == go.Figure(trace, layout=dict(template=house.TEMPLATE, height=360, xaxis_title="Day")).to_dict()


def shows_a_finished_figure_and_a_component_with_bytes():
    import plotly.graph_objects as go
    import streamlit as st

    from displays.drawing.finished import Finished

    st.plotly_chart(Finished(go.Figure(go.Scatter(x=[1], y=[2]), layout=dict(height=321))), theme=None, alt="One mark")
    component = st.components.v2.component("test.bytes", html="<p></p>", js="export default function () {}")
    component(data=b'{"rows": []}', on_row_change=lambda: None)


def test_streamlit_asks_a_finished_figure_for_its_specification_and_sends_bytes_as_bytes():
    app = AppTest.from_function(shows_a_finished_figure_and_a_component_with_bytes).run()
    assert not app.exception
    chart, component = app.get("plotly_chart")[0].proto, app.get("bidi_component")[0].proto
    assert json.loads(chart.spec)["layout"]["height"] == 321 and chart.alt == "One mark" and chart.theme == ""
    assert component.WhichOneof("data") == "bytes" and component.bytes == b'{"rows": []}'


def keeps_its_runs():
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    runs = st.session_state.setdefault("runs", [])
    runs.append((get_script_run_ctx(), get_script_run_ctx().parallel_coordinator))
    if len(runs) < 2:
        st.rerun()


def test_each_run_of_one_thread_has_another_coordinator():
    (thread, first), (same, second) = AppTest.from_function(keeps_its_runs).run().session_state["runs"]
    assert thread is same and first is not second and None not in (first, second)


def test_who_looks_is_found_once_a_run_and_again_after_a_second(monkeypatch):
    looks, run, clock = [], [object()], [1000.0]
    door = SimpleNamespace(find=lambda token, click: looks.append(token))
    monkeypatch.setattr(who, "_DOOR", [(door, str)])
    monkeypatch.setattr(who, "_token", lambda _cookie: "token")
    monkeypatch.setattr(in_run, "_run", lambda: run[0])
    monkeypatch.setattr(in_run.time, "monotonic", lambda: clock[0])
    for another, later, expected in ((run[0], 0, 1), (run[0], 1, 1), (run[0], 1, 2), (object(), 0, 3), (None, 0, 4)):
        run[0] = another
        clock[0] += later
        assert who.reader() == who.NOBODY and len(looks) == expected
    who.reader()
    assert len(looks) == 5  # outside a run nothing is kept
