//! How doctors are read and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Now;
use crate::domain::{AccountId, DoctorId, MinorId};
use crate::failure::Failure;
use crate::input::Text;
use crate::store::doctors::{Doctor, Listed};
use crate::store::prices::Prices;

/// Names of doctors.
pub const NAME: Text = Text::line(50);
/// Titles.
pub const TITLE: Text = Text::line(50).or_blank();
/// What doctors are good at.
pub const SPECIALTY: Text = Text::lines(1000).or_blank();
/// What doctors say of themselves.
pub const INTRODUCTION: Text = Text::lines(4000).or_blank();

/// What a doctor is described by.
#[derive(ToSchema, Deserialize)]
#[schema(as = DoctorFields, example = json!({
    "name": "张三（更新）", "title": "副主任医师", "specialty": "心血管疾病，高血压",
    "default_price_normal": 90.00, "default_price_expert": 200.00, "default_price_special": 999.00
}))]
#[expect(dead_code, reason = "describes the body; `Change` is read from it")]
pub struct DoctorBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 50)]
    name: Option<String>,
    /// Its title (职称).
    #[schema(max_length = 50)]
    title: Option<String>,
    /// What it is good at.
    #[schema(max_length = 1000)]
    specialty: Option<String>,
    /// What it says of itself.
    #[schema(max_length = 4000)]
    introduction: Option<String>,
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

/// A doctor as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Doctor)]
pub struct Shown {
    doctor_id: DoctorId,
    /// Its account, if it has one.
    user_id: Option<AccountId>,
    /// Whether it has an account that works.
    is_registered: bool,
    dept_id: MinorId,
    name: String,
    title: String,
    specialty: String,
    introduction: String,
    /// Where its photo is served.
    photo_path: Option<String>,
    original_photo_url: Option<String>,
    is_department_head: bool,
    #[serde(flatten)]
    prices: Prices,
    create_time: String,
}

impl Shown {
    /// A doctor of a list.
    pub fn of(listed: Listed, now: &Now) -> Self {
        Self::new(listed.doctor, listed.is_registered, listed.prices, now)
    }

    /// A doctor as it is shown.
    pub fn new(doctor: Doctor, is_registered: bool, prices: Prices, now: &Now) -> Self {
        Self {
            doctor_id: doctor.id,
            user_id: doctor.account,
            is_registered,
            dept_id: doctor.dept_id,
            name: doctor.name,
            title: doctor.title,
            specialty: doctor.specialty,
            introduction: doctor.introduction,
            photo_path: doctor.photo_path,
            original_photo_url: doctor.original_photo_url,
            is_department_head: doctor.is_head,
            prices,
            create_time: now.local(doctor.created_at),
        }
    }
}

/// That there is no such doctor.
pub fn missing() -> Failure {
    Failure::missing("医生不存在")
}
