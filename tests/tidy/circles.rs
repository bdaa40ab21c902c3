//! No two files name each other, directly or round a corner: a walk over what every file of `src/` names.

use super::{files, none_found, product, short};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// `src/a/b.rs` and `src/a/b/mod.rs` are the module `a::b`.
fn module_of(path: &str) -> String {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.strip_suffix("/mod").unwrap_or(inner).replace('/', "::")
}

/// The paths below `crate::` that a source names, groups in braces taken apart.
fn names(text: &str) -> BTreeSet<String> {
    let code: String = product(text).lines().map(|l| l.split("//").next().unwrap_or("").to_owned() + "\n").collect();
    let mut found = BTreeSet::new();
    for piece in code.split("crate::").skip(1) {
        let path: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
        let rest = &piece[path.len()..];
        match (path.strip_suffix("::"), rest.strip_prefix('{').and_then(|r| r.split(';').next())) {
            (Some(base), Some(group)) => {
                found.insert(base.to_owned());
                for word in group.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
                    found.insert(format!("{base}::{word}"));
                }
            }
            _ => drop(found.insert(path)),
        }
    }
    found
}

/// The longest module that a path goes through.
fn module_named(path: &str, modules: &BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    (1..=parts.len()).rev().map(|n| parts[..n].join("::")).find(|m| modules.contains_key(m))
}

/// What can be reached from each module.
fn reach(edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, BTreeSet<&str>> {
    let from = |start: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut todo: Vec<&str> = edges.get(start).into_iter().flatten().map(String::as_str).collect();
        while let Some(next) = todo.pop() {
            if seen.insert(next) {
                todo.extend(edges.get(next).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    };
    edges.keys().map(|m| (m.as_str(), from(m))).collect()
}

/// Module to file, and module to the modules it names.
fn graph() -> (BTreeMap<String, String>, BTreeMap<String, BTreeSet<String>>) {
    let sources: Vec<(String, String)> = files("src")
        .into_iter()
        .map(|p| (short(&p), fs::read_to_string(&p).unwrap()))
        .filter(|(p, _)| !p.starts_with("src/bin/") && p != "src/main.rs" && p != "src/lib.rs")
        .collect();
    let modules: BTreeMap<String, String> = sources.iter().map(|(p, _)| (module_of(p), p.clone())).collect();
    let edges = sources.iter().map(|(path, text)| {
        let own = module_of(path);
        let named = names(text).iter().filter_map(|n| module_named(n, &modules)).filter(|m| *m != own).collect();
        (own, named)
    });
    let edges = edges.collect();
    (modules, edges)
}

#[test]
fn no_two_files_name_each_other() {
    let (modules, edges) = graph();
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 1_000, "too few names were read");
    let reach = reach(&edges);
    let mut wrong = Vec::new();
    for (module, reached) in &reach {
        let path = &modules[*module];
        if reached.contains(module) {
            let round: Vec<&str> =
                reached.iter().filter(|other| reach[**other].contains(module) && *other != module).copied().collect();
            wrong.push(format!("{path} comes back to itself through {}", round.join(", ")));
        }
    }
    none_found(wrong);
}

#[test]
fn the_walk_sees_groups_and_whole_paths() {
    let found = names("use crate::a::{b, c::D};\nlet x = crate::e::f(1);\n// crate::not::this\n");
    for path in ["a::b", "a::c::D", "e::f"] {
        assert!(found.contains(path), "{path} is not in {found:?}");
    }
    assert!(!found.iter().any(|f| f.starts_with("not")));
}
