//! Five hundred strings that somebody means ill with, and what no output may hold.
#![allow(dead_code, clippy::unwrap_used)]

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Escape sequences, marks of direction, marks that stack, wide and joined glyphs, line ends, and any bytes.
pub fn hostile() -> Vec<String> {
    let known = [
        "\u{1b}[2J\u{1b}[31m빨강",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;https://x\u{7}link\u{1b}]8;;\u{7}",
        "\u{1b}P+q544e\u{1b}\\",
        "\u{9b}2J",
        "\u{7}\u{8}\u{8}\u{8}\r\n덮어쓰기",
        "\u{202e}gnp.exe\u{202c}",
        "\u{2066}\u{2067}abc\u{2069}",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦👨🏽‍🚀🏳️‍🌈",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        "\u{feff}\u{200b}\u{200d}\u{2060}",
        "\t\t\t\u{b}\u{c}",
        "{ $name } { JOSA($x, \"을/를\") }",
        "%s%n%x{}{0}",
        "가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라마바사아자차카타파하",
        "\u{0}\u{1}\u{2}\u{7f}\u{80}\u{9f}",
        "'; DROP TABLE clients; --",
        "../../etc/passwd",
        "",
    ];
    let mut runner = TestRunner::deterministic();
    let any = "(\\PC|[\u{0}-\u{1f}\u{7f}-\u{9f}]|\u{1b}\\[[0-9;]{0,6}[A-Za-z]|[가-힣]|[\u{200b}-\u{200f}\u{202a}-\u{202e}]){0,60}";
    let any = proptest::string::string_regex(any).unwrap();
    let more = std::iter::repeat_with(|| any.new_tree(&mut runner).unwrap().current());
    known.iter().map(|s| (*s).to_owned()).chain(more).take(500).collect()
}

/// Nothing that a terminal obeys or that turns the direction of what follows.
pub fn harmless(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    !text.chars().any(|c| (c.is_control() && c != '\n') || turns(c))
}
