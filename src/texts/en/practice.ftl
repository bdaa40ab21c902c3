governance-concern-nothing-written-until-settled = Nothing is written until that is settled. Look with `gyeot vault check`; then leave the program and restore the newest backup in a terminal with `gyeot backup restore`; without a backup `gyeot vault check --salvage` saves what is there.
governance-concern-look-whether-last-thing = look whether the last thing written is there
governance-concern-look-disk-make-new = look at the disk, and make a new backup with `gyeot backup create`
governance-concern-gyeot-audit-verify-shows = `gyeot audit verify` shows where
governance-concern-inspect-each-gyeot-audit = inspect each with `gyeot audit inspect --month`
governance-concern-supervisor-enrolled-later-also = a supervisor enrolled later, also one from outside, does it with `gyeot audit review`
governance-concern-review-them-gyeot-audit = review them with `gyeot audit review`
assessment-chart-first-score-reliable-change = ╌ first score ± reliable change
assessment-chart-sheet-answer-must-not-wait = ▲ a sheet with an answer that must not wait
assessment-chart-alert = alert
assessment-chart-item = item
assessment-trajectory-grey = grey
assessment-trajectory-green = green
assessment-trajectory-white = white
assessment-trajectory-amber = amber
assessment-trajectory-red = red
assessment-trajectory-working-alliance-fell = the working alliance fell
assessment-trajectory-fewer-than-two-scores = fewer than two scores
assessment-trajectory-no-published-figure-reliable-change = no published figure of reliable change
practice-consent-service = Service
practice-consent-recording = Recording
practice-consent-ai = AI
practice-consent-supervision = Supervision
practice-consent-research = Research
practice-consent-crisis-contact = Crisis contact
practice-member-counsellor = Counsellor
practice-member-supervisor = Supervisor
practice-member-centre-admin = Centre admin
practice-schedule-due-today = due today
practice-schedule-next-session = next session
concern-mended = damaged or cut files were put right: { $files }
concern-log-unread = the access log does not read in one place
concern-overdue = these months were not inspected: { $months }
concern-waiting = { $n ->
        [one] 1 act that one person did alone waits for an after-review
       *[other] { $n } acts that one person did alone wait for an after-review
    }
service-examine-sandbox = sandbox
    .full = full
    .partial = partial
    .none = none
governance-concern-make-backup-remove-copy = make a backup and remove the copy after some days: what is destroyed later is still in it
governance-concern-compare-them-aloud-gyeot = compare them aloud with `gyeot vault words` on another workstation that has it open
governance-concern-look-who-removed-them = look who removed them; the member's own `gyeot vault rekey` makes one anew
concern-migrated = the vault was brought to the new format; the copy from before is { $copy }
concern-new-here = this workstation sees the vault for the first time; its words are { $words }
concern-no-recovery-slot = the recovery slots of these members are not there: { $names }
transcript-machine-could-not-keep = this machine could not keep up
transcript-speech-worker-failed = the speech worker failed
transcript-off-record = off the record
transcript-paused = paused
transcript-microphone-lost = the microphone was lost
transcript-voice-but-no-words = a voice, but no words were understood
assessment-score-not-answered-ask = not answered: ask
speaker-counsellor = Counsellor
speaker-client = Client
speaker-other = Other
speaker-unknown = Speaker?
period-years = { $n ->
        [one] { $n } year
       *[other] { $n } years
    }
period-months = { $n ->
        [one] { $n } month
       *[other] { $n } months
    }
period-days = { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
every-week = every week
every-weeks = every { $n } weeks
every-session = each session
every-set-dates = { $n } set dates
due-overdue = overdue by { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
due-later = on { $on }
blanks-prorated = prorated from { $answered } of { $of } answers (item { $list } blank)
blanks-as-nought = { $n } blank, counted as 0 (item { $list })
concern-read-only = read only: nothing can be written where the vault lies ({ $why })
concern-read-only-remedy = nothing is saved here; the entries of the access log are kept on this workstation and written into the vault when it is opened here and can be written again
# How values of the command line are written
written-one-of = it is one of: { $all }
written-as-code = lower-case words joined by hyphens
written-as-id = it is 32 hexadecimal digits
written-as-stretch = numbers of lines such as 3-7
written-as-number = it is a number
written-as-number-between = a number from { $least } to { $most }
written-as-period = a period is written 3y, 18m or 30d, at most 100 years
