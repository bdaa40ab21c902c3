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
