# 모델이 낸 제안을 다시 만들어 보기

help-replay = 같은 발화와 같은 모델로 제안이나 기록 초안을 다시 만들어 같은지 알려 줍니다. 아무것도 저장하지 않습니다
    .record = 제안 기록의 번호. 또는 `session list`에 나오는 회기(그 회기의 가장 최근 제안)
    .note = 제안이 아니라 그 회기 기록의 초안(이 번호의 것, 또는 가장 최근 것)
    .quiet = 표준 오류에 진행을 쓰지 않습니다
replay-record = { $at }의 기록 { $record }, 발화 { $lines }개에서 만듦
replay-models = 모델: { $language }, { $embedding }
replay-prompts = 프롬프트: { $prompts }
replay-same = { $cards ->
    [0] 같습니다. 그때도 지금도 제안이 없습니다
   *[other] 같습니다. 카드 { $cards }장이 근거와 이유까지 같은 차례로 나왔습니다
}
replay-version = 만들 때는 { $then }, 이 프로그램에는 { $now }
replay-gone = 그때는 있었고 지금은 없는 제안: { $card }
replay-new = 지금은 있고 그때는 없던 제안: { $card }
replay-order = 카드는 같고 차례가 다릅니다
replay-evidence = 근거가 된 말이 다릅니다: { $card }
replay-reason = 이유가 다릅니다: { $card }
replay-confidence = 확신의 정도가 다릅니다: { $card }
replay-is-not-the-same = 같게 나오지 않았습니다
    .hint = 프롬프트나 프로그램의 버전이 다르면 다르게 나옵니다. 버전이 같다면 `gyeot models verify`로 모델을 확인하세요
replay-nothing-made = 거기에는 모델이 낸 제안이 없습니다
    .hint = 회기는 `gyeot session list`에 있습니다. 내담자가 AI에 동의한 회기에 제안이 있습니다
replay-does-not-say-from-what = 무엇으로 만들었는지 적기 전의 기록입니다
    .hint = 그 뒤의 제안만 다시 만들 수 있습니다
replay-lines-are-gone = 이 제안을 만든 발화가 기록에 없습니다
    .hint = 적히기 전에 고쳐진 발화입니다. 제안은 `gyeot session show`로 보세요
replay-other-model = 이 기록은 { $named }({ $hash })로 만들었는데 여기에는 { $here }만 있습니다
    .hint = 그 모델을 `gyeot models add`로 들여온 다음 다시 하세요
replay-note-models = 모델: { $models }
replay-note-made = 다시 만든 것: 모델이 발화를 고른 문장 { $chosen }개, 모델이 말을 다듬은 문장 { $worded }개
replay-note-same = 같습니다. 문장과 근거 발화, 근거의 상태가 모두 같게 나왔습니다
replay-note-gone = 초안의 { $n }번째 문장이 지금은 그 발화로 만들어지지 않습니다
replay-note-new = 새 초안의 { $n }번째 문장은 그때 없던 것입니다
replay-note-words = 초안의 { $n }번째 문장이 다른 말로 나옵니다
replay-note-support = 초안의 { $n }번째 문장의 근거 상태(근거 있음, 번복됨)가 다릅니다
replay-nothing-drafted = 거기에는 모델이 도운 초안이 없습니다
    .hint = `gyeot note draft`로 만듭니다. 내담자가 AI에 동의하지 않았으면 모델은 돕지 않습니다
