"""The record of who saw what: append-only, each entry bound to the one before it. It knows nothing of the data."""

from audit.record import Record, RecordError
from audit.standing import ACKNOWLEDGED, GONE, LISTED, Acknowledged, Standing
from audit.verify import Verified, verify

__all__ = ["ACKNOWLEDGED", "GONE", "LISTED", "Acknowledged", "Record", "RecordError", "Standing", "Verified", "verify"]
