"""Which datasets and files were received, and which were not."""

from __future__ import annotations

from pandas import DataFrame

from displays.data.whole import whole_cut
from displays.display import Display
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed, sentence
from queries import View

DOMAIN_LABELS = {
    "DATASET": "Dataset",
    "USEDFOR": "What it holds",
    "STATUS": "Status",
    "NROWS": "Records",
} | SINCE_LABELS
FILE_LABELS = {
    "FILENAME": "File",
    "FORMAT": "Format",
    "DATASET": "Dataset",
    "NROWS": "Rows",
    "NCOLS": "Columns",
    "NBYTES": "Bytes",
    "ENCODING": "Text encoding",
    "STATUS": "Read",
    "SHA256": "SHA-256",
}
DATASET_KEYS = (("DATASET", "SCHEMANAM"), ("DATASET",))
"""A dataset that was not delivered belongs to no standard, so it is found again by its name alone."""


def delivered_domains(view: View) -> Display:
    """Each dataset with its records, received or not, beside the previous cut."""
    before = view.previous.ask("data_domains") if view.previous else None
    table = compare_numbers(view.cut.ask("data_domains"), before, DATASET_KEYS, "NROWS")
    return whole_cut(
        view,
        "delivered_domains",
        title="Datasets received",
        finding=_domains_finding(table),
        table=table,
        labels=DOMAIN_LABELS,
        method="Records as delivered, before anything is left out. A dataset that was not delivered is called not "
        "collected wherever a display needs it; one whose file could not be read is called so. A domain that did not "
        "come and is read from ADaM says what SDTM would add.",
        questions=("data_domains",),
        formats={"NROWS": "integer", "PREVIOUS": "integer"},
    )


def _domains_finding(table: DataFrame) -> list[str]:
    read = table[table["STATUS"].str.startswith("read from ")]
    received = table[(table["NROWS"] > 0) & ~table.index.isin(read.index)]
    unread = table["STATUS"] == "delivered, could not be read"
    missing = list(table.loc[(table["NROWS"] == 0) & ~unread & ~table.index.isin(read.index), "DATASET"])
    words = f"{counted(len(received), 'dataset')} received, {int(received['NROWS'].sum()):,} records"
    absent = f"Not delivered, or without records: {listed(missing)}."
    damaged = f"Delivered, and could not be read: {listed(list(table.loc[unread, 'DATASET']))}."
    whole = "" if unread.any() or len(read) else "Every dataset that displays use was received."
    return [sentence(words), damaged if unread.any() else "", *_from_adam(read), absent if missing else whole]


def _from_adam(read: DataFrame) -> list[str]:
    """Which domains were read from the sponsor's analysis datasets, since they did not come."""
    if read.empty:
        return []
    sources = read.groupby(read["STATUS"].str.removeprefix("read from "), sort=True)["DATASET"]
    named = listed([f"{listed(list(names))} ({source})" for source, names in sources])
    return [f"Not delivered, and read from ADaM as far as that carries: {named}."]


def delivered_files(view: View) -> Display:
    """Which files this cut was made from, each with the hash that proves it."""
    table = view.cut.ask("data_files")
    return whole_cut(
        view,
        "delivered_files",
        title="The files this cut was made from",
        finding=_files_finding(table),
        table=table.assign(DATASET=table["DATASET"].str.upper()),
        labels=FILE_LABELS,
        method="SHA-256 is computed from each file as received: the same hash is the same file, byte for byte.",
        questions=("data_files",),
        formats={"NROWS": "integer", "NCOLS": "integer", "NBYTES": "integer"},
    )


def _files_finding(table: DataFrame) -> str:
    unread = int((table["STATUS"] != "read").sum())
    records = f", with {int(table['NROWS'].fillna(0).sum()):,} records"
    words = f"{counted(len(table) - unread, 'file')} read"
    words += records if len(table) else ": this cut was made from tables, not from files"
    return sentence(words + (f"; {counted(unread, 'file')} not read" if unread else ""))
