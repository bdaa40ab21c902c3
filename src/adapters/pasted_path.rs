//! The path of a file as it is pasted or dropped: in quotes, with backslashes before blanks, as `file://`, from `~`, and with
//! the letters of a name composed otherwise than on the disk (a Mac keeps Hangul in parts, a field composes it).

use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// The file that is meant: the first way of reading the text that leads to one, else the text as it stands.
pub fn file(text: &str, home: Option<&Path>) -> PathBuf {
    let plain = text.trim();
    let found =
        readings(plain, home).into_iter().find_map(|path| path.exists().then(|| path.clone()).or_else(|| alike(&path)));
    found.unwrap_or_else(|| PathBuf::from(plain))
}

/// Every way in which the text can be meant, the plainest first.
fn readings(text: &str, home: Option<&Path>) -> Vec<PathBuf> {
    let mut texts = vec![text.to_owned()];
    for quote in ['\'', '"', '‘', '“'] {
        let end = match quote {
            '‘' => '’',
            '“' => '”',
            same => same,
        };
        texts.extend(
            text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(end)).map(|inner| inner.replace("'\\''", "'")),
        );
    }
    let bare = texts.last().cloned().unwrap_or_default();
    texts.push(unescaped(text));
    for address in ["file://localhost/", "file:///", "file:/"] {
        if let Some(rest) = bare.strip_prefix(address) {
            texts.push(format!("/{}", decoded(rest)));
            break;
        }
    }
    let expanded = |text: &String| match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    };
    texts.iter().map(expanded).collect()
}

/// Without the backslashes that a terminal puts before a blank and its like.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    out
}

/// With `%20` and its like as the bytes that they stand for; as it is where they are no text.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *byte == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(meant) => {
                out.push(meant);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
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
                assert_eq!(file(&text, Some(home.path())), kept, "{text}");
            }
            std::fs::remove_dir_all(&folder).unwrap();
        }
        assert_eq!(file("/no/such 'file'", None), Path::new("/no/such 'file'"), "named as it was typed");
    }
}
