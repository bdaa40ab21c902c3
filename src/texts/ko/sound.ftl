# 보관된 소리: 녹음 프로그램, 회기 중의 알림, 되살리기, 고치기.

practice-consent-keep-sound = 음성 파일 보관
transcript-sound-not-kept = 남은 소리가 없음

recorder-absent = 회기의 소리가 보관되지 않습니다. 녹음 프로그램을 시작하지 못했습니다: { $why }
    .hint = 꾸러미 전체를 다시 빌드하세요(make build). 그때까지는 프로그램이 꺼지면 아직 글로 옮기지 못한 말이 사라집니다
recorder-refused = 이 회기의 소리가 보관되지 않습니다. 녹음 프로그램의 버전이 다르거나 이 시스템이 허용하는 것보다 덜 격리되어 있습니다
sound-alarm-no-space = 디스크가 가득 찼습니다. 녹음이 마지막 예비 공간을 쓰고 있습니다
    .hint = 지금 이 디스크의 공간을 비우세요. 소리는 5분 동안 메모리에서 기다립니다
sound-alarm-write-failed = 디스크에 녹음을 쓸 수 없습니다
    .hint = 디스크를 살펴보세요. 회기는 계속되고, 말은 계속 글로 옮겨집니다
sound-alarm-little-room = 남은 공간이 적어 녹음 30분 분량을 미리 확보하지 못했습니다
sound-alarm-gone = 녹음 프로그램이 거듭 끝나 녹음을 그만두었습니다
    .hint = 회기는 소리 없이 계속됩니다. 무엇이 문제인지 gyeot doctor로 볼 수 있습니다
sound-alarm-lost = 소리 일부를 잃었습니다. 디스크가 너무 느리거나 오래 거부했습니다

sound-refused-not-ours = 다른 금고나 다른 회기의 것
sound-refused-damaged = 손상되었거나 잘린 것
sound-refused-unsigned = 이 회기의 녹음 프로그램이 쓰지 않은 것
sound-refused-elsewhere = 다른 금고나 회기의 이름이 적힌 것
sound-refused-twice = 두 번 있는 것
sound-refused-unread = 읽을 수 없는 것

recorder = 녹음 프로그램
sound-kept = 소리
sound-alarm = 디스크 가득 참, 소리
sound-not-kept = 소리 보관 안 됨
say-recover-sessions = 중단된 회기 { $n }개가 있습니다. 아직 글로 옮기지 못한 말이 소리로 남아 있습니다. 지금 옮길까요?
say-recovering = 중단된 회기의 소리를 글로 옮기고 있습니다. 그동안 다른 일을 하셔도 됩니다
say-recovered-from-sound = 되살렸습니다. 발화 { $n }개는 소리에만 있었습니다
cli-session-recover-recovered = 회기 { $id }: 발화 { $n }개를 되살렸습니다
cli-session-recover-withdrawn = 회기 { $id }: 동의가 철회되어 그대로 닫았습니다. 그 전의 발화 { $n }개는 남아 있습니다
cli-session-recover-from-sound = {"    "}그 가운데 { $n }개는 소리 { $sound }에서 되살렸습니다
cli-session-recover-refused = {"    "}뺀 소리 파일 { $n }개: { $why }
cli-session-recover-needs-model = 이 회기의 소리를 지금 글로 옮길 수 없습니다
    .hint = 받아쓰기 모델을 설치하고 다시 실행하세요. --without-sound를 주면 그 전에 봉인된 것만으로 회기를 마무리합니다

stale-words = 고친 말에 근거함
session-show-stale = {"  "}⚠ 고친 말에 근거함
session-correct-done = { $n }줄을 고쳤습니다. 새 위험 단서 { $cues }개. 고치기 전의 축어록은 남아 있습니다 (session show --history)
session-correct-stale = 제안이나 노트 문장 { $n }개가 이제는 없는 말에 근거하고 있습니다. session show에 표시됩니다
correction-no-line = { $line }번 줄이 없습니다
    .hint = session show --numbers로 줄 번호를 볼 수 있습니다. 마지막 줄은 합칠 다음 줄이 없습니다
correction-no-words = 말이 없거나 줄 수가 맞지 않습니다
    .hint = 표준 입력이나 파일(--from)에 적으세요. --line은 한 줄, --split과 --replace는 두 줄입니다
correction-nothing = 바뀌는 것이 없습니다
    .hint = 이미 그렇게 적혀 있거나 그 말이 어디에도 없습니다
hear-again-no-sound = 이 회기의 소리가 보관되어 있지 않습니다
    .hint = 소리는 노트에 서명하면 파기됩니다. 내담자가 음성 파일 보관(keep-sound)에 동의했을 때만 남습니다
hear-again-proposals = { $n }줄이 다르게 들렸고 { $taken }줄을 받아들였습니다. --take all이나 --take 3,5로 받아들입니다
hear-again-not-proposed = { $list } 가운데 제안이 없는 줄이 있습니다
    .hint = --take 없이 실행하면 번호를 볼 수 있습니다
key-play-line = 고른 줄 듣기
    .short = 듣기
play-line-not-kept = 이 줄의 소리가 남아 있지 않습니다
audio-loudspeaker = 소리를 낼 수 없습니다: { $why }
    .hint = 시스템의 소리 설정에서 다른 출력 장치를 고르거나 장치를 연결하세요
audio-no-loudspeaker-support = 이 빌드는 소리를 내지 못합니다
    .hint = mic 기능을 넣어 빌드하세요(make build)
loudspeaker-not-there = 장치가 없거나 빠졌습니다
