//! Decimals: numbers as JSON writes them, kept exactly. In: text. Out: the decimal, or nothing where digits would be lost.

use rust_decimal::Decimal;

use super::is_number;

/// More digits than a decimal has.
const MOST: u32 = 28;

/// The number, with as many digits behind the point as were written.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    if !is_number(text) {
        return None;
    }
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, unsigned) = number.strip_prefix('-').map_or((1, number), |unsigned| (-1, unsigned));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut digits = whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0').peekable();
    if digits.peek().is_none() {
        // Zero is zero, whatever its exponent is; digits beyond the most say nothing.
        let scale = u32::try_from(fraction.len()).unwrap_or(MOST).min(MOST);
        return Decimal::try_from_i128_with_scale(0, scale).ok();
    }
    let exponent: i64 = exponent.parse().ok()?;
    let mut scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    // Zeros at the end are held back: where they are too many to be kept, they say nothing.
    let (mut value, mut zeros): (i128, i64) = (0, 0);
    let ten_times = |value: i128, digit: i128| value.checked_mul(10)?.checked_add(digit);
    for digit in digits {
        if digit == b'0' {
            zeros += 1;
            continue;
        }
        for _ in 0..zeros {
            value = ten_times(value, 0)?;
        }
        zeros = 0;
        value = ten_times(value, i128::from(digit - b'0'))?;
    }
    // Those that can be kept are.
    while zeros > 0 && scale - zeros < i64::from(MOST) && (scale - zeros < 0 || value < 10_i128.pow(MOST - 1)) {
        value = ten_times(value, 0)?;
        zeros -= 1;
    }
    scale -= zeros;
    while scale < 0 {
        value = ten_times(value, 0)?;
        scale += 1;
    }
    Decimal::try_from_i128_with_scale(sign * value, u32::try_from(scale).ok()?).ok()
}
