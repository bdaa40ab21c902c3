# 초안의 점검과 평가

eval-note-check = 노트 초안 점검
eval-note-check-plain = 같은 모델에 그냥 노트를 쓰게 한 것
eval-note-marked = · 표시된 문장(근거 없음, 철회)
eval-note-unsupported = · 표시 없이 보이는데 근거가 없는 문장
eval-note-script = · 말하지 않은 글자가 섞인 문장
eval-note-loops = · 되풀이하는 문장
eval-note-facts = · 정답의 사실이 초안에 있음
eval-note-taken-back = · 철회한 말이 표시됨
eval-note-fewer = 그냥 쓰게 한 것보다 적은 비율
note-fault-no-line = · · 근거 줄 없음
note-fault-quote = · · 인용이 축어록에 없음
note-fault-speaker = · · 말한 사람이 다름
note-fault-number = · · 숫자가 근거 줄에 없음
note-fault-name = · · 이름이 근거 줄에 없음
note-fault-negation = · · 부정이 뒤바뀜
note-fault-tense = · · 지난 일을 지금 일로 씀
note-fault-words = · · 낱말이 근거 줄에 없음
note-fault-script = · · 다른 문자
note-fault-loop = · · 되풀이

key-draft-note = 들은 말로 초안 쓰기
    .short = 초안
key-redo = 되돌린 것 다시 하기
say-drafting = 초안을 쓰고 있습니다. 문장마다 근거가 된 말이 붙습니다.
say-drafted = 초안이 준비되었습니다. 문장마다 근거를 확인하세요.
say-draft-needs-blank = 초안은 빈 노트에만 씁니다. 적은 글을 덮어쓰지 않습니다.
help-find = 내담자, 회기, 축어록과 노트의 말을 찾습니다. 찾을 말은 표준 입력으로 받습니다
find-ask = 찾을 말(코드, 이름, 초성, 날짜, 축어록이나 노트의 말)
find-too-short = 찾을 말이 너무 짧습니다
    .hint = 두 글자 이상 쓰세요
find-nothing = 찾은 것이 없습니다.
find-in-note = 노트:

help-models-certify = 언어 모델이 노트의 문장을 써도 되는지 재고, 결과를 해시와 함께 남깁니다
certify-may-write = { $language }: 문장을 써도 됩니다(근거 없음 { $unsupported }/{ $written })
certify-may-not-write = { $language }: 문장을 쓰지 못합니다(근거 없음 { $unsupported }/{ $written })
certify-not-kept = 결과를 남기지 못했습니다({ $why })
    .hint = 모델 폴더에 쓸 수 있는지 확인하세요
