-- Question: in whose remission does a later assessment leave open whether it lasted?
-- Grain: one subject in remission with such an assessment, before a recorded relapse or progression. NUNREAD: of an
--     unread response, or of a relapse or unread response without a date; NAGAINST: PR or NR; NTOLD: a disposition
--     or adverse event tells of a relapse or progression that no assessment found.
select * from doubted order by DISEASE, USUBJID
