//! Every exporter against its golden file: what other programs read must not change unseen.
#![allow(clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::course::courses;
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::governance::access::Capability;
use gyeot::domain::practice::ids::{ClientCode, MemberId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::{Span, Timestamp};
use gyeot::domain::transcript::{Gap, Speaker, Transcript};
use gyeot::formats::{SCORES, SESSIONS, Scores, SessionRecords, TRANSCRIPTS};

fn sample() -> Transcript {
    let mut t = Transcript::empty(Lang::Ko);
    let span = |start_ms, end_ms| Span { start_ms, end_ms };
    t.add(span(230, 2_810), Speaker::Counsellor, ClientText::new("요즘 잠은 어떠세요?"), Some(0.91));
    t.add(span(3_000, 6_500), Speaker::Client, ClientText::new("잘 못 자요, \"거의\" 못 자요."), Some(0.8));
    t.add(span(3_661_007, 3_663_000), Speaker::Unknown, ClientText::new("a --> b\n\n<i>&"), None);
    t.gaps.push(Gap { start_ms: 7_000, end_ms: 9_000, reason: "asr-down".into() });
    t.duration_ms = 3_663_000;
    t
}

/// The carriage returns of CSV are shown, or a golden file could not hold them.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap().replace('\r', "␍")
}

#[test]
fn a_transcript_is_written_as_its_golden_files_say() {
    for exporter in TRANSCRIPTS {
        for lang in [Lang::Ko, Lang::En] {
            let name = format!("transcript.{}.{}", lang.code(), exporter.extension());
            insta::assert_snapshot!(name, text(exporter.write(&sample(), lang).unwrap()));
        }
    }
}

#[test]
fn scores_are_written_as_their_golden_files_say() {
    let library = instruments::shipped().unwrap();
    let phq = library.get(&"phq-9".into()).unwrap();
    let given = |days: i64, answers: &str| {
        let given_at = Timestamp(1_763_715_600_000 + days * 86_400_000);
        let occasion = Occasion { given_at, by: MemberId([1; 16]), mode: Mode::Paper, session: None };
        let sheet = Sheet::Answers(Answers::read(answers).unwrap());
        Administration::new(phq, sheet, &Context::default(), occasion).unwrap()
    };
    let all = [given(0, "2,2,1,2,1,1,2,0,1"), given(28, "1,0,1,1,0,0,1,0,0")];
    let client = ClientCode("C-0417".into());
    for exporter in SCORES {
        let scores = Scores { client: &client, courses: courses(&library, &all, None, Lang::En) };
        let written = text(exporter.write(&scores, Lang::En).unwrap());
        insta::assert_snapshot!(format!("scores.{}.{}", exporter.id(), exporter.extension()), written);
    }
}

#[test]
fn a_session_is_written_as_its_golden_file_says() {
    let transcript = sample();
    for exporter in SESSIONS {
        let kept = SessionRecords { session: SessionId([7; 16]), transcript: &transcript, records: &[] };
        let written = text(exporter.write(&kept, Lang::Ko).unwrap());
        insta::assert_snapshot!(format!("session.{}.{}", exporter.id(), exporter.extension()), written);
    }
}

#[test]
fn whatever_leaves_the_vault_needs_the_capability_to_export() {
    assert!(TRANSCRIPTS.iter().all(|e| e.capability() == Capability::ExportContent));
    assert!(SCORES.iter().all(|e| e.capability() == Capability::ExportContent));
    assert!(SESSIONS.iter().all(|e| e.capability() == Capability::ExportContent));
}
