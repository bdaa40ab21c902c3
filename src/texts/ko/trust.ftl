# 금고를 무엇으로 믿고, 무엇을 믿지 않는지.
note-other-words = { $author-name } 이름으로 서명된 이 노트의 { $n }판이 앞 판과 이어지지 않음: 쓸 수 없는 것을 쓴 판이라 보여 주지 않음
note-other-author = { JOSA($author-name, "이/가") } 역할상 쓸 수 없는 판을 이 노트에 서명해 두어 보여 주지 않음
note-other-words-remedy = `gyeot vault check` 실행; 언제 누가 썼는지는 `gyeot audit show`
state-own-text = 노트의 글을 쓴 사람은 그 노트에 공동 서명할 수 없음
    .hint = 이 내담자에게 배정된 다른 수퍼바이저가 공동 서명해야 함
concern-planted = 이 금고의 구성원이 두지 않은 파일을 지웠습니다: { $files }
concern-planted-remedy = 누군가 이 폴더에 쓸 수 있습니다. 누구인지 살펴보고 `gyeot vault check`를 실행하세요
elsewhere-time = 차례의 다른 때
trust-recovery-of-another-vault = 복구 구절이 다른 설립 항목의 것임
trust-worker-says = 작업 프로그램의 말: { $what }
trust-worker-says-unknown = 작업 프로그램이 정해지지 않은 말을 함
trust-worker-says-unknown-remedy = 프로그램과 작업 프로그램의 버전이 같도록 전체를 다시 빌드하세요
concern-older = 이 사본은 전에 본 것보다 오래되었고, 여기 있는 것은 그대로입니다. 여기 없는 것: { $parts }
concern-older-part = { $name } { $part } { $missing }건
concern-older-remedy = 더 새 사본을 합치거나(`gyeot vault join`) 가장 새 백업을 되돌리세요. 일부러 되돌린 것이라면 `gyeot vault accept-older --reason …`
concern-clock-back = 이 컴퓨터의 시계가 여기 남은 기록의 때보다 { $minutes }분 이릅니다
concern-clock-back-remedy = 쓰기 전에 시계를 맞추세요. 기록과 파기의 때가 시계를 따릅니다.
