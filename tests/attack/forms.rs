//! The forms of real pages, so that what is posted gets past the first look.

use std::collections::BTreeMap;

/// One form of a page: what may be sent in each of its fields.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Each field with the values it offers, at least one.
    pub fields: BTreeMap<String, Vec<String>>,
}

/// Every form on a page that changes something.
pub fn forms_of(page: &str, address: &str) -> Vec<Form> {
    page.split("<form").skip(1).filter_map(|rest| form_of(rest.split("</form>").next()?, address)).collect()
}

fn form_of(text: &str, address: &str) -> Option<Form> {
    let (head, inside) = text.split_once('>')?;
    if !head.contains("method=\"post\"") {
        return None;
    }
    let action = attribute(head, "action").unwrap_or_else(|| address.to_owned());
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut choosing = None;
    for tag in inside.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
        let name = attribute(tag, "name").filter(|name| name != "form-token");
        if tag.starts_with("select") {
            choosing.clone_from(&name);
        }
        let value = attribute(tag, "value").unwrap_or_default();
        if tag.starts_with("option")
            && let Some(name) = &choosing
        {
            fields.entry(name.clone()).or_default().push(value);
        } else if let Some(name) = name {
            fields.entry(name).or_default().push(value);
        }
    }
    Some(Form { action, fields })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

#[test]
fn the_fields_of_a_form_are_found_with_what_they_offer() {
    let page = r#"<form action="/a" method="post"><input name="form-token" value="x"><input type="radio" name="role" value="a&amp;b">
        <input type="radio" name="role" value="c"><select name="place"><option value="1">One</option></select></form><form></form>"#;
    let forms = forms_of(page, "/here");
    assert_eq!(forms.len(), 1);
    assert_eq!(forms[0].action, "/a");
    assert_eq!(forms[0].fields["role"], ["a&b", "c"]);
    assert_eq!(forms[0].fields["place"], ["", "1"]);
    assert!(!forms[0].fields.contains_key("form-token"));
}
