//! `gyeot assess import-fhir --answers-of`: answers of another system, scored, and kept for a client when asked.

use crate::adapters::instruments;
use crate::cli::assess::report;
use crate::cli::{Globals, passphrase, print};
use crate::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use crate::domain::assessment::score::{Context, Score};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::formats::fhir::answers::{self, Assumed, ReadResponse};
use crate::service::administrations;
use crate::texts::msg;
use std::path::Path;

/// Runs the command: every response of the file that answers the instrument, oldest first.
pub(super) fn run(file: &Path, id: &str, client: Option<&str>, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::library(&globals.assessments_dir())?;
    let instrument = library.get(&id.into())?;
    let found = answers::responses(&instruments::read(file)?, instrument)?;
    let lang = globals.lang();
    let unlocked = client.map(|_| passphrase::unlock(globals)).transpose()?;
    let mut last = Ok(());
    for ReadResponse { answers, authored, assumed, total } in found {
        if let Some(at) = authored.filter(|_| !globals.json) {
            print::note(at.shown());
        }
        for a in &assumed {
            print::note(match a {
                Assumed::Order => lang.say("assess-imported-assumed-items-order-instrument"),
                Assumed::Text => lang.say("assess-imported-assumed-items-were-matched"),
                Assumed::Integers => lang.say("assess-imported-assumed-whole-numbers-points"),
                Assumed::Display => lang.say("assess-imported-assumed-answers-were-matched"),
                Assumed::Unfinished => lang.say("assess-imported-note-response-not-completed"),
            });
        }
        let (Some(code), Some(unlocked)) = (client, &unlocked) else {
            let context = Context { lang, ..Context::default() };
            let score = instrument.score(&answers, &context)?;
            compare(total, &score, globals);
            last = last.and(report(instrument, &score, None, globals));
            continue;
        };
        let code = ClientCode(code.to_owned());
        let card = unlocked.measures(&code)?;
        let context = Context { sex: card.sex, age: card.age, lang };
        let at = authored.unwrap_or_else(|| unlocked.now());
        if at > unlocked.now() {
            return Err(ErrorReport::usage(
                msg("cli-assess-imported-response-day-not-come-yet"),
                msg("cli-assess-imported-response-day-not-come-yet.hint"),
            ));
        }
        let occasion = Occasion { given_at: at, by: unlocked.me().id, mode: Mode::Imported, session: None };
        let made = Administration::new(instrument, Sheet::Answers(answers), &context, occasion)?;
        let made = administrations::give(unlocked, &code, instrument, made)?;
        compare(total, &made.score, globals);
        print::note(lang.say("assess-kept-saved"));
        last = last.and(report(instrument, &made.score, None, globals));
    }
    last
}

/// Says so where the sender's total is not what the answers add up to. A total of a hundredth is rounded by some senders.
fn compare(sent: Option<f64>, score: &Score, globals: &Globals) {
    let Some((sent, here)) = sent.zip(score.score.as_ref()) else { return };
    if (sent - here.value()).abs() > 0.05 {
        let told = msg("assess-imported-total-differs").shown("sent", sent).shown("here", here);
        print::note(told.text(globals.lang()));
    }
}
