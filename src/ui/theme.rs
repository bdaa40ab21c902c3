//! Colours by meaning. Each meaning is also carried by a glyph, a word or a weight, so that NO_COLOR loses nothing.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mean {
    /// Ordinary text.
    Plain,
    /// Less important: times, hints.
    Quiet,
    /// A heading or a name.
    Strong,
    /// The pane, field or key that matters now.
    Focus,
    /// The marked line of a list.
    Marked,
    /// Said by the counsellor.
    Counsellor,
    /// Said by the client.
    Client,
    /// Drafted by a model, always beside the word AI or the glyph ✦.
    Ai,
    /// Danger, always beside ▲.
    Danger,
    /// Wants attention, always beside a word.
    Warn,
    /// Safe and done, always beside a word.
    Good,
    /// Recording, always beside ●.
    Recording,
}

/// Colours, or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Theme {
    /// False under NO_COLOR: weights only.
    pub colour: bool,
}

impl Theme {
    /// The style of a meaning. Only the sixteen colours of the terminal's own palette are used, so that the
    /// person's light or dark scheme stays readable.
    pub fn of(self, mean: Mean) -> Style {
        let weight = match mean {
            Mean::Plain | Mean::Client => Modifier::empty(),
            Mean::Quiet | Mean::Counsellor => Modifier::DIM,
            Mean::Strong | Mean::Focus | Mean::Danger | Mean::Warn | Mean::Recording => Modifier::BOLD,
            Mean::Marked => Modifier::REVERSED,
            Mean::Ai => Modifier::ITALIC,
            Mean::Good => Modifier::empty(),
        };
        let style = Style::new().add_modifier(weight);
        if !self.colour {
            return style;
        }
        match mean {
            Mean::Plain | Mean::Strong | Mean::Quiet | Mean::Marked | Mean::Client => style,
            Mean::Focus => style.fg(Color::Cyan),
            Mean::Counsellor => Style::new().fg(Color::Blue),
            Mean::Ai => style.fg(Color::Magenta),
            Mean::Danger | Mean::Recording => style.fg(Color::Red),
            Mean::Warn => style.fg(Color::Yellow),
            Mean::Good => style.fg(Color::Green),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_no_meaning_has_one() {
        let plain = Theme { colour: false };
        for mean in [Mean::Focus, Mean::Ai, Mean::Danger, Mean::Warn, Mean::Good, Mean::Recording, Mean::Counsellor] {
            let style = plain.of(mean);
            assert_eq!((style.fg, style.bg), (None, None), "{mean:?}");
        }
    }
}
