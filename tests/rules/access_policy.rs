//! The whole policy as one page, and what it must never allow.
#![allow(clippy::unwrap_used)]

use gyeot::domain::governance::access::{Around, Capability, Decision, Relation, Whose, decide, grant, permit, table};
use gyeot::domain::practice::ids::{ClientId, MemberId};
use gyeot::domain::practice::member::Role;

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
            for alone in [false, true] {
                let around = Around { admin: !alone, supervisor: !alone, second: None };
                let said =
                    grant::<permit::ReadContent>(MemberId([1; 16]), role, Whose::Client(client, relation), around);
                let expected = matches!(
                    (role, relation),
                    (Role::Counsellor, Relation::Own) | (Role::Supervisor, Relation::Assigned)
                );
                assert_eq!(said.is_ok(), expected, "{role} {relation:?} {alone}");
            }
        }
    }
}

const CENTRES: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

#[test]
fn what_needs_two_is_refused_to_one_unless_the_centre_lacks_the_second_and_then_it_breaks_the_glass() {
    let ask = |role, second, (admin, supervisor)| {
        let around = Around { admin, supervisor, second };
        grant::<permit::ChangeRoster>(MemberId([1; 16]), role, Whose::Nobody, around).map(|g| g.break_glass()).ok()
    };
    for role in Role::ALL {
        assert_eq!(ask(role, None, (true, true)), None, "{role}");
        assert_eq!(ask(role, None, (false, false)), Some(true), "{role}");
        assert_eq!(ask(role, Some(role), (true, true)), None, "{role} twice is one role");
    }
    assert_eq!(ask(Role::Admin, Some(Role::Supervisor), (true, true)), Some(false));
    assert_eq!(ask(Role::Supervisor, Some(Role::Admin), (true, true)), Some(false));
    assert_eq!(ask(Role::Counsellor, Some(Role::Admin), (true, true)), None);
    for centre in [(false, true), (true, false)] {
        assert_eq!(ask(Role::Counsellor, None, centre), None, "a counsellor comes after {centre:?}");
    }
}

#[test]
fn destruction_takes_the_clients_own_counsellor_or_supervisor_and_an_admin_in_every_centre_that_has_one() {
    let client = ClientId([7; 16]);
    let seconds = [None, Some(Role::Counsellor), Some(Role::Supervisor), Some(Role::Admin)];
    for role in Role::ALL {
        for relation in [Relation::Own, Relation::Assigned, Relation::None] {
            for second in seconds {
                for (admin, supervisor) in CENTRES {
                    let around = Around { admin, supervisor, second };
                    let whose = Whose::Client(client, relation);
                    let said = grant::<permit::Destroy>(MemberId([1; 16]), role, whose, around);
                    let theirs = matches!(
                        (role, relation),
                        (Role::Counsellor, Relation::Own) | (Role::Supervisor, Relation::Assigned)
                    );
                    let nobody_else = !admin && (role == Role::Supervisor || !supervisor);
                    let two = match second {
                        Some(Role::Admin) => true,
                        Some(other) => !admin && other != role,
                        None => false,
                    };
                    let expected = match (theirs, two, nobody_else) {
                        (false, ..) => None,
                        (true, true, _) => Some(false),
                        (true, false, true) => Some(true),
                        (true, false, false) => None,
                    };
                    let got = said.map(|g| g.break_glass()).ok();
                    assert_eq!(got, expected, "{role} {relation:?} {second:?} admin {admin} supervisor {supervisor}");
                }
            }
        }
    }
}
