//! What can go wrong, and the one table that turns it into the API's answers:
//! `{"code": …, "message": {"error": …, "msg": …}}`.
//!
//! Codes and sentences are the document's. Where it has none for a case, the closest code is used with a
//! sentence of its own. No answer repeats what a capability said: that is for the log.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::http::StatusCode;
use ward_sdk::identity::LoginKind;
use ward_sdk::{Location, Problem, ProblemKind, Rejection, RejectionKind};
use ward_sdk::{audit, blobs, identity, sql};

/// 未知错误.
pub const UNKNOWN: u16 = 97;
/// HTTP 错误.
pub const HTTP: u16 = 98;
/// 请求参数错误.
pub const REQUEST: u16 = 99;
/// 注册失败.
pub const REGISTER: u16 = 100;
/// 登录失败.
pub const LOGIN: u16 = 101;
/// 权限不足.
pub const AUTHORITY: u16 = 102;
/// 用户获取失败.
pub const USER: u16 = 103;
/// 用户个人信息更新失败.
pub const PROFILE: u16 = 104;
/// Token 失效.
pub const TOKEN: u16 = 105;
/// 数据获取失败.
pub const DATA: u16 = 106;

/// What handlers fail with.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// The API's code.
    pub code: u16,
    /// The kind of failure, in words.
    pub error: Cow<'static, str>,
    /// What failed.
    pub msg: Cow<'static, str>,
    /// Seconds to wait.
    pub retry_after: Option<u32>,
}

/// The body of a failure.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"code": 102, "message": {"error": "权限不足", "msg": "无权限"}}))]
pub struct ErrorBody {
    code: u16,
    message: ErrorText,
}

/// What failed.
#[derive(Serialize, ToSchema)]
pub struct ErrorText {
    /// The kind of failure.
    error: Cow<'static, str>,
    /// What failed.
    msg: Cow<'static, str>,
}

impl Failure {
    /// A failure.
    pub fn new(
        status: StatusCode,
        code: u16,
        error: impl Into<Cow<'static, str>>,
        msg: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code, error: error.into(), msg: msg.into(), retry_after: None }
    }

    /// 400, code 99: the request itself is wrong.
    pub fn refused(msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "请求参数错误", msg)
    }

    /// 400, code 99: a rule of managing is against it.
    pub fn business(msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, REQUEST, "业务规则校验失败", msg)
    }

    /// 400 with a code of its own: a rule of booking is against it.
    pub fn rule(code: u16, msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "业务规则错误", msg)
    }

    /// 400, code 100.
    pub fn registration(msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, REGISTER, "注册失败", msg)
    }

    /// 401, code 101: unknown login, wrong password, deactivated: the same answer for all.
    #[must_use]
    pub fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, LOGIN, "登录失败", "账号或密码错误")
    }

    /// 403, code 102.
    pub fn forbidden(msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, AUTHORITY, "权限不足", msg)
    }

    /// 404, code 103.
    #[must_use]
    pub fn no_user() -> Self {
        Self::new(StatusCode::NOT_FOUND, USER, "用户获取失败", "用户不存在")
    }

    /// 401, code 105: no token, or one that is expired or revoked.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, TOKEN, "Token失效", "未登录或登录已过期")
    }

    /// 404, code 106: a record or file that is not there, or not for the caller to see.
    pub fn missing(msg: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, DATA, "资源错误", msg)
    }

    /// 500, code 97. The reason is for the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, UNKNOWN, "未知错误", "服务器内部错误")
    }

    /// 503, code 97: something this stands on is away or overloaded.
    #[must_use]
    pub fn unavailable() -> Self {
        let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, UNKNOWN, "未知错误", "服务繁忙，请稍后重试");
        Self { retry_after: Some(1), ..failure }
    }

    /// 429, code 101: too many wrong passwords.
    #[must_use]
    pub fn locked(seconds: u32) -> Self {
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, LOGIN, "登录失败", "登录失败次数过多，请稍后再试");
        Self { retry_after: Some(seconds), ..failure }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self { status, code, error, msg, retry_after } = self;
        let body = ErrorBody { code, message: ErrorText { error, msg } };
        ward_sdk::refusal(status, &body, retry_after)
    }
}

/// Gives what the host and the extractors found the API's own shape.
#[must_use]
pub fn envelope(failure: ward_sdk::Failure) -> Response {
    Failure::from(failure).into_response()
}

impl From<ward_sdk::Failure> for Failure {
    fn from(failure: ward_sdk::Failure) -> Self {
        match failure {
            ward_sdk::Failure::Rejections(rejections) => rejections.into(),
            ward_sdk::Failure::Problem(problem) => of_problem(&problem),
        }
    }
}

fn of_problem(problem: &Problem) -> Failure {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let http = |msg: &'static str| Failure::new(status, HTTP, "HTTP错误", msg);
    let failure = match problem.kind {
        ProblemKind::Unauthenticated => Failure::unauthenticated(),
        ProblemKind::Forbidden if problem.operation.as_deref() == Some("get_patient") => {
            Failure { error: "认证时出现异常".into(), ..Failure::forbidden("仅医生可查询患者信息") }
        }
        ProblemKind::Forbidden => Failure::forbidden("无权限"),
        ProblemKind::Internal => Failure::internal(),
        ProblemKind::Unavailable => Failure::unavailable(),
        ProblemKind::Malformed => Failure { status, ..Failure::refused("请求格式错误") },
        ProblemKind::TooLarge => Failure { status, ..Failure::refused("文件或请求体过大") },
        ProblemKind::NotFound => http("接口不存在"),
        ProblemKind::MethodNotAllowed => http("请求方法不允许"),
        ProblemKind::RequestTimeout => http("请求超时"),
        ProblemKind::UnsupportedMediaType => http("不支持的请求体类型"),
        ProblemKind::TooManyRequests => http("请求过于频繁，请稍后再试"),
        ProblemKind::Timeout => http("处理超时"),
    };
    Failure { retry_after: problem.retry_after_seconds.or(failure.retry_after), ..failure }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        vec![rejection].into()
    }
}

impl From<Vec<Rejection>> for Failure {
    fn from(rejections: Vec<Rejection>) -> Self {
        let wrong: Vec<String> = rejections.iter().map(refusal).collect();
        Self::refused(wrong.join("; "))
    }
}

fn refusal(rejection: &Rejection) -> String {
    let place = match rejection.field_path() {
        path if !path.is_empty() => path,
        _ if rejection.location == Location::Body && wants(&rejection.kind, "an object") => {
            return "请求体应为 JSON 对象".to_owned();
        }
        _ if rejection.location == Location::Body => "请求体".to_owned(),
        _ => rejection.location.as_str().to_owned(),
    };
    format!("{place}: {}", words(&rejection.kind))
}

fn wants(kind: &RejectionKind, type_name: &str) -> bool {
    matches!(kind, RejectionKind::WrongType { expected, .. } if expected == type_name)
}

/// Why a field is refused, in a few words.
#[must_use]
pub fn words(kind: &RejectionKind) -> Cow<'static, str> {
    match kind {
        RejectionKind::Syntax { .. } => "格式错误".into(),
        RejectionKind::Missing | RejectionKind::Blank => "不能为空".into(),
        RejectionKind::WrongType { expected, .. } => wrong_type(expected).into(),
        RejectionKind::UnknownVariant { allowed } => format!("应为 {} 之一", allowed.join("/")).into(),
        RejectionKind::UnknownField => "未知字段".into(),
        RejectionKind::Value(_) => "取值错误".into(),
        RejectionKind::TooShort { least } => format!("至少 {least} 个字符").into(),
        RejectionKind::TooLong { most } => format!("最多 {most} 个字符").into(),
        RejectionKind::ControlCharacter => "含有非法字符".into(),
        RejectionKind::TooSmall { least, most: i64::MAX } => format!("不能小于 {least}").into(),
        RejectionKind::TooSmall { least, most } | RejectionKind::TooLarge { least, most } => {
            format!("应在 {least} 到 {most} 之间").into()
        }
        RejectionKind::TooMany { most } => format!("最多 {most} 项").into(),
        RejectionKind::NotEmail => "邮箱格式不正确".into(),
        RejectionKind::Rule { message, .. } => message.clone(),
    }
}

fn wrong_type(expected: &str) -> &'static str {
    match expected {
        "i64" => "应为整数",
        "a string" => "应为字符串",
        "a boolean" => "应为布尔值",
        "a list" => "应为数组",
        "an object" => "应为对象",
        _ => "类型错误",
    }
}

impl From<sql::Error> for Failure {
    fn from(error: sql::Error) -> Self {
        match error {
            sql::Error::Conflict | sql::Error::Timeout | sql::Error::Unavailable => Self::unavailable(),
            // What clients send is far below this limit: it is a list that is too long for one answer.
            sql::Error::TooLarge(_) => Self::refused("查询结果过大，请减小 page_size 或缩小范围"),
            other => internal("sql", &other),
        }
    }
}

impl From<audit::Error> for Failure {
    fn from(error: audit::Error) -> Self {
        match error {
            audit::Error::TooLarge(_) => Self::refused("查询结果过大，请减小 page_size 或缩小范围"),
            other => internal("audit", &other),
        }
    }
}

impl From<blobs::Error> for Failure {
    fn from(error: blobs::Error) -> Self {
        match error {
            blobs::Error::Unavailable => Self::unavailable(),
            other => internal("blobs", &other),
        }
    }
}

impl From<identity::Error> for Failure {
    fn from(error: identity::Error) -> Self {
        match error {
            identity::Error::NotFound => Self::no_user(),
            identity::Error::Denied(_) => Self::forbidden("平台管理员账号不能在此修改"),
            identity::Error::Taken(kind) => Self::registration(taken(kind)),
            identity::Error::Invalid(_) => Self::refused("账号、密码或姓名不符合要求"),
            identity::Error::BadCredentials => Self::bad_credentials(),
            identity::Error::Locked(seconds) => Self::locked(seconds),
            identity::Error::Overloaded | identity::Error::Unavailable => Self::unavailable(),
        }
    }
}

/// That a login belongs to another account.
#[must_use]
pub fn taken(kind: LoginKind) -> &'static str {
    match kind {
        LoginKind::Username => "该用户名已被占用",
        LoginKind::Email => "该邮箱已被占用",
        LoginKind::Phone => "该手机号已被占用",
        LoginKind::StaffId => "该工号(identifier)已被占用",
    }
}

/// The capabilities' sentences name tables, columns and rules, never a value.
fn internal(capability: &str, error: &dyn std::error::Error) -> Failure {
    ward_sdk::log::error!("{capability}: {error}");
    Failure::internal()
}

#[cfg(test)]
mod tests {
    use super::{Failure, envelope};
    use axum::response::IntoResponse;
    use serde_json::json;
    use ward_sdk::testing::json as body;
    use ward_sdk::{Location, Problem, ProblemKind, Rejection, RejectionKind, identity};

    #[test]
    fn the_codes_and_words_are_the_documents() {
        let table = [
            (Failure::refused("a"), 400, 99, "请求参数错误"),
            (Failure::business("a"), 400, 99, "业务规则校验失败"),
            (Failure::rule(1001, "a"), 400, 1001, "业务规则错误"),
            (Failure::registration("a"), 400, 100, "注册失败"),
            (Failure::bad_credentials(), 401, 101, "登录失败"),
            (Failure::forbidden("a"), 403, 102, "权限不足"),
            (Failure::no_user(), 404, 103, "用户获取失败"),
            (Failure::unauthenticated(), 401, 105, "Token失效"),
            (Failure::missing("a"), 404, 106, "资源错误"),
            (Failure::internal(), 500, 97, "未知错误"),
        ];
        for (failure, status, code, error) in table {
            let response = failure.into_response();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
            let body = body(response);
            assert_eq!((&body["code"], &body["message"]["error"]), (&json!(code), &json!(error)));
            assert!(body["message"]["msg"].is_string());
        }
    }

    #[test]
    fn waiting_is_told() {
        let response = Failure::from(identity::Error::Locked(30)).into_response();
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"30".parse().unwrap()));
    }

    #[test]
    fn the_hosts_problems_have_the_same_shape() {
        let answer = |kind| {
            let response = envelope(ward_sdk::Failure::Problem(Problem::new(kind, "x")));
            (response.status().as_u16(), body(response)["code"].as_u64())
        };
        assert_eq!(answer(ProblemKind::Unauthenticated), (401, Some(105)));
        assert_eq!(answer(ProblemKind::Forbidden), (403, Some(102)));
        assert_eq!(answer(ProblemKind::NotFound), (404, Some(98)));
        assert_eq!(answer(ProblemKind::TooLarge), (413, Some(99)));
        assert_eq!(answer(ProblemKind::Timeout), (504, Some(98)));
        assert_eq!(answer(ProblemKind::Internal), (500, Some(97)));
    }

    #[test]
    fn rejections_name_the_field() {
        let kind = RejectionKind::WrongType { expected: "i64".to_owned(), found: "string" };
        let rejection = Rejection::field(Location::Path, "doctor_id", kind);
        assert_eq!(Failure::from(rejection).msg, "doctor_id: 应为整数");
    }
}
