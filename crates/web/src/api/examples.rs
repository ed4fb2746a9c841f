//! An example for every body of the API, put together from the examples of its fields.

use serde_json::{Map, Value, json};
use utoipa::openapi::{OpenApi, RefOr, content::Content};

/// Bodies nested deeper than this are cut: recursive ones would never end.
const DEEPEST: usize = 8;

/// Gives every JSON body that has none an example.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    let schemas = serde_json::to_value(&document.components)
        .ok()
        .and_then(|components| components.get("schemas").cloned())
        .unwrap_or_default();
    let fill = |content: &mut RefOr<Content>| {
        let RefOr::T(content) = content else { return };
        let schema = content
            .schema
            .as_ref()
            .and_then(|schema| serde_json::to_value(schema).ok());
        if let (None, Some(schema)) = (&content.example, schema) {
            content.example = Some(example(&schema, &schemas, 0));
        }
    };
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            if let Some(RefOr::T(body)) = operation.request_body.as_mut()
                && let Some(content) = body.content.get_mut("application/json")
            {
                fill(content);
            }
            for answer in operation.responses.responses.values_mut() {
                if let RefOr::T(answer) = answer
                    && let Some(content) = answer.content.get_mut("application/json")
                {
                    fill(content);
                }
            }
        }
    }
    document
}

/// An example of a schema: its own where it has one, else made of its parts.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    if let Some(own) = schema.get("examples").and_then(|all| all.get(0)) {
        return own.clone();
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap_or_default();
        return example(&schemas[name], schemas, depth + 1);
    }
    for of in ["allOf", "oneOf", "anyOf"] {
        let all = schema.get(of).and_then(Value::as_array);
        let named = all.and_then(|all| {
            all.iter()
                .find(|one| one.get("type") != Some(&json!("null")))
        });
        if let Some(one) = named {
            return example(one, schemas, depth + 1);
        }
    }
    if let Some(first) = schema.get("enum").and_then(|all| all.get(0)) {
        return first.clone();
    }
    of_type(schema, schemas, depth)
}

fn of_type(schema: &Value, schemas: &Value, depth: usize) -> Value {
    let kind = match schema.get("type") {
        // One that may be null is shown with something in it.
        Some(Value::Array(kinds)) => kinds
            .iter()
            .find(|kind| **kind != json!("null"))
            .and_then(Value::as_str),
        other => other.and_then(Value::as_str),
    };
    match kind {
        Some("object") => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let filled = properties.into_iter().flatten();
            let filled = filled.map(|(name, one)| (name.clone(), example(one, schemas, depth + 1)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        Some("array") => match schema.get("items") {
            Some(items) => json!([example(items, schemas, depth + 1)]),
            None => json!([]),
        },
        Some("integer") => json!(1),
        Some("number") => json!(1),
        Some("boolean") => json!(false),
        Some("string") => json!(""),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    #[test]
    fn every_json_body_has_an_example() {
        let document = serde_json::to_value(super::super::document()).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let body = &operation["requestBody"]["content"]["application/json"];
                assert!(
                    body.is_null() || body.get("example").is_some_and(|one| !one.is_null()),
                    "{method} {path}"
                );
            }
        }
        let steps = &document["paths"]["/api/v1/projects/{id}/steps"]["post"]["requestBody"];
        assert_eq!(
            steps["content"]["application/json"]["example"]["step"],
            "put_forward"
        );
    }

    /// Two bodies of one name would describe each other in the document.
    #[test]
    fn bodies_bear_names_of_their_own() {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/api"
        ))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for part in text.split("ToSchema)]").skip(1) {
                    let Some(name) = part
                        .split("struct ")
                        .nth(1)
                        .and_then(|rest| rest.split([' ', '<', '(']).next())
                    else {
                        continue;
                    };
                    let before = names.insert(name.to_owned(), path.display().to_string());
                    assert!(
                        before.is_none(),
                        "{name} in {} and {}",
                        path.display(),
                        before.unwrap_or_default()
                    );
                }
            }
        }
    }
}
