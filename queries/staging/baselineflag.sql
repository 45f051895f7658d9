-- Question: which results do supplemental qualifiers flag as baseline?
-- Grain: one record of EG, LB or CV so flagged (EGBLFL, LBLOBXFL, ABLFL and the like in QNAM).
-- Reads: source.supp
-- Kept: no
select distinct upper(RDOMAIN) as DOMAIN, USUBJID, IDVARVALN as SEQ
from source.supp
where upper(RDOMAIN) in ('EG', 'LB', 'CV') and upper(IDVAR) = upper(RDOMAIN) || 'SEQ'
  and IDVARVALN is not null
  and upper(QNAM) in (upper(RDOMAIN) || 'BLFL', upper(RDOMAIN) || 'LOBXFL', 'ABLFL', 'BLFL', 'LOBXFL')
  and QVALYN = 'Y'
