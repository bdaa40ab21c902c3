//! One pattern of the risk rules. There are some 1,500, and making them all ready takes most of a second; a line needs a few. So each is
//! read at once, and made ready when words first hold what it cannot match without.

use regex::{Match, Regex, RegexBuilder};
use regex_syntax::ast::{Ast, parse::Parser as AstParser};
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::print::Printer;
use regex_syntax::hir::{
    Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition, translate::Translator,
};
use std::sync::OnceLock;

/// A pattern of more steps than this is a mistake in the file, not a rule; the shipped ones stay under a tenth of it.
const MOST_STEPS: usize = 200_000;
/// A class of characters in more ranges than this is one of the whole of Unicode, as `\w` is with its 700.
const MOST_RANGES: usize = 60;
/// The blocks of Unicode in which people here write. Latin with its accents and punctuation, Greek, Cyrillic, Hangul, Kana, Han and
/// the wide forms of East Asia; source: the Unicode Character Database, Blocks.
const BLOCKS: [(char, char); 9] = [
    ('\0', '\u{24f}'),
    ('\u{300}', '\u{52f}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{1e00}', '\u{1eff}'),
    ('\u{2000}', '\u{206f}'),
    ('\u{3000}', '\u{318f}'),
    ('\u{3400}', '\u{9fff}'),
    ('\u{ac00}', '\u{d7ff}'),
    ('\u{ff00}', '\u{ffef}'),
];

/// A pattern that is made ready when it is first needed.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it is made ready: its large classes narrowed.
    source: String,
    /// Words that hold none of these do not match; where nothing is known, any may.
    needs: Option<Vec<String>>,
    ready: OnceLock<Regex>,
}

impl Pattern {
    /// Reads a pattern. What is wrong with it is said as the last line of the fault of the library that reads it.
    pub fn new(source: &str) -> Result<Pattern, String> {
        let said =
            |fault: &dyn std::fmt::Display| fault.to_string().lines().last().unwrap_or("not a pattern").to_owned();
        let ast: Ast = AstParser::new().parse(source).map_err(|e| said(&e))?;
        let hir = Translator::new().translate(source, &ast).map_err(|e| said(&e))?;
        if steps(&hir) > MOST_STEPS {
            return Err("larger than a pattern may be".to_owned());
        }
        let mut narrow = String::new();
        Printer::new().print(&narrowed(hir.clone()), &mut narrow).map_err(|e| said(&e))?;
        Ok(Pattern { source: narrow, needs: needs(&hir), ready: OnceLock::new() })
    }

    /// True when it matches in these words.
    pub fn is_match(&self, plain: &str) -> bool {
        self.ready_for(plain).is_some_and(|regex| regex.is_match(plain))
    }

    /// The first place.
    pub fn find<'a>(&self, plain: &'a str) -> Option<Match<'a>> {
        self.ready_for(plain)?.find(plain)
    }

    /// Every place, none within another.
    pub fn find_iter<'a>(&'a self, plain: &'a str) -> impl Iterator<Item = Match<'a>> {
        self.ready_for(plain).into_iter().flat_map(|regex| regex.find_iter(plain))
    }

    /// The pattern, made ready, unless it cannot match in these words.
    fn ready_for(&self, plain: &str) -> Option<&Regex> {
        if let Some(regex) = self.ready.get() {
            return Some(regex);
        }
        let may = self.needs.as_ref().is_none_or(|needs| needs.iter().any(|need| plain.contains(need)));
        if !may {
            return None;
        }
        // It was read and is of a bounded size: it cannot fail here.
        let regex = RegexBuilder::new(&self.source).size_limit(usize::MAX).build().ok()?;
        Some(self.ready.get_or_init(|| regex))
    }
}

/// The same with its large classes narrowed to [`BLOCKS`]. Patterns that are ready stay so: on 600 lines of English talk they took 130 MB
/// with all of Unicode and take 36 (`gyeot suggest --check-risk`, figures in `tests/bench/README.md`).
fn narrowed(hir: Hir) -> Hir {
    let all = |parts: Vec<Hir>| parts.into_iter().map(narrowed).collect();
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(mut class)) => {
            if class.ranges().len() > MOST_RANGES {
                let blocks = BLOCKS.iter().map(|(from, to)| ClassUnicodeRange::new(*from, *to));
                class.intersect(&ClassUnicode::new(blocks));
            }
            Hir::class(Class::Unicode(class))
        }
        HirKind::Repetition(of) => Hir::repetition(Repetition { sub: Box::new(narrowed(*of.sub)), ..of }),
        HirKind::Capture(of) => Hir::capture(Capture { sub: Box::new(narrowed(*of.sub)), ..of }),
        HirKind::Concat(parts) => Hir::concat(all(parts)),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
    }
}

/// About how many steps a pattern has when everything that is counted in it is written out.
fn steps(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        // A range of characters is at most so many ranges of bytes.
        HirKind::Class(Class::Unicode(class)) => class.ranges().len().saturating_mul(4),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min.saturating_add(1)).max(1) as usize;
            steps(&repeated.sub).saturating_mul(times)
        }
        HirKind::Capture(group) => steps(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(steps).fold(0, usize::saturating_add),
    }
}

/// What words must hold for a match: one of its beginnings or, where those say less, one of its ends.
fn needs(hir: &Hir) -> Option<Vec<String>> {
    let of = |kind: ExtractKind| {
        let mut found = Extractor::new().kind(kind.clone()).extract(hir);
        // Of two of which one begins with the other the shorter is enough.
        found.minimize_by_preference();
        texts(&found, &kind)
    };
    let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or(0);
    let (begins, ends) = (of(ExtractKind::Prefix), of(ExtractKind::Suffix));
    match (begins, ends) {
        (Some(a), Some(b)) => Some(if shortest(&b) > shortest(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// The literals as text; a syllable that was cut in two is left out of them. None where one says nothing.
fn texts(found: &Seq, kind: &ExtractKind) -> Option<Vec<String>> {
    let whole = |bytes: &[u8]| {
        let mut bytes = bytes;
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => break text.to_owned(),
                Err(_) if matches!(kind, ExtractKind::Suffix) => bytes = &bytes[1..],
                Err(_) => bytes = &bytes[..bytes.len() - 1],
            }
        }
    };
    let texts: Vec<String> = found.literals()?.iter().map(|literal| whole(literal.as_bytes())).collect();
    texts.iter().all(|text| !text.trim().is_empty()).then_some(texts)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_pattern_and_what_grows_beyond_measure_is_refused_when_it_is_read() {
        assert!(Pattern::new("(a").is_err() && Pattern::new("[가").is_err());
        assert!(Pattern::new(r"\w{1,9999}").is_err() && Pattern::new("(?:(?:[가-힣]{1,99}x){1,99}){1,99}").is_err());
        assert!(Pattern::new("죽고 ?싶").is_ok());
    }

    #[test]
    fn a_pattern_is_made_ready_only_for_words_that_hold_what_it_needs() {
        let pattern = Pattern::new(r"\b(?:kill(?:ing)? (?:my|her)self)\b").unwrap();
        assert!(!pattern.is_match("i could use a coffee") && pattern.ready.get().is_none());
        assert!(pattern.is_match("she talks of killing herself") && pattern.ready.get().is_some());
    }

    #[test]
    fn a_class_of_the_whole_of_unicode_keeps_the_scripts_that_people_here_write_and_becomes_small() {
        let pattern = Pattern::new(r"\w+|\W").unwrap();
        let words = "sol año 죽고 ㅠㅠ ひとり 孤独 жить ｗｉｄｅ ‘quoted’ …";
        let whole = Regex::new(r"\w+|\W").unwrap();
        let ranges = |found: Vec<Match<'_>>| found.iter().map(Match::range).collect::<Vec<_>>();
        assert_eq!(ranges(pattern.find_iter(words).collect()), ranges(whole.find_iter(words).collect()));
        assert!(pattern.source.len() < 1_000, "{} bytes; all of Unicode takes 10,000", pattern.source.len());
    }

    /// Pieces of patterns as the rules have them.
    const PIECES: [&str; 14] = [
        "죽고",
        " ?",
        "싶",
        "(?:었|겠)",
        "[깨께]",
        "어?",
        r"\w*",
        "kill",
        "(?:ing|s)? ",
        "(?:my|her)self",
        r"[a-z ]{0,8}",
        ".*",
        "(?:^| )",
        "(?:가|나|kill |)",
    ];

    proptest! {
        #[test]
        fn a_pattern_finds_what_the_regular_expression_finds(
            of in proptest::collection::vec(0..PIECES.len(), 1..6),
            words in proptest::collection::vec(prop::sample::select(vec![
                "죽고", "싶", "었", "깨어", "나", "가", " ", "kill", "ing ", "s ", "myself", "her", "self", "x", "께",
            ]), 0..10),
        ) {
            let source: String = of.iter().map(|n| PIECES[*n]).collect();
            let plain: String = words.concat();
            let pattern = Pattern::new(&source).unwrap();
            let whole = Regex::new(&source).unwrap();
            let all = |found: &mut dyn Iterator<Item = Match<'_>>| found.map(|m| m.range()).collect::<Vec<_>>();
            prop_assert_eq!(all(&mut pattern.find_iter(&plain)), all(&mut whole.find_iter(&plain)));
            prop_assert_eq!(pattern.is_match(&plain), whole.is_match(&plain));
            prop_assert_eq!(pattern.find(&plain).map(|m| m.range()), whole.find(&plain).map(|m| m.range()));
        }
    }
}
