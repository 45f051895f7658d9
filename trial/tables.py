"""A trial definition as the tables that staging SQL joins (schema `trial` of a cut); columns are named as in ADaM."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from math import nan
from string import punctuation
from typing import TYPE_CHECKING, Any

import pandas

if TYPE_CHECKING:
    from trial.definition import Trial

Rows = list[tuple[Any, ...]]
EXPANSION = "EXPANSION"
"""NAMEDBY of `named_cohort` where the name is the expansion's; otherwise the stopping rule that names the cohort."""


def tables_of(trial: Trial) -> dict[str, pandas.DataFrame]:
    """The tables of a Trial by name."""
    listed = {name: _frame(rows(trial), columns) for name, (rows, columns) in TABLES.items()}
    return {"settings": pandas.DataFrame([_settings(trial)])} | listed


def upper(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes as delivered data are compared with them: in upper case, each once (twice would double its records)."""
    return tuple(dict.fromkeys(code.strip().upper() for code in codes))


def _settings(trial: Trial) -> dict[str, Any]:
    return {
        "TRIALID": trial.id,
        "SYNTHETIC": trial.synthetic,
        "CTCAE": trial.ctcae_version,
        "DLTDAYS": trial.dlt_window_days,
        "DLTAFTER": trial.content["dlt"]["after_window"].upper(),
        "DLTSEEN": trial.seen_within_days,
        "EMERGDAY": trial.emergent_days,
        # 0 without a criterion that is assessed after the window
        "LATEDAY": trial.dlt_late_day or 0 if trial.dlt_late_criterion else 0,
        "APLANC": trial.aplasia_limits[0],
        "APLPLAT": trial.aplasia_limits[1],
        "RECVALS": trial.recovery_values,
        "SUPPDAYS": trial.transfusion_days,
        "INFUSIONS": trial.infusions_per_course,
        "RSPDAYS": trial.first_assessment_days,
        "CONFDAYS": trial.response.confirmation_days,
        "MINSHARE": float(trial.content["dlt"]["minimum_dose_share"]),
        "DOSETOL": float(trial.content["dlt"]["dose_tolerance"]),
        "COUNTEDAT": trial.content["dlt"]["counted_at"].upper(),
        "READER": trial.heart_reader.upper(),
        "MARKERDAYS": trial.marker_window_days,
        "UNSTATED": trial.unstated_methods_compared,
        "HFGRADE": int(trial.content["heart_failure"]["minimum_grade"]),
        "HFPOSS": int(trial.content["heart_failure"]["possible_grade"]),
        "ECGBASE": trial.content["ecg"]["baseline"].upper(),
        "QTFROM": float(trial.content["ecg"]["qt_from"]),
        "QTTO": float(trial.content["ecg"]["qt_to"]),
        "RATEFROM": float(trial.content["ecg"]["rate_from"]),
        "RATETO": float(trial.content["ecg"]["rate_to"]),
        "LABDAY1": trial.content["laboratory"]["day_1_without_time"].upper(),
        "ANCMAX": float(trial.content["laboratory"]["neutrophils_below"]),
        "PLATMAX": float(trial.content["laboratory"]["platelets_below"]),
        "UNTRDAYS": trial.content["enrolment"]["untreated_days"],
        "DOSEU": trial.unit.code,
        "DOSEUNIT": trial.unit.amount,
        "DOSEMG": trial.unit.milligrams,
        "DOSESIZE": trial.unit.per,
    } | _pk_settings(trial.content["pk"])


def _pk_settings(pk: dict[str, Any]) -> dict[str, Any]:
    """What a trial does not state of the planned infusion and of the molar masses is missing."""
    return {
        "INFHOURS": float(pk.get("infusion_hours", nan)),
        "MASSPARENT": float(pk.get("molar_mass_parent", nan)),
        "MASSMETAB": float(pk.get("molar_mass_metabolite", nan)),
        "PKLATE": float(pk["sample_late"]),
        "PKLATEMIN": float(pk["sample_late_minutes"]),
        "PKPREDOSE": float(pk["predose_hours"]),
        "PKEXTRAP": float(pk["extrapolated_above"]),
        "PKSPAN": float(pk["half_lives_least"]),
        "PKR2": float(pk["r2_adjusted_least"]),
        "PKSTEADY": float(pk["steady_within"]),
        "PKDIFFERS": float(pk["differs_above"]),
    }


def _levels(trial: Trial) -> Rows:
    return [(each.level, each.dose, each.label, each.arm_code, each.arm) for each in trial.dose_levels]


def _age_bands(trial: Trial) -> Rows:
    return [(band["label"], band["from"], band["to"]) for band in trial.content.get("age_band", ())]


def _disease_terms(trial: Trial) -> Rows:
    diseases = trial.content.get("disease", ())
    return [(disease["code"], term.lower()) for disease in diseases for term in disease["terms"]]


def _test_codes(trial: Trial) -> Rows:
    return [(role, code, rank) for role, codes in trial.test_codes.items() for rank, code in enumerate(codes, 1)]


def _anthracyclines(trial: Trial) -> Rows:
    return [(agent.lower(), float(factor)) for agent, factor in trial.anthracyclines.items()]


def _special_interest(trial: Trial) -> Rows:
    categories = trial.content.get("special_interest", {})
    return [(category, term.lower()) for category, terms in categories.items() for term in terms]


def _imaging_methods(trial: Trial) -> Rows:
    """Each spelling once, in small letters and digits alone."""
    methods = trial.content["imaging_methods"]
    spelled = {_letters(text): method for method, texts in methods.items() for text in [*texts, method]}
    return [(method, text) for text, method in spelled.items()]


def _response_terms(trial: Trial) -> Rows:
    return [(code, text) for code, texts in trial.content["responses"].items() for text in texts]


def _mixed_phenotype(trial: Trial) -> Rows:
    """Patterns of whole words, asked only where the trial names diseases."""
    words = trial.content["diagnosis"]["mixed_phenotype"] if trial.content.get("disease") else ()
    return [(f"\\b{_letters_apart(word)}\\b",) for word in words]


def _letters_apart(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _drug_names(trial: Trial) -> Rows:
    """How EXTRT may name the study drug, in small letters and digits; nothing where every record counts as of it."""
    stated = trial.content["trial"]
    words = {_letters(word) for word in stated["drug_words"]}
    unnamed = _letters(trial.drug) in words and not stated["drug_names"]
    if unnamed or "*" in stated["drug_names"]:
        return []
    names = {_letters(name) for name in (trial.drug, *stated["drug_names"])} - words
    known = (*stated["other_drugs"], *trial.response.later_therapy_drugs, *trial.anthracyclines)
    kinds = {"NAME": names, "WORD": words, "OTHER": {_letters(name) for name in known} - names - words}
    return [(name, kind) for kind, spelled in kinds.items() for name in sorted(spelled) if name]


def _enrolment_words(trial: Trial) -> Rows:
    """Words of a disposition that mean enrolled, in capital letters with one space between."""
    return _words(trial.content["enrolment"]["words"])


def _diagnosis_categories(trial: Trial) -> Rows:
    """Categories of medical history that hold the disease under study, written likewise."""
    return _words(trial.content["diagnosis"]["categories"])


def _diagnosis_descriptors(trial: Trial) -> Rows:
    """Words of a diagnosis beside the name of the disease, in small letters."""
    return [(word,) for word in _lower(trial.content["diagnosis"]["descriptors"])]


def _words(texts: Iterable[str]) -> Rows:
    return [(word,) for word in dict.fromkeys(map(_capitals, texts))]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isascii() and letter.isalnum())


def _heart_failure(trial: Trial) -> Rows:
    kinds = {
        "TERM": "terms",
        "POSSIBLE": "possible_terms",
        "CARDIAC": "cardiac_terms",
        "INOTROPE": "inotropes",
        "SUPPORT": "support",
        "THERAPY": "therapy",
    }
    stated = trial.content["heart_failure"]
    return [(kind, term) for kind, key in kinds.items() for term in dict.fromkeys(map(str.lower, stated[key]))]


def _late_terms(trial: Trial) -> Rows:
    return [(term.strip().lower(),) for term in trial.content["dlt"]["late_terms"]]


def _flags(trial: Trial) -> Rows:
    named = {"DLT": trial.content["dlt"]["flags"], "AESI": trial.content["dlt"]["special_interest_flags"]}
    return [(flag, name) for flag, names in named.items() for name in upper(names)]


def _dose_reasons(trial: Trial) -> Rows:
    means = {"TOXICITY": trial.content["dlt"]["toxicity_reasons"], "OTHER": trial.content["dlt"]["other_reasons"]}
    worded = [(meaning, _begins_with(word)) for meaning, words in means.items() for word in words]
    plain = {"OTHER": trial.content["dlt"]["other_reasons"], "WORD": trial.content["dlt"]["reason_words"]}
    return [*worded, ("NEGATED", NO_TOXICITY), ("PLAIN", _nothing_but(plain["OTHER"], plain["WORD"]))]


def _nothing_but(phrases: list[str], words: list[str]) -> str:
    """The pattern of a text, in small letters and with a space at its end, of such phrases and words alone."""
    begins = "|".join(_escaped(text.lstrip("*")) + ("" if len(text) <= 3 else "[a-z]*") for text in _lower(phrases))
    whole = "|".join(_escaped(text) for text in _lower(words))
    return f"^[^a-z]*(({begins}|{whole})[^a-z]+)*$"


def _lower(texts: list[str]) -> list[str]:
    return [text.strip().lower() for text in texts]


NO_TOXICITY = (
    "(unrelated to|not related to|not due to|not because of|no|without|non)[ -]+(drug |study drug )?"
    "(toxic|adverse|side)[a-z]*"
)
""" "not due to toxicity" names no toxicity: what is left out of a reason before its words are looked for."""


def _begins_with(word: str) -> str:
    """The pattern of a word in small letters: at the beginning of a word, after * inside one too; whole up to three."""
    text = word.strip().lower()
    return ("" if text.startswith("*") else "(^|[^a-z])") + _escaped(text.lstrip("*")) + _whole(text)


def _whole(text: str) -> str:
    return "([^a-z]|$)" if len(text) <= 3 else ""


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in punctuation else letter for letter in text)


def _common_words(trial: Trial) -> Rows:
    return [(word,) for word in _lower(trial.content["adverse_events"]["common_words"])]


def _unseen_visits(trial: Trial) -> Rows:
    return [(_begins_with(word),) for word in trial.content["dlt"]["unseen_visits"]]


def _possible_therapies(trial: Trial) -> Rows:
    return [(_begins_with(word),) for word in trial.content["response"]["possible_therapy"]]


def _transfusions(trial: Trial) -> Rows:
    words = trial.content["transfusions"]
    named = [(kind, _any(map(_begins_with, words[kind.lower()]))) for kind in TRANSFUSIONS if words[kind.lower()]]
    none = [*map(_begins_with, words["none"]), *(_begins_with(word) + WHAT_FOR for word in words["before"])]
    return [*named, ("NONE", _any(none))]


TRANSFUSIONS = ("PLATELETS", "TRANSFUSION", "OTHER")
WHAT_FOR = "[a-z]*( *(for|before|prior to|ahead of) [^;,.)]*)?"
""" "for platelet transfusion": what a premedication is given for, which is left out with it."""


def _any(patterns: Iterable[str]) -> str:
    """One pattern that matches where one of them does; of none, one that matches nothing."""
    return "|".join(f"({pattern})" for pattern in patterns) or "[^\\s\\S]"


def _causality(trial: Trial) -> Rows:
    """Each answer in capital letters with one space between: Y related, N not related, U neither."""
    words, drug = trial.content["causality"], trial.content["trial"]
    drugs = [_capitals(name) for name in (trial.drug, *drug["drug_names"], *drug["drug_words"], "treatment")]
    rows: dict[str, str] = {}
    for kind, key in (("U", "unknown"), ("Y", "related"), ("N", "not_related")):
        for word in map(_capitals, words[key]):
            to = [f"{word} TO {the}{name}" for name in drugs if name for the in ("", "THE ")]
            rows |= dict.fromkeys([word, *(to if word.endswith(("RELATED", "RELATION", "RELATIONSHIP")) else ())], kind)
    return [(kind, word) for word, kind in rows.items() if word]


def _capitals(text: str) -> str:
    return " ".join(re.findall("[A-Z]+", text.upper()))


def _death_causes(trial: Trial) -> Rows:
    """DRUG: a pattern a word; any other kind: each word one of its words, and one of them a word that names it."""
    words = trial.content["death_causes"]
    drug = [("DRUG", _begins_with(word), None) for word in words["drug"]]
    return drug + [_each_word(kind, words[f"{kind.lower()}_words"], words[f"{kind.lower()}_names"]) for kind in CAUSES]


CAUSES = ("LEUKAEMIA", "DISEASE", "ACCIDENT", "EVENT")


def _each_word(kind: str, words: list[str], names: list[str]) -> tuple[str, str, str]:
    named = "|".join(_escaped(word.lower()) for word in names)
    every = "|".join(_escaped(word.lower()) for word in [*words, *names])
    return kind, f"^(({every})( |$))+$", f"\\b({named})\\b"


def _named_cohorts(trial: Trial) -> Rows:
    named = [(name, EXPANSION) for name in trial.expansion_cohorts]
    named += [(rule.cohort.strip(), rule.name) for rule in trial.stopping_rules if rule.cohort]
    return [(name, name.lower(), by) for name, by in named]


def _remissions(trial: Trial) -> Rows:
    return [(disease, kind) for disease, kinds in trial.response.remission.items() for kind in kinds]


def _response_words(trial: Trial) -> Rows:
    told = trial.response
    named = {
        "CONFIRMED": told.confirmation,
        "CATEGORY": upper(told.later_therapy_categories),
        "ANTICANCER": upper(trial.content["response"]["anticancer_words"]),
        "DRUG": upper(told.later_therapy_drugs),
        "TRANSPLANT": [f"{word} " if len(word) <= 4 else word for word in upper(told.transplants)],
        "INDEPENDENT": upper(told.independent_evaluators),
    }
    return [(kind, word) for kind, words in named.items() for word in words]


def _count_limits(trial: Trial) -> Rows:
    stated = trial.content["laboratory"]
    roles = {"ANC": stated["neutrophils_recovered"], "PLATELETS": stated["platelets_recovered"]}
    return [(role, float(limit)) for role, limits in roles.items() for limit in sorted(set(limits))]


def _tumour_lysis(trial: Trial) -> Rows:
    """Patterns of whole words of terms and drugs, in small letters."""
    stated = trial.content["tumour_lysis"]
    kinds = {"ARRHYTHMIA": "arrhythmia_terms", "SEIZURE": "seizure_terms", "RASBURICASE": "urate_oxidase"}
    return [
        (kind, rf"(^|[^a-z]){re.escape(word.strip().lower())}([^a-z]|$)")
        for kind, key in kinds.items()
        for word in stated[key]
    ]


def _sites(trial: Trial) -> Rows:
    return [(site["id"], site["name"], site.get("opened")) for site in trial.content.get("site", ())]


def _schedule(trial: Trial) -> Rows:
    keys = ("assessment", "visit", "day", "days_before", "days_after")
    return [tuple(planned[key] for key in keys) for planned in trial.content.get("schedule", ())]


def _pk_samples(trial: Trial) -> Rows:
    plan = trial.content["pk"]
    return [(plan["course"], day, float(hour)) for day in (1, 3) for hour in plan.get(f"hours_day_{day}", ())]


def _pk_flags(trial: Trial) -> Rows:
    pk = trial.content["pk"]
    named = (("FLAG", upper(pk["exclusion_flags"])), ("REASON", upper(pk["exclusion_reasons"])))
    return [(kind, name) for kind, names in named for name in names]


def _frame(rows: Rows, columns: dict[str, str]) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=list(columns)).astype(columns)


TABLES: dict[str, tuple[Callable[[Trial], Rows], dict[str, str]]] = {
    "dose_level": (_levels, {"DOSELVL": "int64", "DOSE": "float64", "TRTA": "str", "ARMCD": "str", "ARM": "str"}),
    "age_band": (_age_bands, {"AGEGR1": "str", "AGELO": "float64", "AGEHI": "float64"}),
    "disease_term": (_disease_terms, {"DISEASE": "str", "TERM": "str"}),
    "diagnosis_category": (_diagnosis_categories, {"CATEGORY": "str"}),
    "diagnosis_descriptor": (_diagnosis_descriptors, {"WORD": "str"}),
    "mixed_phenotype": (_mixed_phenotype, {"PATTERN": "str"}),
    "response_term": (_response_terms, {"AVALC": "str", "SPELLING": "str"}),
    "test_code": (_test_codes, {"ROLE": "str", "TESTCD": "str", "RANK": "int64"}),
    "anthracycline": (_anthracyclines, {"AGENT": "str", "FACTOR": "float64"}),
    "special_interest": (_special_interest, {"AESICAT": "str", "TERM": "str"}),
    "imaging_method": (_imaging_methods, {"SERIES": "str", "SPELLING": "str"}),
    "drug_name": (_drug_names, {"NAME": "str", "KIND": "str"}),
    "heart_failure": (_heart_failure, {"KIND": "str", "TERM": "str"}),
    "late_term": (_late_terms, {"TERM": "str"}),
    "enrolment_word": (_enrolment_words, {"WORD": "str"}),
    "common_word": (_common_words, {"WORD": "str"}),
    "flag": (_flags, {"FLAG": "str", "QNAM": "str"}),
    "dose_reason": (_dose_reasons, {"MEANS": "str", "PATTERN": "str"}),
    "unseen_visit": (_unseen_visits, {"PATTERN": "str"}),
    "possible_therapy": (_possible_therapies, {"PATTERN": "str"}),
    "transfusion": (_transfusions, {"KIND": "str", "PATTERN": "str"}),
    "causality": (_causality, {"KIND": "str", "WORD": "str"}),
    "death_cause": (_death_causes, {"KIND": "str", "PATTERN": "str", "NAMED": "str"}),
    "named_cohort": (_named_cohorts, {"COHORT": "str", "COHORTLC": "str", "NAMEDBY": "str"}),
    "remission": (_remissions, {"DISEASE": "str", "AVALC": "str"}),
    "response_word": (_response_words, {"KIND": "str", "WORD": "str"}),
    "site": (_sites, {"SITEID": "str", "SITENAM": "str", "OPENDT": "datetime64[ns]"}),
    "schedule": (
        _schedule,
        {"ASSESS": "str", "AVISIT": "str", "DAY": "int64", "DAYSBEF": "int64", "DAYSAFT": "int64"},
    ),
    "tumour_lysis_word": (_tumour_lysis, {"KIND": "str", "PATTERN": "str"}),
    "count_limit": (_count_limits, {"ROLE": "str", "LIMITVAL": "float64"}),
    "pk_flag": (_pk_flags, {"KIND": "str", "QNAM": "str"}),
    "pk_sample": (_pk_samples, {"COURSE": "int64", "COURSEDAY": "int64", "NRRLT": "float64"}),
}
"""Table → its rows, and the type of each column."""
