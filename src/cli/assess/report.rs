//! A score as the command line prints it.

use crate::cli::assess::triage::Screened;
use crate::cli::{Globals, print};
use crate::domain::assessment::instrument::{Instrument, Side};
use crate::domain::assessment::score::Score;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::lang::Lang;
use crate::texts::msg;

/// Prints a score, of a screener with what follows from it. A sheet without a score is still printed, then ends the
/// command with two lines and code 1.
pub fn report(
    instrument: &Instrument,
    s: &Score,
    screened: Option<&Screened<'_>>,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        as_json(s, screened, lang)?;
    } else {
        let total = s.score.map_or_else(|| "–".to_owned(), |p| p.to_string());
        let band = s.band.as_ref().map(|b| format!(" · {} ({})", b.label, b.source)).unwrap_or_default();
        print::line(format!("{} {total} / {}{band}", instrument.title.pick(lang), s.max));
        if let Some(blanks) = s.blanks(instrument, lang) {
            print::line(format!("  ({blanks})"));
        }
        for b in &s.other_bands {
            print::line(format!("  {} ({})", b.label, b.source));
        }
        for (id, part) in &s.subscales {
            let total = part.score.map_or_else(|| "–".to_owned(), |p| p.to_string());
            let band = part.band.as_ref().map(|b| format!(" · {} ({})", b.label, b.source)).unwrap_or_default();
            print::line(format!("  {} [{id}] {total} / {}{band}", part.title, part.max));
        }
        for n in &s.norms {
            let mark = if n.positive { "▲" } else { "·" };
            let side = if n.side == Side::AtLeast { "≥" } else { "≤" };
            let scale = scale_name(instrument, n.scale.as_deref(), lang);
            print::line(format!("  {mark} {scale}{side} {} {} — {} ({})", n.cut, n.points_at, n.population, n.source));
        }
        for p in &s.percentiles {
            print::line(format!("  {} %: {} ({})", p.at_or_below, p.population, p.source));
        }
        // What a screener comes to stands in its triage, which also says what is open.
        for o in s.outcomes.iter().filter(|_| screened.is_none()) {
            print::line(format!("  {} ({})", o.label, o.source));
        }
        for c in &s.critical {
            let opens = c.opens.as_ref().map(|o| format!(" → {o}")).unwrap_or_default();
            // The reason names the item and what was answered; a blank has only the item.
            let what = match c.answer {
                Some(_) => c.reason.clone(),
                None => {
                    let number = instrument.number(c.item - 1);
                    format!("{} {number}: {}", lang.say("assess-report-item"), c.said(lang))
                }
            };
            print::line(format!("  ! {what}{opens}"));
        }
        if let Some(c) = &s.change {
            print::line(format!(
                "  {} → {total}: {} ({}; RCI {}, {})",
                c.from,
                c.delta,
                c.class.label(lang),
                c.rci,
                c.source
            ));
            for o in &c.others {
                print::line(format!("    {} (RCI {}, {})", o.class.label(lang), o.rci, o.source));
            }
        }
        if let Some(screened) = screened {
            screened.as_text(lang);
        }
    }
    if s.valid {
        return Ok(());
    }
    let blanks: Vec<String> = s.missing.iter().map(ToString::to_string).collect();
    Err(ErrorReport::with(
        Exit::Failed,
        match &blanks[..] {
            [one] => msg("cli-assess-gives-no-score-answer-blank").shown("id", &s.instrument).shown("which", one),
            _ => msg("cli-assess-gives-no-score-answers-blank")
                .shown("id", &s.instrument)
                .shown("which", blanks.join(", ")),
        },
        msg("cli-assess-report-ask-blank-answers-rule.hint").shown("rule", &instrument.scoring.source),
    ))
}

/// The score as one object; that of a screener has its `triage` besides.
fn as_json(s: &Score, screened: Option<&Screened<'_>>, lang: Lang) -> Result<(), ErrorReport> {
    let Some(screened) = screened else { return print::json(s) };
    let mut object = serde_json::to_value(s).unwrap_or_default();
    if let Some(fields) = object.as_object_mut() {
        fields.insert("triage".to_owned(), screened.as_json(lang));
    }
    print::json(&object)
}

/// The name of a subscale before what is said of it; nothing for the total.
pub fn scale_name(instrument: &Instrument, scale: Option<&str>, lang: Lang) -> String {
    let Some(id) = scale else { return String::new() };
    let title = instrument.subscales.iter().find(|s| s.id == id).map_or(id, |s| s.title.pick(lang));
    format!("{title} ")
}
