//! What an answer says: what stood in the mail's own files, what is asked, the link. Nothing of the library.

use super::take::Judged;
use crate::returns::intake::MailedDraft;

/// Doubts named one by one.
const DOUBTS: usize = 5;
/// Characters of anything quoted.
const QUOTED: usize = 80;

/// An answer.
pub(super) struct Answer {
    pub subject: String,
    pub text: String,
}

fn short(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    match plain.chars().count() > QUOTED {
        true => format!("{}…", plain.chars().take(QUOTED).collect::<String>()),
        false => plain,
    }
}

/// The answer to a mail. `url`: the address users see, without a slash at its end.
pub(super) fn answer(
    name: &str,
    subject: &str,
    judged: &Judged,
    url: Option<&str>,
    product: &str,
) -> Answer {
    let mut text = format!("{name}：\n\n");
    let drafts: usize = judged.files.iter().map(|file| file.drafts.len()).sum();
    text.push_str(match (judged.files.is_empty(), drafts) {
        (true, _) => "来信已收到，但没有可以读取的附件，信里的文字不作为报表。请把报表（docx、xlsx 或 csv 格式）作为附件重新发来，或登录系统填报；本期无调整的，请在表中写明“本期无调整”，或登录系统作零报告。\n",
        (false, 0) => "来信已收到，但附件没有读成报表，原因如下：\n",
        (false, _) => "来信已收到，附件读取情况如下：\n",
    });
    for file in &judged.files {
        text.push_str(&format!("\n《{}》\n", short(&file.name)));
        for made in &file.drafts {
            text.push_str(&draft(made, url));
        }
        for why in &file.refused {
            text.push_str(&format!("  没有读成报表：{why}\n"));
        }
        if file.drafts.is_empty() && file.refused.is_empty() {
            text.push_str(&format!("  没有读成报表：{}\n", file.outcome));
        }
    }
    if drafts > 0 {
        text.push_str("\n现在还没有报送任何内容，项目库也没有改动。请本人登录后逐项核对并确认；草稿保留30天。\n如果这封信不是您发的，不必理会，或在页面上取消。\n");
    } else {
        text.push_str("\n没有报送任何内容，项目库也没有改动。如果这封信不是您发的，不必理会。\n");
    }
    text.push_str(&format!("\n{product}自动回复，请勿直接回复本邮件。\n"));
    let subject = match subject {
        "" => "来信已收到".to_owned(),
        subject => format!("回复：{}", short(subject)),
    };
    Answer { subject, text }
}

/// What is said of a draft: what was understood, what is asked, the link.
fn draft(made: &MailedDraft, url: Option<&str>) -> String {
    let mut text = format!("  读作：{}\n", made.form);
    text.push_str(&match (made.zero, made.rows) {
        (true, 0) => "  内容：零报告（文件写明本期无内容）\n".to_owned(),
        (_, rows) => format!("  读懂{rows}行\n"),
    });
    if made.doubts.is_empty() {
        text.push_str("  读取时没有发现疑问\n");
    } else {
        text.push_str(&format!("  有{}处疑问：\n", made.doubts.len()));
        for doubt in made.doubts.iter().take(DOUBTS) {
            text.push_str(&format!("    · {}\n", short(doubt)));
        }
        if made.doubts.len() > DOUBTS {
            text.push_str("    · 其余请在页面上查看\n");
        }
    }
    let path = format!("/returns/drafts/{}", made.draft.key);
    text.push_str(&match url {
        Some(url) => format!("  请登录后核对、回答并确认：{url}{path}\n"),
        None => format!("  请登录系统后打开这一页核对、回答并确认：{path}\n"),
    });
    text
}
