# 말에서 찾은 문항 점수, 기록에 묻기, 견주어 보기.
eval-key-unreadable = 정답 파일의 { $line }번째 줄을 읽을 수 없습니다
    .hint = 정답 파일은 { $schema } 모양이어야 합니다. tests/data/items/README.md를 보세요.
