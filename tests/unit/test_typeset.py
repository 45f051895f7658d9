"""A long document is typeset in a process of its own: the same bytes, and its errors are told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import typst

from export import typeset as module
from export.typeset import typeset

TEMPLATE = '#set document(title: "A title")\n#let told = json(bytes(sys.inputs.told))\n= A title\n#told.words µg/m² – ✓'
OPTIONS = {"pdf_standards": ["ua-1"], "timestamp": 1204725600}


@pytest.fixture
def template(tmp_path) -> Path:
    path = tmp_path / "template.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


@pytest.fixture
def apart(monkeypatch) -> list:
    """The commands that were run, where every document is long."""
    run, commands = subprocess.run, []
    monkeypatch.setattr(module, "LONG", 0)
    monkeypatch.setattr(subprocess, "run", lambda command, **how: (commands.append(command), run(command, **how))[1])
    return commands


def test_the_bytes_are_the_same(template, apart, monkeypatch):
    told = {"words": "Lévine, ß"}
    far = typeset(template, told, **OPTIONS)
    assert len(apart) == 1 and far.startswith(b"%PDF")
    monkeypatch.setattr(module, "LONG", 10**9)
    assert typeset(template, told, **OPTIONS) == far and len(apart) == 1


def test_what_fails_there_is_told_here(template, apart):
    template.write_text("#let x = (\n", encoding="utf-8")
    with pytest.raises(typst.TypstError, match="unclosed delimiter"):
        typeset(template, {}, **OPTIONS)
    assert apart


def test_a_process_that_was_ended_is_an_error(template, monkeypatch):
    monkeypatch.setattr(module, "LONG", 0)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **how: subprocess.CompletedProcess(command, -9, stdout=b"%PDF-", stderr=b"")
    )
    with pytest.raises(typst.TypstError, match="ended with -9; is there enough memory"):
        typeset(template, {}, **OPTIONS)


def test_what_else_goes_wrong_there_is_one_sentence_here(template, apart):
    template.unlink()
    with pytest.raises(typst.TypstError, match=r"^the process that typesets ended with 1; is there enough memory\?$"):
        typeset(template, {}, **OPTIONS)
