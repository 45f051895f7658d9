"""The Methods page: every definition with its record, and plainly what is failed, missing,
stale or made with other versions."""

import json
from dataclasses import replace

import pytest

from displays.methods import overview as methods
from queries import View
from validation.methods import read_methods
from validation.present import Present, software
from validation.record import OTHER_VERSIONS, read_record, verdict
from validation.words import value

LISTED = read_methods()
BY_ID = {method.id: method for method in LISTED}
FISHER = BY_ID["fisher"]


@pytest.fixture
def view(sample_cuts):
    return View(list(sample_cuts.values())[-1])


def as_recorded(method):
    """As if nothing had changed since the method was recorded."""
    entry = read_record().get(method.id, {})
    return Present(*(entry.get(key, {}) for key in ("code", "tests", "case_files", "software")))


@pytest.fixture
def here(monkeypatch):
    """here(change): the page under what is present according to change(method, as recorded)."""

    def set_to(change=lambda method, present: present):
        monkeypatch.setattr("validation.record.present", lambda method: change(method, as_recorded(method)))

    set_to()
    return set_to


def complete(record):
    """The record with every method, those not recorded yet as Fisher's."""
    return {method.id: record.get(method.id, record["fisher"]) for method in LISTED}


def states(shown):
    return shown.table.set_index("METHOD")["STATE"]


def test_the_overview_counts_what_the_record_holds(view):
    shown, record = methods.overview(view), read_record()
    assert shown.audience == "open" and len(shown.table) == len(LISTED)
    assert shown.table["CASES"].tolist() == [record.get(method.id, {}).get("collected", 0) for method in LISTED]
    assert f"{sum(len(entry['cases']) for entry in record.values()):,}" in shown.finding
    assert set(shown.labels) <= set(shown.table.columns) and shown.questions == ()


def test_the_overview_names_what_is_stale_failed_or_missing(view, monkeypatch, here):
    """Whatever is being worked on: only these three differ from their record."""
    record = complete(read_record())
    wrong = json.loads(json.dumps(record["fisher"]))
    wrong["cases"][0]["checks"][0]["passed"] = False
    changed = {**record, "fisher": wrong}
    changed.pop("keyboard")
    monkeypatch.setattr("validation.record.read_record", lambda: changed)
    monkeypatch.setattr(
        "validation.record.present",
        lambda method: Present(
            "0" if method.id == "qtc" else record[method.id]["code"],
            *(record[method.id].get(key, {}) for key in ("tests", "case_files", "software")),
        ),
    )
    shown = methods.overview(view)
    assert (states(shown)[FISHER.title], states(shown)[BY_ID["qtc"].title], states(shown)["Keyboard"]) == (
        "failed",
        "stale",
        "missing",
    )
    assert shown.finding.endswith(f"Failed: {FISHER.title}; missing: Keyboard; stale: {BY_ID['qtc'].title}.")
    assert f"{len(LISTED) - 3} of {len(LISTED)} methods verified" in shown.finding


def test_a_whole_record_of_what_is_here_is_verified(view, monkeypatch, here):
    record = read_record()
    monkeypatch.setattr(
        "validation.record.read_methods", lambda: tuple(method for method in LISTED if method.id in record)
    )
    shown = methods.overview(view)
    assert shown.finding.startswith(f"{len(record)} of {len(record)} methods verified: ") and shown.finding.endswith(
        "none failed, none is missing, none is stale."
    )


def test_a_record_made_with_other_versions_is_not_plainly_passed(view, here):
    here(
        lambda method, present: (
            replace(present, software={**present.software, "scipy": "0.1"}) if method.id == "fisher" else present
        )
    )
    assert (
        states(methods.overview(view))[FISHER.title] == OTHER_VERSIONS
        and f"ecorded with other versions: {FISHER.title}" in methods.overview(view).finding
    )
    assert (
        "Recorded with other versions: scipy 1." in methods.checks(view, "fisher").finding
        and ", now 0.1." in methods.checks(view, "fisher").finding
    )
    here(lambda method, present: replace(present, software=dict.fromkeys(software(), "0.1")))
    assert (
        set(states(methods.overview(view))) <= {OTHER_VERSIONS, "missing"}
        and "methods" in methods.overview(view).finding.partition("ther versions: ")[2]
    )


def test_case_files_that_are_not_delivered_are_said(view, here):
    here(lambda method, present: replace(present, case_files=None))
    assert states(methods.overview(view))[FISHER.title] == "passed"
    assert "methods are not present here: shown as recorded." in methods.overview(view).finding
    assert "Recorded with the case files cases/fisher_exact.json " in methods.checks(view, "fisher").finding


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_each_method_shows_all_its_comparisons(view, method):
    shown, record = methods.checks(view, method.id), read_record().get(method.id, {})
    checks = [check for case in record.get("cases", []) for check in case["checks"]]
    assert len(shown.table) == len(checks) and sorted(shown.table["OBTAINED"]) == sorted(
        value(check["obtained"]) for check in checks
    )
    assert method.definition in shown.population and shown.source == method.source and shown.audience == "open"
    assert (
        method.left_out in shown.population
        and method.deviation in shown.population
        and record.get("code", "never")[:12] in shown.method
    )
    assert methods.recomputations(view, method.id).table["PASSED"].sum() == verdict(method, read_record()).recomputed[0]


def test_software_that_differs_from_the_record_is_said(view, monkeypatch):
    recorded = read_record()["fisher"]["software"]
    monkeypatch.setattr("validation.record.read_record", lambda: {"fisher": read_record()["fisher"]})
    monkeypatch.setattr("displays.methods.overview.running_software", lambda: recorded)
    assert methods.software(view).finding == "The record was made with the versions that run now."
    monkeypatch.setattr("displays.methods.overview.running_software", lambda: recorded | {"scipy": "0.1"})
    assert "scipy 0.1 (recorded with 1." in methods.software(view).finding


def test_without_any_record_every_method_is_missing(view, monkeypatch):
    monkeypatch.setattr("validation.record.read_record", dict)
    assert set(states(methods.overview(view))) == {"missing"} and methods.checks(view, "fisher").table.empty
    assert (
        set(methods.software(view).table["RECORDED"]) == {"none"} and methods.recomputations(view, "fisher").table.empty
    )
