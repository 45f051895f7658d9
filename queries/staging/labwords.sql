-- Question: which laboratory results are limits in words, or with signs in another order, and what do they say?
-- Grain: one result text (DELIVERED) and the same with a sign (TEXT): "less than 20" is <20, "=<20" and "20 or less"
--     are <=20.
-- Reads: source.lb
-- Kept: no
with said as (
    select LBSTRESC as DELIVERED from source.lb
    union
    select LBORRES from source.lb
)
select
    DELIVERED,
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(trim(DELIVERED),
        '^(=<|less than or equal( to)?|up to|at most|(not|no) (more|greater|higher) than|not above)\s*', '<=', 'i'),
        '^(=>|(more|greater) than or equal( to)?|at least|(not|no) (less|lower) than|not below)\s*', '>=', 'i'),
        '^((less|lower) than|below|under|lt)\s*', '<', 'i'),
        '^((more|greater|higher) than|above|over|gt)\s*', '>', 'i'),
        '^([0-9.]+)\s*(or|and) (less|lower|below|under)$', '<=\1', 'i'),
        '^([0-9.]+)\s*((or|and) (more|higher|greater|above|over)|[+])$', '>=\1', 'i') as TEXT
from said
where regexp_matches(DELIVERED, '^\s*([=a-zA-Z].*[0-9]|[0-9.]+\s*([oaOA][rnRN]|[+]))')
  and regexp_matches(TEXT, '^[<>]=?\s*[0-9.]')
