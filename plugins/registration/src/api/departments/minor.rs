//! `GET` and `POST /minor-departments`.

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Database};

use super::major;
use super::minor_shape::{MinorBody, New, Shown, taken};
use crate::answer::{Answer, ok};
use crate::api::docs::{PublicRefusals, Refusals};
use crate::clock::Now;
use crate::domain::{MajorId, Page};
use crate::failure::Failure;
use crate::input::{Body, Fields, Number, Query, Read};
use crate::store::config::Scope;
use crate::store::departments;
use crate::store::prices;

/// Which departments are asked for.
pub struct Asked {
    major: Option<MajorId>,
    page: Page,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        let major = fields.optional("major_dept_id", &Number(MajorId));
        let page = Page::read(fields, 50);
        Some(Self { major: major?, page: page? })
    }
}

/// A page of minor departments.
#[derive(Serialize, ToSchema)]
pub struct MinorDepartments {
    /// How many there are in all.
    total: i64,
    /// From 1.
    page: i64,
    /// Departments on a page.
    page_size: i64,
    /// In the order of their numbers.
    departments: Vec<Shown>,
}

/// List minor departments
#[utoipa::path(
    get, path = "/minor-departments", operation_id = "list_minor_departments", tag = "Public",
    params(
        ("major_dept_id" = Option<i64>, Query, description = "Only those of this major department"),
        ("page" = Option<i64>, Query, description = "From 1"),
        ("page_size" = Option<i64>, Query, description = "Departments on a page (50; 10,000 at most)"),
    ),
    responses((status = 200, description = "Minor departments", body = Answer<MinorDepartments>), PublicRefusals)
)]
pub async fn list_minor_departments(
    now: Now,
    Query(Asked { major, page }): Query<Asked>,
) -> Result<Answer<MinorDepartments>, Failure> {
    let (total, found) = departments::minors(major, page, &Database)?;
    let departments = found.into_iter().map(|listed| Shown::of(listed.department, listed.prices, &now)).collect();
    Ok(ok(MinorDepartments { total, page: page.page, page_size: page.page_size, departments }))
}

/// Create a minor department
#[utoipa::path(
    post, path = "/minor-departments", operation_id = "create_minor_department", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body = MinorBody,
    responses((status = 200, description = "The new department", body = Answer<Shown>), Refusals)
)]
pub async fn create_minor_department(now: Now, Body(new): Body<New>) -> Result<Answer<Shown>, Failure> {
    let (minor, prices) = sql::transaction(|within| {
        departments::find_major(new.major, within)?.ok_or_else(major::missing)?;
        if departments::minor_named(new.major, &new.name, within)?.is_some() {
            return Err(taken());
        }
        let minor = departments::insert_minor(new.major, &new.name, &new.description, now.at, within)?;
        let set = prices::change(Scope::Minor(minor.id), new.prices, within)?;
        Ok((minor, set))
    })?;
    Ok(ok(Shown::of(minor, prices, &now)))
}
