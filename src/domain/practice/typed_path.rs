//! The path of a file as people write it or drop it into a terminal: in quotes, with blanks escaped, as a `file:` address,
//! from the home folder. Reads no disk.

/// Pairs of quotes, straight and as writing programs make them.
const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('‘', '’'), ('“', '”')];

/// The path that is meant. What is no such form is taken as it is written, without blanks around it.
pub fn typed_path(written: &str, home: Option<&str>) -> String {
    let written = written.trim();
    let inner = |(open, close): &(char, char)| written.strip_prefix(*open)?.strip_suffix(*close);
    if let Some(quoted) = QUOTES.iter().find_map(inner) {
        // A shell writes a quote within quotes so.
        return address(quoted).unwrap_or_else(|| quoted.replace("'\\''", "'"));
    }
    if let Some(path) = address(written) {
        return path;
    }
    let path = if cfg!(windows) { written.to_owned() } else { unescaped(written) };
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => format!("{}/{rest}", home.trim_end_matches('/')),
        _ => path,
    }
}

/// Of a `file:` address. Of another machine's name there is only this one's: `localhost`.
fn address(written: &str) -> Option<String> {
    let rest = written.strip_prefix("file:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(decoded(path.strip_prefix("localhost").unwrap_or(path)))
}

/// A backslash makes the next character a part of the name, as a shell reads it.
fn unescaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path.chars();
    while let Some(c) = rest.next() {
        out.push(if c == '\\' { rest.next().unwrap_or(c) } else { c });
    }
    out
}

/// With `%20` and the like as the bytes that they stand for; what is no UTF-8 then stays as it was.
fn decoded(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = address.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
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
    String::from_utf8(out).unwrap_or_else(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is_written_quoted_escaped_dropped_or_from_home() {
        for (written, meant) in [
            ("/a/b.wav", "/a/b.wav"),
            ("  /a/1회기 녹음.wav ", "/a/1회기 녹음.wav"),
            ("\"/a/1회기 녹음.wav\" ", "/a/1회기 녹음.wav"),
            ("'/a/it is.wav'", "/a/it is.wav"),
            (r"/a/it\ is\'s.wav", "/a/it is's.wav"),
            ("file:///a/1%ED%9A%8C%EA%B8%B0%20b.wav", "/a/1회기 b.wav"),
            ("file://localhost/a.wav", "/a.wav"),
            ("file:///100%.wav", "/100%.wav"),
            ("file:/a.wav", "/a.wav"),
            ("'file:///a%20b.wav'", "/a b.wav"),
            (r"'/a/it'\''s.wav'", "/a/it's.wav"),
            ("“/a/b c.wav”", "/a/b c.wav"),
            ("~/a b.wav", "/home/lee/a b.wav"),
            ("\"~\"", "~"),
            ("", ""),
            ("\\", "\\"),
            ("\"", "\""),
        ] {
            assert_eq!(typed_path(written, Some("/home/lee/")), meant, "{written}");
        }
        assert_eq!(typed_path("~/a.wav", None), "~/a.wav");
    }
}
