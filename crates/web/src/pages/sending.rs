//! 邮件与钉钉: the mail server and the robot of an authority.

use app::reminders::{MailView, RobotView, SaveMail, SaveRobot};
use askama::Template;
use axum::{
    extract::State as Extract,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    mail::{MailServer, MailTls},
    permission::Action,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let set = Access::Needs(Action::EditMail);
    area.get("/settings/sending", set, sending)
        .post("/settings/sending/mail", set, save_mail)
        .post("/settings/sending/mail/test", set, test_mail)
        .post("/settings/sending/dingtalk", set, save_robot)
        .post("/settings/sending/dingtalk/test", set, test_robot)
}

#[derive(Template)]
#[template(path = "sending.html")]
pub(crate) struct SendingPage {
    pub layout: Layout,
    pub mail: MailView,
    pub robot: RobotView,
    /// The form of the mail server as texts.
    pub host: String,
    pub port: String,
    pub tls: String,
    pub user: String,
    pub from_address: String,
    pub from_name: String,
    pub to: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl SendingPage {
    pub fn ways(&self) -> [MailTls; 3] {
        MailTls::ALL
    }

    pub fn is_way(&self, way: &MailTls) -> bool {
        way.word() == self.tls
    }

    pub fn password_hint(&self) -> &'static str {
        if self.mail.has_password {
            "已保存，不再显示；不改请留空。服务器、端口或登录名改了须重新填写"
        } else {
            "加密保存，以后不再显示"
        }
    }

    pub fn url_hint(&self) -> String {
        match self.robot.shown.as_str() {
            "" => "在钉钉群的“智能群助手”里添加自定义机器人后复制".to_owned(),
            shown => format!("已保存 {shown}；不改请留空"),
        }
    }

    pub fn secret_hint(&self) -> &'static str {
        if self.robot.has_secret {
            "已保存，不再显示；不改请留空"
        } else {
            "机器人的安全设置选“加签”后复制，以 SEC 开头"
        }
    }

    /// The form as typed.
    fn typed(mut self, fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        (self.host, self.port, self.tls) = (text("host"), text("port"), text("tls"));
        (self.user, self.from_address, self.from_name) =
            (text("user"), text("from_address"), text("from_name"));
        self
    }
}

pub(crate) fn sending_page(layout: Layout, mail: MailView, robot: RobotView) -> SendingPage {
    let server = mail.server.clone().unwrap_or(MailServer {
        host: String::new(),
        port: 465,
        tls: MailTls::Implicit,
        user: String::new(),
        from_address: String::new(),
        from_name: String::new(),
    });
    SendingPage {
        layout,
        mail,
        robot,
        host: server.host,
        port: server.port.to_string(),
        tls: server.tls.word().to_owned(),
        user: server.user,
        from_address: server.from_address,
        from_name: server.from_name,
        to: String::new(),
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn page(state: &State, me: &app::sign_in::Current) -> Result<SendingPage, PageFailure> {
    let layout = Layout::new(me, "/settings/sending", "邮件与钉钉", &[]);
    let mail = state.app.mail_settings(&me.caller).await?;
    let robot = state.app.robot_settings(&me.caller).await?;
    let mut page = sending_page(layout, mail, robot);
    page.to = state.app.my_reminders(&me.caller).await?.contact.email;
    Ok(page)
}

async fn sending(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut page = page(&state, &me).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn refused(mut page: SendingPage, error: app::Error) -> Result<Response, PageFailure> {
    match error {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}

async fn save_mail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let text = |name: &str| fields.text(name).to_owned();
    let password = Some(fields.raw("password")).filter(|text| !text.is_empty());
    let save = SaveMail {
        version: fields.version(),
        server: MailServer {
            host: text("host"),
            // What is no port is refused as one.
            port: fields.text("port").parse().unwrap_or(0),
            tls: MailTls::from_word(fields.text("tls")).unwrap_or(MailTls::Implicit),
            user: text("user"),
            from_address: text("from_address"),
            from_name: text("from_name"),
        },
        password: password.map(ToOwned::to_owned),
    };
    match state.app.save_mail_settings(&me.caller, save).await {
        Ok(()) => Ok(Redirect::to("/settings/sending?done=mail").into_response()),
        Err(error) => refused(page(&state, &me).await?.typed(&fields), error),
    }
}

async fn test_mail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    match state
        .app
        .send_test_mail(&me.caller, fields.text("to"))
        .await
    {
        Ok(()) => Ok(Redirect::to("/settings/sending?done=mail-test").into_response()),
        Err(error) => {
            let mut page = page(&state, &me).await?;
            page.to = fields.text("to").to_owned();
            refused(page, error)
        }
    }
}

async fn save_robot(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let save = SaveRobot {
        version: fields.version(),
        active: fields.ticked("active"),
        url: fields.filled("url").map(ToOwned::to_owned),
        secret: fields.filled("secret").map(ToOwned::to_owned),
    };
    match state.app.save_robot_settings(&me.caller, save).await {
        Ok(()) => Ok(Redirect::to("/settings/sending?done=dingtalk").into_response()),
        Err(error) => refused(page(&state, &me).await?, error),
    }
}

async fn test_robot(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    match state.app.test_robot(&me.caller).await {
        Ok(()) => Ok(Redirect::to("/settings/sending?done=dingtalk-test").into_response()),
        Err(error) => refused(page(&state, &me).await?, error),
    }
}
