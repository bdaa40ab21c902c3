# The help of the command line: the command stands after `help-`, its arguments are attributes. Arguments that several
# commands have are in help-shared.
help = Gyeot (곁): beside the counsellor. Without a command it opens the workstation
    .vault = The folder of the vault
    .models = The folder of the models
    .member = Who you are, where several members have keys on this workstation
    .lang = Language of screens and texts
    .json = One JSON object on stdout and nothing else there
    .passphrase_file = Read the passphrase from the first line of this file
    .passphrase_fd = Read the passphrase from this open descriptor
    .hardware = Unlock with a hardware key: the identity file that its age plugin wrote
help-demo = Play the shipped session through the whole job in a throw-away vault
    .headless = Without a screen, as fast as it goes
    .keep = Keep the vault in this folder, which must be empty or absent, and print its passphrase
help-init = Make a new vault with its first member
    .centre = The centre's name
    .first_member = The first member's name
    .generate = Make a passphrase of six words and show it once
help-member = People and roles
help-member-add = Enrol a member; they choose their own passphrase
    .new_passphrase_file = The new member's passphrase; asked on the terminal when left out
    .fingerprint_confirmed = The fingerprint was compared aloud with the new member, here and now: for scripts that ask nothing
help-member-confirm = Say that you compared a member's fingerprint in person, by the words that they read aloud
    .words = The words that they read; asked on the terminal when left out
help-member-role = Give a member another role. A counsellor hands their clients over first
help-member-list = Everybody, leavers included
help-member-show = One member: the fingerprint in words, who compared it, and every role they had
help-member-revoke = End a membership
help-member-review = Review a change that one person did alone; without a number lists them
    .entry = The entry of the roster
help-client = Clients and consents
help-client-add = Take on a client; gives the code
    .name = The name; asked on the terminal's line when left out, so that it does not stay in the shell's history
    .code = A wished code such as C-0417; never a name
    .birth = YYYY-MM-DD
    .sex = For norms and maxima of instruments that depend on it; may be left out
    .contact = Telephone or another contact; `-` asks for it
    .address = Where the client lives; `-` asks for it
    .supervisor = A supervisor who is to read this client; may be repeated. They get the keys when the client's consent to supervision is recorded
help-client-list = Your clients
help-client-show = One client: card, consents, sessions
help-client-consent = Show, record or withdraw consent
    .scope = service, recording, ai, supervision, research, crisis-contact; may be repeated. A new consent replaces the one before: name every scope that holds
    .form = Version of the form that was signed
    .by = Who agreed, as on the form
    .guardian = The guardian's name; needed under 14; `-` asks for it
    .relation = The guardian's relation, such as mother
    .age_confirmed = You have made sure that the client is 14 or older. Needed once where the card has no birth date and no guardian signs
    .limits_explained = The limits of confidentiality were explained now
    .participant = Another participant who agreed, by role word; may be repeated. `session run --with WORD` begins only when WORD is among them
    .withdraw = Take the scopes back: from-now keeps what was said, all destroys the session that is open. Sessions that have ended stay; `vault shred --session` destroys one. Without supervision the supervisors' keys are destroyed
    .history = Every consent and withdrawal, oldest first
help-client-assign = Let a supervisor read a client, who has consented to supervision
help-client-unassign = Take a client from a supervisor: their keys are destroyed, and a new key begins
help-client-hand-over = Give a client to another counsellor: the counsellor or supervisor of the client with an admin; an admin and a supervisor with two recovery phrases when neither holds the client's keys
    .to = The counsellor who takes over
    .reason = Why
    .process_notes = The process notes of before go along
help-client-due = What is past its retention period, the table of periods, and destruction by two people
    .table = Show how long each class of record is kept, and by whose rule. Needs no passphrase
    .destroy = Destroy all that is due of this client, and nothing else; prints the signed certificate
    .reason = Why; the retention period when left out
help-session = Run, list, show and recover sessions
help-session-run = Run a session; what was heard is sealed as it goes
    .client = Whose session
    .input = `mic`, a sound file, or `-` for raw 16 kHz s16le mono on standard input
    .with = Who else takes part, by role word; may be repeated. Each must have consented: `client consent CODE --participant WORD`
    .pace = How fast a file is played
    .pace-real = As it was spoken
    .pace-fast = As fast as it goes
    .model = The speech model
    .no_advice = No directions, whatever the consent says
help-session-list = Sessions in the vault
    .client = Of one client only
help-session-show = One session: transcript, cues, directions, notes
    .session = As `list` prints it; the first digits are enough
help-session-recover = Finish sessions that were interrupted: what was sealed before becomes their transcript
help-transcribe = Write down a recording; nothing is stored
    .file = WAV, FLAC, MP3, OGG Vorbis or M4A/AAC; `-` is raw 16 kHz s16le mono on standard input
    .format = How the transcript is written
    .model = The speech model; the best small one that is there unless chosen
    .variant = Of that model, another size of its weights
    .threads = Threads of the engine; the cores of this machine unless chosen
    .speakers = Tell counsellor and client apart by their voices, and fail where the speaker model is missing. Without this option it is done where the model is there
    .no_speakers = Leave every speaker unknown
help-suggest = Therapy directions for a transcript; nothing is stored
    .file = A gyeot.transcript/1 file; `-` is standard input
    .task = What to do
    .task-directions = Therapy directions, each with the client's words
    .task-ask = The client's lines that answer a question
    .question = The question, for `--task ask`
    .model = The language model; the best small one that is there unless chosen
    .threads = Threads of the engines; the cores of this machine unless chosen
help-assess = Instruments, scores and change
help-assess-list = All instruments with their licence and languages
help-assess-show = One instrument: items where they may be shown, scoring, norms, sources
help-assess-score = Score one answer sheet; nothing is stored
    .sex = Sex, where norms or maxima depend on it
    .age = Age in years, for percentiles
    .from = An earlier score to compare with
help-assess-give = Score a sheet of a client and keep it sealed
    .sex = Sex, where norms or maxima depend on it; as on the card when absent
    .age = Age in years, for percentiles; from the card when absent
    .session = Number of the session, from 1; the alert rules use it
help-assess-history = What was given to a client: chart, change, alerts; or CSV, or a FHIR bundle
    .id = The instrument; all when absent
    .format = How it is written
    .format-text = Chart, answers and alerts in text
    .format-csv = One line a sheet
    .format-fhir = A FHIR R4 Bundle
    .reason = Why it is taken away; the monthly inspection lists it. csv and fhir need one, and a text that is printed or given on takes one
    .plain = Plain text for a pipe or a screen reader; the text is plain either way
help-assess-schedule = When an instrument is to be given again to a client: set it, stop it, or see it
    .id = The instrument, such as phq-9; all of the client's schedules when absent
    .every = 2w, session, or dates as YYYY-MM-DD with commas; with `usual` the published interval of the instrument
    .from = First day, YYYY-MM-DD; today when absent
    .until = Last day, YYYY-MM-DD; without end when absent
    .stop = No longer
help-assess-due = What is due or overdue, of one client or of all
    .client = Whose; all clients when absent
help-assess-export = An instrument as a FHIR R4 Questionnaire, on stdout
    .id = The instrument
help-assess-import-fhir = Read a FHIR R4 Questionnaire, or with --answers-of a QuestionnaireResponse to be scored; nothing is stored
    .file = A JSON file
    .answers_of = The instrument that the response answers
help-assess-check-nhanes = Check the scoring of PHQ-9 against a NHANES file: weighted share with a total of 10 or more, age 20 and over
    .file = CSV with the columns RIAGENDR, RIDAGEYR, WTMEC2YR and DPQ010 to DPQ090
help-assess-import-text = Bring your centre's own licensed text of an instrument
    .id = The instrument
    .file = A TOML file with the text and the licence
help-audit = The access log
help-audit-show = Every entry
    .month = Only this month, YYYY-MM
help-audit-verify = Check every signature and link; gives a signed checkpoint to keep elsewhere
    .against = A checkpoint from before: the log must continue it
help-audit-inspect = Inspect a month; gives a signed report
    .month = YYYY-MM
    .report = Write the signed report here
help-audit-signed = Check that a member of this vault signed a certificate, a report or a checkpoint as it stands. Needs no passphrase
help-audit-review = Review what one person did alone; without a number lists what waits
    .entry = The entry of the log
help-audit-reach = What a member's keys reached, leavers included
help-vault = Keep the vault whole
help-vault-check = Read every byte: hashes, links, signatures
    .salvage = Save every intact record into a new store and go on without what is lost
help-vault-lock = Say whether a program holds the vault open
help-vault-rekey = Change your passphrase
    .generate = Make one of six words and show it once
help-vault-drill = A recovery drill: two of the three phrases must open the recovery key and your recovery slot. Changes nothing
help-vault-renew-recovery = Make three new recovery phrases, by two of the old ones and two persons. The old phrases then open nothing in this vault; backups made before go on opening with them
help-vault-recover = A new passphrase for a member who lost it, by two of the three recovery phrases. Nobody needs to be unlocked
    .lost = Who lost the passphrase
    .reason = Why; the monthly inspection lists it
help-vault-hardware = Add a slot for a hardware key with an age plugin. Unlock with --hardware; the passphrase keeps working
    .recipient = The recipient that the plugin's tool shows, age1NAME1…
help-vault-unpack = Write every record, still sealed, as one age file each, for stock `age -d`
    .dir = An empty or absent folder
    .reason = Why; the monthly inspection lists it with the exports
    .after =
        Reading a record without gyeot. Every key and record is an age file; stock age opens them. The first key of a member
        comes from the passphrase, or from two of the three recovery phrases (files 12, 13 and 23: outer phrase, inner phrase):
            age -d slots/MEMBER.age | head -1 > keys
            age -d recovery/12.age > inner; age -d inner > recovery.key
            age -d -i recovery.key slots/MEMBER.recovery.age | head -1 > keys
        Each wrap in lobby/ that opens holds one more key; the key of a session is wrapped once more, beside its client:
            for f in unpacked/*/*.age; do age -d -i keys "$f"; done 2>/dev/null | grep -ao 'AGE-SECRET-KEY-1[0-9A-Z]*' >> keys
        Run that line twice, then read. The second line of a record is its signed header, the third its content:
            age -d -i keys unpacked/SHELF/RECORD.age | sed -n 3p





help-vault-shred = Destroy a client or a session for good
    .client = The client's code
    .session = One session only: its id, or the beginning of it that `session list` shows
    .reason = Why
    .certificate = Write the signed certificate here
help-backup = Back up, verify and restore
help-backup-create = Write a backup to a new file and read it back. It opens with your passphrase of now, or with two recovery phrases
    .file = The new file
help-backup-verify = Read a whole backup back
    .after =
        Opening a backup without gyeot. It is an age file; what leads to its key stands in its own header, as text between a line
        that begins with `-> gyeot-backup/2` and the next line that begins with `->` or `---`, in base64. With the passphrase:
            sed -n '/^-> gyeot-backup\/2 passphrase/,/^-/p' B.age | grep -av '^-' | base64 -di > slot.age; age -d slot.age > key
            age -d -i key B.age > unpacked
        (base64 may complain of the padding that age leaves out; what it wrote is whole.) With recovery phrases 1 and 2 the stanza is `recovery-12`, and the file is opened twice, outer phrase first. Backups from
        before have no such stanzas: `age -d B.age` asks for the passphrase at once.


help-backup-restore = Restore a backup into the empty folder given with --vault
help-models = Models: list, recommend, pull, add, verify, remove
help-models-list = All known models, or everything about some
    .ids = Ids; none means all
help-models-recommend = Measure this machine for two seconds and say which models will keep up
help-models-pull = Fetch models; `demo` is what the demo needs. Interrupted ones go on where they stopped
    .ids = Ids, or `demo`
    .all_demo = What the demo needs
    .tier = With `demo`: small, middle (a better language model) or large
    .variant = Such as q5_1 or f16; `all` for every one that can be fetched
help-models-add = Take in a file from a stick: GGUF, whisper.cpp, or a faster-whisper folder
    .file = The file or folder
    .id = The id it shall have
    .variant = The format to convert a faster-whisper folder to
    .like = A catalogue model with the same chat markers
help-models-verify = Hash what is here again and compare
    .ids = Ids; none means all that are here
help-models-remove = Delete the files of models
    .ids = Ids
help-doctor = What is right, what is wrong and how to mend it
help-completions = Shell completions
    .shell = The shell
help-man = The manual page
help-shared =
    .answers = Answers in order, with commas; a blank is -
    .client = Whose
    .code = The code
    .file = The file
    .id = The instrument, such as phq-9
    .name = The name
    .new_passphrase_file = The new passphrase; asked on the terminal when left out
    .phrase = The number of a recovery phrase, 1 to 3; twice
    .phrase_file = A file with that phrase, in the same order; asked on the terminal when left out
    .quiet = No progress on stderr
    .reason = Why one person does it alone
    .role = counsellor, supervisor or admin
    .second = The second person, present here: an admin beside a supervisor, or the other way round
    .second_passphrase_file = Their passphrase; asked on the terminal when left out
    .supervisor = The supervisor's name
    .total = A total worked out elsewhere, for instruments whose items may not be held
clap-usage = Usage:
clap-commands = Commands
clap-arguments = Arguments
clap-options = Options
clap-help = Print help
clap-version = Print version
clap-help-command = Print help of a command
clap-default = [default: { $value }]
clap-values = [possible values: { $values }]
clap-env = [env: { $name }]
clap-option-mark = [OPTIONS]
clap-command-mark = COMMAND
