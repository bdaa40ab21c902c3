# What a model proposed, made again

help-replay = Make suggestions or a drafted note again from the same lines with the same models, and say whether they are the same; nothing is kept
    .record = The record of suggestions, by its id; or a session as `session list` prints it, of which the newest are taken
    .note = The draft of the session's note instead: that of this record, or the newest
    .quiet = No progress on stderr
replay-record = Record { $record } of { $at }, from { $lines ->
    [one] one line
   *[other] { $lines } lines
}
replay-models = Models: { $language }; { $embedding }
replay-prompts = Prompts: { $prompts }
replay-same = The same: { $cards ->
    [0] nothing was proposed, then as now
    [one] one card with its words and reason
   *[other] { $cards } cards with their words and reasons, in the same order
}
replay-version = Made with { $then }; this program has { $now }
replay-gone = Proposed then, not now: { $card }
replay-new = Proposed now, not then: { $card }
replay-order = The same cards in another order
replay-evidence = Rests on other words: { $card }
replay-reason = Gives another reason: { $card }
replay-confidence = Is not as sure as it was: { $card }
replay-is-not-the-same = It did not come out the same
    .hint = Another version of a prompt or of the program explains it; with the same versions, look at the model with `gyeot models verify`
replay-nothing-made = No suggestions of a model are kept there
    .hint = `gyeot session list` shows the sessions; with the client's consent to AI a session has suggestions
replay-does-not-say-from-what = This record was made before records said what they were made from
    .hint = Only newer suggestions can be made again
replay-lines-are-gone = The lines that it was made from are not in the records any more
    .hint = They were corrected before they were written down; look at the suggestions with `gyeot session show`
replay-other-model = It was made with { $named } ({ $hash }); here is { $here }
    .hint = Bring that model in with `gyeot models add`, then try again
replay-note-models = Models: { $models }
replay-note-made = Made again: { $chosen ->
    [one] one sentence
   *[other] { $chosen } sentences
} whose lines a model chose, { $worded } that a model worded
replay-note-same = The same: every sentence, its lines and how it stands
replay-note-gone = Sentence { $n } of the draft is not made from these lines now
replay-note-new = Sentence { $n } of the new draft did not stand there then
replay-note-words = Sentence { $n } of the draft is said in other words
replay-note-support = Sentence { $n } of the draft stands otherwise: carried by its lines, or taken back
replay-nothing-drafted = No draft that a model had a part in is kept there
    .hint = `gyeot note draft` makes one; without the client's consent to AI no model has a part in it
