//! The numbers of the mirror in words: values with their units, bands with their sources, and why there is no number.

use crate::domain::mirror::measures::{Band, Measure};
use crate::domain::mirror::reading::{Counted, Mirror, NotScorable, Number, Placed, Unit, Value};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::texts::msg;

/// Eight heights of a sparkline.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Stands for a session without a number.
const NONE: char = '·';

/// A number as it is shown, such as `43 %`, `2.4 s`, `1.3 : 1`; what it says where there is none.
pub fn value(number: &Number, lang: Lang) -> String {
    match number.value {
        Value::Value(v) => in_unit(v, number.unit, lang),
        Value::NotScorable(_) => lang.say("mirror-not-scorable").to_owned(),
    }
}

/// A value in its unit.
pub fn in_unit(v: f64, unit: Unit, lang: Lang) -> String {
    match unit {
        Unit::Share => format!("{:.0} %", v * 100.0),
        Unit::Ms if v < 60_000.0 => {
            msg("mirror-seconds").shown("seconds", format_args!("{:.1}", v / 1000.0)).text(lang)
        }
        Unit::Ms => clock(v as u64),
        Unit::WordsPerMinute => msg("mirror-words-a-minute").shown("number", format_args!("{v:.0}")).text(lang),
        Unit::SyllablesPerMinute => msg("mirror-syllables-a-minute").shown("number", format_args!("{v:.0}")).text(lang),
        Unit::Count => format!("{v:.0}"),
        Unit::Ratio => format!("{v:.1} : 1"),
    }
}

/// Why there is no number.
pub fn why(why: NotScorable, lang: Lang) -> String {
    match why {
        NotScorable::SpeakersUnsure { unknown } => {
            msg("mirror-speakers-unsure").shown("percent", format_args!("{:.0}", unknown * 100.0))
        }
        NotScorable::OneSpeaker => msg("mirror-one-speaker"),
        NotScorable::NoTimes => msg("mirror-no-times"),
        NotScorable::TooShort { ms } => msg("mirror-too-short").shown("spoken", clock(ms)),
        NotScorable::TooFew { found, needed } => msg("mirror-too-few").with("found", found).with("needed", needed),
    }
    .text(lang)
}

/// The word of a band.
pub fn band(band: Band, lang: Lang) -> &'static str {
    match band {
        Band::Below => lang.say("mirror-band-below"),
        Band::Fair => lang.say("mirror-band-fair"),
        Band::Good => lang.say("mirror-band-good"),
    }
}

/// Where a number lies, from where on it is fair and good, and who says so.
pub fn placed(placed: &Placed, unit: Unit, lang: Lang) -> String {
    msg("mirror-placed")
        .shown("band", band(placed.band, lang))
        .shown("fair", in_unit(placed.fair, unit, lang))
        .shown("good", in_unit(placed.good, unit, lang))
        .shown("source", &placed.source)
        .text(lang)
}

/// What an utterance counted for: its value or its kind; nothing where it merely counted.
pub fn counted(counted: &Counted, unit: Unit, lang: Lang) -> String {
    let of_time = matches!(unit, Unit::Share);
    match (counted.value, counted.kind) {
        (Some(v), _) => in_unit(v, if of_time { Unit::Ms } else { unit }, lang),
        (None, Some("open")) => lang.say("mirror-kind-open").to_owned(),
        (None, Some("closed")) => lang.say("mirror-kind-closed").to_owned(),
        (None, Some("simple")) => lang.say("mirror-kind-simple").to_owned(),
        (None, Some("complex")) => lang.say("mirror-kind-complex").to_owned(),
        (None, _) => String::new(),
    }
}

/// How many of each kind counted, such as `8 open, 4 closed`; nothing for what has no kinds.
pub fn kinds(number: &Number, lang: Lang) -> String {
    let of = |kind| number.counted.iter().filter(|c| c.kind == Some(kind)).count();
    match number.measure {
        Measure::Questions => msg("mirror-open-and-closed").with("open", of("open")).with("closed", of("closed")),
        Measure::Reflections => {
            msg("mirror-simple-and-complex").with("simple", of("simple")).with("complex", of("complex"))
        }
        Measure::Silence if number.scored().is_some() => msg("mirror-silences").with("count", number.counted.len()),
        _ => return String::new(),
    }
    .text(lang)
}

/// How far the rules of this session's language can be trusted.
pub fn reached(mirror: &Mirror, lang: Lang) -> String {
    let f = &mirror.rules.figures;
    let percent = |v: f64| format!("{:.0}", v * 100.0);
    let figures = msg("mirror-reached")
        .shown("question", format_args!("{:.2}", f.question_f1))
        .shown("reflection", format_args!("{:.2}", f.reflection_f1))
        .shown("found", format_args!("{:.1}", f.found_for_coded))
        .shown("complex", percent(f.complex_right))
        .shown("lines", lang.pick(&f.lines_ko, &f.lines_en))
        .text(lang);
    match f.people {
        Some(people) => {
            let people = msg("mirror-people-agree")
                .shown("question", format_args!("{:.2}", people[0]))
                .shown("reflection", format_args!("{:.2}", people[1]))
                .shown("complex", percent(people[3]))
                .text(lang);
            format!("{figures} {people}")
        }
        None => figures,
    }
}

/// A sparkline of a measure over sessions, oldest first; a session without a number is a dot. The lowest of them is the lowest bar.
pub fn sparkline(mirrors: &[&Mirror], measure: Measure) -> String {
    let values: Vec<Option<f64>> = mirrors.iter().map(|m| m.number(measure).and_then(Number::scored)).collect();
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let bar = |v: f64| {
        if high <= low { BARS[3] } else { BARS[(((v - low) / (high - low) * 7.0).round() as usize).min(7)] }
    };
    values.into_iter().map(|v| v.map_or(NONE, bar)).collect()
}
