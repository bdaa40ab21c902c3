//! The whole policy as one page, and what it must never allow.
#![allow(clippy::unwrap_used)]

use gyeot::domain::access::{Around, Capability, Decision, Relation, Whose, decide, grant, permit, table};
use gyeot::domain::ids::{ClientId, MemberId};
use gyeot::domain::member::Role;

#[test]
fn the_table_of_roles_and_capabilities_is_the_one_that_was_agreed() {
    insta::assert_snapshot!("policy", table());
}

#[test]
fn an_admin_is_given_nothing_that_reads_or_writes_content() {
    use Capability as C;
    for c in [
        C::SeeCaseload,
        C::AddClient,
        C::SetConsent,
        C::RunSession,
        C::ReadContent,
        C::ReadProcess,
        C::GiveAssessment,
        C::WriteNote,
        C::SignNote,
        C::ReviewNote,
        C::CosignNote,
        C::ExportContent,
    ] {
        assert_eq!(decide(c, Role::Admin), Decision::No, "{}", c.word());
    }
}

#[test]
fn a_supervisor_never_writes_into_the_counsellors_text() {
    use Capability as C;
    for c in [C::WriteNote, C::SignNote, C::RunSession, C::GiveAssessment, C::SetConsent] {
        assert_eq!(decide(c, Role::Supervisor), Decision::No, "{}", c.word());
    }
}

#[test]
fn content_of_a_client_is_refused_to_whoever_has_nothing_to_do_with_the_client() {
    let client = ClientId([7; 16]);
    for role in Role::ALL {
        for relation in [Relation::Own, Relation::Assigned, Relation::None] {
            for single_handed in [false, true] {
                let around = Around { single_handed, second: None };
                let said =
                    grant::<permit::ReadContent>(MemberId([1; 16]), role, Whose::Client(client, relation), around);
                let expected = matches!(
                    (role, relation),
                    (Role::Counsellor, Relation::Own) | (Role::Supervisor, Relation::Assigned)
                );
                assert_eq!(said.is_ok(), expected, "{role} {relation:?} {single_handed}");
            }
        }
    }
}

#[test]
fn what_needs_two_is_refused_to_one_unless_the_practice_has_no_second_person_and_then_it_breaks_the_glass() {
    let ask = |role, second, single_handed| {
        grant::<permit::ChangeRoster>(MemberId([1; 16]), role, Whose::Nobody, Around { single_handed, second })
            .map(|g| g.break_glass())
            .ok()
    };
    for role in Role::ALL {
        assert_eq!(ask(role, None, false), None, "{role}");
        assert_eq!(ask(role, None, true), Some(true), "{role}");
        assert_eq!(ask(role, Some(role), false), None, "{role} twice is one role");
    }
    assert_eq!(ask(Role::Admin, Some(Role::Supervisor), false), Some(false));
    assert_eq!(ask(Role::Supervisor, Some(Role::Admin), false), Some(false));
    assert_eq!(ask(Role::Counsellor, Some(Role::Admin), false), None);
}
