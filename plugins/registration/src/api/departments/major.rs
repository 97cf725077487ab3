//! `/major-departments`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::Path;
use ward_sdk::sql::{self, Database, Transaction};

use crate::answer::{Answer, Done, done, ok};
use crate::api::docs::{PublicRefusals, Refusals};
use crate::clock::Now;
use crate::domain::{MajorId, Timestamp};
use crate::failure::Failure;
use crate::input::{Body, Fields, Read, Text};
use crate::store::departments::{self, Major};

const NAME: Text = Text::line(100);
const DESCRIPTION: Text = Text::lines(2000).or_blank();

/// A major department.
#[derive(ToSchema, Deserialize)]
#[schema(as = MajorDepartmentFields, example = json!({"name": "内科", "description": "内科相关"}))]
#[expect(dead_code, reason = "describes the body; `New` and `Change` are read from it")]
pub struct MajorBody {
    /// Its name; no other may have it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it does.
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// A major department to be.
pub struct New {
    name: String,
    description: String,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", &NAME);
        let description = fields.optional("description", &DESCRIPTION);
        Some(Self { name: name?.trim().to_owned(), description: description?.unwrap_or_default() })
    }
}

/// What to change; what is absent stays.
pub struct Change {
    name: Option<String>,
    description: Option<String>,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", &NAME);
        let description = fields.optional("description", &DESCRIPTION);
        Some(Self { name: name?.map(|name| name.trim().to_owned()), description: description? })
    }
}

/// A major department as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = MajorDepartment)]
pub struct Shown {
    major_dept_id: MajorId,
    name: String,
    description: String,
    create_time: String,
}

/// All major departments.
#[derive(Serialize, ToSchema)]
pub struct MajorDepartments {
    /// In the order of their numbers.
    departments: Vec<Shown>,
}

/// A new major department.
#[derive(Serialize, ToSchema)]
pub struct MajorCreated {
    /// Its number.
    major_dept_id: MajorId,
    /// What was done.
    detail: String,
}

/// List major departments
#[utoipa::path(
    get, path = "/major-departments", operation_id = "list_major_departments", tag = "Public",
    responses((status = 200, description = "All major departments", body = Answer<MajorDepartments>), PublicRefusals)
)]
pub async fn list_major_departments(now: Now) -> Result<Answer<MajorDepartments>, Failure> {
    let shown = |major: Major| Shown {
        major_dept_id: major.id,
        name: major.name,
        description: major.description,
        create_time: now.local(major.created_at),
    };
    Ok(ok(MajorDepartments { departments: departments::majors(&Database)?.into_iter().map(shown).collect() }))
}

/// Create a major department
#[utoipa::path(
    post, path = "/major-departments", operation_id = "create_major_department", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = MajorBody,
    responses((status = 200, description = "It is there", body = Answer<MajorCreated>), Refusals)
)]
pub async fn create_major_department(now: Now, Body(new): Body<New>) -> Result<Answer<MajorCreated>, Failure> {
    let major_dept_id = sql::transaction(|within| {
        free(&new.name, None, within)?;
        Ok::<_, Failure>(departments::insert_major(&new.name, &new.description, now.at, within)?)
    })?;
    Ok(ok(MajorCreated { major_dept_id, detail: format!("成功创建大科室：{}", new.name) }))
}

/// Change a major department
#[utoipa::path(
    put, path = "/major-departments/{dept_id}", operation_id = "update_major_department", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("dept_id" = i64, Path, description = "Number of the major department")),
    request_body = MajorBody,
    responses((status = 200, description = "It is changed", body = Answer<Done>), Refusals)
)]
pub async fn update_major_department(
    Path(id): Path<MajorId>,
    Body(change): Body<Change>,
) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| {
        let before = departments::find_major(id, within)?.ok_or_else(missing)?;
        let major = Major {
            name: change.name.clone().unwrap_or(before.name),
            description: change.description.clone().unwrap_or(before.description),
            ..before
        };
        free(&major.name, Some(id), within)?;
        Ok::<_, Failure>(departments::update_major(&major, within)?)
    })?;
    Ok(done("成功更新大科室信息"))
}

/// Delete a major department that has no minor one
#[utoipa::path(
    delete, path = "/major-departments/{dept_id}", operation_id = "delete_major_department", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("dept_id" = i64, Path, description = "Number of the major department")),
    responses((status = 200, description = "It is deleted", body = Answer<Done>), Refusals)
)]
pub async fn delete_major_department(now: Now, Path(id): Path<MajorId>) -> Result<Answer<Done>, Failure> {
    sql::transaction(|within| delete(id, now.at, within))?;
    Ok(done("成功删除大科室"))
}

fn delete(id: MajorId, at: Timestamp, within: &Transaction) -> Result<(), Failure> {
    departments::find_major(id, within)?.ok_or_else(missing)?;
    if departments::has_minors(id, within)? {
        return Err(Failure::business("该大科室下存在小科室，无法删除"));
    }
    Ok(departments::delete_major(id, at, within)?)
}

/// That there is no such major department.
pub(super) fn missing() -> Failure {
    Failure::missing("大科室不存在")
}

fn free(name: &str, own: Option<MajorId>, within: &Transaction) -> Result<(), Failure> {
    match departments::major_named(name, within)?.filter(|other| Some(*other) != own) {
        Some(_) => Err(Failure::business("大科室名称已存在")),
        None => Ok(()),
    }
}
