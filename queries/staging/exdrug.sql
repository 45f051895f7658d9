-- Question: of which drug is each exposure record: the trial's own, another, or is it in doubt?
-- Grain: one EX record.
-- Reads: source.ex, trial.drug_name
-- Kept: no
-- DRUGCD: STUDY (the text begins with a name of the trial's drug, or with a word that means it and holds but a dose, a
-- unit or a form after it; or speaks of placebo), LIKELY (a name misspelt by a letter or two, elsewhere in the text, or
-- beside something else, as a word that means the drug may be), UNSTATED (no drug is named, and EX names no other),
-- OTHER. The name of a known other drug (KNOWNFL 'Y') is no misspelling. No drug named beside others is LIKELY too: it
-- may be one of them. A trial that names no drug counts every record as STUDY. Names are compared by their letters and
-- digits alone.
-- GIVENFL 'N': the record says that nothing was given (EXOCCUR, or a dose of 0 that is no placebo); 'Y': given, also
-- where the dose is missing. Every reader of EX asks this.
with text as (
    select distinct
        EXTRT, regexp_replace(lower(EXTRT), '[^a-z0-9]+', '', 'g') as LETTERS,
        list_filter(string_split_regex(lower(EXTRT), '[^a-z0-9]+'), lambda w: w <> '') as WORDS
    from source.ex
),
-- what one to four words that follow each other spell together, and which word is the first of them
part as (
    select EXTRT, LETTERS, FIRST, array_to_string(WORDS[FIRST:FIRST + MORE], '') as PART,
        array_to_string(WORDS[FIRST + MORE + 1:], ' ') as REST
    from (
        select *, unnest(range(1, len(WORDS) + 1)) as FIRST
        from text
    )
    cross join (values (0), (1), (2), (3)) as many(MORE)
    where FIRST + MORE <= len(WORDS)
),
likeness as (
    select
        p.EXTRT,
        bool_or(n.KIND = 'WORD' and p.FIRST = 1 and regexp_full_match(p.PART, n.NAME || '([0-9][a-z0-9]*)?')
            and regexp_full_match(p.REST, '(([0-9][a-z0-9]*|mg|mcg|ug|g|kg|m|m2|ml|iu|units?|per|day|d|dose|level|'
                || 'course|cycle|iv|i|v|intravenous|infusion|injection|for|solution|concentrate|powder|vials?|bags?|'
                || 'capsules?|tablets?)( |$))*')) as ISWORD,
        bool_or(n.KIND = 'WORD' and p.FIRST = 1 and p.PART = n.NAME and length(n.NAME) >= 8) as ISWORDY,
        bool_or(p.KNOWN is not null) as ISKNOWN,
        bool_or(n.KIND = 'NAME' and p.FIRST = 1
            and (p.PART = n.NAME or regexp_matches(p.PART, '^' || n.NAME || '([0-9]|mg)') and n.NAME ~ '.*[a-z]'))
            as BEGINS,
        bool_or(n.KIND = 'NAME' and (contains(p.LETTERS, n.NAME)
            or (p.KNOWN is null and damerau_levenshtein(p.PART, n.NAME)
                <= case when length(n.NAME) >= 10 then 2 when length(n.NAME) >= 5 then 1 else 0 end))) as ISNEAR
    from (
        select part.*, o.NAME as KNOWN
        from part
        left join trial.drug_name as o on o.KIND = 'OTHER' and o.NAME = part.PART
    ) as p
    cross join trial.drug_name as n
    group by p.EXTRT
),
named as (
    select
        t.EXTRT, t.LETTERS = '' or t.EXTRT is null as BLANK,
        case
            when (select count(*) from trial.drug_name) = 0 or contains(t.LETTERS, 'placebo') or k.ISWORD then 'STUDY'
            when k.BEGINS and not regexp_matches(lower(t.EXTRT),
                '[+&;]|\b(and|with|plus|not|no|without|pre-?med|premedication|diluent|vehicle)\b') then 'STUDY'
            when k.BEGINS or k.ISNEAR or k.ISWORDY then 'LIKELY'
            when not BLANK then 'OTHER'
        end as NAMEDCD,
        k.ISKNOWN
    from text as t
    left join likeness as k on k.EXTRT = t.EXTRT
)
select
    ex.*,
    coalesce(n.NAMEDCD,
        case when (select count(*) from named where NAMEDCD = 'OTHER') > 0 then 'LIKELY' else 'UNSTATED' end) as DRUGCD,
    case when n.NAMEDCD = 'OTHER' and n.ISKNOWN then 'Y' end as KNOWNFL,
    case
        when regexp_matches(upper(trim(ex.EXOCCUR)), '^N(O|OT (DONE|GIVEN|ADMIN|TAKEN|INFUSED|DOSED).*)?$') then 'N'
        when ex.EXDOSE <= 0 and not contains(upper(coalesce(ex.EXTRT, '')), 'PLACEBO') then 'N'
        else 'Y'
    end as GIVENFL
from source.ex as ex
left join named as n on ex.EXTRT is not distinct from n.EXTRT
