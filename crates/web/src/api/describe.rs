//! What every operation answers besides its own: said once here, so that the document is complete.

use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
    path::{Operation, PathItem},
};

/// Status and meaning of the refusals any operation with a security requirement may answer.
const REFUSALS: [(&str, &str); 5] = [
    ("400", "地址或内容格式不对"),
    ("401", "没有登录，或令牌无效"),
    (
        "403",
        "以浏览器会话修改时缺少 X-CSRF-Token，或请求来自其他网站",
    ),
    ("404", "没有，或无权查看、办理"),
    ("422", "填写有误，errors 里逐字段说明"),
];

/// What operations with a body may answer in addition.
const REFUSALS_OF_BODY: [(&str, &str); 2] = [("413", "内容太大"), ("415", "内容类型不支持")];

/// Meanings of statuses that handlers declare without words.
const MEANINGS: [(&str, &str); 6] = [
    ("200", "成功"),
    ("201", "已建立"),
    ("204", "已完成，没有内容"),
    ("409", "他人已先修改，给出两个版本"),
    ("422", "填写有误，errors 里逐字段说明"),
    ("428", "缺少 If-Match"),
];

/// Adds to every operation what it may answer besides its own, and words where there are none.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            describe(operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let methods = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ];
    methods
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A name that no other operation bears: `get_targets_year_unit`.
fn name(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1/")
        .split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("{method}_{}", words.join("_"))
}

fn describe(operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    // An empty security requirement of its own marks what anybody may ask.
    let open = operation.security.is_some();
    let answers = &mut operation.responses.responses;
    let also = if has_body { &REFUSALS_OF_BODY[..] } else { &[] };
    for (status, meaning) in REFUSALS.iter().chain(also).filter(|_| !open) {
        answers
            .entry((*status).to_owned())
            .or_insert_with(|| RefOr::T(problem(meaning)));
    }
    for (status, answer) in answers.iter_mut() {
        let RefOr::T(answer) = answer else { continue };
        let meaning = MEANINGS.iter().find(|(known, _)| known == status);
        if let (true, Some((_, meaning))) = (answer.description.is_empty(), meaning) {
            answer.description = (*meaning).to_owned();
        }
        let refusal = status.starts_with('4');
        if refusal && answer.content.is_empty() {
            *answer = problem(&answer.description);
        }
    }
}

fn problem(meaning: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(meaning)
        .content("application/problem+json", content)
        .build()
}
