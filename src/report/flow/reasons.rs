//! Why people are not in the next box of a flow: as finely as few people allow, and so that the numbers add up.
//!
//! Everybody registered is of one [`Kind`]. What is told are sums over kinds, one for each reason at an arrow. They are
//! put together until nobody can work out one to four people from them, the boxes and what is told elsewhere; what
//! follows from the boxes alone is everybody's knowledge.

use crate::report::suppression::{self, Figure, follows_from, is_small};
use crate::report::wording::say;

use super::Reason;
use super::words::{listed, unmatched_words, words};

/// What somebody registered is, as far as a flow is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Answered before and after, and is matched.
    Matched,
    /// Answered both, on two questionnaires.
    AnotherForm,
    /// Answered both, and left out what the matched answered.
    LeftOut,
    /// Before only, and not seen where the after is asked.
    Away,
    /// Before only, though seen at a one-off session.
    OneOff,
    /// Before only, though seen at the last session of a run.
    Last,
    /// Before only, because the after was set aside.
    AfterAside,
    /// After only, and first seen where the after is asked.
    CameLate,
    /// After only, though seen earlier.
    CameEarlier,
    /// Neither, because what there was is set aside.
    AllAside,
    /// Neither, and nothing is known of why.
    Nothing,
}

use Kind::{AfterAside, AllAside, AnotherForm, Away, CameEarlier, CameLate, Last, LeftOut, Matched, Nothing, OneOff};

/// Every kind in the order of its place.
const KINDS: [Kind; 11] =
    [Matched, AnotherForm, LeftOut, Away, OneOff, Last, AfterAside, CameLate, CameEarlier, AllAside, Nothing];

/// At the three arrows: whom the next box lacks.
pub(super) const LOST: [&[Kind]; 3] = [
    &[CameLate, CameEarlier, AllAside, Nothing],
    &[Away, OneOff, Last, AfterAside],
    &[CameLate, CameEarlier, AnotherForm, LeftOut],
];

/// Who answered both and is not matched.
pub(super) const UNMATCHED: [Kind; 2] = [AnotherForm, LeftOut];

/// Who answered after only.
pub(super) const AFTER_ONLY: [Kind; 2] = [CameLate, CameEarlier];

/// Kinds that belong together before others.
const ALIKE: [[Kind; 2]; 4] = [AFTER_ONLY, [AllAside, Nothing], [OneOff, Last], UNMATCHED];

/// Who gave no after, wherever they were.
pub(super) const GAVE_NONE: [Kind; 3] = [Away, OneOff, Last];

/// People by kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds([i64; KINDS.len()]);

/// What nobody may work out.
#[derive(Debug)]
enum Secret {
    /// A few people, of these kinds.
    Few(Vec<Kind>),
    /// How many are of these kinds: a number told elsewhere less them is a few people.
    LeavesFew(Vec<Kind>),
}

/// The reasons at the arrows before the before, the after and the matched, and who joins at the second.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub lost: [Vec<Reason>; 3],
    pub joined: Vec<Reason>,
}

impl Kinds {
    /// By the number of each.
    pub(super) fn of(count: impl Fn(Kind) -> i64) -> Kinds {
        Kinds(KINDS.map(count))
    }

    pub(super) fn sum(&self, kinds: &[Kind]) -> i64 {
        kinds.iter().map(|kind| self.0[*kind as usize]).sum()
    }

    /// The reasons, in the finest form that tells of nobody. None where a box is of few people, or where the numbers
    /// are not those of one another. Before a last session was held nobody was away from it. Of the sums that leave a few
    /// of a number told elsewhere none may follow.
    pub(super) fn told(&self, was_asked: bool, leaving_few: Vec<Vec<Kind>>) -> Option<Told> {
        let mut boxes = BOXES.iter().map(|kinds| self.sum(kinds));
        if self.0.iter().any(|n| *n < 0) || boxes.any(is_small) {
            return None;
        }
        let small: Vec<Kind> = KINDS.into_iter().filter(|kind| is_small(self.sum(&[*kind]))).collect();
        let few = subsets(&small).into_iter().filter(|kinds| is_small(self.sum(kinds)));
        let secrets: Vec<Secret> = few.map(Secret::Few).chain(leaving_few.into_iter().map(Secret::LeavesFew)).collect();
        let mut telling =
            Telling::finest(self, was_asked, is_small(self.sum(&UNMATCHED)) || is_small(self.sum(&AFTER_ONLY)));
        while let Some(secret) = secrets.iter().find(|secret| telling.tells(self, secret)) {
            match (telling.put_together(self, secret), telling.doubled) {
                (true, _) => {}
                (false, false) => telling = Telling::finest(self, was_asked, true),
                (false, true) => return None,
            }
        }
        Some(telling.in_words(self))
    }
}

/// Every set of one or more of these kinds.
pub(super) fn subsets(kinds: &[Kind]) -> Vec<Vec<Kind>> {
    let set = |bits: usize| (0..kinds.len()).filter(|bit| bits >> bit & 1 == 1).map(|bit| kinds[bit]).collect();
    (1_usize..1 << kinds.len()).map(set).collect()
}

/// Registered, answered before, answered after, matched.
const BOXES: [&[Kind]; 4] = [
    &KINDS,
    &[Matched, AnotherForm, LeftOut, Away, OneOff, Last, AfterAside],
    &[Matched, AnotherForm, LeftOut, CameLate, CameEarlier],
    &[Matched],
];

/// One way to tell the reasons: at each arrow kinds put together, each kind in one block. A block of nobody is not told,
/// which tells that it is of nobody.
#[derive(Debug)]
struct Telling {
    arrows: [Vec<Vec<Kind>>; 3],
    /// Whoever answered after and not before.
    joined: Vec<Kind>,
    /// Whether the unmatched are lost at the second arrow and join there again, because they are too few to be told.
    doubled: bool,
}

impl Telling {
    fn finest(sizes: &Kinds, was_asked: bool, doubled: bool) -> Telling {
        let alone = |kinds: &[Kind]| -> Vec<Vec<Kind>> { kinds.iter().map(|kind| vec![*kind]).collect() };
        let mut after = if was_asked { alone(LOST[1]) } else { vec![GAVE_NONE.to_vec(), vec![AfterAside]] };
        let mut matched = vec![AFTER_ONLY.to_vec()];
        let mut joined = AFTER_ONLY.to_vec();
        if doubled && sizes.sum(&UNMATCHED) > 0 {
            let held = |kind: Kind| after.iter().position(|block| block.contains(&kind) && sizes.sum(block) > 0);
            match [Last, OneOff, AfterAside, Away].into_iter().find_map(held) {
                Some(place) => after[place].extend(UNMATCHED),
                None => after.push(UNMATCHED.to_vec()),
            }
            joined.extend(UNMATCHED);
            matched[0].extend(UNMATCHED);
        } else {
            matched.extend(alone(&UNMATCHED));
        }
        Telling { arrows: [alone(LOST[0]), after, matched], joined, doubled }
    }

    /// Whether a secret is a sum and difference of what is told and the boxes.
    fn tells(&self, sizes: &Kinds, secret: &Secret) -> bool {
        let boxes: Vec<Vec<usize>> = BOXES.iter().map(|kinds| places(kinds)).collect();
        let told = self.arrows.iter().flatten().chain([&self.joined]).map(|block| places(block));
        let known: Vec<Vec<usize>> = told.chain(boxes.clone()).collect();
        let follows = |kinds: &[Kind], known: &[Vec<usize>], people: &[i64]| {
            follows_from(&places(kinds), known.iter().map(Vec::as_slice), people)
        };
        match secret {
            Secret::Few(kinds) => follows(kinds, &known, &sizes.0) && !follows(kinds, &boxes, &sizes.0),
            // That one of two kinds told together is nobody is known to nobody.
            Secret::LeavesFew(kinds) => follows(kinds, &known, &[1; KINDS.len()]),
        }
    }

    /// Puts two reasons of an arrow together: those after which the secret no longer follows, alike ones and small ones
    /// first. Whether there were any. One of nobody hides another where nothing else does.
    fn put_together(&mut self, sizes: &Kinds, secret: &Secret) -> bool {
        let mut best: Option<((bool, u8, bool, i64), Telling)> = None;
        for arrow in 0..self.arrows.len() {
            for one in 0..self.arrows[arrow].len() {
                for other in one + 1..self.arrows[arrow].len() {
                    let people = [one, other].map(|place| sizes.sum(&self.arrows[arrow][place]));
                    let mut next = Telling { arrows: self.arrows.clone(), joined: self.joined.clone(), ..*self };
                    let more = next.arrows[arrow].remove(other);
                    next.arrows[arrow][one].extend(more);
                    next.arrows[arrow][one].sort();
                    let (tells, of_nobody) = (next.tells(sizes, secret), people.contains(&0));
                    let unlike = unlike(arrow, &next.arrows[arrow][one]);
                    let order = (tells, unlike, of_nobody, people.iter().sum());
                    let useful = people != [0, 0] && !(of_nobody && tells);
                    if useful && best.as_ref().is_none_or(|(least, _)| order < *least) {
                        best = Some((order, next));
                    }
                }
            }
        }
        let found = best.is_some();
        if let Some((_, next)) = best {
            *self = next;
        }
        found
    }

    fn in_words(self, sizes: &Kinds) -> Told {
        let any_few = |blocks: &[Vec<Kind>]| blocks.iter().any(|block| is_small(sizes.sum(block)));
        let reason = |words: String, block: &[Kind]| Reason { words, people: Figure::Shown(sizes.sum(block)) };
        let mut told = Told::default();
        for (arrow, blocks) in self.arrows.iter().enumerate() {
            let joined = arrow == 1 && is_small(sizes.sum(&self.joined));
            if any_few(blocks) || joined {
                continue;
            }
            let somebody = blocks.iter().filter(|block| sizes.sum(block) > 0);
            told.lost[arrow] = somebody.map(|block| reason(words(sizes, arrow, block), block)).collect();
        }
        let whole = !told.lost[1].is_empty() || self.arrows[1].iter().all(|block| sizes.sum(block) == 0);
        if whole && sizes.sum(&self.joined) >= suppression::SMALLEST_COUNT {
            let words = listed(&[say("flow", "joined", &[]), unmatched_words(&self.joined)]);
            told.joined = vec![reason(words, &self.joined)];
        }
        told
    }
}

/// How little the kinds of a block belong together.
fn unlike(arrow: usize, block: &[Kind]) -> u8 {
    let kinds: Vec<Kind> = block.iter().copied().filter(|kind| arrow == 2 || !UNMATCHED.contains(kind)).collect();
    match () {
        () if ALIKE.iter().any(|pair| kinds == pair) => 0,
        () if kinds.iter().all(|kind| GAVE_NONE.contains(kind)) => 1,
        () => 2,
    }
}

fn places(kinds: &[Kind]) -> Vec<usize> {
    kinds.iter().map(|kind| *kind as usize).collect()
}
