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
review-open-cue = ▲ open cue
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
cli-review-turnaround = { $n ->
        [one] 1 decision
       *[other] { $n } decisions
    }: half within { $median }, the slowest { $longest }
cli-review-head = { $code } session { $number } · { $counsellor } · revision { $revision } · { $state }
cli-review-comments = Comments
cli-review-extract = What the note rests on
cli-review-earlier = Earlier note: session { $number } · { $state } · { $lines ->
        [one] 1 sentence
       *[other] { $lines } sentences
    }
cli-review-comment-kept = comment kept: { $record }

help-review = Supervision: what waits, comments, returning, co-signing
help-review-queue = What waits for review; for a counsellor, what is at the supervisor and what came back
help-review-open = Read a note with what it rests on. A supervisor takes it up for review by that
    .session = The session, as `session list` prints it, or the file of a review
    .slot = With a file, on a machine without a vault: one's own key slot
    .output = With a file: where the answer goes; beside it unless chosen
    .text = With a file, on a terminal: print it, in place of the screens
help-review-comment = Comment on a note, or answer in a thread. The words are read from standard input
    .session = The session, as `session list` prints it, or the file of a review
    .slot = With a file, on a machine without a vault: one's own key slot
    .output = With a file: where the answer goes; beside it unless chosen
    .on = What it is about: `statement:3`, `section:plan`, `utterance:12`; the whole note without it
    .reply = Answer in this thread; the first digits are enough
    .resolve = Say that the thread is resolved; no words are read
    .reopen = Open the thread again; no words are read
help-review-return = Give a note back. What is asked for is read from standard input
    .session = The session, as `session list` prints it, or the file of a review
    .slot = With a file, on a machine without a vault: one's own key slot
    .output = With a file: where the answer goes; beside it unless chosen
    .revision = The revision that was read; the newest without it
help-review-cosign = Co-sign a note
    .session = The session, as `session list` prints it, or the file of a review
    .slot = With a file, on a machine without a vault: one's own key slot
    .output = With a file: where the answer goes; beside it unless chosen
    .revision = The revision that was read; the newest without it

review-queue-title = To review
review-turnaround = { $n } decided · half within { $median }
review-at-counsellor = Returned, and at the counsellor
review-head = { $code } { $name } · session { $number } · { $counsellor } · revision { $revision } · { $state }
review-note = Note
review-whole-note = The whole note
review-rests-on = What it rests on
review-rests-on-nothing = No words stand behind this sentence.
review-no-extract = No words stand behind this note.
review-comments = Comments
review-comment-on = About
review-write-comment = Comment
review-write-answer = Answer
review-write-return = What is asked for
review-return-how = The note goes back to its counsellor. Say what is to be changed.
review-more = Measures and earlier notes
review-no-measures = No measures were given.
review-earlier = Session { $number }, { $on } · { $state }
review-mark-came-back = returned
review-mark-away = in review

key-comment = Comment on the marked place
    .short = comment
key-reply = Answer a comment
    .short = answer
key-resolve = Say that a comment is resolved, or open it again
    .short = resolve
key-return-note = Give it back and say what is asked for
    .short = return
key-cosign = Co-sign
    .short = co-sign
key-mend-note = Write on the note
    .short = mend
key-send-comment = Send
    .short = send
key-hand-in = Hand in for review
    .short = hand in
key-open-review = The reviews of this client

say-notes-came-back = { $n ->
        [one] 1 note
       *[other] { $n } notes
    } came back with a request. Press v to open one.
say-notes-at-supervisor = Notes with the supervisor: { $away }.
say-notes-at-supervisor-and-back = Notes that came back: { $n }; with the supervisor: { $away }. v opens them.
say-unsent-back = This is what you were writing before the screen locked. It is not sent.
say-comment-kept = The comment is kept.
say-no-comment-here = There is no comment here.
say-no-review-here = No note of this client is in review or came back.
say-note-returned = The note went back to its counsellor.
say-note-cosigned = Co-signed.
say-handed-in = The note is at the supervisor.
say-cosign-this-revision = Co-sign this revision? The text never changes after that.
say-leave-without-comment = Leave, and throw away what was written?

review-file-damaged = this is no whole file of a review: half copied, or changed
    .hint = copy it again
review-file-not-for-you = this file is sealed to another person's key
    .hint = its sender makes it again with `gyeot review export --to`; a person of the same name has another key
review-file-edited = this file was changed after it was signed
    .hint = it was not taken in; ask its sender in person
review-file-other-centre = this file is of another centre
    .hint = only answers to reviews of this vault are taken in
review-file-stranger = this file was made by nobody who does that at this centre
    .hint = `gyeot member list` shows who does
review-file-newer = this file was made by a newer program
    .hint = get the new program
review-file-not-asked = this answers no review that was sent
    .hint = it is of another client, or by another supervisor; it was not taken in
review-file-replayed = this answer was taken in before
    .hint = a sending is answered once; send the note again where there is more to decide
review-file-stale = this is about revision { $about }, and revision { $now } holds now
    .hint = send the new revision
review-file-not-assigned = that supervisor does not supervise this client now
    .hint = the client withdrew the consent to supervision, or the assignment ended
review-file-state = a note that is { $state } cannot be decided about in this way
    .hint = `gyeot note show` says in which state it is

cli-review-sent = file of revision { $revision } for { $to } made ({ $kb } KB); it opens with their key alone
cli-review-taken-return = { $by } asks for changes to revision { $revision }; { $comments ->
        [one] 1 comment
       *[other] { $comments } comments
    }
cli-review-taken-cosign = { $by } co-signed revision { $revision }; { $comments ->
        [one] 1 comment
       *[other] { $comments } comments
    }
cli-review-clock-ahead = the supervisor's clock is more than a day ahead; the order comes from signatures, not from clocks
cli-review-passphrase = passphrase of the key slot
cli-review-pending = { $n ->
        [one] 1 comment waits; it goes
       *[other] { $n } comments wait; they go
    } along when the note is returned or co-signed
cli-review-answered = answer made: { $path } ({ $comments ->
        [one] 1 comment
       *[other] { $comments } comments
    })
cli-review-file-no-replies = on a file only new comments can be made
    .hint = run it again without `--reply`

help-review-export = Make a file of a review for a supervisor who reads it on another machine
    .session = The session, or the code of a client: then the note that waits longest
    .to = The supervisor; the file opens with their key alone
    .output = Where the file goes; it must not be there yet
    .reason = Why; the monthly inspection lists it
help-review-import = Take the answer of a supervisor in
    .file = The file that came back

review-refused = { $n ->
        [one] 1 revision that its signer may not write is not shown
       *[other] { $n } revisions that their signer may not write are not shown
    }; see `gyeot note show --history`

cli-review-supervisee = { $name }: { $waiting } waiting ({ $risk } at risk) · { $returned } returned

cli-review-answer-there = The answer is there: { $path }
cli-review-not-decided = Comments that were not sent wait beside the file. Open it again and return or co-sign it: they go along.
review-one-file = One review file
