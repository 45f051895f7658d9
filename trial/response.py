"""[response]: which responses are a remission, how long it must last, whose assessments count, and up to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator
from typing_extensions import TypedDict

from trial.values import Count, Texts, meant

KINDS = ("CR", "CRh", "CRi")
"""The remissions, from best to least."""
NOT_STATED = ""
"""The disease of a subject whose disease is not stated."""


def _kinds(names: list[str]) -> list[str]:
    if unknown := [name for name in names if name not in KINDS]:
        raise ValueError(f"has no response {unknown[0]}; it takes {', '.join(KINDS)}")
    if not names:
        raise ValueError(f"must name at least one of {', '.join(KINDS)}")
    return names


def _one_list_or_by_disease(value: Any) -> Any:
    lists = list(value.values()) if isinstance(value, dict) else [value]
    if not lists or not all(isinstance(one, list) and all(isinstance(name, str) for name in one) for one in lists):
        raise ValueError('must be a list such as ["CR", "CRi"], or one for each disease: {ALL = ["CR"], AML = ["CR"]}')
    for names in lists:
        _kinds(names)
    return value


Remission = Annotated[Any, AfterValidator(_one_list_or_by_disease)]


class ResponseTable(TypedDict, total=False):
    """[response]: what counts as a remission, and what its assessments must be.

    remission: CR, CRh, CRi that are a remission, in one list or in one for each disease.
    confirmation_days, confirmation: the days that a remission must last, in the diseases whose protocol asks for it.
    later_therapy_categories, later_therapy_drugs: words of CMCAT (PRCAT), names of drugs (treatments), after which an
    assessment no longer counts.
    anticancer_words: words of a category or treatment that mean a therapy against the cancer, later where so dated;
    possible_therapy: words by which a treatment may be one (a finding).
    transplants: words of PRDECOD or PRTRT that mean a stem cell transplant; short ones (up to 4 letters) end a word.
    independent_evaluators: words of RSEVAL that mean an independent reader.
    """

    first_assessment_days: Count
    remission: Remission
    confirmation_days: Count
    confirmation: Texts
    later_therapy_categories: Texts
    later_therapy_drugs: Texts
    anticancer_words: Texts
    possible_therapy: Texts
    transplants: Texts
    independent_evaluators: Texts


@dataclass(frozen=True)
class ResponseSettings:
    """What counts as a remission and what counts toward it.

    remission: disease → kinds that count, in the order from CR; under NOT_STATED those that count in every disease.
    """

    first_assessment_days: int
    remission: dict[str, tuple[str, ...]]
    confirmation_days: int
    confirmation: tuple[str, ...]
    later_therapy_categories: tuple[str, ...]
    later_therapy_drugs: tuple[str, ...]
    transplants: tuple[str, ...]
    independent_evaluators: tuple[str, ...]


def response_settings(content: dict[str, Any]) -> ResponseSettings:
    """The settings of a definition over the defaults."""
    table = content["response"]
    words = (
        "confirmation",
        "later_therapy_categories",
        "later_therapy_drugs",
        "transplants",
        "independent_evaluators",
    )
    return ResponseSettings(
        first_assessment_days=int(table["first_assessment_days"]),
        remission=_remission(table["remission"], [row["code"] for row in content.get("disease", ())]),
        confirmation_days=int(table["confirmation_days"]),
        **{key: tuple(dict.fromkeys(word.strip() for word in table[key])) for key in words},
    )


def _remission(stated: list[str] | dict[str, list[str]], diseases: list[str]) -> dict[str, tuple[str, ...]]:
    """A disease that the table leaves out takes what counts in every disease of it: no kind counts by default."""
    by_disease = stated if isinstance(stated, dict) else dict.fromkeys(diseases, stated)
    common: list[str] = [] if isinstance(stated, dict) else stated
    lists = list(by_disease.values()) or [common]
    everywhere = tuple(kind for kind in KINDS if all(kind in one for one in lists))
    named = {code: tuple(kind for kind in KINDS if kind in by_disease.get(code, everywhere)) for code in diseases}
    return named | {NOT_STATED: everywhere}


def check_response(own: dict[str, Any]) -> None:
    """ValueError where [response] names a disease that the trial does not define."""
    table, diseases = own.get("response", {}), [row["code"] for row in own.get("disease", ())]
    remission = table.get("remission", ())
    by_disease = list(remission) if isinstance(remission, dict) else []
    named = {"remission": by_disease, "confirmation": table.get("confirmation", [])}
    for key, codes in named.items():
        if unknown := [code for code in codes if code not in diseases]:
            raise ValueError(
                f"[response] {key} {unknown[0]!r} is not a code of a [[disease]]; {meant(unknown[0], diseases)}"
            )
