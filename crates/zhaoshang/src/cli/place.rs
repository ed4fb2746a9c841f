//! Where the data is: the flags that most commands share.

use std::path::PathBuf;

use crate::{
    config::{Config, Flag, Layers, environment},
    failure::{Failure, Result},
};

/// Flags that say where the data is.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "选项")]
pub struct Place {
    #[arg(
        long,
        value_name = "文件",
        help = "配置文件（TOML），也可用环境变量 ZHAOSHANG_CONFIG 指定"
    )]
    pub config: Option<PathBuf>,
    #[arg(
        long,
        value_name = "目录",
        conflicts_with = "database",
        help = "数据目录：用其中的 zhaoshang.db 和 audit.key，不看配置里的"
    )]
    pub data: Option<PathBuf>,
    #[arg(
        long,
        value_name = "地址",
        help = "数据库：sqlite:路径 或 postgres://用户:口令@主机/库"
    )]
    pub database: Option<String>,
}

impl Place {
    /// The configuration at this place, with the flags of the command itself.
    ///
    /// # Errors
    /// A value that cannot be taken; the sentence names it.
    pub fn load(self, flags: Vec<Flag>) -> Result<Config> {
        self.layers(flags)?.load()
    }

    /// The layers that make it.
    ///
    /// # Errors
    /// The folder's name is not text.
    pub fn layers(self, mut flags: Vec<Flag>) -> Result<Layers> {
        if let Some(folder) = &self.data {
            let text = |path: PathBuf| {
                path.into_os_string()
                    .into_string()
                    .map_err(|_| Failure::usage("--data 的目录名不是 UTF-8 文字，请换一个目录"))
            };
            let flag = |key, text| Flag {
                key,
                text,
                name: "--data",
            };
            flags.push(flag("data.dir", text(folder.clone())?));
            flags.push(flag(
                "database.url",
                format!("sqlite:{}", text(folder.join("zhaoshang.db"))?),
            ));
            flags.push(flag("audit.key_file", text(folder.join("audit.key"))?));
        }
        if let Some(text) = self.database {
            flags.push(Flag {
                key: "database.url",
                text,
                name: "--database",
            });
        }
        Ok(Layers {
            file: self.config,
            environment: environment(),
            flags,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DatabaseUrl;

    #[test]
    fn a_data_folder_holds_everything() {
        let place = Place {
            data: Some("/srv/demo".into()),
            ..Place::default()
        };
        let config = place.load(Vec::new()).unwrap();
        assert_eq!(
            config.database_url(),
            DatabaseUrl::file("/srv/demo/zhaoshang.db".into())
        );
        assert_eq!(config.key_file(), PathBuf::from("/srv/demo/audit.key"));
        assert_eq!(config.data_folder(), PathBuf::from("/srv/demo"));
    }
}
