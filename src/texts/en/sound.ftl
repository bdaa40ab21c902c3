# Kept sound: the recorder, what it says while a session runs, recovery, correction.

practice-consent-keep-sound = Keep the sound
transcript-sound-not-kept = no sound kept

recorder-absent = the sound of sessions is not kept: the recorder could not be started: { $why }
    .hint = build the whole package again (make build); until then a program that dies takes with it what was not written down
recorder-refused = the sound of this session is not kept: the recorder is another version, or less confined than this system allows
sound-alarm-no-space = the disk is full: the recording uses its last reserve
    .hint = make room on this disk now; the sound waits in memory for five minutes
sound-alarm-write-failed = the disk does not take the recording
    .hint = look after the disk; the session goes on, and what is said is still written down
sound-alarm-little-room = too little free space to reserve half an hour of recording
sound-alarm-gone = the recorder ended again and again and was given up
    .hint = the session goes on without its sound; gyeot doctor shows what is wrong
sound-alarm-lost = a part of the sound was lost: the disk was too slow or refused for too long

sound-refused-not-ours = of another vault or another session
sound-refused-damaged = damaged or cut short
sound-refused-unsigned = not written by this session's recorder
sound-refused-elsewhere = names another vault or session
sound-refused-twice = there twice
sound-refused-unread = cannot be read

recorder = recorder
sound-kept = sound
sound-alarm = DISK FULL, sound to
sound-not-kept = SOUND NOT KEPT since
say-recover-sessions = { $n ->
    [one] A session was interrupted. What was not written down yet is in its sound. Write it down now?
   *[other] { $n } sessions were interrupted. What was not written down yet is in their sound. Write it down now?
 }
say-recovering = The sound of the interrupted session is being written down; you can go on working
say-recovered-from-sound = Recovered: { $n ->
        [one] 1 utterance was
       *[other] { $n } utterances were
    } only in the sound
cli-session-recover-recovered = session { $id }: { $n ->
        [one] 1 utterance
       *[other] { $n } utterances
    } recovered
cli-session-recover-withdrawn = session { $id }: closed as it is, consent was withdrawn; { $n } utterances from before stay
cli-session-recover-from-sound = {"    "}{ $n } of them from { $sound } of sound
cli-session-recover-refused = {"    "}{ $n } files of sound left out: { $why }
cli-session-recover-needs-model = the sound of this session cannot be written down now
    .hint = install a speech model and run it again; --without-sound finishes the session with what was sealed before

stale-words = rests on words that were corrected
session-show-stale = {"  "}⚠ rests on words that were corrected
session-correct-done = { $n ->
        [one] 1 line
       *[other] { $n } lines
    } corrected, { $cues } new risk cues; what stood before is kept (session show --history)
session-correct-stale = { $n ->
        [one] 1 direction or line of the note rests
       *[other] { $n } directions or lines of the note rest
    } on words that are not there any more: session show marks them
correction-no-line = there is no line { $line }
    .hint = session show --numbers numbers the lines; the last line has none to merge with
correction-no-words = no words, or too many lines of them, were given
    .hint = write them on standard input or in a file (--from): one line for --line, two for --split and --replace
correction-nothing = nothing would change
    .hint = these words stand there already, or nowhere
hear-again-no-sound = no sound of this session is kept
    .hint = sound is destroyed when the note is signed, unless the client agreed to keep it (consent keep-sound)
hear-again-proposals = { $n ->
        [one] 1 line was
       *[other] { $n } lines were
    } heard otherwise, { $taken } taken over; --take all or --take 3,5 takes them
hear-again-not-proposed = there is no proposal for a line of { $list }
    .hint = run it without --take and see the numbers
key-play-line = Play the chosen line
    .short = play
play-line-not-kept = the sound of this line is not kept
audio-loudspeaker = the loudspeaker does not play: { $why }
    .hint = choose another output in the sound settings of the system, or plug one in
audio-no-loudspeaker-support = this build plays no sound
    .hint = build it with the feature mic (make build)
loudspeaker-not-there = there is none, or it was unplugged
