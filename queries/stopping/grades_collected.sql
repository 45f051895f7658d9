-- Question: were adverse events graded in this cut?
-- Grain: one row for the cut. Where events came and none has a grade, no event of a grade is not the same as none.
-- UNREAD: whether grades were delivered and none of them could be read.
select
    count(*) = 0 or count(ATOXGR) filter (where ATOXGRIM is null) > 0 as COLLECTED,
    not COLLECTED and count(AETOXGR) > 0 as UNREAD
from adae
