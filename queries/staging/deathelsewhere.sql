-- Question: which records of clinical events, findings about them, protocol deviations, hospital stays and medical
--     history tell that their subject died?
-- Grain: one record of CE, FA, DV, HO or MH, or one supplemental value of one, that tells of it.
-- Reads: source.ce, source.dv, source.fa, source.ho, source.mh, source.supp
-- Kept: no
-- By the term, where it says that the subject died and not a relative; by the outcome; by what a finding says of a
-- death, or is asked of one and does not deny it. DTL: the day by which the subject had died.
with said as (
    select 'CE' as SOURCE, USUBJID, CESTDTC as DTC, CESTDTL as DTL, concat_ws(' / ', CEDECOD, CETERM) as TERM,
        CEOUT as ANSWER, null as ASKED
    from source.ce where upper(coalesce(CEOCCUR, 'Y')) <> 'N'
    union all
    select 'HO', USUBJID, coalesce(HOENDTC, HOSTDTC), coalesce(HOENDTL, HOSTDTL), concat_ws(' / ', HODECOD, HOTERM),
        coalesce(HODISOUT, HOOUT), null
    from source.ho where upper(coalesce(HOOCCUR, 'Y')) <> 'N'
    union all
    select 'MH', USUBJID, MHSTDTC, MHSTDTL, concat_ws(' / ', MHDECOD, MHTERM), null, null
    from source.mh where upper(coalesce(MHOCCUR, 'Y')) <> 'N'
    union all
    select 'DV', USUBJID, DVSTDTC, DVSTDTL, concat_ws(' / ', DVDECOD, DVTERM), null, null from source.dv
    union all
    select 'FA', USUBJID, FADTC, FADTL, null, coalesce(FASTRESC, FAORRES), concat_ws(' / ', FATEST, FAOBJ)
    from source.fa where upper(coalesce(FASTAT, '')) <> 'NOT DONE'
    union all
    select 'SUPP' || RDOMAIN, USUBJID, null, null, null, QVAL, concat_ws(' / ', QLABEL, QNAM)
    from source.supp where RDOMAIN in ('CE', 'DV', 'FA', 'HO', 'MH')
),
plain as (
    select
        SOURCE, USUBJID, DTC, DTL, upper(trim(ANSWER)) as SAYS, upper(ASKED) as ASKS,
        trim(regexp_replace(regexp_replace(upper(TERM), '[,;.:()-]', ' / ', 'g'), '[^A-Z/]+', ' ', 'g')) as WORDS
    from said
),
words as (
    select
        *, regexp_matches(ASKS, '\b(DEATH|DIED|DEAD|DECEASED|FATAL|DTH)') as ASKED,
        regexp_matches(concat_ws(' / ', WORDS, ASKS),
            '\b(NO|NOT|NON|NEVER|WITHOUT) ([A-Z]+ )?([A-Z]+ )?(DEATH|DIED|DEAD|DECEASED|FATAL)\b'
            || '|\b(FEAR|RISK|NEAR|BRAIN|FO?ETAL|NEONATAL|INTRA ?UTERINE|FAMILY|FAMILIAL|RELATIVE|PARENT|MOTHER|FATHER|'
            || 'SIBLING|BROTHER|SISTER|GRAND[A-Z]*|UNCLE|AUNT|COUSIN|CELL|TISSUE)\b') as OTHERS
    from plain
)
select SOURCE, USUBJID, DTC, DTL
from words
where not OTHERS
  and (
    regexp_matches(WORDS, '(^|/) *((THE )?(SUBJECT|PATIENT|CHILD|PARTICIPANT) (S )?)?((HAS|HAD|WAS|IS) )?'
        || '((SUDDEN|CARDIAC|ACCIDENTAL|UNEXPLAINED|TOXIC|EARLY|HOSPITAL) )*'
        || '(DEATH|DIED|DEAD|DECEASED|EXPIRED|PASSED AWAY|SUCCUMBED|DEMISE|EXITUS)\b'
        || '|\b(SUBJECT|PATIENT|CHILD|PARTICIPANT) ((HAS|HAD|WAS|IS) )?(DIED|DEAD|DECEASED|PASSED AWAY|EXPIRED)\b'
        || '|\b(LED|LEADING|RESULT[A-Z]*|DUE) (TO|IN) ((SUBJECT|PATIENT) (S )?|THE )?DEATH\b')
    or regexp_matches(SAYS, '^((THE )?(SUBJECT|PATIENT) )?((HAS|WAS|IS) )?'
        || '(DEATH|DEAD|DIED|DECEASED|FATAL|EXPIRED|LETHAL|PASSED AWAY)\b')
    or (ASKED and not regexp_matches(SAYS,
        '^(N|NO|NONE|NOT .*|NON.*|F|FALSE|0|ALIVE|LIVING|U|UNK|UNKNOWN|NA|N/A|[.-])$'))
  )
