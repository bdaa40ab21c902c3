//! The views by the list of screens: one file each.

use crate::app::screen::{Screen, screens};
use crate::ui::view::ScreenView;

macro_rules! modules {
    ($($name:ident $file:ident,)*) => {
        $(pub mod $file;)*

        /// How a screen is drawn.
        pub const fn view(screen: Screen) -> &'static ScreenView {
            match screen { $(Screen::$name => &$file::VIEW,)* }
        }
    };
}
screens!(modules);
