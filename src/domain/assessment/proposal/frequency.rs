//! How often and how much, read by rule from a clause.

use crate::domain::assessment::proposal::matching::{any, find, find_from, without};
use crate::domain::assessment::proposal::piece::Rate;
use crate::domain::assessment::proposal::wording::Words;

/// A number with where it stands.
struct Number {
    value: f32,
    to: usize,
    names_days: bool,
    bare: bool,
}

/// Days of the time that the questionnaires of two weeks ask about.
const FORTNIGHT: f32 = 14.0;

/// How often the clause says it is. A number with a named time goes before an expression, an expression before a number alone.
pub fn rate(text: &str, words: &Words) -> Option<Rate> {
    let often = expression(text, words);
    let text = without(text, &words.mask);
    let period =
        words.periods.iter().filter_map(|p| Some((find(&text, &p.form)?, p.days))).max_by_key(|(at, _)| at.1 - at.0);
    // The number of the period itself is no count: "이 주 동안", "of the two weeks".
    let mut rest = text.clone();
    if let Some(((from, to), _)) = period {
        rest.replace_range(from..to, " \u{1} ");
    }
    let counted = numbers(&rest, words).into_iter().find_map(|n| counted(&rest, &n, words, period.is_some()));
    let half = if any(&text, &words.below) { 0.5 } else { 1.0 };
    match (counted, period) {
        (Some(Count::Times(n)), Some((_, days))) => Some(Rate { per_day: half * n / days, exact: true, whole: true }),
        (Some(Count::Free(n)), _) => {
            let days = period.map_or(FORTNIGHT, |p| p.1);
            Some(Rate { per_day: (days - n).max(0.0) / days, exact: true, whole: true })
        }
        (Some(Count::Times(n)), None) => {
            Some(often.unwrap_or(Rate { per_day: half * n / FORTNIGHT, exact: true, whole: false }))
        }
        (None, _) => often,
    }
}

/// A number that is all a clause says, as an answer to "how many days": days of fourteen.
pub fn number_alone(text: &str, words: &Words) -> Option<Rate> {
    let text = without(text, &words.mask);
    let first = numbers(&text, words).into_iter().next()?;
    let short = text.split_whitespace().count() <= 4 && first.value <= FORTNIGHT;
    short.then_some(Rate { per_day: first.value / FORTNIGHT, exact: true, whole: false })
}

enum Count {
    Times(f32),
    Free(f32),
}

fn expression(text: &str, words: &Words) -> Option<Rate> {
    let denied = ["은 아니", "는 아니", "은 안"];
    words
        .often
        .iter()
        .filter_map(|o| Some((o, find(text, &o.form)?)))
        .filter(|(_, (_, to))| !denied.iter().any(|d| text[*to..].starts_with(d)))
        .max_by_key(|(o, _)| o.form.trim().len())
        .map(|(o, _)| Rate { per_day: o.days / FORTNIGHT, exact: !o.vague, whole: !o.vague })
}

fn numbers(text: &str, words: &Words) -> Vec<Number> {
    let mut found: Vec<(usize, Number)> = Vec::new();
    for (form, value) in &words.numbers {
        let mut from = 0;
        while let Some((at, to)) = find_from(text, form, from) {
            from = to;
            if text[..at].ends_with(' ') {
                let (names_days, bare) = (words.days.contains(form), words.bare.contains(form));
                found.push((at, Number { value: *value, to, names_days, bare }));
            }
        }
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let to = at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if to > at
            && let Ok(value) = text[at..to].parse::<u16>()
        {
            found.push((at, Number { value: f32::from(value), to, names_days: false, bare: false }));
        }
        at = to.max(at + 1);
    }
    // Of several that begin at one place the longest is meant.
    found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.to.cmp(&a.1.to)));
    found.dedup_by_key(|f| f.0);
    found.into_iter().map(|f| f.1).collect()
}

/// Whether a number counts times or days, or days free of it.
fn counted(text: &str, n: &Number, words: &Words, period: bool) -> Option<Count> {
    let after = &text[n.to..];
    let near: String = after.split_whitespace().take(5).map(|w| format!(" {w}")).collect::<String>() + " ";
    let unit = n.names_days || unit_follows(after, words);
    if words.except.iter().any(|e| {
        near.trim_start().starts_with(e.trim_start())
            || (unit && find(&near, e).is_some())
            || find(&near, e).is_some_and(|(at, _)| at <= 1)
    }) {
        return Some(Count::Free(n.value));
    }
    let alone = after.split_whitespace().count() == 0 && text.split_whitespace().count() <= 3;
    (unit || (n.bare && (period || alone))).then_some(Count::Times(n.value))
}

/// A unit right after the number, or after one more word: "two bad nights".
fn unit_follows(after: &str, words: &Words) -> bool {
    let starts = |text: &str| words.times.iter().any(|unit| text.starts_with(unit.as_str()));
    let after = after.trim_start();
    if starts(after) {
        return true;
    }
    let latin = after.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    latin && after.split_once(' ').is_some_and(|(_, rest)| starts(rest))
}

/// How much the clause says is drunk: a number and its vessel; `bare` takes a number without one.
pub fn drinks(text: &str, words: &Words, vessels: &[(&str, f32)], bare: bool) -> Option<f32> {
    let masked = without(text, &words.mask);
    let all = numbers(&masked, words);
    for n in &all {
        let after: String = masked[n.to..].split_whitespace().take(4).map(|w| format!(" {w}")).collect();
        let here = &masked[..n.to];
        for (form, each) in vessels {
            let (last, before) = form.rsplit_once("..").map_or((*form, None), |(b, l)| (l, Some(b)));
            if before.is_some_and(|b| find(here, b).is_none()) {
                continue;
            }
            let near: String = after.split_whitespace().take(2).map(|w| format!(" {w}")).collect();
            if find(if before.is_some() || last.contains(' ') { &after } else { &near }, &format!(" {last}")).is_some()
            {
                return Some(n.value * each);
            }
        }
        // "a glass or two of wine": the vessel is part of the number.
        if let Some((_, each)) = vessels
            .iter()
            .find(|(form, _)| words.numbers.keys().any(|k| here.ends_with(k.as_str()) && k.contains(form)))
        {
            return Some(n.value * each);
        }
    }
    let n = all.first().filter(|_| bare)?;
    (!n.names_days && !unit_follows(&masked[n.to..], words)).then_some(n.value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::assessment::proposal::matching::plain;
    use crate::domain::assessment::proposal::wording::Reading;
    use crate::domain::practice::lang::Lang;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/items/reading.toml"));

    fn days(lang: Lang, text: &str) -> Option<f32> {
        let reading = Reading::parse(SHIPPED).unwrap();
        rate(&plain(text), reading.words(lang)).map(|r| (r.per_day * 14.0 * 10.0).round() / 10.0)
    }

    #[test]
    fn korean_frequencies_are_read_in_days_of_fourteen() {
        for (text, expected) in [
            ("거의 매일이요.", 13.0),
            ("일주일에 이삼일은 손도 대기 싫어요.", 5.0),
            ("이 주 동안 이틀 빼고는 다 새벽까지 뒤척였어요.", 12.0),
            ("일주일에 닷새 정도요.", 10.0),
            ("이 주 중에 열흘은 그랬을 거예요.", 10.0),
            ("한 달에 한 번쯤 회식 때 그래요.", 0.5),
            ("일주일에 네다섯 번은 그래요.", 9.0),
            ("일주일에 3번이요.", 6.0),
            ("하루도 빠짐없이 그래요.", 14.0),
            ("매일은 아니고 사흘 정도 울었어요.", 3.0),
            ("절반은 넘은 것 같아요.", 9.0),
        ] {
            assert_eq!(days(Lang::Ko, text), Some(expected), "{text}");
        }
    }

    #[test]
    fn english_frequencies_are_read_in_days_of_fourteen() {
        for (text, expected) in [
            ("Nearly every night, I would say.", 13.0),
            ("Maybe two were all right.", 12.0),
            ("Two nights were all right.", 12.0),
            ("Ten nights of the fourteen I lay awake.", 10.0),
            ("Maybe three days out of the two weeks it was like that.", 3.0),
            ("I snap at the kids about four times a week.", 8.0),
            ("About once a month.", 0.5),
            ("Less than once a month now.", 0.2),
            ("I was low for two or three days", 2.5),
            ("Once.", 1.0),
            ("More days than not.", 9.0),
        ] {
            assert_eq!(days(Lang::En, text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_frequency_is_none() {
        for text in [
            "하루에 두 잔 마셔요.",
            "두 시간이 넘게 걸렸어요.",
            "석 달 전 일이에요.",
            "그런 생각은 한 번도 없었어요.",
            "이번 주에 이사해요.",
        ] {
            assert_eq!(days(Lang::Ko, text), None, "{text}");
        }
        for text in ["Seven hours, no trouble.", "Once it starts I cannot stop it.", "She has eight glasses easily."] {
            assert_eq!(days(Lang::En, text), None, "{text}");
        }
    }
}
