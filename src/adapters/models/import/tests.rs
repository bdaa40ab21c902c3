//! Tests of the file above.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::adapters::models::report::Quiet;
use crate::formats::convert::gguf::{Entry, Stored, Value};

fn gguf(path: &Path, architecture: &str, template: &str) {
    let ends = ["<|im_end|>", "[|endofturn|]"];
    let keys = [
        ("general.architecture".to_owned(), Value::Text(architecture.into())),
        ("general.file_type".to_owned(), Value::U32(15)),
        (format!("{architecture}.context_length"), Value::U32(2048)),
        ("tokenizer.chat_template".to_owned(), Value::Text(template.into())),
        ("tokenizer.ggml.tokens".to_owned(), Value::Texts(ends.map(|t| t.as_bytes().to_vec()).into())),
        ("tokenizer.ggml.token_type".to_owned(), Value::I32s(vec![3; ends.len()])),
    ];
    let mut out = Vec::new();
    let tensors = [Entry { name: "a".into(), shape: vec![4], stored: Stored::F32, bytes: 16 }];
    crate::formats::convert::gguf::write_header(&mut out, &keys, &tensors).unwrap();
    out.extend([0; 32]);
    std::fs::write(path, out).unwrap();
}

fn add_one(dir: &Path, from: &Path, about: About) -> Result<Added, ModelError> {
    add(&Store::open(dir).unwrap(), from, &about, &mut Quiet)
}

#[test]
fn an_unknown_model_is_recorded_with_its_own_hash_and_found_again() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("Our Model.gguf");
    gguf(&file, "qwen2", "{{ '<|im_start|>' }}");
    let added = add_one(dir.path(), &file, About::default()).unwrap();
    assert_eq!((added.id.as_str(), added.pinned), ("our-model", false));
    let store = Store::open(dir.path()).unwrap();
    let (_, model, manifest) = store.open_verified(&"our-model".into()).unwrap();
    assert_eq!((model.sha256, manifest.verified), (added.sha256, Verified::Centre));
    assert_eq!(manifest.context, Some(2048));
    assert!(manifest.chat().unwrap().open("x").contains("<|im_start|>system\nx"));
}

#[test]
fn a_file_that_was_changed_after_it_was_added_is_not_opened() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("m.gguf");
    gguf(&file, "qwen2", "<|im_start|>");
    let added = add_one(dir.path(), &file, About::default()).unwrap();
    let mut bytes = std::fs::read(&added.path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::remove_file(&added.path).unwrap();
    std::fs::write(&added.path, bytes).unwrap();
    let fault = Store::open(dir.path()).unwrap().open_verified(&added.id).err().unwrap();
    assert!(matches!(fault, ModelError::WrongHash { .. }), "{fault}");
}

#[test]
fn a_catalogue_model_without_a_hash_takes_the_file_and_keeps_its_licence_and_markers() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("whatever.gguf");
    gguf(&file, "exaone", "");
    let about = About { id: Some("exaone-3.5-2.4b".into()), ..About::default() };
    let added = add_one(dir.path(), &file, about.clone()).unwrap();
    assert!(added.licence.restrictive);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.find(&"exaone-3.5-2.4b".into(), None).unwrap().manifest.title, "EXAONE 3.5 2.4B Instruct");
    gguf(&file, "llama", "");
    assert!(matches!(add_one(dir.path(), &file, about), Err(ModelError::Refused { .. })));
}

#[test]
fn a_gguf_file_is_turned_into_the_quick_format_where_that_is_asked_for_whatever_its_name() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("any name.gguf");
    gguf(&file, "qwen2", "<|im_start|>");
    let before = std::fs::read(&file).unwrap();
    let about = About { variant: Some(RELAID.into()), id: Some("quick".into()), ..About::default() };
    let added = add_one(dir.path(), &file, about.clone()).unwrap();
    assert_eq!((added.variant.as_str(), added.pinned), ("iq4_nl", false));
    assert_eq!(std::fs::read(&file).unwrap(), before, "what was brought is as it was");
    assert!(!std::fs::metadata(&file).unwrap().permissions().readonly());
    // What was measured with one of its files goes on with that file.
    let as_it_is = add_one(dir.path(), &file, About { variant: None, ..about.clone() }).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert!(store.open_verified(&"quick".into()).is_ok());
    for added in [&added, &as_it_is] {
        assert_eq!(store.find_file(&"quick".into(), Some(&added.sha256)).unwrap().path, added.path);
    }
    assert_eq!(
        store.find_file(&"quick".into(), Some("gone")).unwrap().path,
        as_it_is.path,
        "any, where that file is gone"
    );
    std::fs::write(&file, "no model at all").unwrap();
    assert!(matches!(add_one(dir.path(), &file, about), Err(ModelError::Unreadable { .. })));
}

#[test]
fn adding_again_after_a_run_that_was_killed_leaves_what_was_brought_as_it_was() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("m.gguf");
    gguf(&file, "qwen2", "<|im_start|>");
    let before = std::fs::read(&file).unwrap();
    let work = dir.path().join(WORK);
    std::fs::create_dir_all(&work).unwrap();
    for left in ["model.gguf", "converted.part", "copied.part"] {
        std::fs::write(work.join(left), "half").unwrap();
    }
    for variant in [None, Some(RELAID.to_owned())] {
        let about = About { variant, id: Some("m".into()), ..About::default() };
        add_one(dir.path(), &file, about).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}

#[test]
fn a_pinned_id_cannot_be_given_to_another_file() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("m.gguf");
    gguf(&file, "qwen2", "<|im_start|>");
    let about = About { id: Some("qwen2.5-coder-0.5b".into()), ..About::default() };
    assert!(matches!(add_one(dir.path(), &file, about), Err(ModelError::Refused { .. })));
    assert!(!dir.path().join(ADDED).exists());
}

#[test]
fn a_file_that_is_no_model_leaves_nothing_behind() {
    let (usb, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = usb.path().join("m.gguf");
    gguf(&file, "qwen2", "<|im_start|>");
    let bytes = std::fs::read(&file).unwrap();
    for bad in [&bytes[..40], b"hello", b""] {
        std::fs::write(&file, bad).unwrap();
        assert!(matches!(add_one(dir.path(), &file, About::default()), Err(ModelError::Unreadable { .. })));
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
