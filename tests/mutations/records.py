"""Records doubled, lost, or given to another."""

from __future__ import annotations

from mutations.draft import HARMFUL, LOST, mutation
from mutations.headers import drawn

NUMBERED = "ae ex lb cv eg rs ds cm pr pc vs mh".split()


@mutation(HARMFUL)
def lines_doubled(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    chosen = random.sample(table.rows, min(len(table.rows), random.randint(1, 3)))
    table.rows += [list(row) for row in chosen]
    return name, f"{len(chosen)} rows"


@mutation(HARMFUL)
def file_doubled(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    table.rows += [list(row) for row in table.rows]
    return name, f"{len(table.rows)} rows"


@mutation(HARMFUL)
def repeated_under_another_number(random, draft):
    name = random.choice(NUMBERED)
    table = draft.tables[name]
    place = table.header.index(f"{name.upper()}SEQ")
    for n, row in enumerate(random.sample(table.rows, min(len(table.rows), random.randint(1, 3)))):
        again = list(row)
        again[place] = str(900 + n)
        table.rows.append(again)
    return name, ""


@mutation(HARMFUL)
def numbers_alike(random, draft):
    """All records of a subject have the number of the first."""
    name = random.choice(NUMBERED)
    draft.tables[name].change(f"{name.upper()}SEQ", lambda text: "1")
    return name, ""


@mutation(LOST)
def rows_lost(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    for _ in range(min(len(table.rows), random.randint(1, 3))):
        table.rows.pop(random.randrange(len(table.rows)))
    return name, ""


@mutation(LOST)
def cut_after_a_line(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    if len(table.rows) < 2:
        return None
    table.rows = table.rows[: random.randrange(1, len(table.rows))]
    return name, f"after {len(table.rows)} rows"


@mutation(LOST)
def subject_lost(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    place = table.header.index("USUBJID")
    subject = random.choice(sorted({row[place] for row in table.rows}))
    table.rows = [row for row in table.rows if row[place] != subject]
    return name, subject
