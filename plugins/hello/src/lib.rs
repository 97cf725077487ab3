//! The smallest plugin: says hello, to everyone.

use serde::Serialize;
use ward_sdk::prelude::*;

/// What is said.
#[derive(Serialize, ToSchema)]
struct Greeting {
    text: String,
}

/// Says hello.
#[utoipa::path(get, path = "/hello/{name}", operation_id = "say_hello",
    params(("name" = String, Path)), responses((status = 200, body = Greeting)))]
async fn say_hello(Path(name): Path<String>) -> Json<Greeting> {
    Json(Greeting { text: format!("Hello, {name}!") })
}

ward_sdk::plugin! {
    name: "hello",
    version: env!("CARGO_PKG_VERSION"),
    router: || OpenApiRouter::new().routes(routes!(say_hello)),
    policies: r#"permit (principal, action == Action::"say_hello", resource);"#,
}
