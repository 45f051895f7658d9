"""Who is evaluable for cardiac function, and why a subject is not, in words."""

NOT_EVALUABLE = {
    "NO BASELINE LVEF": "no baseline LVEF",
    "NO LATER LVEF": "no later LVEF",
    "NO COMPARABLE LVEF": "no later LVEF by the method of the baseline",
}
"""The codes of the questions about the heart (NEREASCD, REASONCD) → words."""
