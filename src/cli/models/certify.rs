//! `gyeot models certify`: a fixed set of small transcripts is worded by a model, what its lines do not support is counted, and the
//! result is kept with the hash of its file.

use crate::adapters::models::Store;
use crate::adapters::{engines, shipped};
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::note::wording::Outcome;
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::live::note_wording::Wordings;
use crate::live::suggest::Respondent;
use crate::texts::msg;
use serde_json::json;

/// Runs the command.
pub fn certify(store: &Store, id: &ModelId, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let (wording, check) = (shipped::note_wording()?, shipped::note_check()?);
    let mut language = engines::language(store, Some(id), engines::threads())?;
    let by = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
        ErrorReport::failed(
            msg("cli-suggest-cannot-answer-questions-manifest-names").shown("model", &language.model.id),
            msg("cli-suggest-cannot-answer-questions-manifest-names.hint"),
        )
    })?;
    let wordings = Wordings { wording, check };
    let certificate = wordings.certify(&by, &mut language.worker, &mut |done, of| {
        if !globals.json && print::progress_is_drawn() {
            print::status(&msg("eval-progress").shown("done", done).shown("of", of).text(lang));
        }
    })?;
    store.keep_certificate(&certificate)?;
    if globals.json {
        return print::json(&json!({ "schema": "gyeot.note-certificate/1", "certificate": certificate }));
    }
    print::line(format!("{} {}", certificate.model.id, certificate.model.sha256));
    for (of, outcome) in [(Lang::Ko, certificate.ko), (Lang::En, certificate.en)] {
        print::line(said(of, outcome, lang));
    }
    Ok(())
}

fn said(of: Lang, outcome: Outcome, lang: Lang) -> String {
    let id = if outcome.certified { "certify-may-write" } else { "certify-may-not-write" };
    msg(id)
        .shown("language", of.code())
        .with("written", outcome.written)
        .with("unsupported", outcome.unsupported)
        .text(lang)
}
