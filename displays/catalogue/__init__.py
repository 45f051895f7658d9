"""What is shown where: every page of the dashboard, its sections and their displays, and who may see them.

The one list of pages, each in a file of its own. Router, pages, tests and the README's table read it; a new display is
one line in the file of its page.
"""

from __future__ import annotations

from displays.catalogue.adverse_events import ADVERSE_EVENTS
from displays.catalogue.conduct import CONDUCT
from displays.catalogue.data import DATA
from displays.catalogue.dose import DOSE
from displays.catalogue.heart import HEART
from displays.catalogue.laboratory import LABORATORY
from displays.catalogue.methods import METHODS
from displays.catalogue.pack import PACK
from displays.catalogue.pharmacokinetics import PHARMACOKINETICS
from displays.catalogue.remission import REMISSION
from displays.catalogue.subjects import SUBJECTS
from displays.catalogue.summary import SUMMARY

PAGES = (
    SUMMARY,
    DOSE,
    ADVERSE_EVENTS,
    HEART,
    LABORATORY,
    REMISSION,
    PHARMACOKINETICS,
    SUBJECTS,
    PACK,
    CONDUCT,
    DATA,
    METHODS,
)
"""Every page, in the order of the navigation; the first is where a reader starts."""
