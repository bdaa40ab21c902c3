# What a vault is believed by, and what of it is not believed.
note-other-words = revision { $n } of this note, signed by { $author-name }, does not follow from the one before it: somebody wrote what they may not write; it is not shown
note-other-author = { $author-name }, whose role writes no such revision, signed one of this note; it is not shown
note-other-words-remedy = run `gyeot vault check`; `gyeot audit show` says who wrote when
state-own-text = whoever wrote the text of a note does not co-sign it
    .hint = another supervisor assigned to this client co-signs it
concern-planted = files that nobody of this vault put there were removed: { $files }
concern-planted-remedy = somebody can write to this folder: look who, and run `gyeot vault check`
elsewhere-time = another time in the order
trust-recovery-of-another-vault = the recovery phrases are those of another founding entry
trust-worker-says = the worker says: { $what }
trust-worker-says-unknown = the worker says something that it has no words for
trust-worker-says-unknown-remedy = build the whole package again, so that program and worker are of one version
concern-older = this copy is older than what was seen before, and what is here is as it was; not here: { $parts }
concern-older-part = { $name }: { $part } { $missing }
concern-older-remedy = take the newer copy in (`gyeot vault join`) or restore the newest backup; if the older state is meant: `gyeot vault accept-older --reason …`
concern-clock-back = the clock of this workstation stands { $minutes } minutes before something that was written here
concern-clock-back-remedy = set the clock right before you write: times of records and of destructions come from it
