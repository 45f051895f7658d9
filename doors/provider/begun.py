"""A sign-in on its way to the service and back, and what can become of it."""

from __future__ import annotations

from dataclasses import dataclass


class ServiceError(Exception):
    """Why the service cannot be used at present, in a sentence for whoever signs in."""


class UnprovenError(Exception):
    """Why it is not proved who signs in, in a few words for the record."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that a browser began: what the service must bring back (state, nonce), what proves to it that the same
    asks (verifier), where it leads back to, and when it began (s, UTC)."""

    state: str
    nonce: str
    verifier: str
    back: str
    at: float
