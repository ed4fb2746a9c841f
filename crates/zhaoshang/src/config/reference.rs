//! The reference page of the configuration, made from the declarations themselves.

use std::fmt::Write;

use super::{
    CONFIG_VARIABLE, Config,
    section::{Key, Section},
};

/// How a key without a default is shown.
const NONE: &str = "（未填）";

/// The page as Markdown.
pub fn as_markdown() -> String {
    let config = Config::default();
    let mut page = format!(
        "# 配置项\n\n由 `zhaoshang generate` 从程序的声明生成，请勿手改。\n\n\
         同一项写在几处时，命令行参数优先于环境变量，环境变量优先于配置文件，配置文件优先于缺省值。\
         配置文件用 `--config 文件` 或环境变量 `{CONFIG_VARIABLE}` 指定，格式为 TOML；文件里有不认识的配置项时程序不启动。\
         环境变量的值为空等于没有设置。`demo` 的数据目录和端口只由命令行决定；`forms read` 什么配置也不读。\n\n\
         ```toml\n[server]\nlisten = \"0.0.0.0:8080\"\npublic_url = \"https://zhaoshang.example.gov.cn\"\ntrust_forwarded = true\n\n\
         [database]\nurl = \"postgres://zhaoshang:口令@127.0.0.1/zhaoshang\"\n\n\
         [audit]\nkey_file = \"/etc/zhaoshang/audit.key\"\n```\n"
    );
    for section in config.sections() {
        write_section(&mut page, section);
    }
    page
}

fn write_section(page: &mut String, section: &dyn Section) {
    let keys = section.keys();
    let name = keys.first().map_or("", |key| key.section);
    // Writing into a string cannot fail.
    let _ = write!(
        page,
        "\n## {} `[{name}]`\n\n| 名称 | 环境变量 | 缺省值 | 单位 | 含义 |\n| --- | --- | --- | --- | --- |\n",
        section.title()
    );
    for key in keys {
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {} | {} | {} |",
            key.path(),
            key.variable(),
            default_of(&key),
            if key.unit.is_empty() { "—" } else { key.unit },
            key.meaning
        );
    }
}

fn default_of(key: &Key) -> String {
    if key.value.is_empty() {
        NONE.to_owned()
    } else {
        format!("`{}`", key.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (key, documented default) of every row of the page.
    fn documented() -> Vec<(String, String)> {
        as_markdown()
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| {
                let cells: Vec<&str> = line
                    .split('|')
                    .map(|cell| cell.trim().trim_matches('`'))
                    .collect();
                (cells[1].to_owned(), cells[3].to_owned())
            })
            .collect()
    }

    #[test]
    fn every_key_is_documented_with_a_meaning() {
        let config = Config::default();
        let keys: Vec<Key> = config
            .sections()
            .iter()
            .flat_map(|section| section.keys())
            .collect();
        let pages: Vec<String> = documented().into_iter().map(|(key, _)| key).collect();
        assert_eq!(pages, keys.iter().map(Key::path).collect::<Vec<_>>());
        for key in keys {
            assert!(
                !key.meaning.is_empty() && !key.meaning.contains('|'),
                "{}",
                key.path()
            );
        }
    }

    /// Every field of every section appears in `keys`, because one declaration makes both; every section appears in
    /// `sections`, because the debug output of the whole names as many fields.
    #[test]
    fn no_section_is_left_out() {
        let config = Config::default();
        let shown = format!("{config:#?}");
        let fields = shown.lines().filter(|line| {
            line.starts_with("        ") && !line.starts_with("         ") && line.contains(": ")
        });
        assert_eq!(fields.count(), documented().len());
    }

    #[test]
    fn every_documented_default_is_the_real_one() {
        let real = Config::default();
        for (key, default) in documented() {
            let mut config = Config::default();
            if default != NONE {
                config
                    .set(&key, &default)
                    .unwrap_or_else(|| panic!("no key {key}"))
                    .unwrap();
            }
            assert_eq!(config, real, "{key} = {default}");
        }
    }
}
