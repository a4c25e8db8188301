//! The height of each vertex. In: ordered columns, heights and segments. Out: the middle of each vertex, near those of its
//! neighbours and without overlaps.
//!
//! A column's best middles, given those of its neighbours, are a least-squares problem with an order to keep: isotonic
//! regression, solved exactly by pooling adjacent violators (Ayer and others, 1955).

use super::order::{Columns, Segment, as_float};

/// Rounds over all columns.
const ROUNDS: usize = 12;

/// One vertex: how high it is, and how far it keeps from the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) height: f64,
    pub(super) gap: f64,
}

/// The middles, from 0 down.
pub(super) fn middles(columns: &Columns, sizes: &[Size], segments: &[Segment]) -> Vec<f64> {
    let mut middles = vec![0.0; sizes.len()];
    for column in columns {
        let mut y = 0.0;
        for &vertex in column {
            middles[vertex] = y + sizes[vertex].height / 2.0;
            y += sizes[vertex].height + sizes[vertex].gap;
        }
    }
    for round in 0..ROUNDS {
        let count = columns.len();
        for step in 0..count {
            let column = &columns[if round % 2 == 0 { step } else { count - 1 - step }];
            let wanted: Vec<(f64, f64)> = column.iter().map(|&vertex| wanted(vertex, segments, &middles)).collect();
            for (&vertex, middle) in column.iter().zip(kept_apart(column, &wanted, sizes)) {
                middles[vertex] = middle;
            }
        }
    }
    let top = columns.iter().flatten().map(|&vertex| middles[vertex] - sizes[vertex].height / 2.0);
    let top = top.fold(f64::INFINITY, f64::min);
    middles.iter().map(|middle| middle - if top.is_finite() { top } else { 0.0 }).collect()
}

/// Where a vertex would stand by itself, and how much that counts: in the middle of its neighbours.
fn wanted(vertex: usize, segments: &[Segment], middles: &[f64]) -> (f64, f64) {
    let ends = segments.iter().filter_map(|&(left, right)| match (left == vertex, right == vertex) {
        (true, _) => Some(middles[right]),
        (_, true) => Some(middles[left]),
        _ => None,
    });
    let (sum, count) = ends.fold((0.0, 0), |(sum, count), middle| (sum + middle, count + 1));
    if count == 0 { (middles[vertex], 0.1) } else { (sum / as_float(count), as_float(count)) }
}

/// As near to what is wanted as the sizes allow.
fn kept_apart(column: &[usize], wanted: &[(f64, f64)], sizes: &[Size]) -> Vec<f64> {
    // How far each is from the first at least: without that, all that is left is to keep the order.
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    for (place, &vertex) in column.iter().enumerate() {
        if let Some(&before) = place.checked_sub(1).and_then(|place| column.get(place)) {
            offset += sizes[before].height / 2.0 + sizes[before].gap + sizes[vertex].height / 2.0;
        }
        offsets.push(offset);
    }
    // Blocks of mean, weight and length; the mean of each is above that of the one before.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (&(middle, weight), offset) in wanted.iter().zip(&offsets) {
        let mut block = (middle - offset, weight, 1);
        while let Some(&(mean, others, length)) = blocks.last()
            && mean >= block.0
        {
            let weight = others + block.1;
            block = ((mean * others + block.0 * block.1) / weight, weight, length + block.2);
            blocks.pop();
        }
        blocks.push(block);
    }
    let means = blocks.iter().flat_map(|&(mean, _, length)| std::iter::repeat_n(mean, length));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: Size = Size { height: 30.0, gap: 10.0 };

    #[test]
    fn one_stands_in_the_middle_of_its_neighbours() {
        let columns = vec![vec![0, 1, 2], vec![3]];
        let middles = middles(&columns, &[SIZE; 4], &[(0, 3), (1, 3), (2, 3)]);
        assert!((middles[3] - middles[1]).abs() < 0.01, "{middles:?}");
    }

    proptest! {
        #[test]
        fn no_two_overlap_and_the_order_stays(
            lengths in proptest::collection::vec(0_usize..12, 1..5),
            ends in proptest::collection::vec((0_usize..48, 0_usize..48), 0..60),
        ) {
            let mut columns: Columns = Vec::new();
            let mut next = 0;
            for length in lengths {
                columns.push((next..next + length).collect());
                next += length;
            }
            let column_of = |vertex: usize| columns.iter().position(|column| column.contains(&vertex));
            let segments: Vec<Segment> = ends
                .into_iter()
                .filter(|&(left, right)| {
                    left < next && right < next && column_of(left).map(|column| column + 1) == column_of(right)
                })
                .collect();
            let middles = middles(&columns, &vec![SIZE; next], &segments);
            for pair in columns.iter().flat_map(|column| column.windows(2)) {
                prop_assert!(middles[pair[1]] - middles[pair[0]] >= 39.99, "{:?}", middles);
            }
            prop_assert!(middles.iter().all(|middle| *middle >= 14.99), "{:?}", middles);
        }
    }
}
