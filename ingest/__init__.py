"""Makes data cuts of delivered files: `python -m ingest SOURCE --trial trial.toml --cut 2007-11-30 --out FOLDER`."""
