# Checking and evaluating drafts

eval-note-check = drafted note, checked
eval-note-check-plain = the same model asked plainly for the note
eval-note-marked = · marked statements (unsupported, taken back)
eval-note-unsupported = · shown without a mark and not supported
eval-note-script = · statements with letters that nobody said
eval-note-loops = · statements that repeat themselves
eval-note-facts = · facts of the key in the draft
eval-note-taken-back = · words taken back that are marked
eval-note-fewer = fewer unsupported than asked plainly
note-fault-no-line = · · rests on no line
note-fault-quote = · · a quote that nobody said
note-fault-speaker = · · said by somebody else
note-fault-number = · · a number not in its lines
note-fault-name = · · a name not in its lines
note-fault-negation = · · a denial lost or added
note-fault-tense = · · the past written as the present
note-fault-words = · · words not in its lines
note-fault-script = · · a foreign script
note-fault-loop = · · repeats itself

key-draft-note = Draft from what was said
    .short = draft
key-redo = Make again what was undone
say-drafting = Drafting. Every sentence will have the words it rests on.
say-drafted = The draft is there. Check what each sentence rests on.
say-draft-needs-blank = A draft goes into an empty note only; nothing is written over.
help-find = Find clients, sessions, and words in transcripts and notes; the words come in by standard input
find-ask = What to find (code, name, first consonants, date, words of transcripts or notes)
find-too-short = What is to be found is too short
    .hint = Give two letters or more
find-nothing = Nothing was found.
find-in-note = note:

help-models-certify = Measure whether a language model may word sentences of a note, and keep the result with its hash
certify-may-write = { $language }: may write sentences ({ $unsupported } of { $written } unsupported)
certify-may-not-write = { $language }: may not write ({ $unsupported } of { $written } unsupported)
certify-not-kept = The result could not be kept ({ $why })
    .hint = See whether the models folder can be written to
