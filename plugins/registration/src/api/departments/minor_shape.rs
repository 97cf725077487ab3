//! How minor departments are read and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{MajorId, MinorId};
use crate::failure::Failure;
use crate::input::{Fields, Number, Read, Text};
use crate::store::departments::Minor;
use crate::store::prices::{PriceChange, Prices};

const NAME: Text = Text::line(100);
const DESCRIPTION: Text = Text::lines(2000).or_blank();

/// A minor department.
#[derive(ToSchema, Deserialize)]
#[schema(as = MinorDepartmentFields, example = json!({
    "major_dept_id": 1, "name": "心内科", "description": "心脏内科",
    "default_price_normal": 60.00, "default_price_expert": null, "default_price_special": 550.00
}))]
#[expect(dead_code, reason = "describes the body; `New` and `Change` are read from it")]
pub struct MinorBody {
    /// The major department it is a part of.
    major_dept_id: i64,
    /// Its name; no other of the same major department may have it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it does.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// 普通号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_normal: Option<f64>,
    /// 专家号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_expert: Option<f64>,
    /// 特需号; `null` inherits.
    #[schema(minimum = 0)]
    default_price_special: Option<f64>,
}

/// A minor department to be.
pub struct New {
    pub major: MajorId,
    pub name: String,
    pub description: String,
    pub prices: PriceChange,
}

impl Read for New {
    fn read(fields: &mut Fields) -> Option<Self> {
        let major = fields.required("major_dept_id", &Number(MajorId));
        let name = fields.required("name", &NAME);
        let description = fields.optional("description", &DESCRIPTION);
        let prices = PriceChange::read(fields);
        Some(Self {
            major: major?,
            name: name?.trim().to_owned(),
            description: description?.unwrap_or_default(),
            prices: prices?,
        })
    }
}

/// What to change; what is absent stays.
pub struct Change {
    pub major: Option<MajorId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub prices: PriceChange,
}

impl Read for Change {
    fn read(fields: &mut Fields) -> Option<Self> {
        let major = fields.optional("major_dept_id", &Number(MajorId));
        let name = fields.optional("name", &NAME);
        let description = fields.optional("description", &DESCRIPTION);
        let prices = PriceChange::read(fields);
        Some(Self {
            major: major?,
            name: name?.map(|name| name.trim().to_owned()),
            description: description?,
            prices: prices?,
        })
    }
}

/// A minor department as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = MinorDepartment)]
pub struct Shown {
    minor_dept_id: MinorId,
    major_dept_id: MajorId,
    name: String,
    description: String,
    #[serde(flatten)]
    prices: Prices,
    create_time: String,
}

impl Shown {
    /// A department as it is shown.
    pub fn of(minor: Minor, prices: Prices, now: &Now) -> Self {
        Self {
            minor_dept_id: minor.id,
            major_dept_id: minor.major_dept_id,
            name: minor.name,
            description: minor.description,
            prices,
            create_time: now.local(minor.created_at),
        }
    }
}

/// That there is no such minor department.
pub fn missing() -> Failure {
    Failure::missing("小科室不存在")
}

/// That its major department has one of the same name.
pub fn taken() -> Failure {
    Failure::business("该大科室下已存在同名小科室")
}
