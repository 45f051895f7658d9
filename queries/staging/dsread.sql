-- Question: which disposition records tell of a death, of the enrolment, or that a subject left?
-- Grain: one record of DS, as delivered.
-- Reads: source.ds, trial.enrolment_word
-- Kept: no
-- DEATHFL 'Y': the decoded term or the term begins with death, died, dead, deceased, fatal, expired, passed away,
-- succumbed, demise or exitus, or says that something led to or ended in death ("Death due to disease progression",
-- "Adverse event leading to death"); the death of a
-- relative and a negation are none. 'U': it speaks of a death otherwise, which is a finding. DECOD: DEATH, else
-- DSDECOD.
-- STEPCD: ENROLLED (a word of the trial's list in the decoded term, else in the term, whatever the category, and
-- nothing that denies it), CONSENTED, FINISHED (completed an epoch before treatment, which ends nothing), LEFT (an end
-- of treatment or study, in whatever category); else empty. EPOCH tells the epoch, where it is missing DSSCAT and the
-- terms.
-- LEFTCD: the words themselves say that the subject left, whatever the epoch: STUDY (completed, off, withdrawn from the
-- study; not of its drug, of samples or of another study), CONTACT (lost to follow-up, consent withdrawn).
with words as (
    select
        *, ' ' || trim(regexp_replace(upper(coalesce(DSDECOD, DSTERM, '')), '[^A-Z]+', ' ', 'g')) || ' ' as STEP,
        trim(regexp_replace(upper(concat_ws(' / ', DSDECOD, DSTERM)), '[^A-Z/]+', ' ', 'g')) as TEXT,
        upper(coalesce(EPOCH, concat_ws(' ', DSSCAT, DSDECOD, DSTERM))) as PERIOD,
        -- the study itself, not its drug, visits or a part of it
        regexp_replace(TEXT, '\b(STUDY|TRIAL) (DRUG|TREAT|MEDIC|THERAP|PRODUCT|DOS|INFUS|VISIT|INTERV|AGENT|REGIMEN|'
            || 'PHASE|PERIOD|ARM|COURSE|CYCLE|DAY|PROCED|SAMPL)[A-Z]*', ' ', 'g') as WHOLE,
        regexp_matches(TEXT, '\b(SUB ?STUDY|BIOBANK|SAMPL|OPTIONAL|PHARMACO|PK|PARTIAL|ANOTHER|OTHER (STUDY|TRIAL)|'
            || 'NOT (YET|LOST|WITHDR)|DID NOT WITHDR|PLANNED|EXPECTED|PENDING|UNTIL|BEFORE|PRIOR)') as LIMITED
    from source.ds
),
told as (
    select
        * exclude (TEXT, STEP, PERIOD, WHOLE, LIMITED),
        case
            when LIMITED then null
            when regexp_matches(WHOLE, '\b(OFF|END OF|LEFT|EXIT|EXITED|DISCONTINU[A-Z]*|WITHDR[A-Z]*|TERMINAT[A-Z]*|'
                || 'COMPLET[A-Z]*|REMOVED)( EARLY| PREMATURELY)?( FROM| OF)?( THE| THIS)? (STUDY|TRIAL)\b|'
                || '\b(STUDY|TRIAL) (PARTICIPATION )?(WAS |HAS )?(DISCONTINU|WITHDR|TERMINAT|COMPLET|CLOSED|CLOSURE|'
                || 'ENDED|STOPPED|EXIT)')
                then 'STUDY'
            when regexp_matches(WHOLE, '\bLOST TO FOLLOW|\bWITHDR[A-Z]*( [A-Z]+)?( [A-Z]+)? CONSENT|'
                || '\bCONSENT( WAS| IS)? (WITHDRAW|REVOK)|\bREVOK[A-Z]*( OF)? CONSENT') then 'CONTACT'
        end as LEFTCD,
        case
            when regexp_matches(PERIOD, '\b((PRE.?)?SCREEN|RUN.?IN|LEAD.?IN|BASELINE|WASH.?OUT|'
                || 'PRE.?(TREATMENT|STUDY|DOSE))')
                and regexp_matches(STEP, ' (COMPLET|FINISH|PASS|SUCCESS|CONTINU|PROCEED)')
                and not regexp_matches(TEXT, '\b(NOT|NEVER|FAIL|INELIGIB|WITHDR|DISCONT|LOST|REFUS|DECLIN|CANCEL|DEATH|'
                    || 'DIED|TERMINAT)')
                and not regexp_matches(regexp_replace(STEP, ' PRE ?(TREATMENT|STUDY) ', ' '),
                    ' (STUDY|TRIAL|TREATMENT|PROTOCOL) COMPLETED | COMPLETED (THE )?(STUDY|TRIAL|TREATMENT|PROTOCOL) $')
                then 'FINISHED'
            when regexp_matches(STEP, ' (SUB ?STUDY|BIOBANK|SAMPL|OPTIONAL|PHARMACO|PK )') then null
            when regexp_matches(STEP, ' (WITHDR|DISCONT|LOST TO|SCREEN(ING)? FAIL|FAILED SCREEN|INELIGIB|NOT ELIGIB|'
                || 'NEVER|NOT (ENROL|REGIST|TREAT|RANDOM)|(OFF|LEFT|END OF) (STUDY|TRIAL|TREATMENT)|REFUS|'
                || 'DECLIN|CANCEL|DEATH|DIED|DEAD|DECEASED|EXPIRED|PASSED AWAY|SUCCUMBED|DEMISE|TERMINAT|'
                || '(STUDY|TRIAL|TREATMENT|PROTOCOL) COMPLETED)|^ COMPLETED ')
                then 'LEFT'
            when regexp_matches(STEP, ' (NOT|NO|BEFORE|PRIOR|ANOTHER|OTHER|PENDING|AWAIT[A-Z]*|PLANNED|FAIL[A-Z]*) ')
                then null
            when exists (select 1 from trial.enrolment_word as w where contains(STEP, ' ' || w.WORD || ' '))
                then 'ENROLLED'
            when STEP like '% CONSENT OBTAINED %' or STEP like '% CONSENT SIGNED %' or STEP like '% CONSENT GIVEN %'
                or STEP in (' INFORMED CONSENT ', ' CONSENT ', ' CONSENTED ') then 'CONSENTED'
        end as STEPCD,
        case
            when not regexp_matches(TEXT, '\b(DEATH|DIED|DEAD|DECEASED|FATAL|LETHAL|PASSED AWAY|SUCCUMB(ED)?|DEMISE|'
                || 'EXITUS|MORTALITY|AUTOPSY|POST MORTEM)\b|(^|/) *((THE )?(SUBJECT|PATIENT|CHILD|PARTICIPANT) (S )?)?'
                || '((HAS|HAD|WAS|IS) )?EXPIRED\b') then 'N'
            when upper(trim(DSDECOD)) = 'DEATH' then 'Y'
            when regexp_matches(TEXT, '\bDEATH (IN|OF) ((THE|A|ONE|HIS|HER|SUBJECT S|PATIENT S|GRAND|STEP) ?)*'
                || '(FAMILY|RELATIVE|PARENT|MOTHER|FATHER|SIBLING|BROTHER|SISTER)') then 'U'
            when regexp_matches(TEXT, '\b(NO|NOT|NEVER|WITHOUT|RISK OF|UNCONFIRMED) ([A-Z]+ )?([A-Z]+ )?'
                || '(DEATH|DIED|DEAD|DECEASED|FATAL)\b|\b(DEATH|DIED|DEAD|DECEASED) (IS |WAS )?(NOT |UN)CONFIRMED\b')
                then 'U'
            when regexp_matches(TEXT, '(^|/) *((THE )?(SUBJECT|PATIENT|CHILD|PARTICIPANT) (S )?)?((HAS|HAD|WAS|IS) )?'
                || '(DEATH|DIED|DEAD|DECEASED|FATAL|LETHAL|EXPIRED|PASSED AWAY|SUCCUMBED|DEMISE|EXITUS)\b') then 'Y'
            when regexp_matches(TEXT, '\b(LED|LEADING|RESULTED|RESULTING|ENDED|ENDING|DUE|RELATED) (TO|IN) (SUBJECT S |'
                || 'PATIENT S |THE )?DEATH\b|\bFATAL (OUTCOME|EVENT|ADVERSE EVENT)\b') then 'Y'
            when regexp_matches(TEXT, '\b(PASSED AWAY|SUCCUMBED (TO|FROM)|EXITUS)\b') then 'Y'
            else 'U'
        end as DEATHFL
    from words
)
select *, case when DEATHFL = 'Y' then 'DEATH' else DSDECOD end as DECOD from told
