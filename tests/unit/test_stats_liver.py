"""Hy's law and the R ratio of plain numbers: published cases, every boundary, and what is not known."""

from __future__ import annotations

import pytest
from shared import shared_cases

from stats.liver import cholestasis_excluded, hys_law, pattern, r_ratio


@pytest.mark.parametrize("case", shared_cases("hys_law.json", "hys_law"))
def test_hys_law_agrees_with_admiral(case, agrees):
    given = {name.replace("_xULN", "_xuln"): value for name, value in case["inputs"].items()}
    days = given.pop("bili_days_after_alt_ast")
    obtained = hys_law(**given, bili_days_after=days)
    agrees(obtained, case["expected"]["potential_hys_law"], "potential Hy's law")


@pytest.mark.parametrize(
    "alt, ast, bilirubin, after, expected",
    [
        (3, 1, 2, 0, True),
        (3, 1, 2, 14, True),
        (1, 3, 2, 7, True),
        (3, None, 2, 0, True),
        (2.99, 2.99, 2, 0, False),
        (3, 1, 1.99, 0, False),
        (3, 1, 2, 15, False),
        (3, 1, 2, -1, False),
        (None, None, 2, 0, None),
        (None, None, 1, 0, False),
        (3, 1, None, 0, None),
        (2, 1, None, None, False),
        (3, 1, 2, None, None),
    ],
)
def test_every_boundary_and_what_is_not_known(alt, ast, bilirubin, after, expected):
    assert hys_law(alt_xuln=alt, ast_xuln=ast, bili_xuln=bilirubin, bili_days_after=after) is expected


def test_the_window_is_a_setting_and_nonsense_is_refused():
    asked = dict(alt_xuln=5, ast_xuln=1, bili_xuln=3, bili_days_after=30)
    assert hys_law(**asked, days=30) is True and hys_law(**asked) is False
    for wrong in (dict(asked, alt_xuln=-1), dict(asked, days=-1), dict(asked, bili_xuln="high")):
        with pytest.raises(ValueError):
            hys_law(**wrong)


def test_phosphatase_and_the_r_ratio():
    assert [cholestasis_excluded(x) for x in (1.99, 2, 2.5, None)] == [True, False, False, None]
    assert r_ratio(10, 2) == 5 and [pattern(x) for x in (5.01, 5, 2, 1.99)] == [
        "hepatocellular",
        "mixed",
        "mixed",
        "cholestatic",
    ]
    with pytest.raises(ValueError, match="alp_xuln"):
        r_ratio(3, 0)
