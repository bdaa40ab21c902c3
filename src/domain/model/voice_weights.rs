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

/// Writes a weight file that `speech::voice::VoiceModel::load` reads: the tensors in the order of [`TENSORS`], nothing else.
/// `None` when a tensor has not as many numbers as its shape says.
pub fn weight_file(tensors: &[Vec<f32>; TENSORS.len()]) -> Option<Vec<u8>> {
    let mut header = format!("{{\"__metadata__\":{{\"format\":\"{FORMAT}\"}}");
    let mut at = 0;
    for ((name, shape), numbers) in TENSORS.iter().zip(tensors) {
        let end = at + 4 * shape.iter().product::<usize>();
        if 4 * numbers.len() != end - at {
            return None;
        }
        let shape = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        header
            .push_str(&format!(",\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{shape}],\"data_offsets\":[{at},{end}]}}"));
        at = end;
    }
    header.push('}');
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    let mut out = Vec::with_capacity(8 + header.len() + at);
    out.extend_from_slice(&(header.len() as u64).to_le_bytes());
    out.extend_from_slice(header.as_bytes());
    tensors.iter().flatten().for_each(|x| out.extend_from_slice(&x.to_le_bytes()));
    Some(out)
}
