# What a vault is believed by, and what of it is not believed.
note-other-words = revision { $n } of this note, signed by { $author-name }, does not follow from the one before it: somebody wrote what they may not write; it is not shown
note-other-author = { $author-name }, whose role writes no such revision, signed one of this note; it is not shown
note-other-words-remedy = run `gyeot vault check`; `gyeot audit show` says who wrote when
state-own-text = whoever wrote the text of a note does not co-sign it
    .hint = another supervisor assigned to this client co-signs it
