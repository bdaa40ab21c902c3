//! A key as the program thinks of it, free of any terminal library, and how it is written in help.

/// Which key, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    /// A character, as typed: `G` is shift and g.
    Char(char),
    /// A function key, 1 to 12.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key with its modifiers. Shift is part of the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub name: KeyName,
    /// Control is held.
    pub ctrl: bool,
    /// Alt is held.
    pub alt: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(name: KeyName) -> Self {
        Key { name, ctrl: false, alt: false }
    }

    /// A character without modifiers.
    pub const fn char(c: char) -> Self {
        Key::plain(KeyName::Char(c))
    }

    /// Control and a character.
    pub const fn ctrl(c: char) -> Self {
        Key { name: KeyName::Char(c), ctrl: true, alt: false }
    }

    /// Alt and a character.
    pub const fn alt(c: char) -> Self {
        Key { name: KeyName::Char(c), ctrl: false, alt: true }
    }

    /// True when a text field takes this key for itself.
    pub const fn is_text(self) -> bool {
        !self.ctrl
            && !self.alt
            && matches!(
                self.name,
                KeyName::Char(_)
                    | KeyName::Backspace
                    | KeyName::Delete
                    | KeyName::Left
                    | KeyName::Right
                    | KeyName::Home
                    | KeyName::End
            )
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.name {
            KeyName::Char(' ') => f.write_str("Space"),
            KeyName::Char(c) if self.ctrl || self.alt => write!(f, "{}", c.to_ascii_uppercase()),
            KeyName::Char(c) => write!(f, "{c}"),
            KeyName::F(n) => write!(f, "F{n}"),
            KeyName::Enter => f.write_str("Enter"),
            KeyName::Esc => f.write_str("Esc"),
            KeyName::Tab => f.write_str("Tab"),
            KeyName::BackTab => f.write_str("Shift-Tab"),
            KeyName::Backspace => f.write_str("Backspace"),
            KeyName::Delete => f.write_str("Del"),
            KeyName::Left => f.write_str("←"),
            KeyName::Right => f.write_str("→"),
            KeyName::Up => f.write_str("↑"),
            KeyName::Down => f.write_str("↓"),
            KeyName::Home => f.write_str("Home"),
            KeyName::End => f.write_str("End"),
            KeyName::PageUp => f.write_str("PgUp"),
            KeyName::PageDown => f.write_str("PgDn"),
        }
    }
}

/// The Latin letter on the same key of the two-set Korean keyboard (KS X 5002); with Hangul mode on, `j` arrives as ㅓ.
pub const fn latin_of_jamo(c: char) -> Option<char> {
    Some(match c {
        'ㅂ' => 'q',
        'ㅃ' => 'Q',
        'ㅈ' => 'w',
        'ㅉ' => 'W',
        'ㄷ' => 'e',
        'ㄸ' => 'E',
        'ㄱ' => 'r',
        'ㄲ' => 'R',
        'ㅅ' => 't',
        'ㅆ' => 'T',
        'ㅛ' => 'y',
        'ㅕ' => 'u',
        'ㅑ' => 'i',
        'ㅐ' => 'o',
        'ㅒ' => 'O',
        'ㅔ' => 'p',
        'ㅖ' => 'P',
        'ㅁ' => 'a',
        'ㄴ' => 's',
        'ㅇ' => 'd',
        'ㄹ' => 'f',
        'ㅎ' => 'g',
        'ㅗ' => 'h',
        'ㅓ' => 'j',
        'ㅏ' => 'k',
        'ㅣ' => 'l',
        'ㅋ' => 'z',
        'ㅌ' => 'x',
        'ㅊ' => 'c',
        'ㅍ' => 'v',
        'ㅠ' => 'b',
        'ㅜ' => 'n',
        'ㅡ' => 'm',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jamo_of_the_two_set_keyboard_cover_every_small_letter_once() {
        let mut letters: Vec<char> =
            ('\u{3131}'..='\u{3163}').filter_map(latin_of_jamo).filter(char::is_ascii_lowercase).collect();
        letters.sort_unstable();
        assert_eq!(letters, ('a'..='z').collect::<Vec<_>>());
    }

    #[test]
    fn keys_are_written_as_people_write_them() {
        let shown: Vec<String> =
            [Key::ctrl('p'), Key::char('?'), Key::char(' '), Key::plain(KeyName::F(2)), Key::plain(KeyName::Left)]
                .iter()
                .map(Key::to_string)
                .collect();
        assert_eq!(shown, ["Ctrl-P", "?", "Space", "F2", "←"]);
    }
}
