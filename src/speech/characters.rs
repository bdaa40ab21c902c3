//! Tokens of text end anywhere between two bytes, also within a character. Owns which of them may come next, so that every character of a
//! transcript comes to its end, unless the room for tokens does first; it decodes nothing. It counts the bytes of a character and does not
//! say which character they make: that is `script`.
//!
//! Left to itself the engine began a Hangul syllable now and then and went on with another word: "목요일다" for "목요일마다".

/// The bytes of one token, as far as characters are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Bytes at its start that go on with a character.
    goes_on: usize,
    /// It has no other bytes.
    only: bool,
    /// Bytes that its last character still lacks.
    lacks: usize,
}

/// The tokens of a vocabulary, by the characters that they begin and end.
#[derive(Debug, Clone, Default)]
pub struct Characters {
    /// By number.
    pieces: Vec<Piece>,
    /// Tokens that go on with a character.
    inside: Vec<usize>,
}

impl Characters {
    /// Of tokens in the order of their numbers; those of control, which have no bytes, come after all of text and are left out.
    pub fn new<'a>(tokens: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let pieces: Vec<Piece> = tokens.into_iter().map(piece).collect();
        let inside = pieces.iter().enumerate().filter(|(_, p)| p.goes_on > 0).map(|(token, _)| token).collect();
        Characters { pieces, inside }
    }

    /// Bytes that the last character lacks after one more token, where it lacked so many before; 0 to 3. A token of control lacks none.
    pub fn after(&self, lacked: usize, token: usize) -> usize {
        match self.pieces.get(token) {
            Some(piece) if piece.only => lacked.saturating_sub(piece.goes_on),
            Some(piece) => piece.lacks,
            None => 0,
        }
    }

    /// The same after many tokens.
    pub fn after_all(&self, tokens: impl IntoIterator<Item = usize>) -> usize {
        tokens.into_iter().fold(0, |lacked, token| self.after(lacked, token))
    }

    /// Takes out of the logits of the next token what would leave a character unfinished or begin in the middle of one. Nothing is taken
    /// out where nothing would be left.
    pub fn keep_whole(&self, lacked: usize, logits: &mut [f32]) {
        if lacked == 0 {
            self.inside.iter().for_each(|token| forbid(logits, *token));
            return;
        }
        let fits = |token: &usize| self.pieces.get(*token).is_some_and(|p| fits(*p, lacked));
        let may = |token: &usize| fits(token) && logits.get(*token).is_some_and(|l| l.is_finite());
        let kept: Vec<(usize, f32)> =
            self.inside.iter().copied().filter(may).map(|token| (token, logits[token])).collect();
        if !kept.is_empty() {
            logits.fill(f32::NEG_INFINITY);
            kept.into_iter().for_each(|(token, logit)| logits[token] = logit);
        }
    }
}

/// What may be written of all.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<'a> {
    /// Tokens that are never written.
    pub never: &'a [i32],
    /// How the tokens begin and end characters.
    pub characters: &'a Characters,
}

impl Allowed<'_> {
    /// Takes everything else out of the logits of the next token, where the last character lacks so many bytes.
    pub fn keep(&self, lacked: usize, logits: &mut [f32]) {
        let never = self.never.iter().filter_map(|token| usize::try_from(*token).ok());
        never.for_each(|token| forbid(logits, token));
        self.characters.keep_whole(lacked, logits);
    }
}

fn forbid(logits: &mut [f32], token: usize) {
    if let Some(logit) = logits.get_mut(token) {
        *logit = f32::NEG_INFINITY;
    }
}

/// Whether a token goes on with a character that lacks so many bytes, at least one.
fn fits(piece: Piece, lacked: usize) -> bool {
    if piece.only { piece.goes_on <= lacked } else { piece.goes_on == lacked }
}

fn piece(bytes: &[u8]) -> Piece {
    let goes_on = bytes.iter().take_while(|b| is_inside(**b)).count();
    let last = bytes.iter().rposition(|b| !is_inside(*b));
    let lacks = last.map_or(0, |at| length(bytes[at]).saturating_sub(bytes.len() - at));
    Piece { goes_on, only: goes_on > 0 && goes_on == bytes.len(), lacks }
}

/// Whether a byte of UTF-8 goes on with a character (RFC 3629, section 3).
fn is_inside(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// Bytes of the character that begins with this one (RFC 3629, section 3); 1 for what begins none.
fn length(first: u8) -> usize {
    match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 만 in two tokens, 들 in one, a part of two characters, the second half of 만 once more in two; after them the end.
    const TOKENS: [&[u8]; 7] = [b"\xEB\xA7", b"\x8C", "들".as_bytes(), b"\x8C\xEB\xA7", b" a", b"\xEB", b"\xA7\x8C"];
    const END: usize = TOKENS.len();

    fn allowed(lacked: usize) -> Vec<usize> {
        let mut logits = vec![0.0; END + 3];
        Characters::new(TOKENS).keep_whole(lacked, &mut logits);
        (0..logits.len()).filter(|token| logits[*token].is_finite()).collect()
    }

    #[test]
    fn a_character_that_was_begun_is_gone_on_with_and_neither_text_nor_end_nor_time_comes_before() {
        assert_eq!(allowed(1), [1, 3]);
        assert_eq!(allowed(2), [1, 6], "one byte of two leaves one; a whole second half leaves none");
    }

    #[test]
    fn between_two_characters_nothing_comes_that_would_go_on_with_one() {
        assert_eq!(allowed(0), [0, 2, 4, 5, 7, 8, 9]);
    }

    #[test]
    fn what_a_character_lacks_is_known_over_any_number_of_tokens() {
        let characters = Characters::new(TOKENS);
        let after = |tokens: &[usize]| characters.after_all(tokens.iter().copied());
        assert_eq!([after(&[]), after(&[2]), after(&[0]), after(&[0, 1]), after(&[0, 3])], [0, 0, 1, 0, 1]);
        assert_eq!([after(&[5]), after(&[5, 1]), after(&[5, 6]), after(&[0, END])], [2, 1, 0, 0]);
    }

    #[test]
    fn where_nothing_would_be_left_everything_is() {
        let characters = Characters::new([&b"a"[..], b"\xEB"]);
        let mut logits = vec![0.0; 3];
        characters.keep_whole(2, &mut logits);
        assert_eq!(logits, vec![0.0; 3]);
    }

    proptest! {
        /// Any text cut anywhere is allowed token by token, and at its end lacks nothing.
        #[test]
        fn a_text_cut_between_any_two_bytes_may_be_written(text in "[a가-힣é€😀 ]{1,12}", cuts in proptest::collection::vec(1usize..5, 60)) {
            let (mut rest, mut tokens) = (text.as_bytes(), Vec::new());
            for cut in cuts {
                let (token, after) = rest.split_at(cut.min(rest.len()));
                rest = after;
                if token.is_empty() {
                    break;
                }
                tokens.push(token);
            }
            prop_assume!(rest.is_empty());
            let characters = Characters::new(tokens.iter().copied());
            let mut lacked = 0;
            for token in 0..tokens.len() {
                let mut logits = vec![0.0; tokens.len() + 1];
                characters.keep_whole(lacked, &mut logits);
                prop_assert!(logits[token].is_finite(), "{:?} after {lacked}", tokens[token]);
                lacked = characters.after(lacked, token);
            }
            prop_assert_eq!(lacked, 0);
        }

        /// Every character has its bytes, and only the last may lack some.
        #[test]
        fn what_is_allowed_makes_whole_characters(
            tokens in proptest::collection::vec("[a가-힣é😀]{1,2}".prop_flat_map(|t| {
                let bytes = t.into_bytes();
                (0..bytes.len(), Just(bytes)).prop_map(|(at, bytes)| bytes[at..].to_vec())
            }), 1..12),
            choices in proptest::collection::vec(any::<prop::sample::Index>(), 1..20),
        ) {
            // A single byte that goes on is always to be had, as in the vocabulary of every model.
            let tokens: Vec<Vec<u8>> = tokens.into_iter().chain((0x80..=0xBF).map(|b| vec![b])).collect();
            let characters = Characters::new(tokens.iter().map(Vec::as_slice));
            let (mut lacked, mut bytes) = (0, Vec::new());
            for choice in choices {
                let mut logits = vec![0.0; tokens.len()];
                characters.keep_whole(lacked, &mut logits);
                let may: Vec<usize> = (0..tokens.len()).filter(|t| logits[*t].is_finite()).collect();
                prop_assume!(!may.is_empty());
                let token = *choice.get(&may);
                bytes.extend(&tokens[token]);
                lacked = characters.after(lacked, token);
            }
            let mut due = 0;
            for byte in bytes {
                if is_inside(byte) {
                    prop_assert!(due > 0, "a byte that goes on with nothing");
                    due -= 1;
                } else {
                    prop_assert_eq!(due, 0, "a character that was left");
                    due = length(byte) - 1;
                }
            }
            prop_assert_eq!(due, lacked);
        }
    }
}
