//! Escalation packets as they leave, over random ones: FHIR that keeps to R4 and is read back the same, JSON, the page. With
//! `GYEOT_FHIR_OUT` the bundles are written there too, for a validator of others.
#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::shipped;
use gyeot::domain::crisis::code::ReceiverKind;
use gyeot::domain::crisis::escalation::{
    Addressee, Contact, Content, EscalationPacket, Ground, PlanStep, Reachable, Screener, ScreenerAnswer, Screening,
    SealedRecord, Sender, Summary, Tier,
};
use gyeot::domain::practice::ids::{MemberId, RecordId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::formats::document::{Block, Page};
use gyeot::formats::exporter::PacketFile;
use gyeot::formats::fhir::{packet, structure};
use gyeot::formats::packet_document;

/// Numbers that repeat with their seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn text(&mut self) -> ClientText {
        const WORDS: [&str; 8] =
            ["서울시", "<마포구>", "&동", "\"101호\"", "O'Brien", "둘째\n줄", "010-1234-5678", "a\u{301}"];
        let count = 1 + self.below(4);
        ClientText::new(&(0..count).map(|_| WORDS[self.below(8)]).collect::<Vec<_>>().join(" "))
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    fn at(&mut self) -> Timestamp {
        Timestamp(1_790_000_000_000 + self.below(1_000_000) as i64 * 1000)
    }
}

fn packet(r: &mut Random) -> (RecordId, EscalationPacket) {
    let rules = shipped::escalation_rules().unwrap();
    let basis = &rules.basis[r.below(rules.basis.len())];
    let contact = Contact {
        person: Reachable {
            name: r.text(),
            birth_date: r.maybe(|r| format!("19{:02}-0{}-1{}", r.below(100), 1 + r.below(9), r.below(10))),
            address: r.maybe(Random::text),
            contact: r.maybe(Random::text),
        },
        reason: rules.reason[r.below(rules.reason.len())].id.clone(),
        ground: Ground {
            basis: basis.id.clone(),
            limb: basis.limb[r.below(basis.limb.len())].id.clone(),
            statute: basis.statute.then(|| "정신건강복지법 제44조 <2항>".to_owned()),
        },
        by: Sender {
            id: MemberId([r.below(256) as u8; 16]),
            name: "이상담".into(),
            role: Role::ALL[r.below(3)],
            centre: "마음결 & 곁".into(),
        },
        at: r.at(),
        to: Addressee {
            id: "mapo-centre".parse().unwrap(),
            kind: ReceiverKind::ALL[r.below(8)],
            name: "마포구정신건강복지센터".into(),
        },
    };
    let screener = |r: &mut Random| Screener {
        instrument: "cssrs-screener".into(),
        version: "1".into(),
        at: r.at(),
        answers: (1..=6).map(|item| ScreenerAnswer { item, value: r.below(2) as i32 }).collect(),
        band: r.maybe(|_| "moderate".to_owned()),
    };
    let mut screening = Screening {
        screeners: (0..r.below(3)).map(|_| screener(r)).collect(),
        safety_plan: Vec::new(),
        means: r.maybe(Random::text),
        location: r.maybe(Random::text),
    };
    for n in 0..r.below(4) {
        let lines = (0..1 + r.below(3)).map(|_| r.text()).collect();
        screening.safety_plan.push(PlanStep { key: format!("step-{n}"), lines });
    }
    if screening == Screening::default() {
        screening.location = Some(r.text());
    }
    let summary = Summary { contact_at: r.at(), text: r.text() };
    let record = SealedRecord {
        recipient: "x25519:age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq".into(),
        file: "YWdlLWVuY3J5cHRpb24ub3JnL3Yx".into(),
        records: 2,
        ids: vec![RecordId([3; 16]), RecordId([4; 16])],
    };
    let content = match r.below(4) {
        0 => Content::Contact,
        1 => Content::Screening { screening },
        2 => Content::Summary { screening, summary },
        _ => Content::Full { screening, summary, record },
    };
    (RecordId([r.below(256) as u8; 16]), EscalationPacket { contact, content })
}

#[test]
fn two_hundred_packets_are_documents_of_r4_and_are_read_back_the_same() {
    let rules = shipped::escalation_rules().unwrap();
    let mut r = Random(20_261_128);
    let out = std::env::var_os("GYEOT_FHIR_OUT").map(std::path::PathBuf::from);
    let mut tiers = std::collections::BTreeMap::new();
    for n in 0..200 {
        let (id, packet) = packet(&mut r);
        *tiers.entry(packet.tier()).or_insert(0) += 1;
        let lang = if n % 2 == 0 { Lang::Ko } else { Lang::En };
        let bundle = packet::bundle(&PacketFile { packet: &packet, id, rules: &rules }, lang);
        assert_eq!(structure::check(&bundle), [], "{n}");
        assert_eq!(bundle["entry"][0]["resource"]["resourceType"], "Composition");
        let text = serde_json::to_string_pretty(&bundle).unwrap();
        let (back_id, back) = packet::read(&text).unwrap();
        assert_eq!((back_id, &back), (id, &packet), "{n}: {text}");
        if let Some(out) = &out {
            std::fs::write(out.join(format!("packet-{n:03}.json")), text).unwrap();
        }
        let json = gyeot::formats::packet::json(&PacketFile { packet: &packet, id, rules: &rules }).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(serde_json::from_value::<EscalationPacket>(json["packet"].clone()).unwrap(), packet);
    }
    assert!(Tier::PACKETS.iter().all(|t| tiers[t] > 20), "{tiers:?}");
}

#[test]
fn a_document_of_others_or_a_damaged_one_is_refused_with_its_place() {
    let rules = shipped::escalation_rules().unwrap();
    let (id, made) = packet(&mut Random(1));
    let good = packet::bundle(&PacketFile { packet: &made, id, rules: &rules }, Lang::Ko);
    let read = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        packet::read(&bundle.to_string()).map(drop).unwrap_err().to_string()
    };
    assert!(packet::read("{").is_err());
    assert!(read(&|b| b["entry"].as_array_mut().unwrap().reverse()).contains("bdl-11"));
    assert!(read(&|b| drop(b.as_object_mut().unwrap().remove("timestamp"))).contains("bdl-10"));
    assert!(read(&|b| b["entry"][0]["resource"]["status"] = "done".into()).contains("Composition.status"));
    assert!(read(&|b| b["entry"][0]["resource"]["section"] = serde_json::json!([{"title": "x"}])).contains("reason"));
}

#[test]
fn the_page_has_the_four_fields_the_codes_and_the_limits_and_says_what_is_not_known() {
    let rules = shipped::escalation_rules().unwrap();
    let mut r = Random(7);
    for _ in 0..50 {
        let (id, packet) = packet(&mut r);
        for lang in [Lang::Ko, Lang::En] {
            let page = packet_document::document(&PacketFile { packet: &packet, id, rules: &rules }, lang);
            assert_eq!((page.page, page.facts.len()), (Page::A4, 4));
            assert_eq!(page.facts[0].1, packet.contact.person.name);
            let unknown = lang.pick("모름", "not known");
            assert_eq!(page.facts[2].1.reveal() == unknown, packet.contact.person.address.is_none());
            assert!(!page.title.contains(packet.contact.person.name.reveal()), "no name in the title");
            let shown = format!("{:?}", page.blocks.len());
            let summary = packet.summary().is_some();
            let has = page.blocks.iter().any(
                |b| matches!(b, Block::Paragraph(runs) if packet.summary().is_some_and(|s| runs[0].text == s.text)),
            );
            assert_eq!(has, summary, "{shown}");
        }
    }
}

#[test]
fn a_reason_of_the_log_that_is_written_in_codes_is_read_in_words_and_any_other_as_it_stands() {
    let rules = shipped::escalation_rules().unwrap();
    for lang in [Lang::Ko, Lang::En] {
        for reason in &rules.reason {
            for receiver in &rules.receiver {
                for basis in &rules.basis {
                    let coded = format!("{} · {}/x · tier 2 · {}", reason.id, basis.id, receiver.id);
                    let words = rules.worded(&coded, lang);
                    let office = lang.pick(receiver.ko.as_str(), receiver.en.as_str());
                    assert!(words.starts_with(reason.label(lang)) && words.ends_with(office), "{words}");
                    assert!(
                        words.contains(basis.label(lang)) && !words.contains(&format!("{}/x", basis.id)),
                        "{words}"
                    );
                }
            }
        }
        for plain in ["", "내담자의 열람 요구", "a · b/c · tierless"] {
            assert_eq!(rules.worded(plain, lang), plain);
        }
    }
}
