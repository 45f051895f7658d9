"""Who the subjects are: demography, cohort, disposition, history, earlier treatment, transplants."""

from __future__ import annotations

from datetime import date, timedelta

from .dates import day_of, parse
from .exposure import ex
from .story import Story, Subject, number

INVESTIGATORS = {
    "101": "ALVAREZ",
    "102": "BECKER",
    "103": "CHANDLER",
    "104": "DAVIES",
    "105": "ESPINOZA",
    "106": "FELDMAN",
    "107": "GRANT",
    "108": "HOLT",
    "109": "IRVING",
    "110": "JENSEN",
}
DISEASE_TERMS = {"ALL": "Acute lymphocytic leukaemia", "AML": "Acute myeloid leukaemia"}


def dm(story: Story, subject: Subject, cut: date) -> dict:
    """One row of DM as known at a cut."""
    treated = subject.treated and subject.first <= cut
    assigned = bool(subject.enrolled) and parse(subject.enrolled) <= cut
    doses = [row for row in ex(story, subject) if row["_known"] <= cut and row["EXDOSE"] > 0] if treated else []
    arm = (f"A{subject.dose}", f"L-Annamycin {subject.dose} mg/m2/day") if assigned else ("", "")
    died = subject.treated and subject.death is not None and subject.death <= cut
    ended = subject.treated and subject.off_study is not None and subject.off_study <= cut
    return {
        "SUBJID": subject.subject,
        "RFSTDTC": doses[0]["EXSTDTC"][:10] if doses else "",
        "RFENDTC": doses[-1]["EXENDTC"][:10] if doses else "",
        "RFXSTDTC": doses[0]["EXSTDTC"] if doses else "",
        "RFXENDTC": doses[-1]["EXENDTC"] if doses else "",
        "RFICDTC": subject.consent,
        "RFPENDTC": subject.off_study.isoformat() if ended else "",
        "DTHDTC": subject.death.isoformat() if died else "",
        "DTHFL": "Y" if died else "",
        "SITEID": subject.site,
        "INVNAM": INVESTIGATORS[subject.site],
        "AGE": float(subject.age),
        "AGEU": "YEARS",
        "SEX": subject.sex,
        "RACE": subject.race,
        "ETHNIC": subject.ethnic,
        "ARMCD": arm[0],
        "ARM": arm[1],
        "ACTARMCD": arm[0] if treated else "",
        "ACTARM": arm[1] if treated else "",
        "ARMNRS": "" if treated else _why_no_arm(subject, assigned, cut),
        "COUNTRY": "CAN" if subject.site == "109" else "USA",
        "DMDTC": subject.consent,
        "DMDY": day_of(parse(subject.consent), subject.first) if treated else None,
    }


def _why_no_arm(subject: Subject, assigned: bool, cut: date) -> str:
    if assigned:
        return "ASSIGNED, NOT TREATED"
    failed = screen_failure(subject)
    return "SCREEN FAILURE" if failed and failed <= cut else "NOT ASSIGNED"


SCREEN_FAILURES = {
    "103-002": (date(2007, 4, 27), "LVEF below 50 %"),
    "107-002": (date(2007, 9, 6), "Bilirubin above 2 times the upper limit"),
}


def screen_failure(subject: Subject) -> date | None:
    return SCREEN_FAILURES[subject.subject][0] if subject.subject in SCREEN_FAILURES else None


def suppdm(subject: Subject) -> list[dict]:
    if not subject.cohort:
        return []
    return [
        {
            "RDOMAIN": "DM",
            "IDVAR": "",
            "IDVARVAL": "",
            "QNAM": "COHORT",
            "QLABEL": "Cohort",
            "QVAL": subject.cohort,
            "QORIG": "CRF",
            "QEVAL": "",
            "_known": parse(subject.enrolled),
        }
    ]


def ds(subject: Subject) -> list[dict]:
    rows = [
        _disposition(
            subject,
            "Informed consent obtained",
            "INFORMED CONSENT OBTAINED",
            "PROTOCOL MILESTONE",
            "SCREENING",
            parse(subject.consent),
        )
    ]
    if subject.enrolled:
        rows.append(
            _disposition(subject, "Enrolled", "ENROLLED", "PROTOCOL MILESTONE", "SCREENING", parse(subject.enrolled))
        )
    if screen_failure(subject):
        when, why = SCREEN_FAILURES[subject.subject]
        rows.append(_disposition(subject, why, "SCREEN FAILURE", "DISPOSITION EVENT", "SCREENING", when))
    return rows + [
        _disposition(
            subject, row["term"], row["decod"], "DISPOSITION EVENT", row["epoch"], subject.date(int(row["day"]))
        )
        for row in subject.endings
    ]


def _disposition(subject: Subject, term: str, code: str, category: str, epoch: str, when: date) -> dict:
    return {
        "DSTERM": term,
        "DSDECOD": code,
        "DSCAT": category,
        "EPOCH": epoch,
        "DSSTDTC": when.isoformat(),
        "DSSTDY": day_of(when, subject.first),
        "_known": when,
    }


def mh(subject: Subject) -> list[dict]:
    consent = parse(subject.consent)
    rows = [
        (
            "PRIMARY DIAGNOSIS",
            f"{DISEASE_TERMS[subject.disease]}, {subject.status}",
            DISEASE_TERMS[subject.disease],
            "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
            subject.diagnosed,
        )
    ]
    chance = subject.random("history")
    for term, system in (
        ("Asthma", "Respiratory, thoracic and mediastinal disorders"),
        ("Seasonal allergy", "Immune system disorders"),
        ("Device related infection", "Infections and infestations"),
        ("Pneumonia fungal", "Infections and infestations"),
    ):
        if chance.random() < 0.22:
            rows.append(("GENERAL", term, term, system, chance.choice(("2005", "2006-02", "2006", "", "2004-10"))))
    return [
        {
            "MHTERM": term,
            "MHDECOD": decod,
            "MHCAT": category,
            "MHBODSYS": system,
            "MHSTDTC": start,
            "MHDTC": subject.consent,
            "_known": consent,
        }
        for category, term, decod, system, start in rows
    ]


def cm(story: Story, subject: Subject) -> list[dict]:
    consent = parse(subject.consent)
    rows = [
        _medicine(row["drug"], "PRIOR ANTHRACYCLINE", number(row["dose"]), "mg/m2", row["from"], row["to"], consent)
        for row in story.of("prior_anthracyclines", subject)
    ]
    if subject.treated:
        for name, chance_of in (
            ("ALLOPURINOL", 0.8),
            ("ONDANSETRON", 0.9),
            ("VORICONAZOLE", 0.5),
            ("CEFEPIME", 0.5),
            ("FILGRASTIM", 0.25),
        ):
            chance = subject.random(f"medicine {name}")
            start = subject.first + timedelta(days=chance.choice((-1, 0, 0, 8)))
            if chance.random() < chance_of and start <= subject.observed_until:
                row = _medicine(name, "CONCOMITANT", None, "", start.isoformat(), "", start)
                rows.append(
                    row | {"_end": min(start + timedelta(days=chance.randrange(4, 30)), subject.observed_until)}
                )
    return rows


def _medicine(name, category, dose, unit, start, end, known) -> dict:
    return {
        "CMTRT": name,
        "CMDECOD": name,
        "CMCAT": category,
        "CMDOSE": dose,
        "CMDOSTOT": dose,
        "CMDOSU": unit,
        "CMROUTE": "INTRAVENOUS" if category == "PRIOR ANTHRACYCLINE" else "",
        "CMSTDTC": start,
        "CMENDTC": end,
        "_known": known,
    }


def pr(subject: Subject) -> list[dict]:
    told = [(subject.prior_transplant, parse(subject.consent), "PRIOR")] if subject.prior_transplant else []
    if subject.treated and subject.transplant_day:
        when = subject.date(subject.transplant_day)
        told.append((when.isoformat(), when, "ON STUDY"))
    return [
        {
            "PRTRT": "Allogeneic stem cell transplant",
            "PRDECOD": "ALLOGENEIC STEM CELL TRANSPLANT",
            "PRCAT": category,
            "PRSTDTC": text,
            "PRSTDY": day_of(parse(text), subject.first),
            "_known": known,
        }
        for text, known, category in told
    ]
