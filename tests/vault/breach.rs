//! The breach pack from a real log: which keys, whose records, since when, whom to tell, and the clock.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{consent, pass};
use gyeot::adapters::shipped;
use gyeot::domain::crisis::escalation_rules::Rules;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::formats::breach_document;
use gyeot::formats::document::Block;
use gyeot::formats::inspection_document::{self, Signature};
use gyeot::service::breach::LostBy;
use gyeot::service::{NewClient, Scope, UnlockedVault};

#[test]
fn the_pack_names_keys_clients_since_when_and_whom_to_tell_within_seventy_two_hours() {
    let dir = tempfile::tempdir().unwrap();
    crate::stage::centre_of(dir.path(), &[("상담", Role::Counsellor), ("다른상담", Role::Counsellor)]);
    let admin = UnlockedVault::unlock(dir.path(), Some("관리"), &pass()).unwrap();
    let before = admin.now();
    admin.lock().unwrap();
    let mut codes = Vec::new();
    for (name, client, supervised) in
        [("상담", "김하늘", true), ("상담", "이바다", false), ("다른상담", "박구름", false)]
    {
        let unlocked = UnlockedVault::unlock(dir.path(), Some(name), &pass()).unwrap();
        let supervisors = if supervised { vec!["수퍼".to_owned()] } else { Vec::new() };
        let new = NewClient { name: ClientText::new(client), supervisors, ..NewClient::default() };
        let code = unlocked.add_client(new).unwrap();
        unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
        unlocked.client(&code).unwrap();
        codes.push(code);
        unlocked.lock().unwrap();
    }
    let counsellor = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap();
    let duties = shipped::breach_duties().unwrap();
    let refused = counsellor.breach_pack(&duties, LostBy::Member("상담"), None, None).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "a counsellor has no log");
    counsellor.lock().unwrap();
    let admin = UnlockedVault::unlock(dir.path(), Some("관리"), &pass()).unwrap();
    let known = admin.now();
    let pack = |lost, since| admin.breach_pack(&duties, lost, since, Some(known));
    let (made, signed) = pack(LostBy::Member("상담"), Some(before)).unwrap();
    assert_eq!(made.clients, codes[..2], "their clients and no other");
    assert_eq!((made.keys.len(), made.keys[0].log, made.keys[0].reach.len()), (1, false, 2));
    assert!(made.opened_since.contains_key(&codes[0]) && !made.opened_since.contains_key(&codes[2]));
    assert_eq!(made.deadline, Timestamp(known.0 + 72 * 3_600_000));
    assert_eq!(made.tell.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), ["clients", "authority", "police"]);
    assert_eq!(UnlockedVault::read_signed(dir.path(), signed.as_bytes()).unwrap().by, "관리");
    assert!(!signed.contains("김하늘"), "codes only");
    // The supervisor's keys reach the supervised client and the log.
    let (made, _) = pack(LostBy::Member("수퍼"), None).unwrap();
    assert_eq!((made.clients.clone(), made.keys[0].log), (vec![codes[0].clone()], true));
    // A workstation: everybody who worked there.
    let place = admin.read_log().unwrap()[0].1.place.clone();
    let (made, _) = pack(LostBy::Place(&place), None).unwrap();
    assert_eq!((made.keys.len(), made.clients.len()), (4, 3));
    // What does not fit.
    assert!(pack(LostBy::Member("아무도"), None).is_err() && pack(LostBy::Place("nowhere"), None).is_err());
    let later = Timestamp(admin.now().0 + 60_000);
    let future = admin.breach_pack(&duties, LostBy::Member("상담"), None, Some(later)).unwrap_err();
    assert_eq!(future.exit(), Exit::Usage);
    assert!(pack(LostBy::Member("상담"), Some(later)).is_err(), "it cannot begin after it was known");
    // The page, with the clock running and over.
    let roster = admin.roster();
    for lang in [Lang::Ko, Lang::En] {
        let page = breach_document::document(&made, &roster, known, lang);
        assert!(matches!(&page.blocks[0], Block::Callout { lines, .. } if lines[0][0].text.reveal().contains("72")));
        let rows = page.blocks.iter().find_map(|b| match b {
            Block::Table { rows, head, .. } => {
                Some((rows.len(), head.len(), rows.iter().all(|r| r.len() == head.len())))
            }
            _ => None,
        });
        assert_eq!(rows.map(|r| (r.0 >= 3, r.1, r.2)), Some((true, 6, true)));
        let over = breach_document::clock(&made, Timestamp(made.deadline.0 + 3_600_000)).text(lang);
        assert!(over.contains(lang.pick("지남", "over")), "{over}");
    }
    // The inspection's page: every table has as many cells as its head, in both languages.
    let month = gyeot::domain::governance::access_log::Month::of(admin.now());
    let (report, _) = admin.inspect_log(&month).unwrap();
    for lang in [Lang::Ko, Lang::En] {
        let signature = Signature { words: "babab-dadad".into(), note: "00".repeat(32) };
        let page = inspection_document::document(&report, &roster, &Rules::default(), &signature, lang);
        let whole = page.blocks.iter().all(|b| match b {
            Block::Table { head, widths, rows } => {
                widths.len() == head.len() && rows.iter().all(|r| r.len() == head.len())
            }
            _ => true,
        });
        assert!(whole && page.title.contains(&month.to_string()));
        let refusals = page.blocks.iter().any(|b| {
            matches!(b, Block::Heading { text, .. } if text.contains("(1)") && text.contains(lang.pick("거절", "Refused")))
        });
        assert!(refusals, "the counsellor's attempt is listed");
    }
}
