# 선별 뒤의 할 일, 안전계획, 위기상담전화
crisis-data-own-file = { $path }: { $flaw }
crisis-data-file-could-not-be-used = { JOSA($path, "을/를") } 쓸 수 없습니다 ({ $kind })
    .hint = 파일과 그 권한을 확인하세요
crisis-line-checked = { $on } 확인
crisis-line-due = { $on } 확인, 다시 확인할 때가 지남
crisis-line-unverified = { $on }부터 확인되지 않음
safety-plan-too-much = 안전계획의 한 줄은 짧게, 한 단계는 40줄까지 씁니다
safety-plan-blank = 안전계획에 적은 것이 없습니다
safety-paper-title = 나의 안전계획
safety-paper-how = 힘들어지기 시작하면 1번부터 차례로 해 봅니다. 지금 위험하면 순서를 기다리지 말고 바로 전화하세요.
safety-paper-written = 쓴 날
safety-paper-with = 함께 쓴 사람
safety-paper-lines = 언제든 전화할 수 있는 곳
safety-paper-footer = { $centre } · 안전계획 { $revision }판
