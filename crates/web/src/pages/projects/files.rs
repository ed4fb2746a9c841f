//! Files kept with a project.

use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{FileId, ProjectId, permission::Action};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Form, Uploaded},
    layout::download,
    route::Area,
    session::Me,
};

use super::view::refused;

pub(crate) fn area(area: Area) -> Area {
    let edit = Access::Needs(Action::EditProjects);
    area.post("/projects/{id}/files", edit, attach)
        .post("/projects/{id}/files/{file}/remove", edit, detach)
        .get(
            "/projects/{id}/files/{file}",
            Access::Needs(Action::ViewProjects),
            take,
        )
}

async fn attach(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Uploaded(uploaded): Uploaded,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let (project, _) = state.app.project_to_edit(&me.caller, id).await?;
    let attached = match uploaded {
        Ok(file) => {
            state
                .app
                .attach_to_project(
                    &me.caller,
                    id,
                    project.version,
                    &file.file_name,
                    &file.bytes,
                )
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match attached {
        Ok(()) => Ok(Redirect::to(&format!("/projects/{id}?done=project-file")).into_response()),
        Err(error) => refused(&state, &me, id, error).await,
    }
}

async fn detach(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let detached = state
        .app
        .detach_from_project(&me.caller, id, form.version(), FileId(file))
        .await;
    match detached {
        Ok(()) => {
            let done = format!("/projects/{id}?done=project-file-removed");
            Ok(Redirect::to(&done).into_response())
        }
        Err(error) => refused(&state, &me, id, error).await,
    }
}

async fn take(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let file = state
        .app
        .project_file(&me.caller, ProjectId(id), FileId(file))
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}
