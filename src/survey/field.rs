//! The answers a survey can hold: their names and what each may be.

use super::{Item, Look, ResponseOption, Survey, Wave};

/// The longest text that is kept, in characters.
pub const TEXT_LIMIT: usize = 200;

/// One stored answer of an item. Most items have one field, named like the item; job lists, lists
/// to tick and retrospective pairs have one for each part: `K2-AW1.vet`, `PA-WH1.food`, `K3-RT1.then`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name it is sent, stored and exported under.
    pub name: String,
    /// The item it belongs to.
    pub item: &'a Item,
    /// What the part says, where the item has several: the tile, the option, the question of the pair.
    pub part: Option<&'a str>,
    /// What it may hold. A [missing code](crate::response::Missing) is always allowed.
    pub accepts: Accepts<'a>,
}

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts<'a> {
    /// The value of one of these options.
    Options(&'a [ResponseOption]),
    /// 1 for ticked, 0 for left.
    Tick,
    /// A text of at most [`TEXT_LIMIT`] characters, or the value of one of the buttons beside it.
    Text {
        /// "I have not decided".
        buttons: &'a [ResponseOption],
    },
}

impl Accepts<'_> {
    /// Every value with its label, as a codebook lists them. Empty for plain text.
    pub fn values(&self) -> Vec<(i32, &str)> {
        match self {
            Accepts::Options(options) | Accepts::Text { buttons: options } => {
                options.iter().map(|option| (option.value, option.label.as_str())).collect()
            }
            Accepts::Tick => vec![(0, "not ticked"), (1, "ticked")],
        }
    }
}

impl Survey {
    /// The fields of one item, in the order they are shown.
    pub fn fields_of<'a>(&'a self, item: &'a Item) -> Vec<Field<'a>> {
        let options = self.options_of(item);
        let choice = Accepts::Options(options);
        let field =
            |part: &str, label, accepts| Field { name: format!("{}.{part}", item.id), item, part: label, accepts };
        let look = self.scale_of(item).map(|scale| scale.look);
        let mut fields: Vec<Field> = match (look, &item.retrospective) {
            (_, Some(pair)) => vec![field("then", Some(&*pair.then), choice), field("now", Some(&*pair.now), choice)],
            (Some(Look::Tiles | Look::JobRows), _) => {
                item.jobs.iter().map(|id| field(id, self.jobs.get(id).map(|job| &*job.label), choice)).collect()
            }
            (Some(Look::Multi), _) => {
                let keyed = options.iter().filter_map(|option| Some((option.key.as_deref()?, &*option.label)));
                keyed.map(|(key, label)| field(key, Some(label), Accepts::Tick)).collect()
            }
            (Some(Look::Text), _) => {
                vec![Field { name: item.id.clone(), item, part: None, accepts: Accepts::Text { buttons: options } }]
            }
            _ => vec![Field { name: item.id.clone(), item, part: None, accepts: choice }],
        };
        if let Some(write_in) = options.iter().find(|option| option.write_in) {
            fields.push(field("typed", Some(&*write_in.label), Accepts::Text { buttons: &[] }));
        }
        fields
    }

    /// The fields of a wave in the order of the survey, extras (see [`Item::optional`]) included.
    pub fn fields_at(&self, wave: Wave) -> impl Iterator<Item = Field<'_>> {
        self.items.iter().filter(move |item| item.waves.contains(&wave)).flat_map(|item| self.fields_of(item))
    }

    /// Every field of the survey, whatever the wave.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.items.iter().flat_map(|item| self.fields_of(item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    fn survey(id: &str) -> Survey {
        Library::embedded().newest(id).expect("an embedded survey").survey.clone()
    }

    #[test]
    fn a_job_list_has_a_field_for_each_tile_and_a_question_one_of_its_own() {
        let ks1 = survey("ks1");
        let names: Vec<String> = ks1.fields_at(Wave::PostExit).map(|field| field.name).collect();
        assert_eq!(names.first().map(String::as_str), Some("K1-AW1.teacher"));
        assert_eq!(names.len(), 6 + 7 + 2, "two lists, CNF-JOB and fun");
        assert!(names.contains(&"K1-CF1".to_owned()));
    }

    #[test]
    fn options_to_tick_have_a_field_each_and_something_else_can_be_typed() {
        let parent = survey("parent");
        let item = parent.item("PA-WH1").expect("asked");
        let names: Vec<String> = parent.fields_of(item).into_iter().map(|field| field.name).collect();
        assert_eq!(names.len(), 8);
        assert_eq!(names.last().map(String::as_str), Some("PA-WH1.typed"));
        assert_eq!(parent.fields_of(item)[0].accepts.values(), [(0, "not ticked"), (1, "ticked")]);
    }

    #[test]
    fn no_two_fields_of_a_survey_share_a_name() {
        for version in Library::embedded().all() {
            let mut names: Vec<String> = version.survey.fields().map(|field| field.name).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{}", version.survey.id);
        }
    }
}
