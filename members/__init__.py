"""Who may sign in, as what, and until when; and who is signed in. It knows nothing of the data and of the screen."""

from members.door import Door, SignedIn
from members.proof import UNREADABLE, Account, MembersError
from members.roles import ACKNOWLEDGING, ROLES, audiences_of
from members.store import Member, Members

__all__ = [
    "ACKNOWLEDGING",
    "ROLES",
    "UNREADABLE",
    "Account",
    "Door",
    "Member",
    "Members",
    "MembersError",
    "SignedIn",
    "audiences_of",
]
