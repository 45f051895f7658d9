"""Why a sample is in no profile, in words; the codes are those of pkprofile."""

from __future__ import annotations

LEFT_OUT = {
    "NOT DONE": "not done",
    "NO RESULT": "no result",
    "NO VALUE": "a result that cannot be read",
    "ABOVE LIMIT": "above a limit of the assay",
    "LATER": "drawn after the next infusion began",
    "EXCLUDED": "excluded by the sponsor",
    "DIFFERENT": "one of different results of one time",
    "REPEATED": "the same result again",
    "EARLY": "drawn long before the infusion",
    "EARLIER": "another sample is nearer to the infusion",
    "SPECIMEN": "not plasma, serum or blood",
    "NO TIME": "time not known",
    "NO INFUSION": "infusion not known",
}
