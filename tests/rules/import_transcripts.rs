//! Transcripts of other tools: every kind is read by its content, the words stay with who said them, and who is who is
//! proposed with a reason.

use gyeot::domain::practice::lang::Lang;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::formats::import::{Because, Import, Line, read, transcript, voices};

fn lines(bytes: &[u8]) -> (&'static str, Vec<Line>) {
    match read(bytes).unwrap() {
        Import::Other { kind, lines } => (kind, lines),
        Import::Own(_) => panic!("taken for our own"),
    }
}

fn told(bytes: &[u8]) -> Transcript {
    let (_, lines) = lines(bytes);
    let roles: Vec<_> = voices(&lines).into_iter().map(|v| (v.name, v.guess)).collect();
    transcript(&lines, &roles, Lang::En)
}

fn said(text: &str) -> Vec<(Speaker, String)> {
    let of = told(text.as_bytes());
    of.utterances.iter().map(|u| (u.speaker, u.text.reveal().to_owned())).collect()
}

#[test]
fn a_protocol_whose_turns_are_numbered_has_two_speakers_and_its_heading_is_nobodys_words() {
    use Speaker::{Client, Counsellor};
    let korean = "축어록\n날짜: 2026-03-02\n회기: 3회기\n장소: 상담실 2\n\n상1: 어떻게 지내셨어요?\n내1: 눈을 안 떴으면 좋겠어요.\n(침묵 10초)\n상2: 언제부터요?\n내2: 지난달부터요.\n";
    let found = said(korean);
    assert_eq!(found.iter().map(|(who, _)| *who).collect::<Vec<_>>(), [Counsellor, Client, Counsellor, Client]);
    assert_eq!(found[1].1, "눈을 안 떴으면 좋겠어요. (침묵 10초)");
    for (one, other) in [("T", "C"), ("Th", "Cl"), ("Co", "Cl"), ("C", "P"), ("상담자", "내담자"), ("상", "내")]
    {
        let numbered = format!("{one}1: How was it?\n{other}1: Bad.\n{one}2: Since when?\n{other}2: May.\n");
        let bare = format!("{one}: How was it?\n{other}: Bad.\n{one}: Since when?\n{other}: May.\n");
        for text in [numbered, bare] {
            let who: Vec<Speaker> = said(&text).into_iter().map(|(who, _)| who).collect();
            assert_eq!(who, [Counsellor, Client, Counsellor, Client], "{text}");
        }
    }
    let meet = "Session (2026-03-02 14:00 GMT+9) - Transcript\nAttendees\nDr Kim, Mina\n\n00:00:00\nDr Kim: How was it?\nMina: Bad.\n";
    assert_eq!(said(meet).len(), 2, "{:?}", said(meet));
}

#[test]
fn services_that_list_utterances_are_read_in_their_unit_of_time() {
    let milliseconds = r#"{"utterances":[{"start":0,"end":3000,"speaker":"A","text":"How was it?"},
        {"start":4000,"end":6000,"speaker":"B","text":"Bad."}]}"#;
    let seconds = r#"{"results":{"utterances":[{"start":0.0,"end":3.0,"speaker":0,"transcript":"How was it?"},
        {"start":4.0,"end":6.0,"speaker":1,"transcript":"Bad."}]}}"#;
    for text in [milliseconds, seconds] {
        let of = told(text.as_bytes());
        let found: Vec<_> = of.utterances.iter().map(|u| (u.start_ms, u.end_ms, u.speaker)).collect();
        assert_eq!(found, [(0, 3_000, Speaker::Counsellor), (4_000, 6_000, Speaker::Client)]);
    }
}

const CLOVA: &str = "새로운 노트\n2026.03.02 월 오전 10:05 ・ 50분 12초\n한상담\n\n참석자 1 00:03\n지난 한 주는 어떻게 지내셨어요?\n\n참석자 2 00:07\n잠을 거의 못 잤어요.\n그냥 눈을 안 떴으면 좋겠어요.\n\n참석자 1 00:15\n계획해 보신 적이 있나요?\n";

#[test]
fn clovanote_is_read_in_utf_8_cp949_and_utf_16_and_its_heading_is_nobodys_words() {
    let (korean, _, _) = encoding_rs::EUC_KR.encode(CLOVA);
    let utf16 = |big: bool| -> Vec<u8> {
        CLOVA.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let marked = [b"\xff\xfe".to_vec(), utf16(false)].concat();
    let crlf = [b"\xef\xbb\xbf".to_vec(), CLOVA.replace('\n', "\r\n").into_bytes()].concat();
    for bytes in [CLOVA.as_bytes().to_vec(), korean.into_owned(), utf16(false), utf16(true), marked, crlf] {
        let t = told(&bytes);
        let said: Vec<_> = t.utterances.iter().map(|u| (u.start_ms, u.speaker, u.text.reveal())).collect();
        assert_eq!(
            said,
            [
                (3_000, Speaker::Counsellor, "지난 한 주는 어떻게 지내셨어요?"),
                (7_000, Speaker::Client, "잠을 거의 못 잤어요. 그냥 눈을 안 떴으면 좋겠어요."),
                (15_000, Speaker::Counsellor, "계획해 보신 적이 있나요?"),
            ]
        );
    }
}

#[test]
fn subtitles_of_zoom_teams_and_whisper_tools_keep_times_and_speakers() {
    let teams = "WEBVTT\n\nb7a3/11-0\n00:00:05.790 --> 00:00:09.514\n<v Han Counsellor>How did the week go?</v>\n\nb7a3/12-0\n00:00:10.000 --> 00:00:16.000\n<v Client B>I have not <i>slept</i> &amp; eaten.</v>\n";
    let zoom = "WEBVTT\n\n1\n00:00:05.790 --> 00:00:09.514\nHan Counsellor: How did the week go?\n\n2\n00:00:10.000 --> 00:00:16.000\nClient B: I have not slept & eaten.\n";
    let srt = "1\r\n00:00:05,790 --> 00:00:09,514\r\n[SPEAKER_00]: How did the week go?\r\n\r\n2\r\n00:00:10,000 --> 00:00:16,000\r\n[SPEAKER_01]: I have not slept & eaten.\r\n";
    for text in [teams, zoom, srt] {
        let t = told(text.as_bytes());
        let said: Vec<_> = t.utterances.iter().map(|u| (u.start_ms, u.end_ms, u.speaker, u.text.reveal())).collect();
        assert_eq!(
            said,
            [
                (5_790, 9_514, Speaker::Counsellor, "How did the week go?"),
                (10_000, 16_000, Speaker::Client, "I have not slept & eaten."),
            ]
        );
    }
}

#[test]
fn text_with_names_and_times_is_read_however_they_stand() {
    for text in [
        "Han Counsellor  0:05\nHow did the week go?\n\nClient B  0:10\nI have not slept.\n\nTranscribed by https://otter.ai\n",
        "[00:05] Han Counsellor: How did the week go?\n[00:10] Client B: I have not slept.\n",
        "00:00:05 Han Counsellor: How did the week go?\n00:00:10 Client B: I have not slept.\n",
        "Han Counsellor (0:05): How did the week go?\nClient B (0:10): I have not slept.\n",
        "[Han Counsellor] 00:00:05\nHow did the week go?\n\n[Client B] 00:00:10\nI have not slept.\n",
    ] {
        let t = told(text.as_bytes());
        let said: Vec<_> = t.utterances.iter().map(|u| (u.start_ms, u.speaker, u.text.reveal())).collect();
        assert_eq!(
            said,
            [(5_000, Speaker::Counsellor, "How did the week go?"), (10_000, Speaker::Client, "I have not slept.")],
            "{text}"
        );
    }
    let t = told("상담사: 어떠셨어요?\n내담자: 힘들었어요.\n그래서 쉬었어요.\n".as_bytes());
    let said: Vec<_> = t.utterances.iter().map(|u| (u.speaker, u.text.reveal())).collect();
    assert_eq!(said, [(Speaker::Counsellor, "어떠셨어요?"), (Speaker::Client, "힘들었어요. 그래서 쉬었어요.")]);
}

#[test]
fn our_own_subtitles_come_back_with_their_speakers() {
    let mut own = Transcript::empty(Lang::Ko);
    for (start, who, text) in [(1_000, Speaker::Client, "네."), (2_000, Speaker::Counsellor, "그랬군요 a --> b <i>")]
    {
        let span = gyeot::domain::practice::time::Span { start_ms: start, end_ms: start + 500 };
        own.add(span, who, gyeot::domain::practice::text::ClientText::new(text), None);
    }
    for id in ["srt", "vtt"] {
        let format = gyeot::formats::transcript_format(id).unwrap();
        let back = told(String::from_utf8(format.write(&own, Lang::Ko).unwrap()).unwrap().as_bytes());
        let speakers: Vec<_> = back.utterances.iter().map(|u| (u.start_ms, u.end_ms, u.speaker)).collect();
        assert_eq!(speakers, [(1_000, 1_500, Speaker::Client), (2_000, 2_500, Speaker::Counsellor)], "{id}");
    }
    let json =
        String::from_utf8(gyeot::formats::transcript_format("json").unwrap().write(&own, Lang::Ko).unwrap()).unwrap();
    assert_eq!(read(json.as_bytes()), Ok(Import::Own(own)));
}

#[test]
fn json_of_other_recognisers_is_read() {
    let cpp =
        br#"{"result":{"language":"en"},"transcription":[{"offsets":{"from":5790,"to":9514},"text":" Hello again."}]}"#;
    let whisperx = br#"{"segments":[{"start":5.79,"end":9.514,"text":" Hello again.","speaker":"SPEAKER_00"}]}"#;
    let clova = r#"{"segments":[{"start":5790,"end":9514,"text":"Hello again.","speaker":{"label":"1","name":"A"}}]}"#;
    for json in [&cpp[..], whisperx, clova.as_bytes()] {
        let t = told(json);
        assert_eq!((t.utterances[0].start_ms, t.utterances[0].end_ms), (5_790, 9_514));
        assert_eq!(t.utterances[0].text.reveal(), "Hello again.");
    }
}

#[test]
fn who_is_who_is_guessed_with_a_reason_and_stays_open_where_nothing_tells() {
    let of = |text: &str| voices(&lines(text.as_bytes()).1);
    let asked = of("A: How are you?\nB: Bad.\nA: Since when?\nB: A week.\n");
    assert_eq!((asked[0].guess, asked[0].because), (Speaker::Counsellor, Because::Questions));
    assert_eq!((asked[1].guess, asked[1].because), (Speaker::Client, Because::TheOther));
    let silent = of("A: Bad.\nB: Bad.\n");
    assert!(silent.iter().all(|v| v.guess == Speaker::Unknown && v.because == Because::Nothing));
    let three = of("A: How are you?\nB: Bad.\nC: Me too.\n");
    assert!(three.iter().all(|v| v.guess == Speaker::Unknown));
}

#[test]
fn what_is_no_transcript_is_refused_without_a_word_of_it() {
    for bytes in
        [&b"%PDF-1.7 secret"[..], "그냥 쓴 글입니다.\n비밀\n".as_bytes(), b"\xd0\xcf\x11\xe0secret", b"{\"a\":1}", b""]
    {
        let fault = read(bytes).unwrap_err().to_string();
        assert!(!fault.contains("secret") && !fault.contains("비밀"), "{fault}");
    }
}
