"""Values in another spelling, in doubt, or damaged."""

from __future__ import annotations

from datetime import date, datetime

from mutations.draft import HARMFUL, HARMLESS, STUDY, mutation
from mutations.headers import drawn

DATES = (
    "dm.RFSTDTC dm.DTHDTC dm.RFICDTC ex.EXSTDTC ex.EXENDTC ae.AESTDTC ae.AEENDTC ds.DSSTDTC lb.LBDTC cv.CVDTC eg.EGDTC "
    "rs.RSDTC cm.CMSTDTC pr.PRSTDTC pc.PCDTC sv.SVSTDTC vs.VSDTC dv.DVSTDTC mh.MHSTDTC"
).split()
NUMBERS = "ex.EXDOSE dm.AGE lb.LBSTRESN cv.CVSTRESN eg.EGSTRESN pc.PCSTRESN vs.VSSTRESN cm.CMDOSTOT lb.LBSTNRHI".split()
CODES = (
    "ae.AEOUT ae.AEREL ae.AEACN ae.AESER ae.AETOXGR ae.AESDTH ds.DSDECOD ds.DSCAT ds.EPOCH rs.RSSTRESC rs.RSTESTCD "
    "rs.RSEVAL cv.CVTESTCD cv.CVMETHOD eg.EGTESTCD lb.LBTESTCD lb.LBSTRESU eg.EGSTRESU cv.CVSTRESU ex.EXDOSU "
    "ex.EXDOSFRQ ex.EXTRT mh.MHCAT mh.MHDECOD pr.PRDECOD cm.CMCAT cm.CMDECOD cm.CMDOSU dm.ARMCD dm.ACTARMCD dm.SEX "
    "dm.ARMNRS suppae.QNAM suppae.RDOMAIN suppae.IDVAR suppdm.QNAM suppdm.QVAL pc.PCTESTCD pc.PCTPT pc.PCSTRESU "
    "vs.VSTESTCD vs.VSSTRESU sv.VISIT"
).split()
"""Variables whose values are known words: a letter changed in one makes it no word that is known."""


def one_of(random, draft, names: list[str]):
    name, column = random.choice(names).split(".")
    return name, column, draft.tables[name]


def each(random, draft, names, other, words=""):
    """Every value of one variable that is there, written otherwise."""
    name, column, table = one_of(random, draft, names)
    changed = table.change(column, lambda text: other(text) if text else text)
    return (name, f"{column} {words}") if changed else None


def some(random, draft, names, other, words="", most=3):
    """One to three values of one variable, changed."""
    name, column, table = one_of(random, draft, names)
    filled = [n for n, text in enumerate(table.column(column)) if text]
    if not filled:
        return None
    chosen = set(random.sample(filled, min(len(filled), random.randint(1, most))))
    changed = table.change(column, other, chosen.__contains__)
    return (name, f"{column} of rows {sorted(n + 1 for n in chosen)} {words}") if changed else None


def whole(other):
    """A way of writing a whole date, with its time written beside it; partial dates stay."""

    def write(text: str) -> str:
        if len(text) < 10:
            return text
        return other(date.fromisoformat(text[:10]), text[11:])

    return write


# Harmless


@mutation(HARMLESS)
def dates_as_sas_text(random, draft):
    return each(random, draft, DATES, whole(lambda d, t: f"{d:%d%b%Y}".upper() + (f":{t}" if t else "")))


@mutation(HARMLESS)
def dates_as_words(random, draft):
    return each(random, draft, DATES, whole(lambda d, t: f"{d.day}-{d:%b-%Y}" + (f" {t}" if t else "")))


def sas_number(d: date, t: str) -> str:
    days = (d - date(1960, 1, 1)).days
    if not t:
        return str(days)
    return str(days * 86400 + int(t[:2]) * 3600 + int(t[3:5]) * 60)


@mutation(HARMLESS)
def dates_as_sas_numbers(random, draft):
    return each(random, draft, DATES, whole(sas_number))


@mutation(HARMLESS)
def dates_with_slashes_year_first(random, draft):
    return each(random, draft, DATES, whole(lambda d, t: f"{d:%Y/%m/%d}" + (f" {t}" if t else "")))


@mutation(HARMLESS)
def dates_basic_iso(random, draft):
    return each(random, draft, DATES, whole(lambda d, t: f"{d:%Y%m%d}" + (f"T{t.replace(':', '')}" if t else "")))


@mutation(HARMLESS)
def times_with_seconds(random, draft):
    return each(random, draft, DATES, whole(lambda d, t: f"{d}" + (f"{random.choice('T ')}{t}:00.000" if t else "")))


@mutation(HARMLESS)
def numbers_written_long(random, draft):
    way = random.choice((lambda v: f"{v:.6f}", lambda v: f"{v:+.4f}", lambda v: f"{v:.9E}", lambda v: f" {v:.10g} "))
    return each(random, draft, NUMBERS, lambda text: way(float(text)))


@mutation(HARMLESS)
def missing_in_words(random, draft):
    name, column = drawn(random, draft)
    word = random.choice(("nan", "NaN", "NA", ".", "NULL", "null", "N/A", "<NA>", " ", "#N/A"))
    return (name, f"{column} {word!r}") if draft.tables[name].change(column, lambda text: text or word) else None


@mutation(HARMLESS)
def missing_in_words_everywhere(random, draft):
    word = random.choice(("nan", "NA", ".", "NULL"))
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    table.rows = [[text or word for text in row] for row in table.rows]
    return name, word


@mutation(HARMLESS)
def grades_in_words(random, draft):
    roman = dict(zip("12345", "I II III IV V".split(), strict=True))
    words = dict(zip("12345", "Mild Moderate Severe Life-threatening Death".split(), strict=True))
    way = random.choice(
        (
            lambda g: f"Grade {g}",
            lambda g: f"G{g}",
            lambda g: f"GRADE {roman[g]}",
            lambda g: f"{g} - {words[g]}",
            lambda g: f"{g}.0",
            lambda g: f"CTCAE Grade {g}",
            lambda g: f"{g} ({words[g].lower()})",
            lambda g: f"grade{g}",
        )
    )
    return each(random, draft, ["ae.AETOXGR"], way, way("3"))


@mutation(HARMLESS)
def yes_and_no(random, draft):
    yes, no = random.choice((("Yes", "No"), ("1", "0"), ("true", "false"), ("y", "n"), ("T", "F"), ("TRUE", "FALSE")))
    names = "ae.AESER ae.AESDTH ae.AESLIFE ae.AESHOSP dm.DTHFL cv.CVBLFL lb.LBBLFL eg.EGBLFL".split()
    return each(random, draft, names, {"Y": yes, "N": no}.__getitem__, yes)


@mutation(HARMLESS)
def verdicts_yes_and_no(random, draft):
    yes, no = random.choice((("Yes", "No"), ("1", "0"), ("true", "false"), ("y", "n")))
    return each(random, draft, ["suppae.QVAL"], lambda text: {"Y": yes, "N": no}.get(text, text), yes)


@mutation(HARMLESS)
def relatedness_in_words(random, draft):
    yes, no = random.choice((("Related", "Not related"), ("Y", "N"), ("PROBABLY RELATED", "UNRELATED"), ("Yes", "No")))
    return each(random, draft, ["ae.AEREL"], {"RELATED": yes, "NOT RELATED": no}.__getitem__, yes)


@mutation(HARMLESS)
def frequency_in_words(random, draft):
    return each(random, draft, ["ex.EXDOSFRQ"], lambda text: random.choice(("Single dose", "once", "1x", "One time")))


@mutation(HARMLESS)
def codes_in_lower_case(random, draft):
    return each(random, draft, CODES, str.lower)


@mutation(HARMLESS)
def codes_capitalised(random, draft):
    return each(random, draft, CODES, str.capitalize)


@mutation(HARMLESS)
def values_with_blanks(random, draft):
    name, column = drawn(random, draft)
    way = random.choice((lambda t: f"{t} ", lambda t: f"  {t}", lambda t: f"{t}\t", lambda t: f"{t}\xa0"))
    changed = draft.tables[name].change(column, lambda text: way(text) if text else text)
    return (name, f"{column} {way('x')!r}") if changed else None


@mutation(HARMLESS)
def numbers_of_records_with_point(random, draft):
    name = random.choice("ae ex lb cv eg rs ds cm pc vs mh".split())
    draft.tables[name].change(f"{name.upper()}SEQ", lambda text: f"{text}.0")
    return name, "SEQ"


@mutation(HARMLESS)
def supplemental_keys_written_otherwise(random, draft):
    way = random.choice((lambda t: f"{t}.0", lambda t: f" {t} ", lambda t: f"{int(t):03d}", lambda t: f"{int(t):8d}"))
    return each(random, draft, ["suppae.IDVARVAL"], way, way("3"))


@mutation(HARMLESS)
def sites_with_point(random, draft):
    return each(random, draft, ["dm.SITEID"], lambda text: f"{text}.0")


@mutation(HARMLESS)
def units_written_otherwise(random, draft):
    ways = {
        "mg/m2": ("mg/m^2", "mg/m²", "MG/M2", "mg/m**2", "mg per m2"),
        "10^9/L": ("10*9/L", "x10^9/L", "10E9/L", "G/L", "10^9/l"),
        "msec": ("ms", "MSEC", "millisecond"),
        "umol/L": ("µmol/L", "μmol/L", "UMOL/L"),
        "%": ("PERCENT", "percent"),
        "ng/L": ("NG/L", "pg/mL"),
    }
    name, column, table = one_of(random, draft, ["ex.EXDOSU", "cm.CMDOSU", "lb.LBSTRESU", "eg.EGSTRESU", "cv.CVSTRESU"])
    unit = random.choice([unit for unit in ways if unit in table.column(column)])
    other = random.choice(ways[unit])
    table.change(column, lambda text: other if text == unit else text)
    return name, f"{column} {unit} → {other}"


@mutation(HARMLESS)
def domain_written_otherwise(random, draft):
    name, _ = drawn(random, draft)
    if name.startswith("supp"):
        return None
    draft.tables[name].change("DOMAIN", random.choice((str.lower, lambda text: f"{text} ", lambda text: "")))
    return name, "DOMAIN"


# Harmful


@mutation(HARMFUL)
def dates_day_first(random, draft):
    way = random.choice(("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%y"))
    return each(random, draft, DATES, whole(lambda d, t: d.strftime(way) + (f" {t}" if t else "")), way)


@mutation(HARMFUL)
def some_dates_day_first(random, draft):
    return some(random, draft, DATES, whole(lambda d, t: f"{d:%d/%m/%Y}"))


@mutation(HARMFUL)
def dates_impossible(random, draft):
    way = random.choice(
        (
            lambda t: f"{t[:5]}13{t[7:]}" if len(t) > 6 else "2007-13",
            lambda t: f"{t[:7]}-32{t[10:]}",
            lambda t: "2007-02-30",
            lambda t: "unknown",
            lambda t: "0000-00-00",
            lambda t: "9999-12-31",
        )
    )
    return some(random, draft, DATES, way, way("2007-03-05"))


@mutation(HARMFUL)
def dates_missing(random, draft):
    return some(random, draft, [d for d in DATES if d[:2] in "ex ae ds lb cv eg rs sv pr"], lambda text: "")


@mutation(HARMFUL)
def years_mistyped(random, draft):
    year = random.choice(("1907", "2017", "2070", "0207", "1960"))
    return some(
        random, draft, [d for d in DATES if d[:2] in "ex ae ds lb cv eg rs sv"], lambda t: f"{year}{t[4:]}", year
    )


@mutation(HARMFUL)
def some_times_with_offset(random, draft):
    def shift(text: str) -> str:
        return f"{text}:00+09:00" if len(text) > 10 else text

    return some(random, draft, ["ex.EXSTDTC", "eg.EGDTC", "pc.PCDTC", "ex.EXENDTC"], shift)


@mutation(HARMFUL)
def decimal_commas(random, draft):
    return each(random, draft, NUMBERS, lambda text: f"{float(text):.1f}".replace(".", ","))


@mutation(HARMFUL)
def numbers_with_unit(random, draft):
    unit = random.choice((" mg/m2", " %", " ms", "*", " (H)", "?"))
    return some(random, draft, NUMBERS, lambda text: f"{text}{unit}", unit)


@mutation(HARMFUL)
def numbers_impossible(random, draft):
    word = random.choice(("1e400", "inf", "-inf", "1_30", "0x1F", "1,300", "--5", "ten", "O", "1.2.3"))
    return some(random, draft, NUMBERS, lambda text: word, word)


@mutation(HARMFUL)
def numbers_with_code_for_missing(random, draft):
    word = random.choice(("-99", "-9", "9999", "-999"))
    return some(random, draft, "dm.AGE ex.EXDOSE cv.CVSTRESN eg.EGSTRESN lb.LBSTRESN".split(), lambda text: word, word)


@mutation(HARMFUL)
def grades_unclear(random, draft):
    word = random.choice(("Severe", "3-4", "?", "6", "0", "ND", "UNK", ">=3", "2.5", "grade x"))
    return some(random, draft, ["ae.AETOXGR"], lambda text: word, word)


@mutation(HARMFUL)
def answers_unclear(random, draft):
    word = random.choice(("?", "U", "UNKNOWN", "2", "X", "MAYBE"))
    names = "ae.AESER ae.AESDTH dm.DTHFL suppae.QVAL ae.AEREL".split()
    return some(random, draft, names, lambda text: word, word)


@mutation(HARMFUL)
def frequency_unknown(random, draft):
    return some(random, draft, ["ex.EXDOSFRQ"], lambda text: random.choice(("SEE NOTES", "QW3", "PRN", "BID")))


def flipped(random, text: str) -> str:
    """The text with one bit of one letter changed, which stays a letter or a sign."""
    place = random.randrange(len(text))
    others = [chr(ord(text[place]) ^ bit) for bit in (1, 2, 4, 8, 16)]
    readable = [c for c in others if c.isprintable() and c not in '",' and c.upper() != text[place].upper()]
    return text[:place] + random.choice(readable) + text[place + 1 :]


@mutation(HARMFUL)
def bit_flipped_in_code(random, draft):
    return some(random, draft, CODES, lambda text: flipped(random, text), most=1)


@mutation(HARMFUL)
def bit_flipped_in_codes(random, draft):
    """The same bit in every record of one value, as a wrong code list would do."""
    name, column, table = one_of(random, draft, CODES)
    values = sorted({text for text in table.column(column) if text})
    if not values:
        return None
    value = random.choice(values)
    other = flipped(random, value)
    table.change(column, lambda text: other if text == value else text)
    return name, f"{column} {value} → {other}"


@mutation(HARMFUL)
def codes_missing(random, draft):
    return some(random, draft, [c for c in CODES if c not in ("dm.ARMNRS",)], lambda text: "")


@mutation(HARMFUL)
def subject_zeros_lost(random, draft):
    name, _ = drawn(random, draft)
    draft.tables[name].change("USUBJID", lambda text: f"{text[:-3]}{int(text[-3:])}")
    return name, "USUBJID"


@mutation(HARMFUL)
def subject_prefix_lost(random, draft):
    name, _ = drawn(random, draft)
    draft.tables[name].change("USUBJID", lambda text: text.removeprefix(STUDY))
    return name, "USUBJID"


@mutation(HARMFUL)
def subject_mistyped(random, draft):
    name, _ = drawn(random, draft)
    return some(random, draft, [f"{name}.USUBJID"], lambda text: text[:-1] + random.choice("X9 -"))


@mutation(HARMFUL)
def subject_missing(random, draft):
    name, _ = drawn(random, draft)
    return some(random, draft, [f"{name}.USUBJID"], lambda text: "")


@mutation(HARMFUL)
def sites_mistyped(random, draft):
    return some(random, draft, ["dm.SITEID"], lambda text: random.choice(("", "1O1", "999", "Site 101")), most=2)


@mutation(HARMFUL)
def supplemental_by_another_variable(random, draft):
    way = random.choice(("AESPID", "AEGRPID", "AELNKID", "", "AESEQ1"))
    return each(random, draft, ["suppae.IDVAR"], lambda text: way, way)


@mutation(HARMFUL)
def supplemental_keys_lost(random, draft):
    word = random.choice(("", "999", "x"))
    return some(random, draft, ["suppae.IDVARVAL"], lambda text: word, word)


@mutation(HARMFUL)
def moments_after_cut(random, draft):
    later = f"{datetime(2008, 1, 1):%Y-%m-%d}"
    return some(
        random, draft, [d for d in DATES if d[:2] in "ex ae ds lb cv eg rs sv pr"], lambda t: f"{later}{t[10:]}"
    )
