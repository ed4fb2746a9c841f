//! A command line that is not understood, in Chinese.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::terminal;

/// Says what is wrong; help and version that were asked for are no refusals.
pub fn tell(refused: &clap::Error) -> ExitCode {
    match refused.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            terminal::say(refused.render().to_string().trim_end());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal::complain(refused.render().to_string().trim_end());
            ExitCode::from(2)
        }
        kind => {
            terminal::complain(format!("{}。加 --help 看用法", sentence(kind, refused)));
            ExitCode::from(2)
        }
    }
}

fn sentence(kind: ErrorKind, refused: &clap::Error) -> String {
    let argument = context(refused, ContextKind::InvalidArg);
    match kind {
        ErrorKind::UnknownArgument => format!(
            "没有参数 {argument}{}",
            suggestion(refused, ContextKind::SuggestedArg)
        ),
        ErrorKind::InvalidSubcommand => {
            let name = context(refused, ContextKind::InvalidSubcommand);
            format!(
                "没有命令 {name}{}",
                suggestion(refused, ContextKind::SuggestedSubcommand)
            )
        }
        ErrorKind::MissingRequiredArgument => format!("还缺少参数 {argument}"),
        ErrorKind::MissingSubcommand => "还要写明做什么".to_owned(),
        ErrorKind::ArgumentConflict => format!(
            "{argument} 不能与 {} 同时使用",
            context(refused, ContextKind::PriorArg)
        ),
        ErrorKind::InvalidValue | ErrorKind::TooFewValues => format!("{argument} 后面要写一个值"),
        ErrorKind::ValueValidation => {
            let source = std::error::Error::source(refused)
                .map_or_else(String::new, |why| format!("：{why}"));
            format!(
                "{argument} 的值“{}”不对{source}",
                context(refused, ContextKind::InvalidValue)
            )
        }
        ErrorKind::InvalidUtf8 => "参数里有不是 UTF-8 的文字".to_owned(),
        _ => format!("看不懂这个命令（{kind}）"),
    }
}

fn context(refused: &clap::Error, kind: ContextKind) -> String {
    match refused.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    }
}

fn suggestion(refused: &clap::Error, kind: ContextKind) -> String {
    match context(refused, kind) {
        similar if similar.is_empty() => String::new(),
        similar => format!("，是不是 {similar}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> String {
        let refused = super::super::command()
            .try_get_matches_from(line.split(' '))
            .unwrap_err();
        sentence(refused.kind(), &refused)
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        assert!(refused("zhaoshang dmeo").starts_with("没有命令 dmeo，是不是 demo"));
        assert!(
            refused("zhaoshang serve --lisen a").starts_with("没有参数 --lisen，是不是 --listen")
        );
        assert!(refused("zhaoshang token create").contains("--login"));
        assert!(refused("zhaoshang forms read a --as annex9").contains("annex1、annex2 或 annex3"));
        assert!(refused("zhaoshang serve --data").contains("--data"));
        let both = refused("zhaoshang token create --login a --data d --database sqlite:z");
        assert!(
            both.contains("--data") && both.contains("--database") && both.contains("不能"),
            "{both}"
        );
    }
}
