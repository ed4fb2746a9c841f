//! The contact of a row, gathered from its cells, and what is doubtful about it.

use super::draft::{Draft, kept};
use super::words::Field;
use crate::forms::cells::whys::quote;
use crate::value::contact::{self, ContactDoubt};

impl Draft {
    pub(super) fn add_contact(&mut self, raw: &str) {
        let Some(text) = kept(raw) else { return };
        let read = contact::read(&text);
        self.contact = std::mem::take(&mut self.contact).join(read);
        self.contact_raw = Some(match self.contact_raw.take() {
            Some(before) => format!("{before} {text}"),
            None => text,
        });
    }

    /// Says what is doubtful about the contact, once its cells are all read.
    pub(super) fn settle_contact(&mut self) {
        for doubt in std::mem::take(&mut self.contact.doubts) {
            let (field, why) = match doubt {
                ContactDoubt::OddPhone(phone) => (
                    Field::ContactPhone,
                    format!("电话{}的位数不是常见的，请核对", quote(&phone)),
                ),
                ContactDoubt::OddName(name) => (
                    Field::ContactName,
                    format!("{}不像姓名，请核对", quote(&name)),
                ),
                ContactDoubt::NotCalled(number) => (
                    Field::ContactPhone,
                    format!("{}写的是传真或其他号码，没有作为电话读取", quote(&number)),
                ),
                ContactDoubt::Open => {
                    let raw = self.contact_raw.clone().unwrap_or_default();
                    (
                        Field::ContactName,
                        format!("联系人{}按未填处理", quote(&raw)),
                    )
                }
            };
            self.say(Some(field), why);
        }
        let (names, phones) = (&self.contact.names, &self.contact.phones);
        let missing = match (names.is_empty(), phones.is_empty()) {
            (false, true) => Some((Field::ContactPhone, "没有写联系电话")),
            (true, false) => Some((Field::ContactName, "没有写联系人姓名")),
            _ => None,
        };
        if let Some((field, why)) = missing {
            self.say(Some(field), why.to_owned());
        }
    }

    /// 同上: the contact of the row above is meant; elsewhere it is kept as it stands, and asked about.
    pub fn as_above(&mut self, above: Option<&Self>) {
        let same = |text: &str| {
            let squeezed = crate::value::squeeze(text);
            matches!(
                squeezed.trim_matches('"'),
                "同上" | "同上。" | "同前" | "〃"
            )
        };
        if let (Some(raw), Some(above)) = (&self.contact_raw, above)
            && raw.split_whitespace().all(same)
        {
            let contacts = [Field::Contact, Field::ContactName, Field::ContactPhone].map(Some);
            self.whys.retain(|(field, _)| !contacts.contains(field));
            self.contact = above.contact.clone();
            let why = "写的是“同上”，已按上一行的联系人读取，请核对";
            self.say(Some(Field::ContactName), why.to_owned());
        }
        let others: Vec<Field> = self
            .texts
            .iter()
            .filter(|(_, text)| text.len() <= 30 && same(text))
            .map(|(field, _)| *field)
            .collect();
        for field in others {
            let why = "写的是“同上”，请改为写明内容";
            self.say(Some(field), why.to_owned());
        }
    }
}
