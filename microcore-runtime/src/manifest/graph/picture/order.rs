//! The order within the columns. In: columns of vertices and the segments between neighbouring columns. Out: the columns
//! in the order with the fewest crossings that some sweeps find.
//!
//! Each sweep sorts a column by where its neighbours stand on average, from the left and from the right in turns: the
//! barycentre method of Sugiyama, Tagawa and Toda (1981).

/// Sweeps in each direction. More change nothing in pictures of this size.
const SWEEPS: usize = 8;

/// The columns, by the numbers of their vertices.
pub(super) type Columns = Vec<Vec<usize>>;

/// From a vertex of one column to one of the next.
pub(super) type Segment = (usize, usize);

/// `vertices` is how many there are.
pub(super) fn ordered(columns: Columns, segments: &[Segment], vertices: usize) -> Columns {
    let mut best = (crossings(&columns, segments, vertices), columns.clone());
    let mut columns = columns;
    for sweep in 0..2 * SWEEPS {
        let rightwards = sweep % 2 == 0;
        let count = columns.len();
        for step in 1..count {
            let (fixed, moved) = if rightwards { (step - 1, step) } else { (count - step, count - step - 1) };
            let place = places(&columns[fixed], vertices);
            let neighbours = |vertex: usize| {
                let ends = segments.iter().filter_map(move |&(left, right)| match (rightwards, vertex) {
                    (true, vertex) if right == vertex => Some(left),
                    (false, vertex) if left == vertex => Some(right),
                    _ => None,
                });
                ends.filter_map(|end| place[end])
            };
            let mut weighed: Vec<(f64, usize)> = columns[moved]
                .iter()
                .enumerate()
                .map(|(own, &vertex)| {
                    let (sum, count) = neighbours(vertex).fold((0, 0), |(sum, count), place| (sum + place, count + 1));
                    (if count == 0 { as_float(own) } else { as_float(sum) / as_float(count) }, vertex)
                })
                .collect();
            // Stable: what is equal keeps its order, which begins with that of the manifest.
            weighed.sort_by(|a, b| a.0.total_cmp(&b.0));
            columns[moved] = weighed.into_iter().map(|(_, vertex)| vertex).collect();
        }
        let found = crossings(&columns, segments, vertices);
        if found < best.0 {
            best = (found, columns.clone());
        }
    }
    best.1
}

/// How many pairs of segments between the same two columns cross.
pub(super) fn crossings(columns: &Columns, segments: &[Segment], vertices: usize) -> usize {
    let mut column = vec![usize::MAX; vertices];
    let mut place = vec![0; vertices];
    for (number, members) in columns.iter().enumerate() {
        for (own, &vertex) in members.iter().enumerate() {
            (column[vertex], place[vertex]) = (number, own);
        }
    }
    let mut count = 0;
    for (number, &(left, right)) in segments.iter().enumerate() {
        let others = segments[number + 1..].iter().filter(|(other, _)| column[*other] == column[left]);
        count += others
            .filter(|&&(other_left, other_right)| {
                let (here, there) = (place[left].cmp(&place[other_left]), place[right].cmp(&place[other_right]));
                here != there && here.is_ne() && there.is_ne()
            })
            .count();
    }
    count
}

fn places(column: &[usize], vertices: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; vertices];
    for (place, &vertex) in column.iter().enumerate() {
        places[vertex] = Some(place);
    }
    places
}

/// Of a place in a column.
#[expect(clippy::cast_precision_loss, reason = "columns are shorter than 2^52")]
pub(super) fn as_float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_that_can_be_undone_is_undone() {
        let columns = vec![vec![0, 1], vec![2, 3], vec![4, 5]];
        let segments = [(0, 3), (1, 2), (2, 5), (3, 4)];
        assert_eq!(crossings(&columns, &segments, 6), 2);
        let ordered = ordered(columns, &segments, 6);
        assert_eq!(crossings(&ordered, &segments, 6), 0, "{ordered:?}");
    }

    #[test]
    fn what_has_no_neighbours_stays_where_it_is() {
        let columns = vec![vec![2, 0, 1], vec![]];
        assert_eq!(ordered(columns.clone(), &[], 3), columns);
    }
}
