"""What a member is for the trial, and which sessions that role sees."""

from __future__ import annotations

ROLES: dict[str, frozenset[str]] = {
    "open member": frozenset({"open"}),
    "closed member": frozenset({"open", "closed"}),
    "statistician": frozenset({"open", "closed"}),
    "data manager": frozenset({"open", "closed"}),
    "administrator": frozenset(),
}
"""Role → the audiences to which it belongs. An open member is of the sponsor; an administrator sees no data."""
ADMINISTRATOR = "administrator"
ACKNOWLEDGING = frozenset({"statistician", "data manager"})
"""Roles that acknowledge what was found in a data cut before the others see it."""


def audiences_of(role: str) -> frozenset[str]:
    """The audiences of a role; none of a role that is not known."""
    return ROLES.get(role, frozenset())
