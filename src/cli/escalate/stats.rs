//! `gyeot escalate stats`: counts of a period without a person, as text, CSV, JSON or a page.

use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::statistics::{Shown, Statistics};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::{statistics_csv, statistics_document};
use crate::service::escalation_statistics::{statistics, statistics_file};
use crate::texts::msg;
use std::path::PathBuf;

/// Arguments of `gyeot escalate stats`.
#[derive(Debug, clap::Args)]
pub(super) struct Stats {
    /// First day, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// `csv` or `pdf`; text when left out.
    #[arg(long, value_name = "FORM", value_parser = ["csv", "pdf"])]
    form: Option<String>,
    /// Write it here instead of to standard output; the file must not be there yet.
    #[arg(long, value_name = "F")]
    out: Option<PathBuf>,
}

/// Counts.
pub(super) fn run(asked: &Stats, rules: &Rules, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let vault = unlock(globals)?;
    let found = statistics(&vault, &asked.from, &asked.to)?;
    let centre = vault.roster().centre;
    vault.lock()?;
    let bytes = match asked.form.as_deref() {
        _ if globals.json => return print::json(&found),
        Some(form) => statistics_file(&found, rules, &centre, form == "csv", lang)?,
        None => text(&found, rules, lang).into_bytes(),
    };
    match &asked.out {
        None => print::bytes(&bytes),
        Some(path) => crate::adapters::outgoing_file::write(path, &bytes)?,
    }
    Ok(())
}

/// A count for people.
fn shown(count: Shown, lang: Lang) -> String {
    match count {
        Shown::Count(n) => n.to_string(),
        Shown::Withheld => lang.say("statistics-withheld").to_owned(),
    }
}

fn text(found: &Statistics, rules: &Rules, lang: Lang) -> String {
    let mut out = msg("statistics-period").with("from", &found.from).with("to", &found.to).text(lang) + "\n";
    for table in &found.tables {
        out.push_str(&format!("\n{} ({})\n", statistics_csv::table_title(table.of, lang), shown(table.total, lang)));
        for (key, count) in &table.rows {
            let name = statistics_document::label(table.of, key, rules, lang);
            out.push_str(&format!("  {name}: {}\n", shown(*count, lang)));
        }
    }
    out + "\n" + lang.say("statistics-note") + "\n"
}
