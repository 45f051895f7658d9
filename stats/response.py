"""Response of leukaemia from one assessment: AML after ELN 2022, ALL, marrow category, CNS status."""

from __future__ import annotations

from stats import checks


def marrow_category(marrow_blasts_pct) -> str | None:
    """M1 below 5 % blasts, M2 5 to 25 %, M3 above 25 %; None where missing. Children's Oncology Group."""
    blasts = _blasts(marrow_blasts_pct)
    if blasts is None:
        return None
    if blasts < 5:
        return "M1"
    return "M2" if blasts <= 25 else "M3"


def aml_response(
    *,
    marrow_blasts_pct,
    baseline_marrow_blasts_pct,
    circulating_blasts,
    extramedullary,
    anc_1e9_per_l,
    platelets_1e9_per_l,
    marrow_adequate=True,
) -> str | None:
    """The ELN 2022 response in AML; None where a value is missing that decides it.

    CR: marrow blasts < 5 %, none circulating, no extramedullary disease, ANC >= 1.0 and platelets >= 100 ×10⁹/L.
    CRh: as CR with ANC >= 0.5 and platelets >= 50. CRi: as CR with one of the two not recovered, CRh not met.
    MLFS: no recovery needed. PR: blasts 5 to 25 %, fallen by half or more, counts as for CR, none circulating, no
    extramedullary disease. Not evaluable: no marrow, or one not adequate (fewer than 200 cells and cellularity < 10 %).
    `circulating_blasts` is a percentage or count, 0 for none; `extramedullary` and `marrow_adequate` yes or no.
    Source: Döhner, Blood 2022;140:1345, response criteria.
    """
    marrow, baseline, anc, platelets = _measurements(
        marrow_blasts_pct, baseline_marrow_blasts_pct, anc_1e9_per_l, platelets_1e9_per_l
    )
    adequate = checks.truth("marrow_adequate", marrow_adequate)
    if marrow is None or adequate is False:
        return "Not evaluable"
    elsewhere = _disease_elsewhere(circulating_blasts, extramedullary)
    if elsewhere or marrow > 25:
        return "No response"
    if elsewhere is None or adequate is None:
        return None
    return _aml_remission(anc, platelets) if marrow < 5 else _aml_partial(marrow, baseline, anc, platelets)


def all_response(
    *,
    marrow_blasts_pct,
    baseline_marrow_blasts_pct,
    circulating_blasts,
    extramedullary,
    anc_1e9_per_l,
    platelets_1e9_per_l,
    baseline_circulating_blasts=None,
    baseline_extramedullary=None,
) -> str | None:
    """The response in ALL at one assessment; None where a value is missing that decides it.

    CR: marrow blasts < 5 %, none circulating, no extramedullary disease, ANC >= 1.0 and platelets >= 100 ×10⁹/L; CRi:
    as CR without the counts. PR: marrow <= 25 % and fallen by half or more, circulating blasts too, no extramedullary
    disease, counts as for CR. PD: marrow or circulating blasts a quarter above baseline or more, or new extramedullary
    disease.
    SD: none of these. CR and CRi also ask for no recurrence over 4 weeks: that is for the caller, who knows later
    visits. Shares of blasts stand for their number. `circulating_blasts` in the same unit at both times; a missing
    baseline of it is read as none needed when none circulate now. Old extramedullary disease that persists is SD at
    best: its size is not asked.
    Source: Biol Blood Marrow Transplant 2010;16:1187, table 4a (PMC7272718).
    """
    marrow, baseline, anc, platelets = _measurements(
        marrow_blasts_pct, baseline_marrow_blasts_pct, anc_1e9_per_l, platelets_1e9_per_l
    )
    blood, blood_before = (
        checks.at_least_zero("circulating_blasts", value) for value in (circulating_blasts, baseline_circulating_blasts)
    )
    disease, disease_before = (
        checks.truth("extramedullary", value) for value in (extramedullary, baseline_extramedullary)
    )
    if _progressed(marrow, baseline, blood, blood_before, disease, disease_before):
        return "PD"
    if marrow is None or blood is None or disease is None:
        return None
    if marrow < 5 and blood == 0 and not disease:
        return {True: "CR", False: "CRi", None: None}[_recovered(anc, platelets)]
    partial = _all_partial(marrow, baseline, blood, blood_before, disease, anc, platelets)
    if partial:
        return "PR"
    stable = partial is False and _progression_known(baseline, blood, blood_before, disease, disease_before)
    return "SD" if stable else None


def cns_status(
    *,
    csf_wbc_per_ul,
    csf_blasts,
    csf_rbc_per_ul,
    blood_wbc_1e9_per_l=None,
    blood_rbc_1e12_per_l=None,
    clinical_signs=False,
) -> str | None:
    """CNS status at lumbar puncture: CNS1, CNS2a to c, CNS3a to c; None where a value is missing that decides it.

    CNS1 no blasts; CNS2a < 5 white and < 10 red cells with blasts; CNS2b < 5 white, >= 10 red; CNS3a >= 5 white, < 10
    red. With >= 5 white and >= 10 red cells blood may have come in with the needle: CNS3b when the ratio of white to
    red cells is more than twice that of the blood (Steinherz and Bleyer), else CNS2c. CNS3c: clinical signs. Cells per
    µL.
    Source: Children's Oncology Group; Winick, J Clin Oncol 2017;35:2527.
    """
    if checks.truth("clinical_signs", clinical_signs):
        return "CNS3c"
    white, red = (
        checks.at_least_zero("csf_wbc_per_ul", csf_wbc_per_ul),
        checks.at_least_zero("csf_rbc_per_ul", csf_rbc_per_ul),
    )
    blasts = checks.truth("csf_blasts", csf_blasts)
    if not blasts:
        return None if blasts is None else "CNS1"
    if white is None or red is None:
        return None
    if white < 5:
        return "CNS2a" if red < 10 else "CNS2b"
    return "CNS3a" if red < 10 else _bloody_tap(white, red, blood_wbc_1e9_per_l, blood_rbc_1e12_per_l)


def _bloody_tap(white, red, blood_white, blood_red) -> str | None:
    blood_white = checks.at_least_zero("blood_wbc_1e9_per_l", blood_white)
    blood_red = checks.at_least_zero("blood_rbc_1e12_per_l", blood_red)
    if blood_white is None or not blood_red:
        return None
    return "CNS3b" if white / red > 2 * blood_white / (1000 * blood_red) else "CNS2c"


def _measurements(marrow, baseline, anc, platelets):
    return (
        _blasts(marrow),
        _blasts(baseline),
        checks.at_least_zero("anc_1e9_per_l", anc),
        checks.at_least_zero("platelets_1e9_per_l", platelets),
    )


def _blasts(value) -> float | None:
    """Marrow blasts in percent; unlike an LVEF they may well be 0.5 %."""
    value = checks.number("marrow blasts", value)
    if value is not None and not 0 <= value <= 100:
        raise ValueError(f"marrow blasts must be 0 to 100 %; got {value:g}")
    return value


def _disease_elsewhere(circulating_blasts, extramedullary) -> bool | None:
    blood = checks.at_least_zero("circulating_blasts", circulating_blasts)
    disease = checks.truth("extramedullary", extramedullary)
    if disease or (blood or 0) > 0:
        return True
    return None if blood is None or disease is None else False


def _recovered(anc, platelets) -> bool | None:
    """Whether the counts of a complete remission are reached; one count below settles it without the other."""
    if (anc is not None and anc < 1.0) or (platelets is not None and platelets < 100):
        return False
    return None if anc is None or platelets is None else True


def _aml_remission(anc, platelets) -> str | None:
    if anc is None or platelets is None:
        return None
    if anc >= 1.0 and platelets >= 100:
        return "CR"
    if anc >= 0.5 and platelets >= 50:
        return "CRh"
    return "CRi" if anc >= 1.0 or platelets >= 100 else "MLFS"


def _halved(now, before) -> bool | None:
    return None if before is None else now <= before / 2


def _aml_partial(marrow, baseline, anc, platelets) -> str | None:
    needed = (_recovered(anc, platelets), _halved(marrow, baseline))
    if False in needed:
        return "No response"
    return None if None in needed else "PR"


def _all_partial(marrow, baseline, blood, blood_before, disease, anc, platelets) -> bool | None:
    blood_halved = True if blood == 0 else _halved(blood, blood_before)
    needed = (not disease, marrow <= 25, _recovered(anc, platelets), _halved(marrow, baseline), blood_halved)
    if False in needed:
        return False
    return None if None in needed else True


def _progressed(marrow, baseline, blood, blood_before, disease, disease_before) -> bool:
    marrow_up = marrow is not None and baseline is not None and marrow >= 5 and marrow >= 1.25 * baseline
    blood_up = bool(blood) and blood_before is not None and blood >= 1.25 * blood_before
    return marrow_up or blood_up or (disease is True and disease_before is False)


def _progression_known(baseline, blood, blood_before, disease, disease_before) -> bool:
    return (
        baseline is not None
        and (blood == 0 or blood_before is not None)
        and (not disease or disease_before is not None)
    )
