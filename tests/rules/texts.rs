//! Every sentence stands in both languages with the same arguments, every id that the source names is there, and none is
//! there that nothing names.

#![allow(clippy::unwrap_used, clippy::panic)]

use clap::CommandFactory;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use gyeot::cli::Cli;
use gyeot::texts::{Lang, files};
use gyeot::ui::i18n::T;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Texts by id (`name` or `name.attribute`), each with its arguments.
fn sentences(lang: Lang) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut found = BTreeMap::new();
    for (topic, text) in files(lang) {
        let resource = parser::parse(*text).unwrap_or_else(|(_, errors)| panic!("{topic} of {lang}: {errors:?}"));
        for entry in &resource.body {
            let Entry::Message(message) = entry else {
                assert!(matches!(entry, Entry::Comment(_) | Entry::GroupComment(_)), "{topic} of {lang}: {entry:?}");
                continue;
            };
            let attributes =
                message.attributes.iter().map(|a| (format!("{}.{}", message.id.name, a.id.name), &a.value));
            let value = message.value.iter().map(|v| (message.id.name.to_owned(), v));
            for (id, pattern) in value.chain(attributes) {
                let before = found.insert(id.clone(), (said(pattern), arguments(pattern)));
                assert!(before.is_none(), "{id} stands twice in {lang}");
            }
        }
    }
    found
}

fn said(pattern: &Pattern<&str>) -> String {
    let text = |e: &PatternElement<&str>| match e {
        PatternElement::TextElement { value } => (*value).to_owned(),
        PatternElement::Placeable { expression } => match expression {
            Expression::Select { variants, .. } => variants.iter().map(|v| said(&v.value)).collect(),
            Expression::Inline(_) => String::new(),
        },
    };
    pattern.elements.iter().map(text).collect()
}

fn arguments(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => named(inline, &mut found),
                Expression::Select { selector, variants } => {
                    named(selector, &mut found);
                    variants.iter().for_each(|v| found.extend(arguments(&v.value)));
                }
            }
        }
    }
    found
}

fn named(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(found.insert(id.name.to_owned())),
        InlineExpression::FunctionReference { id, arguments } => {
            assert_eq!(id.name, "JOSA", "there is no other function");
            arguments.positional.iter().for_each(|a| named(a, found));
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("neither terms nor references are used: {other:?}"),
    }
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

#[test]
fn every_sentence_stands_in_both_languages_with_the_same_arguments() {
    let (ko, en) = (sentences(Lang::Ko), sentences(Lang::En));
    let (of_ko, of_en): (BTreeSet<_>, BTreeSet<_>) = (ko.keys().collect(), en.keys().collect());
    assert_eq!(of_ko.symmetric_difference(&of_en).collect::<Vec<_>>(), Vec::<&&String>::new());
    let differ: Vec<_> = ko.iter().filter(|(id, (_, args))| en[*id].1 != *args).map(|(id, _)| id).collect();
    assert!(differ.is_empty(), "other arguments in the other language: {differ:?}");
    assert!(ko.len() > 900, "only {} sentences", ko.len());
}

#[test]
fn the_korean_is_korean_and_the_english_is_not() {
    // Commands, file names, formats and names of tools are the same in both.
    let same = Regex::new(r"^(--|prompts/|gyeot |mic$|AI$|pip|YYYY|FHIR|[A-Z_]+$|English$)").unwrap();
    let (ko, en) = (sentences(Lang::Ko), sentences(Lang::En));
    let mut wrong = Vec::new();
    for (id, (text, _)) in &ko {
        let words = text.chars().filter(|c| c.is_alphabetic()).count() > 2;
        if words && !hangul(text) && !same.is_match(text) {
            wrong.push(format!("{id}: {text}"));
        }
    }
    // The name of the other language is written in that language, and the name of the program.
    let other = ["key-english", "key-english.short", "help"];
    let wrong_en = en.iter().filter(|(id, (text, _))| hangul(text) && !other.contains(&id.as_str()));
    wrong.extend(wrong_en.map(|(id, (text, _))| format!("{id}: {text}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// Every literal of the source that looks like an id, and those that are named as one.
fn named_in_the_source() -> (BTreeSet<String>, BTreeMap<String, String>) {
    let literal = Regex::new(r#""([a-z][a-z0-9_-]*(?:\.[a-z_-]+)?)""#).unwrap();
    let asked = Regex::new(r#"(?:\bmsg|\.say)\(\s*"([^"]+)"\s*\)"#).unwrap();
    let (mut literals, mut ids) = (BTreeSet::new(), BTreeMap::new());
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("\n#[cfg(test)]\n").next().unwrap();
        literals.extend(literal.captures_iter(text).map(|c| c[1].to_owned()));
        ids.extend(asked.captures_iter(text).map(|c| (c[1].to_owned(), path.display().to_string())));
    }
    (literals, ids)
}

#[test]
fn every_id_of_the_source_is_there_and_every_id_that_is_there_is_used() {
    let there: BTreeSet<String> = sentences(Lang::En).into_keys().collect();
    let (literals, ids) = named_in_the_source();
    let screens: BTreeSet<String> = T::ALL.iter().map(|t| t.id().to_owned()).collect();
    assert!(ids.len() > 500, "only {} ids were found in the source", ids.len());
    let missing: Vec<_> = ids.iter().filter(|(id, _)| !there.contains(*id)).collect();
    assert!(missing.is_empty(), "not in the files: {missing:?}");
    let missing: Vec<_> = screens.iter().filter(|id| !there.contains(*id)).collect();
    assert!(missing.is_empty(), "not in the files: {missing:?}");
    let unused: Vec<_> = there
        .iter()
        .filter(|id| !literals.contains(*id) && !screens.contains(*id) && !id.starts_with("help"))
        .collect();
    assert!(unused.is_empty(), "{} that nothing names: {unused:#?}", unused.len());
}

/// The ids that the help of a command needs, and those that it may have.
fn help_of(command: &clap::Command, id: &str, needs: &mut BTreeSet<Vec<String>>, may: &mut BTreeSet<String>) {
    needs.insert(vec![id.to_owned()]);
    may.insert(format!("{id}.after"));
    for arg in command.get_arguments() {
        let name = arg.get_id().to_string();
        needs.insert(vec![format!("{id}.{name}"), format!("help-shared.{name}")]);
        for value in arg.get_possible_values() {
            may.insert(format!("{id}.{name}-{}", value.get_name()));
        }
    }
    for inner in command.get_subcommands() {
        help_of(inner, &format!("{id}-{}", inner.get_name()), needs, may);
    }
}

#[test]
fn every_command_and_argument_has_its_help_and_no_help_is_left_of_what_is_gone() {
    let there: BTreeSet<String> = sentences(Lang::En).into_keys().filter(|id| id.starts_with("help")).collect();
    let (mut needs, mut may) = (BTreeSet::new(), BTreeSet::new());
    help_of(&Cli::command(), "help", &mut needs, &mut may);
    assert!(needs.len() > 150, "only {} texts", needs.len());
    let screens: BTreeSet<String> = T::ALL.iter().map(|t| t.id().to_owned()).collect();
    let missing: Vec<_> = needs.iter().filter(|ids| !ids.iter().any(|id| there.contains(id))).collect();
    assert!(missing.is_empty(), "no help: {missing:?}");
    let left: Vec<_> = there
        .iter()
        .filter(|id| !screens.contains(*id) && !may.contains(*id) && !needs.iter().any(|ids| ids.contains(id)))
        .collect();
    assert!(left.is_empty(), "help of nothing: {left:?}");
}

#[test]
fn the_help_in_korean_has_no_line_in_english() {
    fn lines(command: &mut clap::Command, wrong: &mut Vec<String>) {
        let name = command.get_name().to_owned();
        let skip = Regex::new(r"`[^`]*`|<[^>]*>|--?[A-Za-z-]+|\[[A-Z_]+\]|'[^']*'").unwrap();
        for help in [command.render_help().to_string(), command.render_long_help().to_string()] {
            // What is after it are lines for a shell.
            let help = help.split("gyeot 없이").next().unwrap_or_default();
            for line in help.lines().filter(|l| !l.trim_start().starts_with("사용법:")) {
                let bare = skip.replace_all(line, "");
                let words =
                    bare.split_whitespace().filter(|w| w.len() > 3 && w.chars().all(|c| c.is_ascii_lowercase()));
                if !hangul(&bare) && words.count() > 0 {
                    wrong.push(format!("{name}: {line}"));
                }
            }
            for english in ["Usage", "Options:", "Arguments:", "Commands:", "Print ", "[default", "[possible", "[env"] {
                if help.contains(english) {
                    wrong.push(format!("{name}: {english}"));
                }
            }
        }
        for inner in command.get_subcommands_mut() {
            lines(inner, wrong);
        }
    }
    let mut root = gyeot::cli::help::command(Lang::Ko);
    root.build();
    let mut wrong = Vec::new();
    lines(&mut root, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
