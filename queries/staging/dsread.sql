-- Question: which disposition records tell of a death?
-- Grain: one record of DS, as delivered.
-- Reads: source.ds
-- Kept: no
-- DEATHFL 'Y': the decoded term or the term begins with death, died, dead, deceased or fatal, or says that something
-- led to or ended in death ("Death due to disease progression", "Adverse event leading to death"); the death of a
-- relative and a negation are none. 'U': it speaks of a death otherwise, which is a finding. DECOD: DEATH, else
-- DSDECOD.
with words as (
    select *, trim(regexp_replace(upper(concat_ws(' / ', DSDECOD, DSTERM)), '[^A-Z/]+', ' ', 'g')) as TEXT
    from source.ds
),
told as (
    select
        * exclude (TEXT),
        case
            when not regexp_matches(TEXT, '\b(DEATH|DIED|DEAD|DECEASED|FATAL)\b') then 'N'
            when upper(trim(DSDECOD)) = 'DEATH' then 'Y'
            when regexp_matches(TEXT, '\bDEATH (IN|OF) ((THE|A|ONE|HIS|HER|SUBJECT S|PATIENT S|GRAND|STEP) ?)*'
                || '(FAMILY|RELATIVE|PARENT|MOTHER|FATHER|SIBLING|BROTHER|SISTER)') then 'U'
            when regexp_matches(TEXT, '\b(NO|NOT|NEVER|WITHOUT|RISK OF|UNCONFIRMED) ([A-Z]+ )?([A-Z]+ )?'
                || '(DEATH|DIED|DEAD|DECEASED|FATAL)\b|\b(DEATH|DIED|DEAD|DECEASED) (IS |WAS )?(NOT |UN)CONFIRMED\b')
                then 'U'
            when regexp_matches(TEXT, '(^|/) *((THE )?(SUBJECT|PATIENT|CHILD|PARTICIPANT) (S )?)?((HAS|WAS|IS) )?'
                || '(DEATH|DIED|DEAD|DECEASED|FATAL)\b') then 'Y'
            when regexp_matches(TEXT, '\b(LED|LEADING|RESULTED|RESULTING|ENDED|ENDING|DUE|RELATED) (TO|IN) (SUBJECT S |'
                || 'PATIENT S |THE )?DEATH\b|\bFATAL (OUTCOME|EVENT|ADVERSE EVENT)\b') then 'Y'
            else 'U'
        end as DEATHFL
    from words
)
select *, case when DEATHFL = 'Y' then 'DEATH' else DSDECOD end as DECOD from told
