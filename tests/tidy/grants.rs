//! A grant goes by value to what it was asked for: no use case of `service/` asks the policy and throws the answer away,
//! and whatever touches client data takes a grant or makes one.

use super::{code, files, none_found, short};
use std::fs;

/// How the policy is asked. Each gives a grant.
const ASKS: [&str; 8] = [
    "self.grant::<",
    "self.ask::<",
    "self.ask_for",
    "self.ask_by::<",
    "grant_beside",
    "roster_grant(",
    "destroy_grant(",
    "may_keep(",
];

/// What client data is reached through.
const TOUCHES: [&str; 6] = [".clients", "caseload()", ".collection(", "open_place(", "session_key(", "known("];

/// Methods without a grant of their own that touch client data, each with the reason.
const WITHOUT: [(&str, &str); 25] = [
    ("ask", "asks for the caller"),
    ("ask_by", "asks for the caller"),
    ("ask_for", "asks for the caller"),
    ("known", "finds the client; gives no content, and the policy is asked with it"),
    ("known_by", "finds the client; gives no content, and the policy is asked with it"),
    ("centre_keys", "the key of what every member shares"),
    ("find_packet", "finds the packet; the policy is asked with the client that it gives"),
    ("code_secrets", "the secret of where codes are marked, which every member holds"),
    ("seat", "reads what this member's own keys open, at unlocking"),
    ("rotate_due", "takes keys from who has left; no one asked for it and nothing is shown"),
    ("rotate", "the keys of a change that was allowed"),
    ("log_keys", "the log's keys; who may read is asked where they are used"),
    ("drop_forbidden_keys", "destroys what the role may not hold; nothing is shown"),
    ("may_hold", "what the role may hold; nothing is shown"),
    ("readable_by", "the reach of a member who leaves, of the asking member's own clients"),
    ("follow_consent", "the keys follow a consent whose writing took the grant"),
    ("give_keys", "the keys of an assignment that took the grant"),
    ("wrap_keys", "the keys of an assignment, or of a deputy, that took the grant"),
    (
        "follow_deputies",
        "gives and takes keys by the time on the card, which was written with a grant; nothing is shown",
    ),
    ("begin_deputy", "the keys of a deputy whose naming took the grant"),
    ("take_keys", "the keys of an assignment that took the grant"),
    ("write_card", "the card of an assignment that took the grant"),
    ("row_of", "the number of records of a session that is shown with a grant"),
    ("destroy_session_key", "a withdrawal whose writing took the grant"),
    ("bury_session_key", "a destruction that took the grant"),
];

/// One method of `impl UnlockedVault`: its name, where it begins, its code.
struct Method {
    name: String,
    place: String,
    code: String,
}

fn methods() -> Vec<Method> {
    let mut found: Vec<Method> = Vec::new();
    for path in files("src/service") {
        let text = fs::read_to_string(&path).unwrap();
        let mut inside = false;
        for (n, line) in code(&text) {
            if !line.starts_with([' ', '}']) && !line.is_empty() {
                inside = line.starts_with("impl UnlockedVault");
            }
            if !inside {
                continue;
            }
            let begins = ["    fn ", "    pub fn ", "    pub const fn ", "    pub(crate) fn "];
            if begins.iter().any(|b| line.starts_with(b)) {
                let name = line.split("fn ").nth(1).unwrap().split(['(', '<']).next().unwrap().to_owned();
                found.push(Method { name, place: format!("{}:{n}", short(&path)), code: String::new() });
            }
            if let Some(method) = found.last_mut() {
                method.code.push_str(line.trim());
                method.code.push('\n');
            }
        }
    }
    assert!(found.len() > 80, "only {} methods of the unlocked vault were read", found.len());
    found
}

/// Statements of a method: what stands between `;`, `{` and `}`.
fn statements(code: &str) -> impl Iterator<Item = String> {
    code.split([';', '{', '}']).map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Why this statement throws a grant away, if it does.
fn thrown_away(statement: &str) -> Option<&'static str> {
    if statement.starts_with("fn ") || statement.starts_with("pub") || !ASKS.iter().any(|a| statement.contains(a)) {
        return None;
    }
    if statement.starts_with("let _") {
        return Some("names it with an underscore");
    }
    if ["map(drop)", ".is_ok()", ".ok()", "drop("].iter().any(|d| statement.contains(d)) {
        return Some("drops it");
    }
    let bare = statement.starts_with("self.") || statement.starts_with("Self::");
    (bare && statement.ends_with(")?")).then_some("is a statement of its own")
}

#[test]
fn no_use_case_asks_the_policy_and_throws_the_grant_away() {
    let mut wrong = Vec::new();
    for method in methods() {
        let found = statements(&method.code).filter_map(|s| thrown_away(&s).map(|why| format!("{why}: {s}")));
        wrong.extend(found.map(|s| format!("{} {} {s}", method.place, method.name)));
    }
    none_found(wrong);
}

#[test]
fn whatever_touches_client_data_takes_a_grant_or_makes_one() {
    let mut wrong = Vec::new();
    let all = methods();
    for method in &all {
        let takes = ["Grant<", "Allowed<"].iter().any(|t| method.code.contains(t));
        let makes = ASKS.iter().any(|a| method.code.contains(a));
        let touches = TOUCHES.iter().any(|t| method.code.contains(t));
        let excused = WITHOUT.iter().any(|(name, _)| *name == method.name);
        if touches && !takes && !makes && !excused {
            wrong.push(format!("{} {} touches client data without a grant", method.place, method.name));
        }
    }
    for (name, why) in WITHOUT {
        if !all.iter().any(|m| m.name == name) {
            wrong.push(format!("{name} ({why}) is not a method any more"));
        }
    }
    none_found(wrong);
}

#[test]
fn a_grant_can_be_used_once() {
    let text = fs::read_to_string("src/domain/governance/access.rs").unwrap();
    for name in ["pub struct Grant<", "pub struct AnyGrant"] {
        let above = text.split(name).next().unwrap();
        let attributes: Vec<&str> = above.lines().rev().take_while(|l| l.starts_with("#[")).collect();
        assert!(attributes.iter().any(|a| a.starts_with("#[must_use")), "{name} can be dropped unseen");
        assert!(!attributes.iter().any(|a| a.contains("Clone") || a.contains("Copy")), "{name} can be used twice");
    }
}

#[test]
fn the_walk_knows_a_grant_that_is_thrown_away() {
    assert!(thrown_away("self.grant::<permit::ReadLog>(&state, Whose::Nobody)?").is_some());
    assert!(thrown_away("let _ = self.ask::<permit::ReadContent>(&state, code)?").is_some());
    assert!(thrown_away("Body::Note => self.grant::<permit::WriteNote>(state, whose).map(drop),").is_some());
    assert!(thrown_away("let grant = self.ask::<permit::ReadContent>(&state, code)?").is_none());
    assert!(thrown_away("self.read_file(state, self.ask::<permit::ReadContent>(&state, code)?)").is_none());
}
