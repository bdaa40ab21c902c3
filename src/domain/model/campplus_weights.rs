//! The layout of our own weight file of the CAM++ speaker encoder: 32-bit floats behind a safetensors header. Weights of
//! convolutions lie as one row per output, tap after tap; each normalisation is a row of factors and a row of summands.

/// Numbers in a voice print.
pub const WIDTH: usize = 192;
/// The format name that a weight file of ours carries.
pub const FORMAT: &str = "gyeot-campplus/1";
/// Mel bands that the network hears.
pub const BANDS: usize = 80;
/// Channels of the two-dimensional layers.
pub const CHANNELS: usize = 32;
/// Layers of each dense block with the dilation of their taps.
pub const BLOCKS: [(usize, usize); 3] = [(12, 1), (24, 2), (16, 2)];
/// Numbers that each dense layer adds.
pub const GROWTH: usize = 32;
/// Width of the narrow place in each dense layer.
pub const NARROW: usize = 128;
/// Numbers for each frame after the first one-dimensional layer.
pub const FIRST: usize = 128;

/// What a tensor is in the checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A convolution or linear map: `outputs`, `inputs`, and so many taps.
    Map(usize, usize, usize),
    /// A bias of so many numbers.
    Bias(usize),
    /// A normalisation over so many numbers, without a learned factor where false.
    Norm(usize, bool),
}

impl Part {
    /// The shape of the tensor in our file.
    pub fn shape(self) -> Vec<usize> {
        match self {
            Part::Map(outputs, inputs, taps) => vec![outputs, inputs * taps],
            Part::Bias(n) => vec![n],
            Part::Norm(n, _) => vec![2, n],
        }
    }

    /// How many numbers it has.
    pub fn numbers(self) -> usize {
        self.shape().iter().product()
    }
}

/// Every tensor of a weight file by the name of its layer, in order.
pub fn parts() -> Vec<(String, Part)> {
    let mut all: Vec<(String, Part)> = Vec::new();
    let mut add = |name: &str, part: Part| all.push((name.to_owned(), part));
    let square = Part::Map(CHANNELS, CHANNELS, 9);
    add("head.conv1.weight", Part::Map(CHANNELS, 1, 9));
    add("head.bn1", Part::Norm(CHANNELS, true));
    for layer in 1..=2 {
        for block in 0..2 {
            let p = format!("head.layer{layer}.{block}");
            add(&format!("{p}.conv1.weight"), square);
            add(&format!("{p}.bn1"), Part::Norm(CHANNELS, true));
            add(&format!("{p}.conv2.weight"), square);
            add(&format!("{p}.bn2"), Part::Norm(CHANNELS, true));
            if block == 0 {
                add(&format!("{p}.shortcut.0.weight"), Part::Map(CHANNELS, CHANNELS, 1));
                add(&format!("{p}.shortcut.1"), Part::Norm(CHANNELS, true));
            }
        }
    }
    add("head.conv2.weight", square);
    add("head.bn2", Part::Norm(CHANNELS, true));
    add("xvector.tdnn.linear.weight", Part::Map(FIRST, CHANNELS * BANDS / 8, 5));
    add("xvector.tdnn.nonlinear.batchnorm", Part::Norm(FIRST, true));
    let mut wide = FIRST;
    for (n, (layers, _)) in BLOCKS.into_iter().enumerate() {
        for layer in 1..=layers {
            let p = format!("xvector.block{}.tdnnd{layer}", n + 1);
            add(&format!("{p}.nonlinear1.batchnorm"), Part::Norm(wide, true));
            add(&format!("{p}.linear1.weight"), Part::Map(NARROW, wide, 1));
            add(&format!("{p}.nonlinear2.batchnorm"), Part::Norm(NARROW, true));
            add(&format!("{p}.cam_layer.linear_local.weight"), Part::Map(GROWTH, NARROW, 3));
            add(&format!("{p}.cam_layer.linear1.weight"), Part::Map(NARROW / 2, NARROW, 1));
            add(&format!("{p}.cam_layer.linear1.bias"), Part::Bias(NARROW / 2));
            add(&format!("{p}.cam_layer.linear2.weight"), Part::Map(GROWTH, NARROW / 2, 1));
            add(&format!("{p}.cam_layer.linear2.bias"), Part::Bias(GROWTH));
            wide += GROWTH;
        }
        let p = format!("xvector.transit{}", n + 1);
        add(&format!("{p}.nonlinear.batchnorm"), Part::Norm(wide, true));
        add(&format!("{p}.linear.weight"), Part::Map(wide / 2, wide, 1));
        wide /= 2;
    }
    add("xvector.out_nonlinear.batchnorm", Part::Norm(wide, true));
    add("xvector.dense.linear.weight", Part::Map(WIDTH, 2 * wide, 1));
    add("xvector.dense.nonlinear.batchnorm", Part::Norm(WIDTH, false));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_seven_million_numbers_and_each_name_once() {
        let all = parts();
        let numbers: usize = all.iter().map(|(_, p)| p.numbers()).sum();
        assert!((6_500_000..7_500_000).contains(&numbers), "{numbers}");
        let names: std::collections::BTreeSet<&str> = all.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|(_, p)| !matches!(p, Part::Map(outputs, _, _) if outputs % 32 != 0)));
    }
}
