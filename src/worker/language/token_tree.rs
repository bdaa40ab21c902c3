//! Rows of tokens that follow the same text, laid out so that an engine computes once what several of them begin with.

use std::ops::Range;

/// A token to compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The token.
    pub token: i32,
    /// Its place in its rows, from 0.
    pub depth: usize,
    /// The rows that it belongs to, by their places in the tree: each of them is a sequence of the engine.
    pub rows: Range<usize>,
    /// A row ends with it, so that its logits are wanted.
    pub ends: bool,
}

/// The tokens of several rows, each shared beginning once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTree {
    /// In an order in which each comes after all that stand before it in its rows.
    pub nodes: Vec<Node>,
    /// The node with which each row ends, in the order in which the rows were given; none of an empty row.
    pub ends: Vec<Option<usize>>,
}

impl TokenTree {
    /// Of these rows. Where an engine cannot compute a token for several sequences at once (`shared` is false) each row is whole.
    pub fn of(rows: &[Vec<i32>], shared: bool) -> Self {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&a, &b| rows[a].cmp(&rows[b]));
        let mut tree = TokenTree { nodes: Vec::new(), ends: vec![None; rows.len()] };
        // The nodes of the row before, by depth.
        let mut path: Vec<usize> = Vec::new();
        let mut before: &[i32] = &[];
        for (place, &row) in order.iter().enumerate() {
            let tokens = &rows[row];
            let common = before.iter().zip(tokens).take_while(|(a, b)| a == b).count();
            path.truncate(if shared { common } else { 0 });
            for &node in &path {
                tree.nodes[node].rows.end = place + 1;
            }
            for (depth, &token) in tokens.iter().enumerate().skip(path.len()) {
                path.push(tree.nodes.len());
                tree.nodes.push(Node { token, depth, rows: place..place + 1, ends: false });
            }
            if let Some(&last) = path.last() {
                tree.nodes[last].ends = true;
                tree.ends[row] = Some(last);
            }
            before = tokens;
        }
        tree
    }

    /// One row.
    pub fn row(tokens: &[i32]) -> Self {
        let last = tokens.len().checked_sub(1);
        let node = |(depth, &token)| Node { token, depth, rows: 0..1, ends: Some(depth) == last };
        TokenTree { nodes: tokens.iter().enumerate().map(node).collect(), ends: vec![last] }
    }
}

/// Questions that go through an engine together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Which questions.
    pub questions: Vec<usize>,
    /// The line of each and its own tokens.
    pub rows: Vec<Vec<i32>>,
}

/// Questions, each with the index of its line, in groups of at most `most` whose tokens need no more than `room`. Questions to one
/// line stand together however they come, so that the line is computed once.
pub fn groups(lines: &[Vec<i32>], questions: &[(usize, Vec<i32>)], room: usize, most: usize) -> Vec<Group> {
    let mut order: Vec<usize> = (0..questions.len()).collect();
    order.sort_by_key(|&q| questions[q].0);
    let mut found: Vec<Group> = Vec::new();
    let (mut size, mut last) = (0, None);
    for q in order {
        let (line, after) = &questions[q];
        let said = lines.get(*line).map_or(&[][..], Vec::as_slice);
        let more = after.len() + if last == Some(*line) { 0 } else { said.len() };
        if found.last().is_none_or(|group| group.rows.len() >= most || size + more > room) {
            found.push(Group::default());
            size = said.len() + after.len();
        } else {
            size += more;
        }
        last = Some(*line);
        if let Some(group) = found.last_mut() {
            group.questions.push(q);
            group.rows.push([said, after].concat());
        }
    }
    found
}

/// How many of `all` tokens go into one call of the engine, at most `most`: in calls of like size, because a call with the last few
/// tokens costs nearly as much as a full one. A multiple of `tile`, the columns that its matrix product takes at a time.
pub fn call_size(all: usize, most: usize, tile: usize) -> usize {
    let calls = all.div_ceil(most).max(1);
    all.div_ceil(calls).next_multiple_of(tile).clamp(1, most)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_rows_begin_with_is_there_once_and_belongs_to_all_of_them() {
        let tree = TokenTree::of(&[vec![1, 2, 9], vec![1, 2, 3], vec![4], vec![1, 2]], true);
        let seen: Vec<(i32, usize, Range<usize>, bool)> =
            tree.nodes.iter().map(|n| (n.token, n.depth, n.rows.clone(), n.ends)).collect();
        let expected =
            [(1, 0, 0..3, false), (2, 1, 0..3, true), (3, 2, 1..2, true), (9, 2, 2..3, true), (4, 0, 3..4, true)];
        assert_eq!(seen, expected);
        assert_eq!(tree.ends, [Some(3), Some(2), Some(4), Some(1)]);
    }

    #[test]
    fn calls_are_of_like_size_and_never_too_large() {
        assert_eq!([1, 17, 64, 65, 68, 129, 10_000].map(|n| call_size(n, 64, 4)), [4, 20, 64, 36, 36, 44, 64]);
        assert_eq!(call_size(0, 64, 4), 1);
    }

    #[test]
    fn questions_to_a_line_stand_together_and_a_group_keeps_within_its_room() {
        let lines = [vec![1, 1, 1], vec![2, 2]];
        let asked = [(1, vec![7]), (0, vec![8]), (1, vec![9])];
        let all = groups(&lines, &asked, 100, 47);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].questions, [1, 0, 2]);
        assert_eq!(all[0].rows, [vec![1, 1, 1, 8], vec![2, 2, 7], vec![2, 2, 9]]);
        // Four tokens, then three and one more.
        let questions =
            |room, most| groups(&lines, &asked, room, most).into_iter().map(|g| g.questions).collect::<Vec<_>>();
        assert_eq!(questions(4, 47), [vec![1], vec![0, 2]]);
        assert_eq!(questions(3, 47), [vec![1], vec![0], vec![2]]);
        assert_eq!(questions(100, 2), [vec![1, 0], vec![2]]);
        assert!(groups(&lines, &[], 9, 9).is_empty());
    }

    proptest! {
        #[test]
        fn every_row_can_be_read_off_the_tree_in_order(
            rows in proptest::collection::vec(proptest::collection::vec(0i32..4, 0..6), 0..9),
            shared in any::<bool>(),
        ) {
            let tree = TokenTree::of(&rows, shared);
            for (row, end) in rows.iter().zip(&tree.ends) {
                let Some(end) = *end else { prop_assert!(row.is_empty()); continue };
                // Any row that ends there has the same tokens.
                let place = tree.nodes[end].rows.start;
                let passes = |n: &&Node| n.rows.contains(&place) && n.depth < row.len();
                let along: Vec<&Node> = tree.nodes[..=end].iter().filter(passes).collect();
                prop_assert_eq!(&along.iter().map(|n| n.token).collect::<Vec<_>>(), row);
                prop_assert!(along.iter().enumerate().all(|(depth, n)| n.depth == depth));
                prop_assert!(tree.nodes[end].ends);
            }
            let tokens: usize = rows.iter().map(Vec::len).sum();
            prop_assert!(tree.nodes.len() <= tokens);
            prop_assert!(shared || tree.nodes.len() == tokens);
        }
    }
}
