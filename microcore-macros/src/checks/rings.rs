//! Rings in a graph. In: edges, as pairs of numbers. Out: rings, as lists of edges, and how many steps that took.
//!
//! What lies in one ring lies in one strongly connected component, so those are found first, each edge looked at once.
//! Then an edge that is in no ring yet has one looked for inside its component, a few times at most: the steps grow with
//! the edges, whatever they look like.

use std::collections::VecDeque;

/// The most rings that are told of at once: mending these may well mend the rest.
const MOST: usize = 16;

/// A place in the graph that Tarjan's search has come to.
#[derive(Clone, Copy)]
struct Met {
    number: usize,
    /// The oldest place that can be reached from here.
    low: usize,
    /// Of the edges from here, how many were followed.
    followed: usize,
}

pub(super) struct Rings<'e> {
    edges: &'e [(usize, usize)],
    /// For each place, the edges that begin there.
    ways: Vec<Vec<usize>>,
    pub(super) steps: usize,
}

impl<'e> Rings<'e> {
    /// `places` are the numbers below it.
    pub(super) fn of(places: usize, edges: &'e [(usize, usize)]) -> Self {
        let mut ways = vec![Vec::new(); places];
        for (edge, (from, _)) in edges.iter().enumerate() {
            ways[*from].push(edge);
        }
        Self { edges, ways, steps: 0 }
    }

    /// Rings that have at least one edge of their own; each begins with its first edge in the order of `edges`.
    pub(super) fn find(&mut self) -> Vec<Vec<usize>> {
        let components = self.components();
        let mut told = vec![false; self.edges.len()];
        let mut rings = Vec::new();
        for (edge, (from, to)) in self.edges.iter().enumerate() {
            if told[edge] || components[*from] != components[*to] || rings.len() == MOST {
                continue;
            }
            let mut ring = vec![edge];
            ring.extend(self.shortest(*to, *from, &components));
            for edge in &ring {
                told[*edge] = true;
            }
            let first = (0..ring.len()).min_by_key(|place| ring[*place]).unwrap_or_default();
            ring.rotate_left(first);
            rings.push(ring);
        }
        rings
    }

    /// For each place the number of its strongly connected component: Tarjan's search, without recursion.
    fn components(&mut self) -> Vec<usize> {
        let places = self.ways.len();
        let (mut met, mut component) = (vec![None::<Met>; places], vec![usize::MAX; places]);
        let (mut open, mut trail, mut count) = (Vec::new(), Vec::new(), 0);
        for start in 0..places {
            if met[start].is_none() {
                trail.push(start);
            }
            while let Some(&here) = trail.last() {
                self.steps += 1;
                let mut now = met[here].unwrap_or_else(|| {
                    open.push(here);
                    count += 1;
                    Met { number: count, low: count, followed: 0 }
                });
                let next = self.ways[here].get(now.followed).map(|edge| self.edges[*edge].1);
                match next.map(|next| (next, met[next])) {
                    // Followed again once that place is done: then it is one that was met.
                    Some((next, None)) if next != here => trail.push(next),
                    Some((next, seen)) => {
                        if let Some(seen) = seen.filter(|_| component[next] == usize::MAX) {
                            now.low = now.low.min(seen.low);
                        }
                        now.followed += 1;
                    }
                    None => {
                        trail.pop();
                        if now.low == now.number {
                            while let Some(one) = open.pop() {
                                component[one] = here;
                                if one == here {
                                    break;
                                }
                            }
                        }
                    }
                }
                met[here] = Some(now);
            }
        }
        component
    }

    /// The edges of the shortest way inside one component; none where both ends are the same.
    fn shortest(&mut self, from: usize, to: usize, components: &[usize]) -> Vec<usize> {
        let mut came_by: Vec<Option<usize>> = vec![None; self.ways.len()];
        let mut next = VecDeque::from([from]);
        while let Some(here) = next.pop_front().filter(|here| *here != to) {
            for edge in &self.ways[here] {
                self.steps += 1;
                let there = self.edges[*edge].1;
                if there != from && came_by[there].is_none() && components[there] == components[from] {
                    came_by[there] = Some(*edge);
                    next.push_back(there);
                }
            }
        }
        let mut way = Vec::new();
        let mut here = to;
        while let Some(edge) = came_by[here].filter(|_| here != from) {
            way.push(edge);
            here = self.edges[edge].0;
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings(edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
        let places = edges.iter().map(|(from, to)| from.max(to) + 1).max().unwrap_or_default();
        Rings::of(places, edges).find()
    }

    #[test]
    fn a_ring_is_found_wherever_it_is_and_nothing_else_is() {
        assert_eq!(rings(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(rings(&[(0, 1), (0, 2), (1, 3), (2, 3)]), Vec::<Vec<usize>>::new(), "two ways to one place");
        assert_eq!(rings(&[(0, 0)]), [[0]], "an event that leads to itself");
        assert_eq!(rings(&[(0, 1), (2, 1), (1, 2), (2, 3)]), [[1, 2]], "what leads to it and away is no part");
        assert_eq!(rings(&[(2, 0), (0, 1), (1, 2)]), [[0, 1, 2]]);
        assert_eq!(rings(&[(0, 1), (1, 0), (0, 2), (2, 0)]), [[0, 1], [2, 3]], "two through one place");
        assert_eq!(rings(&[(0, 1), (0, 1), (1, 0)]), [vec![0, 2], vec![1, 2]], "two ways round");
        assert_eq!(rings(&[(0, 1), (1, 0), (2, 3), (3, 2), (1, 2)]), [[0, 1], [2, 3]], "a bridge is no part");
    }

    proptest::proptest! {
        #[test]
        fn every_ring_is_closed_and_an_edge_without_one_has_no_way_back(
            edges in proptest::collection::vec((0_usize..7, 0_usize..7), 0..14),
        ) {
            let rings = rings(&edges);
            for ring in &rings {
                let next = ring.iter().cycle().skip(1);
                proptest::prop_assert!(ring.iter().zip(next).all(|(one, next)| edges[*one].1 == edges[*next].0));
            }
            let reaches = |from: usize, to: usize| {
                let mut seen = vec![from];
                let mut at = 0;
                while at < seen.len() {
                    let next = edges.iter().filter(|(start, _)| *start == seen[at]).map(|(_, end)| *end);
                    let next: Vec<_> = next.filter(|end| !seen.contains(end)).collect();
                    for end in next {
                        if !seen.contains(&end) {
                            seen.push(end);
                        }
                    }
                    at += 1;
                }
                seen.contains(&to)
            };
            for (edge, (from, to)) in edges.iter().enumerate() {
                let is_told = rings.iter().any(|ring| ring.contains(&edge));
                proptest::prop_assert_eq!(is_told, reaches(*to, *from), "{}", edge);
            }
        }
    }

    #[test]
    fn the_steps_grow_with_the_edges_whatever_these_look_like() {
        let line = |count: usize| (0..count).map(|place| (place, place + 1)).collect::<Vec<_>>();
        let circle = |count: usize| (0..count).map(|place| (place, (place + 1) % count)).collect::<Vec<_>>();
        let tail = |count: usize| [vec![(0, 1), (1, 0)], line(count - 2)].concat();
        let both_ways =
            |count: usize| (0..count / 2).flat_map(|place| [(place, place + 1), (place + 1, place)]).collect();
        let star = |count: usize| (0..count / 2).flat_map(|place| [(0, place + 1), (place + 1, 0)]).collect();
        let shapes: [&dyn Fn(usize) -> Vec<(usize, usize)>; 5] = [&line, &circle, &tail, &both_ways, &star];
        for (shape, edges) in shapes.iter().enumerate() {
            for count in [50, 500, 5000] {
                let edges = edges(count);
                let mut found = Rings::of(edges.len() + 1, &edges);
                found.find();
                // Twice an edge and once a place for the components, and a few searches.
                let most = (4 + MOST) * (edges.len() + 1);
                assert!(found.steps <= most, "shape {shape}: {count} edges took {} steps", found.steps);
            }
        }
    }
}
