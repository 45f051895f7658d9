"""Files in other shapes, and damaged ones."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pandas
import pyreadstat
from mutations.draft import HARMFUL, HARMLESS, mutation
from mutations.headers import drawn


def table_of(random, draft):
    name, _ = drawn(random, draft)
    return name, draft.tables[name]


@mutation(HARMLESS)
def line_endings(random, draft):
    name, table = table_of(random, draft)
    table.ending = random.choice(("\r\n", "\r"))
    return name, repr(table.ending)


@mutation(HARMLESS)
def byte_order_mark(random, draft):
    name, table = table_of(random, draft)
    table.encoding = random.choice(("utf-8-sig", "utf-16"))
    return name, table.encoding


@mutation(HARMLESS)
def windows_1252(random, draft):
    name, table = table_of(random, draft)
    table.encoding = "cp1252"
    table.header.append("NOTE")
    table.rows = [[*row, "Müller’s café"] for row in table.rows]
    return name, "cp1252"


@mutation(HARMLESS)
def all_quoted(random, draft):
    name, table = table_of(random, draft)
    table.quoted = True
    return name, ""


@mutation(HARMLESS)
def another_delimiter(random, draft):
    name, table = table_of(random, draft)
    table.delimiter = random.choice(";\t|")
    return name, repr(table.delimiter)


@mutation(HARMLESS)
def semicolons_and_decimal_commas(random, draft):
    name, table = table_of(random, draft)
    table.delimiter = ";"
    numeric = [c for c in table.header if c.endswith(("STRESN", "DOSE", "DOSTOT", "NRLO", "NRHI", "LLOQ"))]
    for column in numeric:
        table.change(column, lambda text: text.replace(".", ","))
    return name, ", ".join(numeric)


@mutation(HARMLESS)
def empty_lines_and_columns(random, draft):
    name, table = table_of(random, draft)
    table.header += ["", ""]
    table.rows = [[*row, "", ""] for row in table.rows] + [[""] * len(table.header)] * 5
    return name, ""


@mutation(HARMLESS)
def row_names(random, draft):
    name, table = table_of(random, draft)
    table.header.insert(0, "")
    table.rows = [[str(n), *row] for n, row in enumerate(table.rows, random.choice((0, 1)))]
    return name, ""


@mutation(HARMLESS)
def rows_in_another_order(random, draft):
    name, table = table_of(random, draft)
    random.shuffle(table.rows)
    return name, ""


@mutation(HARMLESS)
def renamed(random, draft):
    name, _ = table_of(random, draft)
    other = random.choice(
        (f"{name}_1", f"{name}(2)", f"Copy of {name}", f"{name.upper()}", f"{name} (1)", f"2007_{name}")
    )
    draft.files[f"{other}.csv"] = draft.take(name).bytes()
    return name, other


@mutation(HARMLESS)
def delivered_twice_alike(random, draft):
    name, table = table_of(random, draft)
    other = random.choice((f"{name} (1)", f"Copy of {name}", f"old/{name}", f"{name}_2"))
    draft.files[f"{other}.csv"] = table.bytes()
    return name, other


@mutation(HARMLESS)
def nested(random, draft):
    name, _ = table_of(random, draft)
    draft.files[f"m5/datasets/tabulations/sdtm/{name}.csv"] = draft.take(name).bytes()
    return name, "folder"


@mutation(HARMLESS)
def zipped(random, draft):
    name, _ = table_of(random, draft)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(random.choice((f"{name}.csv", f"data/{name}.csv")), draft.take(name).bytes())
    draft.files[random.choice((f"{name}.zip", "delivery.zip"))] = stream.getvalue()
    return name, "zip"


@mutation(HARMLESS)
def split_with_overlap(random, draft):
    name, table = table_of(random, draft)
    if name.startswith("supp") or name == "dm" or len(table.rows) < 9:
        return None
    draft.take(name)
    third = len(table.rows) // 3
    rows = table.rows
    for ending, part in (("1", rows[: 2 * third]), ("2", rows[third:])):
        table.rows = part
        draft.files[f"{name}_{ending}.csv" if random.random() < 0.5 else f"{name}x{ending}.csv"] = table.bytes()
    return name, f"{third} rows in both"


def frame_of(table) -> pandas.DataFrame:
    frame = pandas.DataFrame(table.rows, columns=table.header)
    for column in frame:
        if column.endswith(
            ("SEQ", "STRESN", "EXDOSE", "AGE", "DOSTOT", "VISITNUM", "NRLO", "NRHI", "REPNUM", "TPTNUM")
        ):
            frame[column] = pandas.to_numeric(frame[column])
    return frame


def transport(table, name: str, version: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xpt"
        pyreadstat.write_xport(frame_of(table), str(path), table_name=name.upper(), file_format_version=version)
        return path.read_bytes()


@mutation(HARMLESS)
def as_transport_file(random, draft):
    name, table = table_of(random, draft)
    if not table.rows:
        return None
    version = random.choice((5, 8))
    draft.take(name)
    draft.files[f"{name}.xpt"] = transport(table, name, version)
    return name, f"v{version}"


@mutation(HARMLESS)
def as_parquet(random, draft):
    name, table = table_of(random, draft)
    draft.take(name)
    stream = io.BytesIO()
    frame_of(table).to_parquet(stream)
    draft.files[f"{name}.parquet"] = stream.getvalue()
    return name, ""


@mutation(HARMLESS)
def as_dataset_json(random, draft):
    name, table = table_of(random, draft)
    draft.take(name)
    frame = frame_of(table)
    numeric = {c for c in frame if pandas.api.types.is_numeric_dtype(frame[c])}
    columns = [
        {"itemOID": f"IT.{c}", "name": c, "label": c, "dataType": "double" if c in numeric else "string"} for c in frame
    ]
    rows = [[None if v != v or v == "" else v for v in row] for row in frame.astype(object).to_numpy().tolist()]
    content = {
        "datasetJSONCreationDateTime": "2007-12-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name.upper()}",
        "records": len(rows),
        "name": name.upper(),
        "label": name,
        "columns": columns,
        "rows": rows,
    }
    draft.files[f"{name}.json"] = json.dumps(content).encode()
    return name, ""


# Harmful


@mutation(HARMFUL)
def cut_in_a_line(random, draft):
    name, table = table_of(random, draft)
    content = draft.take(name).bytes()
    starts = [i for i, byte in enumerate(content[:-2]) if byte == 10]
    if len(starts) < 2:
        return None
    line = random.choice(starts[1:]) if len(starts) > 2 else starts[-1]
    end = content.find(b"\n", line + 1)
    place = random.randrange(line + 2, end if end > line + 2 else len(content))
    draft.files[f"{name}.csv"] = content[:place]
    return name, f"after {place} of {len(content)} bytes"


@mutation(HARMFUL)
def transport_cut(random, draft):
    name, table = table_of(random, draft)
    if not table.rows:
        return None
    content = transport(draft.take(name), name, 5)
    place = random.randrange(80, len(content) - 80)
    draft.files[f"{name}.xpt"] = content[:place]
    return name, f"after {place} of {len(content)} bytes"


@mutation(HARMFUL)
def transport_header_damaged(random, draft):
    name, table = table_of(random, draft)
    if not table.rows:
        return None
    columns = len(table.header)
    content = bytearray(transport(draft.take(name), name, 5))
    place = random.randrange(240, 640 + 140 * columns)
    content[place] ^= 1 << random.randrange(8)
    draft.files[f"{name}.xpt"] = bytes(content)
    return name, f"byte {place}"


@mutation(HARMFUL)
def empty_file(random, draft):
    name, table = table_of(random, draft)
    draft.take(name)
    draft.files[f"{name}.csv"] = random.choice((b"", b"\n\n", b"\xef\xbb\xbf"))
    return name, ""


@mutation(HARMFUL)
def header_alone(random, draft):
    name, table = table_of(random, draft)
    table.rows = []
    return name, ""


@mutation(HARMFUL)
def file_missing(random, draft):
    name, _ = table_of(random, draft)
    draft.take(name)
    return name, ""


@mutation(HARMFUL)
def header_line_lost(random, draft):
    name, table = table_of(random, draft)
    table.header = table.rows.pop(0)
    return name, ""


@mutation(HARMFUL)
def page_in_place_of_file(random, draft):
    name, _ = table_of(random, draft)
    draft.take(name)
    draft.files[f"{name}.csv"] = b"<!DOCTYPE html><html><body>Session expired</body></html>"
    return name, ""


@mutation(HARMFUL)
def of_a_kind_not_read(random, draft):
    name, _ = table_of(random, draft)
    draft.files[f"{name}.{random.choice(('xlsx', 'txt', 'csv.gz', 'dat', 'bak'))}"] = draft.take(name).bytes()
    return name, ""


@mutation(HARMFUL)
def delivered_twice_and_differs(random, draft):
    name, table = table_of(random, draft)
    if name == "dm" or len(table.rows) < 3:
        return None
    kept = table.rows
    table.rows = [list(row) for row in kept]
    column = random.choice([c for c in table.header if c not in ("STUDYID", "DOMAIN", "USUBJID", "RDOMAIN")])
    if not table.change(column, lambda text: f"{text}1" if text else text):
        return None
    draft.files[f"old/{name}.csv"] = table.bytes()
    table.rows = kept
    return name, column


@mutation(HARMFUL)
def line_with_stray_quote(random, draft):
    name, table = table_of(random, draft)
    lines = draft.take(name).text().split("\n")
    n = random.randrange(1, len(lines) - 1)
    fields = next(csv.reader([lines[n]]))
    fields[random.randrange(3, len(fields))] = '"5 mm'
    lines[n] = ",".join(fields)
    draft.files[f"{name}.csv"] = "\n".join(lines).encode()
    return name, f"line {n + 1}"
