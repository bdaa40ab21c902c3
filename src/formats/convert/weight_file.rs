//! Writes a weight file of ours: 32-bit floats behind a safetensors header that names the format. `speech::weight_file` reads it.

/// The tensors by name and shape, in this order and nothing else. `None` when one has not as many numbers as its shape says.
pub(super) fn write(format: &str, tensors: &[(String, Vec<usize>, &[f32])]) -> Option<Vec<u8>> {
    let mut header = format!("{{\"__metadata__\":{{\"format\":\"{format}\"}}");
    let mut at = 0;
    for (name, shape, numbers) in tensors {
        if numbers.len() != shape.iter().product::<usize>() {
            return None;
        }
        let end = at + 4 * numbers.len();
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
    tensors.iter().flat_map(|(.., numbers)| *numbers).for_each(|x| out.extend_from_slice(&x.to_le_bytes()));
    Some(out)
}
