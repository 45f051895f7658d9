-- Question: which dispositions and adverse events tell of a relapse or progression of the leukaemia?
-- Grain: one record of DS or AE that names it and does not deny it.
-- Reads: source.ae, source.ds
with named as (
    select 'DS' as DATASET, 'DSDECOD' as VARIABLE, USUBJID, DSSEQ as SEQ, coalesce(DSDECOD, DSTERM) as TERM,
        upper(concat_ws(' ', DSDECOD, DSTERM)) as TEXT, DSSTDTC as DTC, DSSTDT as DT, DSSTDTL as DTL
    from source.ds
    where regexp_matches(upper(concat_ws(' ', DSDECOD, DSTERM)), 'RELAPS|PROGRESSI|RECURREN')
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
