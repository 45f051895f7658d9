"""Liver injury: Hy's law by laboratory values, and the pattern of an injury by the ratio of ALT to ALP."""

from __future__ import annotations

from stats import checks

TRANSAMINASE_LIMIT, BILIRUBIN_LIMIT, PHOSPHATASE_LIMIT = 3, 2, 2
"""Multiples of the upper limit of normal; of transaminase and bilirubin reached at it, of ALP at it no longer below."""
WINDOW_DAYS = 14
HEPATOCELLULAR_ABOVE, CHOLESTATIC_BELOW = 5, 2


def hys_law(
    *,
    alt_xuln: float | None,
    ast_xuln: float | None,
    bili_xuln: float | None,
    bili_days_after: int | None,
    days: int = WINDOW_DAYS,
) -> bool | None:
    """Whether a rise of ALT or AST and a bilirubin after it are a potential case of Hy's law.

    alt_xuln, ast_xuln, bili_xuln: multiples of the upper limit of normal, None where not measured; bili_days_after:
    days from the rise to the bilirubin (0 the same day); days: until when it counts. None where what is missing
    decides. Cholestasis is judged apart (`cholestasis_excluded`). ValueError: a negative multiple or window.
    Source: FDA, Drug-Induced Liver Injury: Premarketing Clinical Evaluation, 2009; time window as in admiral.
    """
    risen = _any(_reaches("alt_xuln", alt_xuln, TRANSAMINASE_LIMIT), _reaches("ast_xuln", ast_xuln, TRANSAMINASE_LIMIT))
    yellow = _reaches("bili_xuln", bili_xuln, BILIRUBIN_LIMIT)
    if days < 0:
        raise ValueError(f"days must be 0 or more; got {days!r}")
    in_time = None if bili_days_after is None else 0 <= bili_days_after <= days
    return _all(risen, yellow, in_time)


def cholestasis_excluded(alp_xuln: float | None) -> bool | None:
    """Whether the initial ALP (× ULN) excludes cholestasis; None where it was not measured."""
    raised = _reaches("alp_xuln", alp_xuln, PHOSPHATASE_LIMIT)
    return None if raised is None else not raised


def r_ratio(alt_xuln: float, alp_xuln: float) -> float:
    """ALT over ALP, each as a multiple of its upper limit of normal, at the onset of an injury.

    Source: Danan and Benichou, J Clin Epidemiol 1993;46:1323. ValueError unless both are above 0.
    """
    return checks.above_zero("alt_xuln", alt_xuln) / checks.above_zero("alp_xuln", alp_xuln)


def pattern(ratio: float) -> str:
    """ "hepatocellular" (R above 5), "mixed" (2 to 5) or "cholestatic" (below 2)."""
    checks.above_zero("ratio", ratio)
    if ratio > HEPATOCELLULAR_ABOVE:
        return "hepatocellular"
    return "cholestatic" if ratio < CHOLESTATIC_BELOW else "mixed"


def _reaches(name: str, multiple: float | None, limit: float) -> bool | None:
    if multiple is None or multiple != multiple:
        return None
    if checks.finite(name, multiple) < 0:
        raise ValueError(f"{name} must be 0 or more; got {multiple!r}")
    return multiple >= limit * (1 - 1e-9)


def _any(*told: bool | None) -> bool | None:
    if True in told:
        return True
    return None if set(told) == {None} else False


def _all(*told: bool | None) -> bool | None:
    if False in told:
        return False
    return None if None in told else True
