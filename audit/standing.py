"""What the entries of a record say that still holds: findings acknowledged, when each member last came, and what was
told last of the list of members and of withdrawn data cuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from audit.verify import verify

ACKNOWLEDGED = "findings acknowledged"
LISTED, GONE = "list changed", "withdrawal gone"
MARKS = frozenset({"cut withdrawn", "cut restored"})
"""What became of the list of members and of data cuts beside the server."""
COMING = frozenset({"sign-in", "page", "subject", "export", ACKNOWLEDGED})
"""What a member does who is there; what was refused is told of by somebody who may be another."""


@dataclass(frozen=True)
class Acknowledged:
    """By whom a finding was acknowledged, and when (UTC, as the record has it)."""

    who: str
    time: str


@dataclass
class Standing:
    """acknowledged: data cut (as entries name it, with its SHA-256) and finding → by whom first. came: member → time.

    listed: member → what was told last of them. marked: (action, cut, when) of each withdrawal that was told.
    problems: why the record is not whole. Then nothing in it counts as acknowledged, now and in entries to come, and
    nothing of the list and the withdrawals as told.
    """

    acknowledged: dict[tuple[str, str], Acknowledged] = field(default_factory=dict)
    came: dict[str, str] = field(default_factory=dict)
    listed: dict[str, dict] = field(default_factory=dict)
    marked: set[tuple[str, str, str]] = field(default_factory=set)
    problems: tuple[str, ...] = ()

    def take(self, facts: dict) -> None:
        """Add what an entry says, which is on disk; entries come in their order."""
        action, who, time = (str(facts.get(name, "")) for name in ("action", "who", "time"))
        if who and action in COMING:
            self.came[who] = time
        findings = facts.get("findings")
        if action == ACKNOWLEDGED and isinstance(findings, list) and not self.problems:
            for finding in findings:
                self.acknowledged.setdefault((str(facts.get("cut", "")), str(finding)), Acknowledged(who, time))
        if action == LISTED:
            self._take_member(str(facts.get("member", "")), facts.get("now"))
        if action in MARKS or action == GONE:
            self._take_mark(action, facts)

    def _take_member(self, name: str, now: object) -> None:
        if isinstance(now, dict):
            self.listed[name] = now
        else:
            self.listed.pop(name, None)

    def _take_mark(self, action: str, facts: dict) -> None:
        marked, cut, when = (str(facts.get(name, "")) for name in ("was", "cut", "when"))
        if action == GONE:
            self.marked.discard((marked, cut, when))
        else:
            self.marked.add((action, cut, when))


def read_standing(path: Path) -> Standing:
    """What a record says, read from its beginning. OSError where it cannot be read."""
    standing = Standing()
    problems = verify(path, seen=standing.take).problems
    return Standing(came=standing.came, problems=problems) if problems else standing
