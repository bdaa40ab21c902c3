# 금고를 무엇으로 믿고, 무엇을 믿지 않는지.
note-other-words = { $author-name } 이름으로 서명된 이 노트의 { $n }판이 앞 판과 이어지지 않음: 쓸 수 없는 것을 쓴 판이라 보여 주지 않음
note-other-author = { JOSA($author-name, "이/가") } 역할상 쓸 수 없는 판을 이 노트에 서명해 두어 보여 주지 않음
note-other-words-remedy = `gyeot vault check` 실행; 언제 누가 썼는지는 `gyeot audit show`
state-own-text = 노트의 글을 쓴 사람은 그 노트에 공동 서명할 수 없음
    .hint = 이 내담자에게 배정된 다른 수퍼바이저가 공동 서명해야 함
