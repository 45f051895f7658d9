-- Question: of which subjects was a DLT adjudicated that no treated subject of DM can be given?
-- Grain: one identifier in AE or its supplemental values; the reader's filters do not apply.
select distinct coalesce(USUBJID, 'no subject') as USUBJID
from adae
where DLTFL = 'Y' and (USUBJID is null or USUBJID not in (select USUBJID from adsl))
order by 1
