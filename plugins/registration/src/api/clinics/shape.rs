//! How clinics are shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{AreaId, ClinicId, ClinicType, MinorId};
use crate::failure::Failure;
use crate::input::Text;
use crate::store::clinics::Clinic;
use crate::store::prices::Prices;

/// Names of clinics.
pub const NAME: Text = Text::line(100);
/// Where in the area.
pub const ADDRESS: Text = Text::line(300).or_blank();

/// A clinic.
#[derive(ToSchema, Deserialize)]
#[schema(as = ClinicFields, example = json!({
    "minor_dept_id": 1, "name": "心血管内科普通门诊", "clinic_type": 0, "address": "门诊楼2层",
    "default_price_normal": 60.00, "default_price_expert": 180.00, "default_price_special": null
}))]
#[expect(dead_code, reason = "describes the body; `New` and `Change` are read from it")]
pub struct ClinicBody {
    /// The department it belongs to; only when it is made.
    minor_dept_id: i64,
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// 0 普通, 1 国疗, 2 特需.
    #[schema(minimum = 0, maximum = 2)]
    clinic_type: Option<i64>,
    /// Where in the area.
    #[schema(max_length = 300)]
    address: Option<String>,
    /// The area it lies in; the first one without it.
    area_id: Option<i64>,
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

/// A clinic as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Clinic)]
pub struct Shown {
    clinic_id: ClinicId,
    area_id: AreaId,
    name: String,
    address: String,
    minor_dept_id: Option<MinorId>,
    clinic_type: ClinicType,
    #[serde(flatten)]
    prices: Prices,
    create_time: String,
}

impl Shown {
    /// A clinic as it is shown.
    pub fn of(clinic: Clinic, prices: Prices, now: &Now) -> Self {
        Self {
            clinic_id: clinic.id,
            area_id: clinic.area_id,
            name: clinic.name,
            address: clinic.address,
            minor_dept_id: clinic.dept_id,
            clinic_type: clinic.clinic_type,
            prices,
            create_time: now.local(clinic.created_at),
        }
    }
}

/// A new or changed clinic.
#[derive(Serialize, ToSchema)]
pub struct ClinicDone {
    #[serde(flatten)]
    pub clinic: Shown,
    /// What was done.
    pub detail: &'static str,
}

/// That there is no such clinic.
pub fn missing() -> Failure {
    Failure::missing("门诊不存在")
}
