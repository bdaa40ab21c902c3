//! The file on the disk that a typed or pasted path means, also where the letters of its names are composed otherwise there (a
//! Mac keeps Hangul in parts, a field composes it).

use crate::domain::practice::typed_path::typed_path;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// The file that is meant: the text as it stands where that is a file, else what [`typed_path`] reads in it.
pub fn file(text: &str, home: Option<&str>) -> PathBuf {
    let meant = PathBuf::from(typed_path(text, home));
    let found = [PathBuf::from(text.trim()), meant.clone()];
    let found = found.into_iter().find_map(|path| path.exists().then(|| path.clone()).or_else(|| alike(&path)));
    found.unwrap_or(meant)
}

/// The path on the disk whose names are the same letters, whichever way each is composed.
fn alike(path: &Path) -> Option<PathBuf> {
    let mut found = PathBuf::new();
    for part in path.components() {
        let next = found.join(part);
        if next.exists() {
            found = next;
            continue;
        }
        let wanted: String = part.as_os_str().to_str()?.nfc().collect();
        let folder = if found.as_os_str().is_empty() { Path::new(".") } else { &found };
        let same = std::fs::read_dir(folder).ok()?.flatten();
        let same = same
            .map(|entry| entry.file_name())
            .find(|name| name.to_str().is_some_and(|n| n.nfc().eq(wanted.chars())))?;
        found.push(same);
    }
    Some(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_however_it_was_pasted_and_whichever_way_its_letters_are_composed() {
        let home = tempfile::tempdir().unwrap();
        for composed in [true, false] {
            let write = |text: &str| -> String { if composed { text.nfc().collect() } else { text.nfd().collect() } };
            let folder = home.path().join(write("내 폴더"));
            std::fs::create_dir(&folder).unwrap();
            let kept = folder.join(write("상담 1's.wav"));
            std::fs::write(&kept, b"x").unwrap();
            let shown = home.path().join("내 폴더/상담 1's.wav").display().to_string();
            let hex: String = shown
                .bytes()
                .map(|b| {
                    if b.is_ascii_alphanumeric() || b"/.-_".contains(&b) {
                        char::from(b).to_string()
                    } else {
                        format!("%{b:02X}")
                    }
                })
                .collect();
            for text in [
                shown.clone(),
                format!("  {shown}\n"),
                format!("\"{shown}\""),
                format!("'{}'", shown.replace('\'', "'\\''")),
                shown.replace(' ', "\\ ").replace('\'', "\\'"),
                format!("file://{hex}"),
                format!("file://localhost{hex}"),
                "~/내 폴더/상담 1's.wav".into(),
                "~/내\\ 폴더/상담\\ 1\\'s.wav".into(),
                shown.nfd().collect(),
            ] {
                assert_eq!(file(&text, home.path().to_str()), kept, "{text}");
            }
            std::fs::remove_dir_all(&folder).unwrap();
        }
        assert_eq!(file("/no/such 'file'", None), Path::new("/no/such 'file'"), "named as it was typed");
    }
}
