//! Why people are not in the next box of a flow: as finely as few people allow, and so that the numbers add up.
//!
//! Everybody registered is of one [`Kind`]. What is told are sums over kinds, one for each reason at an arrow. They are
//! put together until nobody can work out one to four people from them and the boxes; what follows from the boxes alone
//! is everybody's knowledge.

use crate::report::suppression::{self, Figure, follows_from, is_small};
use crate::report::wording::say;

use super::Reason;

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
pub(super) const KINDS: [Kind; 11] =
    [Matched, AnotherForm, LeftOut, Away, OneOff, Last, AfterAside, CameLate, CameEarlier, AllAside, Nothing];

/// At the three arrows: whom the next box lacks.
const LOST: [&[Kind]; 3] = [
    &[CameLate, CameEarlier, AllAside, Nothing],
    &[Away, OneOff, Last, AfterAside],
    &[CameLate, CameEarlier, AnotherForm, LeftOut],
];

/// Who answered both and is not matched.
const UNMATCHED: [Kind; 2] = [AnotherForm, LeftOut];

/// Who answered after only.
const AFTER_ONLY: [Kind; 2] = [CameLate, CameEarlier];

/// Kinds that belong together before others.
const ALIKE: [[Kind; 2]; 4] = [AFTER_ONLY, [AllAside, Nothing], [OneOff, Last], UNMATCHED];

/// People by kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds([i64; KINDS.len()]);

/// What may be told apart of those with a before only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    /// Who was seen where the after is asked from who was not.
    pub there_and_away: bool,
    /// Who was at a one-off session from who was at a last one.
    pub one_off_and_last: bool,
    /// Of those with an after only, who was first seen where it is asked from who was seen earlier.
    pub late_and_earlier: bool,
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

    fn sum(&self, kinds: &[Kind]) -> i64 {
        kinds.iter().map(|kind| self.0[*kind as usize]).sum()
    }

    /// The reasons, in the finest form that tells of nobody. None where a box is of few people, or where the numbers
    /// are not those of one another.
    pub(super) fn told(&self, apart: Apart) -> Option<Told> {
        let boxes = BOXES.iter().map(|kinds| self.sum(kinds));
        if self.0.iter().any(|n| *n < 0) || boxes.into_iter().any(is_small) {
            return None;
        }
        let few = |kinds: &[Kind]| is_small(self.sum(kinds));
        let mut telling = Telling::finest(self, apart, few(&UNMATCHED) || few(&AFTER_ONLY));
        while let Some(secret) = telling.leak(self) {
            if !telling.put_together(self, &secret) && !telling.doubled {
                telling = Telling::finest(self, apart, true);
            }
        }
        Some(telling.in_words(self, apart))
    }
}

/// Registered, answered before, answered after, matched.
const BOXES: [&[Kind]; 4] = [
    &KINDS,
    &[Matched, AnotherForm, LeftOut, Away, OneOff, Last, AfterAside],
    &[Matched, AnotherForm, LeftOut, CameLate, CameEarlier],
    &[Matched],
];

/// One way to tell the reasons: at each arrow kinds put together.
#[derive(Debug)]
struct Telling {
    arrows: [Vec<Vec<Kind>>; 3],
    /// Whoever answered after and not before.
    joined: Vec<Kind>,
    /// Whether the unmatched are lost at the second arrow and join there again, because they are too few to be told.
    doubled: bool,
}

impl Telling {
    fn finest(sizes: &Kinds, apart: Apart, doubled: bool) -> Telling {
        let alone = |kinds: &[Kind]| -> Vec<Vec<Kind>> {
            kinds.iter().filter(|kind| sizes.sum(&[**kind]) > 0).map(|kind| vec![*kind]).collect()
        };
        let together =
            |kinds: &[Kind]| -> Vec<Kind> { kinds.iter().copied().filter(|kind| sizes.sum(&[*kind]) > 0).collect() };
        let mut after = match (apart.there_and_away, apart.one_off_and_last) {
            (false, _) => vec![together(&[Away, OneOff, Last]), together(&[AfterAside])],
            (true, false) => vec![together(&[Away]), together(&[OneOff, Last]), together(&[AfterAside])],
            (true, true) => alone(LOST[1]),
        };
        after.retain(|block| !block.is_empty());
        let mut matched = vec![together(&AFTER_ONLY)];
        let mut joined = together(&AFTER_ONLY);
        if doubled {
            let unmatched = together(&UNMATCHED);
            let held = |kind: Kind| after.iter().position(|block| block.contains(&kind));
            match [Last, OneOff, AfterAside, Away].into_iter().find_map(held) {
                Some(place) => after[place].extend(&unmatched),
                None => after.push(unmatched.clone()),
            }
            joined.extend(&unmatched);
            matched[0].extend(&unmatched);
        } else {
            matched.extend(alone(&UNMATCHED));
        }
        for arrow in [&mut after, &mut matched] {
            arrow.retain(|block| !block.is_empty());
        }
        let mut before = alone(LOST[0]);
        if !apart.late_and_earlier {
            before.retain(|block| !AFTER_ONLY.contains(&block[0]));
            before.insert(0, together(&AFTER_ONLY));
            before.retain(|block| !block.is_empty());
        }
        Telling { arrows: [before, after, matched], joined, doubled }
    }

    /// Every sum that is told.
    fn sums(&self) -> impl Iterator<Item = Vec<usize>> {
        let all = self.arrows.iter().flatten().chain([&self.joined]);
        all.map(|block| places(block)).collect::<Vec<_>>().into_iter()
    }

    fn tells(&self, sizes: &Kinds, secret: &[usize]) -> bool {
        let boxes: Vec<Vec<usize>> = BOXES.iter().map(|kinds| places(kinds)).collect();
        let told: Vec<Vec<usize>> = self.sums().chain(boxes.clone()).collect();
        let follows = |known: &[Vec<usize>]| follows_from(secret, known.iter().map(Vec::as_slice), &sizes.0);
        follows(&told) && !follows(&boxes)
    }

    /// A few people who follow from what is told, and not from the boxes alone.
    fn leak(&self, sizes: &Kinds) -> Option<Vec<usize>> {
        let few: Vec<usize> = (0..KINDS.len()).filter(|&place| is_small(sizes.0[place])).collect();
        let sets = (1_usize..1 << few.len()).map(|set| -> Vec<usize> {
            (0..few.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| few[bit]).collect()
        });
        let people = |set: &Vec<usize>| set.iter().map(|&place| sizes.0[place]).sum::<i64>();
        sets.into_iter().find(|set| is_small(people(set)) && self.tells(sizes, set))
    }

    /// Puts two reasons of an arrow together: those after which the few no longer follow, alike ones and small ones
    /// first. Whether there were any.
    fn put_together(&mut self, sizes: &Kinds, secret: &[usize]) -> bool {
        let mut best: Option<((bool, bool, i64), Telling)> = None;
        for arrow in 0..self.arrows.len() {
            for one in 0..self.arrows[arrow].len() {
                for other in one + 1..self.arrows[arrow].len() {
                    let mut next = Telling { arrows: self.arrows.clone(), joined: self.joined.clone(), ..*self };
                    let more = next.arrows[arrow].remove(other);
                    next.arrows[arrow][one].extend(more);
                    next.arrows[arrow][one].sort();
                    let block = &next.arrows[arrow][one];
                    let alike = ALIKE.iter().any(|pair| block == pair);
                    let order = (next.tells(sizes, secret), !alike, sizes.sum(block));
                    if best.as_ref().is_none_or(|(least, _)| order < *least) {
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

    fn in_words(self, sizes: &Kinds, apart: Apart) -> Told {
        let any_few = |blocks: &[Vec<Kind>]| blocks.iter().any(|block| is_small(sizes.sum(block)));
        let reason = |words: String, block: &[Kind]| Reason { words, people: Figure::Shown(sizes.sum(block)) };
        let mut told = Told::default();
        for (arrow, blocks) in self.arrows.iter().enumerate() {
            let joined = arrow == 1 && is_small(sizes.sum(&self.joined));
            if any_few(blocks) || joined {
                continue;
            }
            told.lost[arrow] = blocks.iter().map(|block| reason(words(sizes, apart, arrow, block), block)).collect();
        }
        let whole = !told.lost[1].is_empty() || self.arrows[1].is_empty();
        if whole && sizes.sum(&self.joined) >= suppression::SMALLEST_COUNT {
            let words = listed(&[say("flow", "joined", &[]), unmatched_words(&self.joined)]);
            told.joined = vec![reason(words, &self.joined)];
        }
        told
    }
}

fn places(kinds: &[Kind]) -> Vec<usize> {
    kinds.iter().map(|kind| *kind as usize).collect()
}

/// Between two reasons that are told together; `reproduce.R` parts them by it.
const OR: &str = "; or ";

fn listed(words: &[String]) -> String {
    words.iter().filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join(OR)
}

fn unmatched_words(block: &[Kind]) -> String {
    if UNMATCHED.iter().any(|kind| block.contains(kind)) { say("flow", "or_unmatched", &[]) } else { String::new() }
}

/// What is said of some kinds at an arrow.
fn words(sizes: &Kinds, apart: Apart, arrow: usize, block: &[Kind]) -> String {
    let mut kinds: Vec<Kind> = block.iter().copied().filter(|kind| arrow == 2 || !UNMATCHED.contains(kind)).collect();
    kinds.sort();
    let whole: Vec<Kind> = LOST[arrow].iter().copied().filter(|kind| sizes.sum(&[*kind]) > 0).collect();
    let one = !apart.there_and_away && arrow == 1;
    let is_whole = kinds == whole && (one || kinds.len() > 1);
    let each = |kinds: &[Kind]| listed(&kinds.iter().map(|kind| say("flow", key(*kind), &[])).collect::<Vec<_>>());
    match arrow {
        0 if is_whole => say("flow", "not_before", &[]),
        0 if kinds == AFTER_ONLY => say("flow", "after_only", &[]),
        0 if !apart.late_and_earlier && kinds.iter().all(|kind| AFTER_ONLY.contains(kind)) => {
            say("flow", "after_only", &[])
        }
        1 => {
            let said = match kinds.as_slice() {
                _ if is_whole => say("flow", "no_after", &[]),
                kinds if one && !kinds.contains(&AfterAside) => say("flow", "none_given", &[]),
                [OneOff, Last] => say("flow", "there", &[]),
                kinds => each(kinds),
            };
            listed(&[said, unmatched_words(block)])
        }
        2 => {
            let no_before = AFTER_ONLY.iter().any(|kind| kinds.contains(kind));
            let unmatched: Vec<Kind> = kinds.into_iter().filter(|kind| UNMATCHED.contains(kind)).collect();
            let said = match unmatched.as_slice() {
                [] => String::new(),
                [one] if !no_before => say("flow", key(*one), &[]),
                _ => say("flow", "or_unmatched", &[]),
            };
            listed(&[if no_before { say("flow", "no_before", &[]) } else { String::new() }, said])
        }
        _ => each(&kinds),
    }
}

fn key(kind: Kind) -> &'static str {
    match kind {
        Matched => "matched",
        AnotherForm => "another_form",
        LeftOut => "left_out",
        Away => "away",
        OneOff => "one_off",
        Last => "last",
        AfterAside => "after_aside",
        CameLate => "came_late",
        CameEarlier => "came_earlier",
        AllAside => "all_aside",
        Nothing => "nothing",
    }
}
