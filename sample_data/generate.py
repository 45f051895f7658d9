"""Writes the sample trial: `python -m sample_data.generate [FOLDER]`. Synthetic data: nothing in it is real."""
from __future__ import annotations

import sys
from pathlib import Path

from .generator import cuts, story, write

HERE = Path(__file__).parent


def main(folder: Path = HERE) -> None:
    """Write every domain of every cut under `folder`/cuts/<date>."""
    told = story.read()
    everything = {subject.subject: cuts.truth(told, subject) for subject in told.subjects}
    for cut in story.CUTS:
        target = folder / "cuts" / cut.isoformat()
        target.mkdir(parents=True, exist_ok=True)
        for name, rows in cuts.delivered(told, everything, cut).items():
            write.write(name, rows, target, cut)
        print(f"{cut}: {sum(file.stat().st_size for file in target.glob('*.xpt')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
