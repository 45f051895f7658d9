"""Writes the sample trial: `python -m sample_data.generate [FOLDER]`. Synthetic data: nothing in it is real."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .generator import answers, cuts, readme, story, write

HERE = Path(__file__).parent


def main(folder: Path = HERE) -> None:
    """Write every domain of every cut under `folder`/cuts/<date>, and the known answers beside them."""
    told = story.read()
    everything = {subject.subject: cuts.truth(told, subject) for subject in told.subjects}
    for cut in story.CUTS:
        size = _write_cut(told, everything, cut, folder / "cuts" / cut.isoformat())
        print(f"{cut}: {size / 1e6:.1f} MB")
    known = answers.known_answers(told)
    (folder / "known_answers.json").write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    readme.write(HERE / "README.md", folder / "README.md", known)


def _write_cut(told, everything, cut, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    delivered = cuts.delivered(told, everything, cut)
    return sum(write.write(name, rows, folder, cut).stat().st_size for name, rows in delivered.items())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
