-- Question: in which version of MedDRA were adverse events coded, as far as it was delivered?
-- Grain: one version named in the supplemental values of adverse events or in the trial summary.
select distinct QVAL as VERSION
from source.supp
where RDOMAIN = 'AE' and QVAL is not null
  and (regexp_matches(QNAM, 'MEDDRA|^AEDICT') or regexp_matches(upper(QLABEL), 'MEDDRA.*VERSION|VERSION.*MEDDRA'))
union
select distinct TSVAL
from source.ts
where TSVAL is not null and regexp_matches(upper(concat_ws(' ', TSPARMCD, TSPARM)), 'MEDDRA|^AEDICT')
order by VERSION
