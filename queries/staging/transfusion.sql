-- Question: when were platelets transfused, or a blood product that the record does not name?
-- Grain: one record of CM, PR or EX that names it.
-- Reads: source.cm, source.ex, source.pr, trial.cut, trial.transfusion
-- Kept: no
-- STDT to ENDT: the days on which it may have been given; a partial date stands for each of its days, a missing one for
-- each day up to the data cut. What was not done is none, nor what is given before the trial by its category.
with delivered as (
    select
        'CM' as DATASET, USUBJID, CMSEQ as SEQ, concat_ws('; ', CMTRT, CMDECOD, CMCAT) as TREATMENT,
        CMSTDT as STDT, coalesce(CMENDTL, CMSTDTL) as ENDT
    from source.cm
    where upper(left(coalesce(CMOCCUR, 'Y'), 1)) <> 'N' and not regexp_matches(upper(coalesce(CMCAT, '')), 'PRIOR')
    union all
    select 'PR', USUBJID, PRSEQ, concat_ws('; ', PRTRT, PRDECOD, PRCAT), PRSTDT, coalesce(PRENDTL, PRSTDTL)
    from source.pr
    where upper(left(coalesce(PROCCUR, 'Y'), 1)) <> 'N' and not regexp_matches(upper(coalesce(PRCAT, '')), 'PRIOR')
    union all
    select 'EX', USUBJID, EXSEQ, EXTRT, EXSTDT, coalesce(EXENDTL, EXSTDTL)
    from source.ex
    where upper(left(coalesce(EXOCCUR, 'Y'), 1)) <> 'N' and coalesce(EXDOSE, 1) > 0
),
named as (
    select d.*, list(distinct w.KIND) as KINDS
    from delivered as d
    join trial.transfusion as w on regexp_matches(lower(d.TREATMENT), w.PATTERN)
    group by all
)
select
    n.DATASET, n.USUBJID, n.SEQ, n.TREATMENT,
    case when list_contains(n.KINDS, 'PLATELETS') then 'PLATELETS' else 'NOT NAMED' end as KIND,
    coalesce(n.STDT, date '0001-01-01') as STDT, coalesce(n.ENDT, c.CUTDT) as ENDT
from named as n
cross join trial.cut as c
where not list_contains(n.KINDS, 'NONE')
  and (list_contains(n.KINDS, 'PLATELETS')
      or (list_contains(n.KINDS, 'TRANSFUSION') and not list_contains(n.KINDS, 'OTHER')))
