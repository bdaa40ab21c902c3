# 수퍼비전: 대기열, 검토, 의견, 공동 서명

governance-access-answer-comment = 의견에 답하기

review-not-handed-in = 아직 검토를 요청하지 않은 노트임 ({ $state })
    .hint = 상담사가 `gyeot note ready`로 작성 완료를 표시하면 검토할 수 있음
review-moved = 읽은 것은 { $read }판인데 지금은 { $now }판임
    .hint = 새 판을 읽고 다시 정할 것
review-no-words = 쓴 말이 없음
    .hint = 의견이나 요청할 내용을 적을 것. 명령줄에서는 표준 입력으로 읽음
review-no-anchor = 의견을 달 자리가 노트에 없음
    .hint = `statement:3`, `section:plan`, `utterance:12`처럼 적음. 번호는 `gyeot review open`이 보임
review-line-gone = 축어록의 그 줄은 이제 없음
    .hint = 녹음 동의가 철회되었거나 줄이 고쳐졌음. 문장이나 항목에 의견을 달 것
review-no-thread = 그런 의견이 없음
    .hint = 의견의 번호는 `gyeot review open`이 보임

review-minutes = { $n }분
review-hours = { $n }시간
review-days = { $n }일
review-open-cue = ▲ 확인 안 된 위험 단서
review-positive-screener = ▲ 선별 양성
review-came-back = 다시 올라옴
review-no-clients = 배정된 내담자가 없습니다. 내담자가 수퍼비전에 동의하고 상담사가 배정하면 여기에 보입니다.
review-ended-withdrawn = { $code }: 내담자가 수퍼비전 동의를 철회해 { $on }부터 읽을 수 없습니다.
review-ended-unassigned = { $code }: { $on }에 배정이 끝나 읽을 수 없습니다.
review-cosigned = { $revision }판에 { $name } 공동 서명 ({ $on })
review-cosigned-earlier = 공동 서명은 이전 { $revision }판의 것입니다: { $name }, { $on }. 지금 { $newest }판에는 새 공동 서명이 필요합니다.
review-talk = 말한 시간: 상담사 { $percent }%
review-no-words-kept = 이 회기의 말은 남아 있지 않습니다.
review-resolved = 해결
review-open = 열림
review-place-gone = (그 자리는 이제 없음)

cli-review-nothing-waits = 검토를 기다리는 노트가 없습니다.
cli-review-nothing-there = 수퍼바이저에게 가 있는 노트가 없습니다.
cli-review-at-the-counsellor = 수정을 요청해 상담사에게 있는 노트
cli-review-came-back = 수정 요청으로 돌아온 노트
cli-review-turnaround = 결정 { $n }건: 중앙값 { $median }, 가장 오래 { $longest }
cli-review-head = { $code } { $number }회기 · { $counsellor } · { $revision }판 · { $state }
cli-review-comments = 의견
cli-review-extract = 노트의 근거가 된 축어록
cli-review-earlier = 이전 노트: { $number }회기 · { $state } · { $lines }문장
cli-review-comment-kept = 의견을 보관했습니다: { $record }

help-review = 수퍼비전: 대기열, 의견, 돌려보내기, 공동 서명
help-review-queue = 검토를 기다리는 노트. 상담사에게는 수퍼바이저에게 가 있는 것과 돌아온 것
help-review-open = 노트를 근거와 함께 읽습니다. 수퍼바이저가 열면 검토 중이 됩니다
    .session = 회기. `session list`가 보인 대로, 앞부분만 적어도 됩니다
help-review-comment = 노트에 의견을 달거나 의견에 답합니다. 글은 표준 입력에서 읽습니다
    .session = 회기. `session list`가 보인 대로, 앞부분만 적어도 됩니다
    .on = 어디에: `statement:3`, `section:plan`, `utterance:12`. 주지 않으면 노트 전체
    .reply = 이 의견에 답합니다. 앞부분만 적어도 됩니다
    .resolve = 해결로 표시합니다. 글은 읽지 않습니다
    .reopen = 다시 엽니다. 글은 읽지 않습니다
help-review-return = 수정을 요청해 돌려보냅니다. 무엇을 고칠지는 표준 입력에서 읽습니다
    .session = 회기. `session list`가 보인 대로, 앞부분만 적어도 됩니다
    .revision = 읽은 판. 주지 않으면 가장 새 판
help-review-cosign = 노트에 공동 서명합니다
    .session = 회기. `session list`가 보인 대로, 앞부분만 적어도 됩니다
    .revision = 읽은 판. 주지 않으면 가장 새 판
