"""What a trial's definition leaves to the dashboard's defaults, in words."""

from __future__ import annotations

from trial import Trial


def defaults_in_words(trial: Trial) -> str:
    """One sentence with every setting that the trial does not state and its value; empty where it states all."""
    settings = [f"{about} = {_value(value)}" for about, value in trial.taken_from_defaults.items()]
    if not settings:
        return ""
    whose = "Settings that the definition leaves" if trial.defined else "Without a definition all settings are left"
    return f" {whose} to the dashboard's defaults: {'; '.join(settings)}."


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return (f"{value:g}" if isinstance(value, float) else str(value)) or "none"
