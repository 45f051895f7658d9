-- Question: which dispositions and adverse events tell of a relapse or progression of the leukaemia?
-- Grain: one record of DS or AE that names it and does not deny it.
-- Reads: source.ae, source.ds
-- A disposition names it in its decoded term or its term, each judged alone, without what it says of another illness
-- ("Recurrent fungal infection", "Progression of graft versus host disease"): the word beside the leukaemia or the
-- disease, the word alone ("Progression, clinical"), or a relapse.
with disposition as (
    select
        *, list_transform([DSDECOD, DSTERM], lambda t: regexp_replace(
            ' ' || trim(regexp_replace(regexp_replace(upper(t), '[;,.:/()+&]| AND | WITH ', ' | ', 'g'),
                '[^A-Z|]+', ' ', 'g')) || ' ',
            ' (RELAPS|PROGRESS|RECURR)[A-Z]* ((OF|IN|THE|A|AN|HIS|HER|INVASIVE|CHRONIC|ACUTE|SEVERE|PULMONARY) )*'
            || '(INFECT|FUNG|ASPERG|CANDID|SEPSIS|SEPTIC|BACT|VIR|FEVER|PYREX|PNEUMON|COLITIS|GVHD|GRAFT)[A-Z]*'
            || '( (VERSUS|VS|V|HOST|DISEASE|INFECTION))*'
            || '| (INFECTI|FUNG|SEPSIS|FEVER|PNEUMON|COLITIS|GVHD|HOST|LUNG|LIVER|KIDNEY|RENAL|HEART|OCCLUSIVE)[A-Z]*'
            || '( DISEASE)? (HAS |IS )?(RELAPS|PROGRESS|RECURR)[A-Z]*', ' OTHER', 'g')) as TEXTS
    from source.ds
),
named as (
    select 'DS' as DATASET, 'DSDECOD' as VARIABLE, USUBJID, DSSEQ as SEQ, coalesce(DSDECOD, DSTERM) as TERM,
        upper(concat_ws(' ', DSDECOD, DSTERM)) as TEXT, DSSTDTC as DTC, DSSTDT as DT, DSSTDTL as DTL
    from disposition
    where len(list_filter(TEXTS, lambda t:
        regexp_matches(t, ' RELAPS| LEUKA?EMI[AC] [^|]*(PROGRESS|RECURR)| BLASTS? .*(PROGRESS|RECURR)'
            || '| (AML|ALL|DISEASE|NEOPLASM|TUMOU?R) (HAS |IS )?(PROGRESS|RECURR)'
            || '| (PROGRESS|RECURR)[A-Z]* [^|]*LEUKA?EMIA | (PROGRESSI|RECURRENT)[A-Z]* (DISEASE|NEOPLASM|TUMOU?R) '
            || '| (PROGRESS|RECURR)[A-Z]* ((OF|IN|TO|THE|HIS|HER|UNDERLYING|PRIMARY|MALIGNANT) )*'
            || '(AML|ALL|DISEASE|NEOPLASM|MALIGNANCY|TUMOU?R) ')
        or (t like '% PROGRESS%' or t like '% RECURR%') and regexp_full_match(t,
            ' (([|]|DUE|TO|BECAUSE|OF|FOR|THE|IN|ON|BY|AFTER|SUBJECT|PATIENT|CHILD|WAS|HAS|HAD|IS|WITHDRAWN|'
            || 'DISCONTINUED|STOPPED|STUDY|TREATMENT|THERAPY|CLINICAL|RADIOLOGICAL|MORPHOLOGIC|MORPHOLOGICAL|'
            || 'HA?EMATOLOGIC|HA?EMATOLOGICAL|MOLECULAR|EARLY|LATE|FIRST|SECOND|RAPID|CONFIRMED|SUSPECTED|POSSIBLE|'
            || 'PD|DAY|PROGRESS[A-Z]*|RECURR[A-Z]*) )+')
    )) > 0
    union all
    select 'AE', 'AEDECOD', USUBJID, AESEQ, coalesce(AEDECOD, AETERM), upper(concat_ws(' ', AEDECOD, AETERM)),
        AESTDTC, AESTDT, AESTDTL
    from source.ae
    where regexp_matches(upper(concat_ws(' ', AEDECOD, AETERM)),
        'LEUKA?EMIA.*(RECURR|RELAPS|PROGRESS)|(RELAPSE|RECURRENCE|PROGRESSION) OF .*LEUKA?EMIA'
        || '|(RECURRENT|RELAPSED|PROGRESSIVE) .*LEUKA?EMIA|(DISEASE|NEOPLASM) (PROGRESSION|RELAPSE|RECURRENCE)'
        || '|PROGRESSIVE DISEASE')
)
select * exclude (TEXT)
from named
where not regexp_matches(TEXT, '(^|[^A-Z])(NO|NOT|WITHOUT|ABSENCE OF|RISK OF|UNTIL)[^A-Z].*(RELAPS|PROGRESS|RECURR)')
