//! The layout of our own weight file of the speaker encoder: three LSTM layers and a linear one, as 32-bit floats behind
//! a safetensors header.

/// Numbers in a voice print.
pub const WIDTH: usize = 256;
/// The format name that a weight file of ours carries.
pub const FORMAT: &str = "gyeot-ge2e/1";
/// Rows of an LSTM's weights: four gates.
pub const GATES: usize = 4 * WIDTH;
/// Mel bands that the network hears.
pub const BANDS: usize = 40;

/// Every tensor of a weight file with its shape.
pub const TENSORS: [(&str, &[usize]); 14] = [
    ("lstm.weight_ih_l0", &[GATES, BANDS]),
    ("lstm.weight_hh_l0", &[GATES, WIDTH]),
    ("lstm.bias_ih_l0", &[GATES]),
    ("lstm.bias_hh_l0", &[GATES]),
    ("lstm.weight_ih_l1", &[GATES, WIDTH]),
    ("lstm.weight_hh_l1", &[GATES, WIDTH]),
    ("lstm.bias_ih_l1", &[GATES]),
    ("lstm.bias_hh_l1", &[GATES]),
    ("lstm.weight_ih_l2", &[GATES, WIDTH]),
    ("lstm.weight_hh_l2", &[GATES, WIDTH]),
    ("lstm.bias_ih_l2", &[GATES]),
    ("lstm.bias_hh_l2", &[GATES]),
    ("linear.weight", &[WIDTH, WIDTH]),
    ("linear.bias", &[WIDTH]),
];
