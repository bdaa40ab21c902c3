//! Tests of the file above.

#![allow(clippy::unwrap_used)]

use super::*;

fn manifest(change: impl FnOnce(&mut Manifest)) -> Result<(), ManifestError> {
    let mut m = Manifest {
        schema: SCHEMA.into(),
        id: "a-1".into(),
        title: "A".into(),
        publisher: "B".into(),
        repository: None,
        task: Task::Vad,
        tier: Tier::Small,
        default_in: vec![],
        languages: vec!["ko".into()],
        parameters_m: None,
        architecture: None,
        context: None,
        whisper: None,
        verified: Verified::Yes,
        verified_note: None,
        licence: Licence { name: "MIT".into(), restrictive: false, note: None },
        default_variant: "f32".into(),
        variants: vec![Variant {
            name: "f32".into(),
            file: "a-1.bin".into(),
            bytes: Some(1),
            sha256: Some("0".repeat(64)),
            memory_mib: None,
        }],
        sources: vec![],
        chat: None,
        prefixes: None,
        adapter: None,
    };
    change(&mut m);
    Manifest::parse(&toml::to_string(&m).unwrap()).map(|_| ())
}

#[test]
fn a_sound_manifest_survives_being_written_and_read() {
    assert_eq!(manifest(|_| ()), Ok(()));
}

#[test]
fn a_file_name_cannot_leave_the_models_folder() {
    for bad in ["../x", "a/b", "/etc/passwd", ".hidden", "", "a\\b", "곁"] {
        assert!(manifest(|m| m.variants[0].file = bad.into()).is_err(), "{bad}");
    }
    for bad in ["..", "-x", "A", "a/b", "", "a..b"] {
        assert!(!is_id(bad), "{bad}");
    }
}

#[test]
fn a_hash_is_all_of_a_sha256_and_comes_with_a_size() {
    assert!(manifest(|m| m.variants[0].sha256 = Some("b179c9523d0e6a0f".into())).is_err());
    assert!(manifest(|m| m.variants[0].bytes = None).is_err());
}

#[test]
fn what_nobody_saw_says_so_and_what_is_verified_is_pinned() {
    assert!(manifest(|m| m.verified = Verified::Unverified).is_err());
    assert!(
        manifest(|m| {
            m.variants[0].sha256 = None;
            m.variants[0].bytes = None;
        })
        .is_err()
    );
}

#[test]
fn restrictive_terms_come_with_their_note() {
    assert!(manifest(|m| m.licence.restrictive = true).is_err());
}

#[test]
fn an_llm_without_chat_markers_is_refused() {
    assert!(manifest(|m| m.task = Task::Llm).is_err());
}

#[test]
fn a_source_can_smuggle_in_no_option_and_no_plain_http() {
    let with = |piece: Piece| {
        manifest(|m| {
            m.sources.push(Source {
                convert: Conversion::None,
                variants: vec![],
                note: None,
                ingredients: vec![Ingredient { name: "a".into(), bytes: None, sha256: None, pieces: vec![piece] }],
            });
        })
    };
    assert!(with(Piece::Url { url: "http://example.org/a".into() }).is_err());
    assert!(with(Piece::Url { url: "https://example.org/a".into() }).is_ok());
    let wheel = |p: &str| Piece::Wheel { package: p.into(), version: "1.0".into(), member: "a/b".into() };
    assert!(with(wheel("--index-url")).is_err());
    assert!(with(wheel("plain-name")).is_ok());
}

#[test]
fn a_prompt_is_its_prefix_its_lines_and_its_close() {
    let t = ChatTemplate {
        system_start: "<s>".into(),
        system_end: "</s>".into(),
        user_start: "<u>".into(),
        user_end: "</u>".into(),
        assistant_start: "<a>".into(),
        assistant_end: "</a>".into(),
    };
    assert_eq!(t.open("be brief") + "line" + &t.close(), "<s>be brief</s><u>line</u><a>");
}

#[test]
fn an_adapter_names_another_model_and_comes_only_from_the_centre() {
    let chat = ChatTemplate {
        system_start: String::new(),
        system_end: String::new(),
        user_start: String::new(),
        user_end: String::new(),
        assistant_start: String::new(),
        assistant_end: "<|im_end|>".into(),
    };
    let adapter = |m: &mut Manifest| {
        (m.task, m.chat, m.verified) = (Task::Llm, Some(chat.clone()), Verified::Centre);
        m.adapter = Some(AdapterOf { base: "b-1".into(), sha256: "0".repeat(64) });
    };
    assert_eq!(manifest(adapter), Ok(()));
    let broken = |change: fn(&mut Manifest)| {
        manifest(|m| {
            adapter(m);
            change(m);
        })
    };
    assert!(broken(|m| m.verified = Verified::Yes).is_err());
    assert!(broken(|m| (m.task, m.chat) = (Task::Vad, None)).is_err());
    assert!(broken(|m| m.adapter = Some(AdapterOf { base: "a-1".into(), sha256: "0".repeat(64) })).is_err());
    assert!(broken(|m| m.adapter = Some(AdapterOf { base: "b-1".into(), sha256: "0".into() })).is_err());
}
