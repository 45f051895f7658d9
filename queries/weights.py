"""How much a finding of the load weighs, by name (as `ingest.finding` holds it) and in words."""

DECISION, NUMBER, INFORMATION = "decision", "number", "information"
WEIGHTS = {DECISION: "Changes a decision", NUMBER: "Changes a number", INFORMATION: "For information"}
"""What a finding could change → its heading; the heaviest first."""
SAID = {
    DECISION: ("changes a decision", "change a decision"),
    NUMBER: ("changes a number", "change a number"),
    INFORMATION: ("is for information", "are for information"),
}


def of_each_weight(numbers: dict[str, int]) -> list[str]:
    """How many findings are of each weight, in words: "2 change a decision", "none changes a number", …"""
    return [f"{numbers.get(weight, 0) or 'none'} {SAID[weight][numbers.get(weight, 0) > 1]}" for weight in WEIGHTS]
