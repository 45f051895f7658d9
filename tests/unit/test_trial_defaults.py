"""What a trial takes from the defaults: key by key, visible, and kept as it was by a cut made earlier."""

from __future__ import annotations

import pytest

from displays.data.defaults import defaults_in_words
from trial import Trial
from trial.check import check
from trial.defaults import DEFAULTS, DEFAULTS_TEXT, over, taken

HEAD = '[trial]\nid = "T"\n'


def test_the_defaults_are_a_definition_that_lacks_an_id_alone():
    check(over(DEFAULTS, {"trial": {"id": "T"}}), "trial/defaults.toml")


def test_nothing_of_the_sample_trial_is_every_other_trials_default():
    told = DEFAULTS_TEXT.lower()
    assert not [word for word in ("annamy", "nct00430443", "rolling six", "phoenix") if word in told]
    assert Trial.none().test_codes["PARENT_DRUG"] == () and Trial.none().drug == "study drug"


def test_a_trials_own_file_overrides_key_by_key():
    own = Trial.parse(
        HEAD
        + '[dlt]\nwindow_days = 21\n[test_codes]\nLVEF = ["ef2"]\n[anthracycline]\nmitoxantrone = 4\npixantrone = 1\n'
        '[escalation]\nrule = "BOIN"\nboin = {p_saf = 0.1}'
    )
    assert (own.dlt_window_days, own.dlt_definition) == (21, "as adjudicated by the sponsor")
    assert own.test_codes["LVEF"] == ("EF2",), "lists are not joined"
    assert own.test_codes["SF"] == tuple(DEFAULTS["test_codes"]["SF"])
    assert own.anthracyclines == DEFAULTS["anthracycline"] | {"mitoxantrone": 4, "pixantrone": 1}
    assert own.escalation["boin"] == {"p_saf": 0.1, "p_tox": None, "cutoff": 0.95}
    assert DEFAULTS["anthracycline"]["mitoxantrone"] == 10.5, "the defaults stay as they are"


def test_what_a_trial_takes_from_the_defaults_is_said(trial):
    own = Trial.parse(HEAD + "[dlt]\nwindow_days = 21\n[test_codes]\nLVEF = ['EF2']")
    said = defaults_in_words(own)
    assert "test_codes.SF = LVFS, FS, FRSHORT, SF" in said and "trial.ctcae_version = 5.0" in said
    assert "escalation.crm.skip_levels = no" in said and "test_codes.PARENT_DRUG = none" in said
    assert "dlt.window_days" not in said and "LVEF =" not in said
    assert "anthracycline.daunorubicin = 0.6" in defaults_in_words(trial)
    assert "dlt.window_days" not in defaults_in_words(trial)
    assert "dlt.window_days = 28" in defaults_in_words(Trial.none())


def test_a_trial_that_states_everything_takes_nothing():
    assert taken(DEFAULTS, DEFAULTS) == {}
    assert set(taken(DEFAULTS, {"dlt": DEFAULTS["dlt"]})) & {"dlt.window_days", "dlt.flags"} == set()


@pytest.mark.parametrize("text", [HEAD, ""])
def test_a_definition_out_of_a_cut_keeps_the_defaults_of_that_day(text):
    earlier = DEFAULTS_TEXT.replace("window_days = 28 ", "window_days = 35 ").replace(
        "mitoxantrone = 10.5", "mitoxantrone = 4.0"
    )
    kept = Trial.stored(text, earlier)
    assert (kept.dlt_window_days, kept.anthracyclines["mitoxantrone"]) == (35, 4.0)
    assert kept.taken_from_defaults["dlt.window_days"] == 35
    assert Trial.stored(HEAD, "").dlt_window_days == 28, "what came later than that day is today's default"
