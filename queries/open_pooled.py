"""What an open session is told of sites and of time: pooled, so that none of it is of fewer than five subjects."""

from __future__ import annotations

from datetime import date

import pandas
from pandas import DataFrame, Timestamp, concat

from queries.open_held import FEWEST

FEW = "few"
"""The SITEID of the sites that stand together."""


def sites_together(sites: DataFrame) -> DataFrame:
    """SITEID SITENAM OPENDT ISOPEN ENROLLED NSITES; sites with one to four enrolled subjects as one (SITEID few)."""
    sites = sites.assign(NSITES=1)[["SITEID", "SITENAM", "OPENDT", "ISOPEN", "ENROLLED", "NSITES"]]
    small = sites["SITEID"].isin(_small(sites)) | (sites["SITEID"].isna() & sites["ENROLLED"].between(1, FEWEST - 1))
    if not small.any():
        return sites
    few = sites[small]
    names = few["SITENAM"].fillna(few["SITEID"]).dropna()
    one = DataFrame({"SITEID": [FEW], "SITENAM": ["; ".join(names)], "ISOPEN": [True]})
    one = one.assign(OPENDT=pandas.NaT, ENROLLED=few["ENROLLED"].sum(), NSITES=len(few))[list(sites.columns)]
    return concat([sites[~small], one.astype(sites.dtypes.to_dict())], ignore_index=True)


def _small(sites: DataFrame) -> list[str]:
    """The sites with one to four enrolled subjects, and as many of the next larger as bring them to five."""
    ordered = sites[sites["ENROLLED"] > 0].sort_values(["ENROLLED", "SITEID"], kind="stable")
    so_far = ordered["ENROLLED"].cumsum() - ordered["ENROLLED"]
    few = ordered["ENROLLED"] < FEWEST
    return ordered.loc[few | (few.any() & (so_far < FEWEST)), "SITEID"].dropna().tolist()


def by_months(days: DataFrame, last: date) -> DataFrame:
    """ENRLDT NUMBER CUMULATIVE: enrolments by the ends of months, put together until each step is five or more.

    days: the answer of accrual_over_time; what is left after the last step belongs to it. last: the day of the cut.
    """
    dated = days[days["ENRLDT"].notna()]
    steps: list[list] = []
    for end, number in dated.groupby(dated["ENRLDT"] + pandas.offsets.MonthEnd(0))["NUMBER"].sum().items():
        day = max(min(end, Timestamp(last)), steps[-1][0] if steps else Timestamp.min)
        if steps and (steps[-1][1] < FEWEST):
            steps[-1] = [day, steps[-1][1] + number]
        else:
            steps.append([day, number])
    if len(steps) > 1 and steps[-1][1] < FEWEST:
        day, number = steps.pop()
        steps[-1] = [day, steps[-1][1] + number]
    told = DataFrame(steps, columns=["ENRLDT", "NUMBER"])
    told = concat([told, days.loc[days["ENRLDT"].isna(), ["ENRLDT", "NUMBER"]]], ignore_index=True)
    return told.assign(CUMULATIVE=told["NUMBER"].cumsum()).astype(days.dtypes.to_dict())


def outstanding(sites: DataFrame, held: set[str]) -> DataFrame:
    """One row of all sites: what is expected ends with death or the end of the study, which of a site is a result.

    How late the latest is, is of one child. Who was given a further course, and was not seen since, are counts of
    children that two cuts would tell apart, as who has a baseline is where results of it are held back.
    """
    if sites.empty:
        return sites.assign(NSITES=0)
    sums = sites.select_dtypes("number").sum(min_count=1)
    one = DataFrame([sums.to_dict()]).assign(SITEID="", SITENAM="", ECHOLATEST=float("nan"), NSITES=len(sites))
    one[["FURTHER", "UNSEEN"]] = 0
    if "baseline" in held or 0 < sums["TREATED"] < FEWEST:
        one[["BASEDUE", "BASEDONE"]] = 0
    if 0 < sums["TREATED"] < FEWEST:
        one["ECHOGONE"] = 0
    return one[[*sites.columns, "NSITES"]]
