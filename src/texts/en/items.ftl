# Item scores found in talk, questions to the record, evaluation.
eval-key-unreadable = Line { $line } of a key file cannot be read
    .hint = A key file has the form { $schema }; see tests/data/items/README.md.

items-not-heard = Nobody wrote down how the items of { $id } are heard in talk
    .hint = What can be found in talk: phq-9, gad-7, audit-c and their short forms. Let the client answer the items.
items-rules-alone = Found by rules and learned words alone, without a model.
items-by-rule = by rules and learned words
items-draft = A draft found in talk. The counsellor decides on each item
items-mentioned = spoken about, but no answer follows: left blank
items-not-discussed = not discussed
items-frequency-not-told = how often was not said
items-found-by-model = found by AI
items-person-accepts = There is no total: it is scored after each item was accepted. The percentage says how well the words fit the answer; it is no probability.
ask-your-question = Question
ask-progress = question { $done } of { $of }
ask-by-words = Without a model: lines that share words with the question. Places to look, not answers.
ask-session-number = Session { $number }
ask-sessions-read = { $sessions ->
        [one] 1 session
       *[other] { $sessions } sessions
    } read · AI draft
ask-not-in-record = Not in the record
ask-contradictions = Lines that contradict one another:
ask-no-question = There is no question
    .hint = Write one question on one line.
ask-question-too-long = The question has { $letters } letters; at most { $most } can be asked
    .hint = Ask one short thing.
assess-from-talk = “ { $day } accepted from talk: { $score } (not compared with self-reports)
assessment-chart-from-talk = “ accepted from talk, not compared with self-reports
eval-folder-unreadable = The folder cannot be read: { $path } ({ $why })
    .hint = Give a folder of transcripts.
eval-no-transcript = No transcript in { $path }
    .hint = The folder has to hold transcripts: .json, .srt, .vtt, .docx, .txt. With --half, look whether a key names it.
eval-progress = transcript { $done } of { $of }
eval-head = { $transcripts } transcripts, { $keys } keys · { $by }
eval-items-rule = item scores, without a model
eval-items-model = item scores, with the model
eval-exact = · same score
eval-within-one = · at most one off
eval-not-discussed = · not discussed and left blank
eval-right-line = · quotes a line of the key
eval-quotes = · quote stands in the line it names
eval-without-quote = · scores without a quote
eval-directions = directions
eval-directions-plain = directions, the same model asked plainly
eval-notes = drafted note
eval-ask = questions
eval-unsupported = · unsupported statements
eval-agree = · agrees with the key
eval-items-seconds = time for items
help-session-ask = A question to a client's whole record, answered with the client's words
    .client = Whose record. The question is asked for, or read from standard input: it must stand in no list of processes
    .reason = Why it is taken away; the monthly inspection lists it. --json needs one
help-eval = Compare models and rules on a folder of transcripts; aggregates only, nothing is stored
    .dir = A folder of transcripts; beside NAME.json a key may stand in NAME.key.json
    .task = What to run: directions, note, items, ask; with commas. All unless chosen
    .task-directions = Therapy directions, each with the client's words
    .task-ask = The client's lines that answer the questions of the key
    .task-note = A drafted note, each sentence with the lines it rests on
    .task-items = Scores of an instrument's items
    .half = Only transcripts whose key names this part of the set
    .rules_only = By rules and learned words alone, no model: items only
    .plain = The same model asked plainly for directions too, for comparison
    .model = The language model; the best small one that is there unless chosen
    .threads = Threads of the engines; the cores of this machine unless chosen
key-find-in-talk = Find answers in what was said in this session
    .short = find in talk
say-found-in-talk = { $scores ->
        [one] 1 answer was
       *[other] { $scores } answers were
    } found in talk, by rules and learned words, not by a language model. Accept them one by one
found-in-talk = found in talk
found-not-told = How often was not said: ask.
found-nothing = Not discussed in this session. → leaves it blank.
found-mentioned = Spoken about, but no answer follows. → leaves it blank.
found-asked = Counsellor:
fhir-method-talk = Found in what was said in a session and accepted item by item by the counsellor; no self-report
paper-from-talk = {" "}(found in talk, no self-report)
