//! Rows: notes, and a counter that many increase at once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ward_sdk::prelude::*;
use ward_sdk::sql::{self, Connection, Error, from_row, params};

pub(crate) fn add(router: OpenApiRouter) -> OpenApiRouter {
    router
        .routes(routes!(list_notes, write_note))
        .routes(routes!(read_note, change_note, remove_note))
        .routes(routes!(write_notes))
        .routes(routes!(count))
}

#[derive(Serialize, ToSchema)]
struct Note {
    id: i64,
    text: String,
    written: DateTime<Utc>,
}
from_row!(Note { id, text, written });

#[derive(Deserialize, ToSchema)]
struct NewNote {
    id: i64,
    text: String,
}

#[derive(Deserialize, IntoParams)]
struct Page {
    #[serde(default)]
    skip: u32,
    #[serde(default = "hundred")]
    limit: u32,
}

fn hundred() -> u32 {
    100
}

/// A constraint that the client can do something about is its problem, the rest is not.
fn problem(error: Error) -> Problem {
    match error {
        Error::NoRow => Problem::new(ProblemKind::NotFound, "There is no such note."),
        Error::Unique(_) => Problem::new(ProblemKind::Malformed, "There is such a note already."),
        other => other.into(),
    }
}

fn insert(on: &impl Connection, note: &NewNote) -> Result<Note, Error> {
    let written = ward_sdk::clock::now();
    on.query_one(
        "INSERT INTO note (id, text, written) VALUES ($1, $2, $3) RETURNING id, text, written",
        &params![note.id, note.text, written],
    )
}

#[utoipa::path(get, path = "/notes", operation_id = "list_notes", params(Page),
    responses((status = 200, body = Vec<Note>)))]
async fn list_notes(Query(page): Query<Page>) -> Result<Json<Vec<Note>>, Problem> {
    let notes = sql::query(
        "SELECT id, text, written FROM note ORDER BY id LIMIT $1 OFFSET $2",
        &params![page.limit, page.skip],
    );
    notes.map(Json).map_err(problem)
}

#[utoipa::path(post, path = "/notes", operation_id = "write_note", responses((status = 201, body = Note)))]
async fn write_note(Json(note): Json<NewNote>) -> Result<(StatusCode, Json<Note>), Problem> {
    let note = insert(&sql::Database, &note).map_err(problem)?;
    Ok((StatusCode::CREATED, Json(note)))
}

#[utoipa::path(get, path = "/notes/{id}", operation_id = "read_note", params(("id" = i64, Path)),
    responses((status = 200, body = Note)))]
async fn read_note(Path(id): Path<i64>) -> Result<Json<Note>, Problem> {
    let note = sql::query_one("SELECT id, text, written FROM note WHERE id = $1", &params![id]);
    note.map(Json).map_err(problem)
}

#[utoipa::path(put, path = "/notes/{id}", operation_id = "change_note", params(("id" = i64, Path)),
    responses((status = 200, body = Note)))]
async fn change_note(Path(id): Path<i64>, Json(note): Json<NewNote>) -> Result<Json<Note>, Problem> {
    let note =
        sql::query_one("UPDATE note SET text = $1 WHERE id = $2 RETURNING id, text, written", &params![note.text, id]);
    note.map(Json).map_err(problem)
}

#[utoipa::path(delete, path = "/notes/{id}", operation_id = "remove_note", params(("id" = i64, Path)),
    responses((status = 204)))]
async fn remove_note(_: Caller, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    match sql::execute("DELETE FROM note WHERE id = $1", &params![id]).map_err(problem)? {
        0 => Err(problem(Error::NoRow)),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Writes all of the notes or, where one cannot be written, none.
#[utoipa::path(post, path = "/notes/many", operation_id = "write_notes",
    responses((status = 201, body = Vec<Note>)))]
async fn write_notes(Json(notes): Json<Vec<NewNote>>) -> Result<(StatusCode, Json<Vec<Note>>), Problem> {
    let written = sql::transaction(|transaction| {
        notes.iter().map(|note| insert(transaction, note)).collect::<Result<Vec<Note>, Error>>()
    });
    written.map(|notes| (StatusCode::CREATED, Json(notes))).map_err(problem)
}

/// Reads the counter and writes one more: wrong at once if transactions are not as if alone.
#[utoipa::path(post, path = "/count/{name}", operation_id = "count", params(("name" = String, Path)),
    responses((status = 200, body = i64)))]
async fn count(Path(name): Path<String>) -> Result<Json<i64>, Problem> {
    let counted: Result<i64, Error> = sql::transaction(|transaction| {
        let old: Option<(i64,)> =
            transaction.query_optional("SELECT value FROM counter WHERE name = $1", &params![name])?;
        let (statement, new) = match old {
            Some((value,)) => ("UPDATE counter SET value = $2 WHERE name = $1", value + 1),
            None => ("INSERT INTO counter (name, value) VALUES ($1, $2)", 1),
        };
        transaction.execute(statement, &params![name, new])?;
        Ok(new)
    });
    counted.map(Json).map_err(problem)
}
