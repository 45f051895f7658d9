"""The protocol as data: `trial.toml` becomes a Trial. Knows neither data nor screen."""

from trial.check import TrialError
from trial.definition import Trial
from trial.dose import DoseLevel

__all__ = ["DoseLevel", "Trial", "TrialError"]
