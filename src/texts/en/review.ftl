# Supervision: the queue, reviews, comments, co-signatures

governance-access-answer-comment = answer a comment

review-not-handed-in = this note was not handed in for review ({ $state })
    .hint = its counsellor hands it in with `gyeot note ready`
review-moved = revision { $read } was read, and revision { $now } holds now
    .hint = read the new revision and decide again
review-no-words = there are no words
    .hint = say what it is about or what is asked for; the command line reads it from standard input
review-no-anchor = there is no such place in the note
    .hint = written like `statement:3`, `section:plan`, `utterance:12`; `gyeot review open` shows the numbers
review-line-gone = that line of the transcript is there no more
    .hint = the consent was withdrawn or the line corrected; comment on the statement or the section
review-no-thread = there is no such comment
    .hint = `gyeot review open` shows the number of each comment

review-minutes = { $n } min
review-hours = { $n } h
review-days = { $n } d
review-open-cue = ▲ open risk cue
review-positive-screener = ▲ positive screener
review-came-back = came back
review-no-clients = No client is assigned to you. They stand here once a client agrees to supervision and the counsellor assigns you.
review-ended-withdrawn = { $code }: the client withdrew the consent to supervision; nothing can be read since { $on }.
review-ended-unassigned = { $code }: the assignment ended on { $on }; nothing can be read since.
review-cosigned = revision { $revision } co-signed by { $name } on { $on }
review-cosigned-earlier = the co-signature is on the earlier revision { $revision }: { $name }, { $on }; revision { $newest } needs a new one
review-talk = Spoken time: counsellor { $percent }%
review-no-words-kept = The words of this session are not there any more.
review-resolved = resolved
review-open = open
review-place-gone = (its place is there no more)

cli-review-nothing-waits = No note waits for review.
cli-review-nothing-there = No note is at the supervisor.
cli-review-at-the-counsellor = Returned, and at the counsellor
cli-review-came-back = Returned to you
cli-review-turnaround = { $n } decisions: half within { $median }, the slowest { $longest }
cli-review-head = { $code } session { $number } · { $counsellor } · revision { $revision } · { $state }
cli-review-comments = Comments
cli-review-extract = What the note rests on
cli-review-earlier = Earlier note: session { $number } · { $state } · { $lines } sentences
cli-review-comment-kept = comment kept: { $record }

help-review = Supervision: what waits, comments, returning, co-signing
help-review-queue = What waits for review; for a counsellor, what is at the supervisor and what came back
help-review-open = Read a note with what it rests on. A supervisor takes it up for review by that
    .session = The session: as `session list` prints it; the first digits are enough
help-review-comment = Comment on a note, or answer in a thread. The words are read from standard input
    .session = The session: as `session list` prints it; the first digits are enough
    .on = What it is about: `statement:3`, `section:plan`, `utterance:12`; the whole note without it
    .reply = Answer in this thread; the first digits are enough
    .resolve = Say that the thread is resolved; no words are read
    .reopen = Open the thread again; no words are read
help-review-return = Give a note back. What is asked for is read from standard input
    .session = The session: as `session list` prints it; the first digits are enough
    .revision = The revision that was read; the newest without it
help-review-cosign = Co-sign a note
    .session = The session: as `session list` prints it; the first digits are enough
    .revision = The revision that was read; the newest without it
