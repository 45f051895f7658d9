"""What is published of the drug in adults, beside the subjects of the trial: another population."""

ADULTS = (
    "Adults, another population: in solid tumours Cmax was linear in dose from 24 to 240 mg/m² over 1 to 2 hours, "
    "clearance about constant and the decline two-exponential (Booser et al., Cancer Chemother Pharmacol 2000;46:427). "
    "The abstracts of that report and of the one in ALL (Wetzler et al., Clin Lymphoma Myeloma Leuk 2013;13:430) give "
    "no clearance and no half-life, so none is shown beside these."
)
"""From the two abstracts; figures are added when a source of them is at hand."""
