governance-concern-nothing-written-until-settled = Nothing is written until that is settled. Leave the program, look with `gyeot vault check` in a terminal, and restore the newest backup with `gyeot backup restore`; without a backup `gyeot vault check --salvage` saves what is there.
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
