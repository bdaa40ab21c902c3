//! Facts of the record as sentences of a drafted note: the session itself, scores, risk cues, marks, stretches off the record. No
//! model has a part.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::suggestion::RiskCue;
use crate::domain::assessment::administration::Administration;
use crate::domain::note::draft::Fact;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::clock;
use crate::domain::record::Body;
use crate::domain::transcript::{Speaker, Transcript};
use crate::texts::msg;

/// A risk cue: its words and what its rule looks for, with the line they stand in. By number where the transcript has no
/// times; a rule that these rules no longer have is named by its id. In the counsellor's words it is said to be so.
pub fn of_cue(cue: &RiskCue, rules: &Rules, transcript: &Transcript, lang: Lang) -> Fact {
    let said = transcript.get(cue.utterance);
    let at = match said {
        Some(said) if said.end_ms > 0 => clock(said.start_ms),
        _ => format!("#{}", cue.utterance.0),
    };
    let evidence = vec![Evidence { utterance: cue.utterance, quote: cue.quote.clone() }];
    // What the counsellor asks says nothing of the client: the words stand there, and not what their rule looks for.
    if said.is_some_and(|said| said.speaker == Speaker::Counsellor) {
        let text = msg("cli-note-risk-cue-counsellor").shown("at", at).shown("words", cue.quote.reveal()).text(lang);
        return Fact { about: "risk", text: ClientText::new(&text), evidence };
    }
    let denied = if cue.denied { lang.say("cli-note-denied") } else { "" };
    let text = msg("cli-note-risk-cue-rule")
        .shown("at", at)
        .shown("words", cue.quote.reveal())
        .shown("rule", rules.get(&cue.rule).map_or(cue.rule.as_str(), |rule| rule.label(lang)))
        .shown("denied", denied)
        .text(lang);
    Fact { about: "risk", text: ClientText::new(&text), evidence }
}

/// The session: which, when, how long, and who was there besides the client, by role word.
pub fn of_session(session: &SessionRow, with: &[String], lang: Lang) -> Fact {
    let line =
        msg("note-fact-session").shown("number", session.number).shown("day", session.started.shown()).text(lang);
    let minutes = session.ended.map(|end| (end.0 - session.started.0).max(0) / 60_000).filter(|m| *m > 0);
    let length = minutes.map(|m| msg("note-fact-minutes").shown("minutes", m).text(lang)).unwrap_or_default();
    let with = match with {
        [] => String::new(),
        with => msg("note-fact-with").shown("with", with.join(", ")).text(lang),
    };
    Fact { about: "session", text: ClientText::new(&format!("{line}{length}{with}")), evidence: Vec::new() }
}

/// A sheet that was filled in at this session: its score and what the leading band calls it.
pub fn of_sheet(sheet: &Administration, lang: Lang) -> Fact {
    let name = sheet.instrument.as_str().to_uppercase();
    let text = match &sheet.score.score {
        Some(points) => {
            let band = sheet.score.band.as_ref().map(|b| format!(" ({})", b.label)).unwrap_or_default();
            msg("note-fact-score")
                .shown("name", &name)
                .shown("points", points)
                .shown("max", sheet.score.max)
                .shown("band", band)
        }
        None => msg("note-fact-no-score").shown("name", &name),
    };
    Fact { about: "measures", text: ClientText::new(&text.text(lang)), evidence: Vec::new() }
}

/// What a record of a session says for its note; nothing of most kinds.
pub fn of_record(body: &Body, rules: &Rules, transcript: &Transcript, lang: Lang) -> Option<Fact> {
    let (about, text) = match body {
        Body::RiskCue { cue } => return Some(of_cue(cue, rules, transcript, lang)),
        Body::Mark { at_ms, label } => {
            let label = label.as_ref().map(|l| format!(": {}", l.reveal())).unwrap_or_default();
            ("marks", format!("{} {}{label}", lang.say("cli-note-marked"), clock(*at_ms)))
        }
        Body::Gap { gap } if gap.reason == "off-record" => {
            let (from, to) = (clock(gap.start_ms), clock(gap.end_ms));
            ("off-record", format!("{} {from} – {to}", lang.say("cli-note-off-record")))
        }
        _ => return None,
    };
    Some(Fact { about, text: ClientText::new(&text), evidence: Vec::new() })
}
