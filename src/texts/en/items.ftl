# Item scores found in talk, questions to the record, evaluation.
eval-key-unreadable = Line { $line } of a key file cannot be read
    .hint = A key file has the form { $schema }; see tests/data/items/README.md.
