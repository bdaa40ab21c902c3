//! Refuses an instrument file that contradicts itself, and says where. Runs its worked examples last: a file that
//! does not reproduce its own examples is not used.

use crate::domain::assessment::instrument::definition::Instrument;
use crate::domain::assessment::instrument::format::{Algorithm, Condition, Item, Method, MissingRule, Outcome, Sex};
use crate::domain::assessment::instrument::library_error::LibraryError;
use crate::domain::assessment::instrument::permission::Verdict;
use crate::domain::assessment::score::counting::span;
use crate::domain::assessment::score::{Answers, Context};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::Every;

/// Items a sheet can have at most; blanks are kept as bits of a 64-bit word.
const MOST_ITEMS: usize = 64;

/// A fault of TOML or of the format, with the line.
pub(super) fn broken(file: &str, text: &str, e: &toml::de::Error) -> LibraryError {
    let at = e.span().map_or(0, |s| s.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    let what = e.message().lines().collect::<Vec<_>>().join(" ");
    LibraryError::Broken { file: file.to_owned(), line, what }
}

/// The line of the first `key =`, or 1.
pub(super) fn line_of_key(text: &str, key: &str) -> usize {
    let found = text
        .lines()
        .position(|l| l.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.'])));
    found.map_or(1, |n| n + 1)
}

/// The line of the nth table of that name, counted from 0, however it is written; else 1.
pub(super) fn line_of_table(text: &str, table: &str, n: usize) -> usize {
    let (plain, list) = (format!("[{table}]"), format!("[[{table}]]"));
    let heads = text.lines().enumerate().filter(|(_, l)| l.trim() == plain || l.trim() == list);
    heads.map(|(at, _)| at + 1).nth(n).unwrap_or_else(|| line_of_key(text, table))
}

pub(super) fn at_line(file: &str, line: usize, place: &str, what: String) -> LibraryError {
    LibraryError::Inconsistent { file: file.to_owned(), line, place: place.to_owned(), what }
}

pub(super) fn at_table(file: &str, text: &str, table: &str, n: usize, what: String) -> LibraryError {
    at_line(file, line_of_table(text, table, n), &format!("{table} {}", n + 1), what)
}

impl Instrument {
    /// Reads one file and checks it, worked examples included. `file` is only named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, LibraryError> {
        let read: Instrument = toml::from_str(text).map_err(|e| broken(file, text, &e))?;
        let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
        if stem != read.id.as_str() {
            let what = format!("`{}`, but the file is called {stem}", read.id);
            return Err(at_line(file, line_of_key(text, "id"), "id", what));
        }
        if read.examples.is_empty() {
            return Err(at_line(file, 1, "example", "there is no worked example".to_owned()));
        }
        instrument(read, file, text)
    }
}

/// Checks what has been read, fills in what follows from it, and runs the worked examples.
pub(super) fn instrument(mut i: Instrument, file: &str, text: &str) -> Result<Instrument, LibraryError> {
    let check = Check { file, text };
    check.options(&i)?;
    for n in 0..i.items.len() {
        let set = i.options.iter().position(|o| o.id == i.items[n].options);
        let name = i.items[n].options.clone();
        i.items[n].set = set.ok_or_else(|| check.table("item", n, format!("there are no options `{name}`")))?;
    }
    check.wording(&i)?;
    check.items(&i)?;
    check.scoring(&mut i)?;
    check.bands(&i)?;
    check.rules(&i)?;
    if let Some(Err(what)) = i.interval.as_ref().map(|v| v.every.parse::<Every>()) {
        return Err(check.table("interval", 0, what.to_string()));
    }
    check.figures(&i)?;
    check.examples(&i)?;
    Ok(i)
}

struct Check<'a> {
    file: &'a str,
    text: &'a str,
}

type Checked = Result<(), LibraryError>;

impl Check<'_> {
    fn table(&self, table: &str, n: usize, what: String) -> LibraryError {
        at_table(self.file, self.text, table, n, what)
    }

    fn hold(&self, holds: bool, table: &str, n: usize, what: impl FnOnce() -> String) -> Checked {
        if holds { Ok(()) } else { Err(self.table(table, n, what())) }
    }

    fn options(&self, i: &Instrument) -> Checked {
        for (n, set) in i.options.iter().enumerate() {
            let twice = i.options[..n].iter().any(|o| o.id == set.id);
            self.hold(!twice, "options", n, || format!("`{}` is there twice", set.id))?;
            let ascending = !set.values.is_empty() && set.values.windows(2).all(|w| w[0] < w[1]);
            self.hold(ascending, "options", n, || "values must ascend".to_owned())?;
            for (name, list) in [("ko", &set.ko), ("en", &set.en), ("loinc", &set.loinc)] {
                let fits = list.is_empty() || list.len() == set.values.len();
                let what = || format!("{} values but {} entries in {name}", set.values.len(), list.len());
                self.hold(fits, "options", n, what)?;
            }
        }
        Ok(())
    }

    fn wording(&self, i: &Instrument) -> Checked {
        let shown = i.licence.verdict != Verdict::TotalsOnly;
        let has_words = |item: &Item| !item.ko.is_empty() || !item.en.is_empty();
        for (n, item) in i.items.iter().enumerate() {
            self.hold(shown || !has_words(item), "item", n, || {
                "the licence does not let its words be held here".to_owned()
            })?;
        }
        let quoted = !i.licence.quote.trim().is_empty() || i.licence.basis.is_some();
        self.hold(quoted && !i.licence.source.trim().is_empty(), "licence", 0, || {
            "quote the permission or refusal, or say in `basis` what the verdict rests on; and name the source"
                .to_owned()
        })?;
        for lang in [Lang::Ko, Lang::En] {
            let Some(held) = i.wording.get(&lang) else {
                let named = i.wording_missing.iter().any(|m| m.lang == lang);
                let what = || format!("no {lang} wording, and `wording_missing` does not say why");
                self.hold(named || !shown || i.licence.verdict == Verdict::CentreLicensed, "wording", 0, what)?;
                let stray = i.items.iter().position(|item| !lang.pick(&item.ko, &item.en).is_empty());
                if let Some(n) = stray {
                    return Err(self.table("item", n, format!("has {lang} words without [wording.{lang}]")));
                }
                continue;
            };
            self.hold(!held.source.trim().is_empty(), &format!("wording.{lang}"), 0, || "name the source".to_owned())?;
            for (n, item) in i.items.iter().enumerate() {
                let worded = !lang.pick(&item.ko, &item.en).is_empty();
                let whole = (worded || item.optional) && (!worded || !i.set_of(item).labels(lang).is_empty());
                self.hold(whole, "item", n, || format!("its {lang} words or option labels are missing"))?;
            }
        }
        Ok(())
    }

    fn items(&self, i: &Instrument) -> Checked {
        self.hold(i.items.len() <= MOST_ITEMS, "item", MOST_ITEMS, || format!("at most {MOST_ITEMS} items"))?;
        let totals = i.totals_only();
        self.hold(totals == i.items.is_empty(), "scoring", 0, || {
            "method `total` goes with no items, every other method with items".to_owned()
        })?;
        for (n, item) in i.items.iter().enumerate() {
            if let Some(ask) = &item.ask_if {
                let earlier = ask.items.iter().all(|&p| p >= 1 && p <= n);
                self.hold(earlier, "item", n, || "ask_if may name earlier items only".to_owned())?;
            }
            let twice = item.loinc.is_some() && i.items[..n].iter().any(|o| o.loinc == item.loinc);
            self.hold(!twice, "item", n, || "its LOINC code is used by an earlier item".to_owned())?;
        }
        Ok(())
    }

    fn positions(&self, i: &Instrument, list: &[usize], table: &str, n: usize) -> Checked {
        for (at, &p) in list.iter().enumerate() {
            let known = p >= 1 && p <= i.items.len();
            self.hold(known, table, n, || format!("item {p} does not exist"))?;
            self.hold(!list[..at].contains(&p), table, n, || format!("item {p} is named twice"))?;
        }
        Ok(())
    }

    fn scoring(&self, i: &mut Instrument) -> Checked {
        self.positions(i, &i.scoring.items, "scoring", 0)?;
        self.positions(i, &i.scoring.reverse, "scoring", 0)?;
        let allows = i.scoring.missing != MissingRule::Invalid;
        self.hold(allows == (i.scoring.max_blank > 0), "scoring", 0, || {
            "max_blank goes with the rules `zero` and `prorate` only".to_owned()
        })?;
        let said = (i.scoring.min, i.scoring.max);
        let spans = match i.scoring.method {
            Method::Total => said,
            Method::Outcome => {
                let ranks = i.algorithms.first().map_or(&[][..], |a| &a.outcome).iter().map(|o| o.rank);
                (ranks.clone().min().unwrap_or(0), ranks.max().unwrap_or(0))
            }
            Method::Sum => span(i, &i.total_items(), i.scoring.multiplier, Sex::Female),
        };
        self.hold(spans == said, "scoring", 0, || {
            format!("min and max say {}–{}, the items give {}–{}", said.0, said.1, spans.0, spans.1)
        })?;
        if i.scoring.method == Method::Sum {
            let male = span(i, &i.total_items(), i.scoring.multiplier, Sex::Male).1;
            let said = i.scoring.max_male.unwrap_or(i.scoring.max);
            self.hold(male == said, "scoring", 0, || format!("max_male says {said}, the items give {male}"))?;
        }
        for n in 0..i.subscales.len() {
            self.positions(i, &i.subscales[n].items, "subscale", n)?;
            let (min, max) = span(i, &i.subscales[n].items, i.subscales[n].multiplier, Sex::Female);
            (i.subscales[n].min, i.subscales[n].max) = (min, max);
        }
        Ok(())
    }

    fn range(&self, i: &Instrument, scale: Option<&str>, table: &str, n: usize) -> Result<(i32, i32), LibraryError> {
        match scale {
            None => Ok((i.scoring.min, i.scoring.max)),
            Some(id) => {
                let found = i.subscales.iter().find(|s| s.id == id).map(|s| (s.min, s.max));
                found.ok_or_else(|| self.table(table, n, format!("there is no subscale `{id}`")))
            }
        }
    }

    fn bands(&self, i: &Instrument) -> Checked {
        for (n, set) in i.bands.iter().enumerate() {
            let (min, max) = self.range(i, set.scale.as_deref(), "bands", n)?;
            let ends = (set.list.first().map(|b| b.from), set.list.last().map(|b| b.to));
            self.hold(ends == (Some(min), Some(max)), "bands", n, || {
                format!("bands must run from {min} to {max}: they belong to another coding or leave scores out")
            })?;
            let joined =
                set.list.windows(2).all(|w| w[0].to + 1 == w[1].from) && set.list.iter().all(|b| b.from <= b.to);
            self.hold(joined, "bands", n, || "bands leave a gap or overlap".to_owned())?;
        }
        Ok(())
    }

    fn condition(&self, i: &Instrument, c: &Condition, table: &str, n: usize) -> Checked {
        self.positions(i, &c.items, table, n)?;
        self.hold(c.count >= 1 && c.count <= c.items.len(), table, n, || {
            "a count must lie between 1 and the number of items".to_owned()
        })?;
        for key in c.at_least_by_item.keys() {
            let known = key.parse::<usize>().is_ok_and(|p| c.items.contains(&p));
            self.hold(known, table, n, || format!("at_least_by_item names `{key}`, which is not counted"))?;
        }
        Ok(())
    }

    fn rules(&self, i: &Instrument) -> Checked {
        for (n, item) in i.items.iter().enumerate() {
            if let Some(c) = &item.ask_if {
                self.condition(i, c, "item", n)?;
            }
        }
        for (n, a) in i.algorithms.iter().enumerate() {
            for c in a.outcome.iter().flat_map(|o| o.all.iter().chain(&o.any)) {
                self.condition(i, c, "algorithm", n)?;
            }
            let bare = |o: &Outcome| o.all.is_empty() && o.any.is_empty();
            let last = a.outcome.last().is_some_and(bare) && a.outcome.iter().filter(|o| bare(o)).count() == 1;
            self.hold(last, "algorithm", n, || "the last outcome, and only it, has no condition".to_owned())?;
        }
        let scored_so = i.scoring.method != Method::Outcome || i.algorithms.first().is_some_and(ranked);
        self.hold(scored_so, "algorithm", 0, || "outcomes need distinct ranks to be a score".to_owned())?;
        for (n, c) in i.critical.iter().enumerate() {
            self.positions(i, &[c.item], "critical", n)?;
            let set = i.set_of(&i.items[c.item - 1]);
            self.hold(set.values.contains(&c.at_least), "critical", n, || "at_least is not an answer".to_owned())?;
        }
        Ok(())
    }

    fn figures(&self, i: &Instrument) -> Checked {
        for (n, norm) in i.norms.iter().enumerate() {
            let (min, max) = self.range(i, norm.scale.as_deref(), "norm", n)?;
            let within = norm.cut >= f64::from(min) && norm.cut <= f64::from(max);
            self.hold(within, "norm", n, || format!("a cut of {} is outside {min}–{max}", norm.cut))?;
            self.hold(!norm.source.trim().is_empty(), "norm", n, || "a cut needs its source".to_owned())?;
        }
        for (n, c) in i.changes.iter().enumerate() {
            self.range(i, c.scale.as_deref(), "change", n)?;
            let inputs = c.sd.is_some_and(|sd| sd > 0.0) && c.reliability.is_some_and(|r| (0.0..1.0).contains(&r));
            let one = inputs != c.rci.is_some_and(|r| r > 0.0);
            self.hold(one, "change", n, || "give SD and reliability, or a published figure, not both".to_owned())?;
            let leading = i.changes.iter().filter(|o| o.scale == c.scale && o.default).count();
            self.hold(leading == 1, "change", n, || "exactly one basis of each scale is the default".to_owned())?;
        }
        for (n, c) in i.clinical_cuts.iter().enumerate() {
            self.range(i, c.scale.as_deref(), "clinical_cut", n)?;
            let one = c.cut.is_some() != (c.clinical.is_some() && c.general.is_some());
            self.hold(one, "clinical_cut", n, || "give a cut, or both groups' mean and SD, not both".to_owned())?;
        }
        for (n, p) in i.percentiles.iter().enumerate() {
            let span = usize::try_from(i.scoring.max - i.scoring.min + 1).unwrap_or(0);
            let rises = p.at_or_below.windows(2).all(|w| w[0] <= w[1])
                && p.at_or_below.last() == Some(&100.0)
                && p.at_or_below.len() == span;
            self.hold(rises, "percentiles", n, || format!("{span} rising figures that end at 100 are needed"))?;
        }
        Ok(())
    }

    fn examples(&self, i: &Instrument) -> Checked {
        for (n, e) in i.examples.iter().enumerate() {
            let context = Context { sex: e.sex, ..Context::default() };
            let scored = match (&e.answers, e.total) {
                (Some(a), None) => Answers::read(a).and_then(|a| i.score(&a, &context)),
                (None, Some(total)) => i.score_total(total, &context),
                _ => return Err(self.table("example", n, "give answers or a total".to_owned())),
            };
            let s = scored.map_err(|e| self.table("example", n, e.to_string()))?;
            let found = s.score.map(|p| p.value());
            self.hold(s.valid == e.valid && found == e.score, "example", n, || {
                format!("expects {:?}, scores {found:?}", e.score)
            })?;
            let band = s.band.as_ref().map(|b| &b.id);
            self.hold(e.band.is_none() || band == e.band.as_ref(), "example", n, || {
                format!("expects band {:?}, falls in {band:?}", e.band)
            })?;
            for (id, &want) in &e.subscales {
                let got = s.subscales.get(id).and_then(|p| p.score).map(|p| p.value());
                self.hold(got == Some(want), "example", n, || format!("expects {id} {want}, scores {got:?}"))?;
            }
            for (id, want) in &e.outcomes {
                let got = s.outcomes.iter().find(|o| &o.algorithm == id).map(|o| &o.outcome);
                self.hold(got == Some(want), "example", n, || format!("expects {id} {want}, finds {got:?}"))?;
            }
            // Blanks are told too; an example lists the answers.
            let critical: Vec<usize> = s.critical.iter().filter(|c| c.answer.is_some()).map(|c| c.item).collect();
            self.hold(critical == e.critical, "example", n, || {
                format!("expects critical items {:?}, finds {critical:?}", e.critical)
            })?;
        }
        Ok(())
    }
}

fn ranked(a: &Algorithm) -> bool {
    let mut ranks: Vec<i32> = a.outcome.iter().map(|o| o.rank).collect();
    ranks.sort_unstable();
    ranks.windows(2).all(|w| w[0] != w[1])
}
