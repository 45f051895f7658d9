"""The known answers as tables of the README."""

from __future__ import annotations

from pathlib import Path

START, END = "<!-- known answers: written by the generator, not by hand -->", "<!-- end of known answers -->"


def with_answers(text: str, answers: dict) -> str:
    """The README with its known answers brought up to date."""
    before, rest = text.split(START)
    return f"{before}{START}\n{_tables(answers)}\n{END}{rest.split(END)[1]}"


def write(template: Path, target: Path, answers: dict) -> None:
    target.write_text(with_answers(template.read_text(encoding="utf-8"), answers), encoding="utf-8")


def _tables(answers: dict) -> str:
    cuts = answers["cuts"]
    parts = [
        "### Definitions",
        *[f"- **{name}**: {text}" for name, text in answers["definitions"].items()],
        "",
        "### Counts",
        _counts(cuts),
        "",
        "### By dose level (mg/m²/day)",
        _levels(cuts, "by_dose"),
        "",
        "### By cohort",
        _levels(cuts, "by_cohort"),
        "",
        "### Best response",
        _responses(cuts),
        "",
        "### Hearts",
        _hearts(cuts),
        "",
        "### Data currency",
        _currency(cuts),
        "",
        "### Between the cuts",
        _changes(answers["changes"]),
    ]
    return "\n".join(parts)


def _table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _counts(cuts: dict) -> str:
    plain = (
        "screened",
        "enrolled",
        "treated",
        "sae_events",
        "sae_subjects",
        "grade_3_or_worse",
        "adjudicated_not_dlt",
        "dlt_events",
    )
    listed = (
        "screen_failures",
        "in_screening",
        "enrolled_not_treated",
        "deaths",
        "transplants",
        "relapses",
        "criteria_met_but_not_serious",
        "aedecod_blank",
    )
    rows = [[name.replace("_", " "), *(cut[name] for cut in cuts.values())] for name in plain]
    rows += [[name.replace("_", " "), *(_list(cut[name]) for cut in cuts.values())] for name in listed]
    return _table(["", *cuts], rows)


def _list(names) -> str:
    return f"{len(names)}: {', '.join(names)}" if names else "0"


def _levels(cuts: dict, what: str) -> str:
    rows = [
        [
            cut,
            level,
            row["treated"],
            row["evaluable"],
            row["dlt"],
            _said(row["dlt_subjects"], lambda terms: " and ".join(terms)),
            _said(row["pending"], lambda days: f"{days} days left"),
            _said(row["not_evaluable"], str),
        ]
        for cut, told in cuts.items()
        for level, row in told[what].items()
    ]
    return _table(
        ["cut", what.removeprefix("by_"), "treated", "evaluable", "with DLT", "DLTs", "pending", "not evaluable"], rows
    )


def _said(told: dict, say) -> str:
    return "; ".join(f"{name} ({say(value)})" for name, value in told.items())


def _responses(cuts: dict) -> str:
    kinds = ("CR", "CRh", "CRi", "MLFS", "PR", "NR", "none")
    rows = [
        [
            cut,
            disease,
            sum(counts.values()),
            *(counts.get(kind, 0) for kind in kinds),
            told["remissions"][disease]["remission"],
        ]
        for cut, told in cuts.items()
        for disease, counts in told["best_response"].items()
    ]
    return _table(["cut", "disease", "treated", *kinds, "CR + CRh + CRi"], rows)


def _hearts(cuts: dict) -> str:
    rows = []
    for cut, told in cuts.items():
        hurt = {name: kind for name, kind in told["ctrcd"].items() if kind != "none"}
        grades = {name: f"grade {grade}" for name, grade in told["ef_grade"].items() if grade}
        rows.append(
            [
                cut,
                len(told["echo_after_first_infusion"]),
                _said(hurt, str),
                _said(grades, str),
                _list(told["qtcf_over_500"]),
                _list(told["qtcf_over_480"]),
                _list(told["qtcf_over_450"]),
                _list(told["qtcf_change_over_60"]),
            ]
        )
    return _table(
        [
            "cut",
            "with echocardiogram after the first infusion",
            "CTRCD (all others none)",
            "ejection fraction decreased (all others 0)",
            "QTcF > 500 ms",
            "QTcF > 480 ms",
            "QTcF > 450 ms",
            "QTcF change > 60 ms",
        ],
        rows,
    )


def _currency(cuts: dict) -> str:
    rows = [
        [
            cut,
            "; ".join(f"{name} ({visit})" for name, visit in told["overdue_echos"]),
            len(told["missing_pk"]),
            "; ".join(f"{name} day {day} {hour} h ({how.lower()})" for name, day, hour, how in told["missing_pk"]),
        ]
        for cut, told in cuts.items()
    ]
    return _table(["cut", "overdue echocardiograms", "missing PK samples", "which"], rows)


def _changes(changes: dict) -> str:
    rows = [
        [
            cut,
            kind,
            row["domain"],
            row["subject"],
            row["record"],
            " → ".join(filter(None, (row["before"], row["after"]))),
            row["why"],
        ]
        for cut, kinds in changes.items()
        for kind, told in kinds.items()
        for row in told
    ]
    return _table(["cut", "kind", "domain", "subject", "record", "change", "why"], rows)
