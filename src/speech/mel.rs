//! The mel scale as Slaney drew it: triangular filters over the bins of a Fourier transform.
//! Owns the filter bank only; windows and transforms belong to whoever listens.
//!
//! Source: M. Slaney, Auditory Toolbox (1998): linear below 1 kHz, logarithmic above, each filter of equal area.

/// Where the scale turns from linear to logarithmic, in Hz.
const BREAK_HZ: f64 = 1000.0;
/// Hz per mel below the break.
const LINEAR_HZ: f64 = 200.0 / 3.0;
/// Mels at the break.
const BREAK_MEL: f64 = 15.0;

/// Step of the logarithm above the break: 27 mels for a factor of 6.4.
fn log_step() -> f64 {
    6.4f64.ln() / 27.0
}

/// Hertz to mel.
pub fn mel_of_hz(hz: f64) -> f64 {
    if hz >= BREAK_HZ { BREAK_MEL + (hz / BREAK_HZ).ln() / log_step() } else { hz / LINEAR_HZ }
}

/// Mel to hertz.
pub fn hz_of_mel(mel: f64) -> f64 {
    if mel >= BREAK_MEL { BREAK_HZ * (log_step() * (mel - BREAK_MEL)).exp() } else { mel * LINEAR_HZ }
}

/// The filter bank: `bands` rows of `1 + fft / 2` weights, row after row, from 0 Hz to half of `rate`.
///
/// Each value is rounded to 32 bits twice, in the order in which the files of the field were made, so that a
/// converted model is equal byte for byte to one made elsewhere.
pub fn filters(bands: usize, rate: u32, fft: usize) -> Vec<f32> {
    let bins = 1 + fft / 2;
    let half = f64::from(rate) / 2.0;
    let top = mel_of_hz(half);
    let corners: Vec<f64> = (0..bands + 2)
        .map(|i| if i == bands + 1 { top } else { i as f64 * (top / (bands + 1) as f64) })
        .map(hz_of_mel)
        .collect();
    let mut out = Vec::with_capacity(bands * bins);
    for corner in corners.windows(3) {
        let (low, mid, high) = (corner[0], corner[1], corner[2]);
        for bin in 0..bins {
            let hz = if bin + 1 == bins { half } else { bin as f64 * (half / (bins - 1) as f64) };
            let rise = (hz - low) / (mid - low);
            let fall = (high - hz) / (high - mid);
            let least = if fall < rise { fall } else { rise };
            // The published files hold a negative zero where a filter begins. It is written out, because the sign of
            // a computed zero is not the same at every optimisation level.
            let slope = match least {
                least if least > 0.0 => least as f32,
                _ if hz == low => -0.0,
                _ => 0.0,
            };
            out.push((f64::from(slope) * (2.0 / (high - low))) as f32);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_weight_is_the_negative_zero_of_the_published_files() {
        assert_eq!(filters(80, 16000, 400)[0].to_bits(), 0x8000_0000);
        assert_eq!(filters(80, 16000, 400)[3].to_bits(), 0);
    }

    #[test]
    fn hertz_and_mel_are_inverse_and_meet_at_the_break() {
        assert_eq!(mel_of_hz(1000.0), 15.0);
        for hz in [0.0, 50.0, 999.0, 1000.0, 1001.0, 4000.0, 8000.0] {
            assert!((hz_of_mel(mel_of_hz(hz)) - hz).abs() < 1e-9, "{hz}");
        }
    }

    #[test]
    fn every_filter_is_one_hill_and_neighbours_overlap() {
        let bank = filters(40, 16_000, 400);
        assert_eq!(bank.len(), 40 * 201);
        let mut last_peak = 0;
        for row in bank.chunks_exact(201) {
            let first = row.iter().position(|w| *w > 0.0).expect("a filter hears something");
            let last = row.iter().rposition(|w| *w > 0.0).expect("a filter hears something");
            assert!(row[first..=last].iter().all(|w| *w > 0.0), "a hill has no hole");
            let peak = (first..=last).max_by(|a, b| row[*a].total_cmp(&row[*b])).expect("not empty");
            assert!(peak >= last_peak);
            last_peak = peak;
        }
    }

    #[test]
    fn a_filter_has_the_area_of_its_neighbour() {
        // The integral of each triangle over hertz is one; the bins sample it every 40 Hz.
        for row in filters(40, 16_000, 400).chunks_exact(201).skip(20) {
            let area: f32 = row.iter().sum::<f32>() * 40.0;
            assert!((area - 1.0).abs() < 0.05, "{area}");
        }
    }
}
