//! Paths that try to be something else.

use std::time::Duration;

use ward_tests::Ward;
use ward_tests::raw::{Raw, status};

async fn get(ward: &Ward, path: &str, token: Option<&str>) -> String {
    let mut connection = Raw::connect(&ward.address()).await;
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}connection: close\r\n\r\n");
    connection.write(request.as_bytes()).await;
    connection.read(Duration::from_secs(10)).await
}

#[tokio::test]
async fn no_trick_reaches_what_needs_a_token() {
    let ward = Ward::start().await;
    for path in [
        "/pacs/../pacs/users",
        "/pacs/health/../users",
        "/pacs/%2e%2e/pacs/users",
        "/pacs/health/%2E%2E/users",
        "/pacs/health/..%2fusers",
        "/pacs/health/..%5cusers",
        "/pacs/health\\..\\users",
        "//pacs/users",
        "/pacs//users",
        "///pacs///users",
        "/./pacs/users",
        "/pacs/./users",
        "/pacs/%75sers",
        "/pacs;a=b/users",
        "/pacs/users;/auth/token",
        "/pacs/users%00",
        "/pacs/users%00/../health",
        "/pacs/users%20",
        "/pacs/users%3f/health",
        "/pacs/users#/health",
        "/pacs%2fusers",
        "/%70acs/users",
        "http://localhost/pacs/users",
        "http://evil.example/pacs/users",
    ] {
        let answer = get(&ward, path, None).await;
        if answer.is_empty() {
            continue; // The connection was closed: refused.
        }
        let status = status(&answer);
        assert!([400, 401, 404, 421].contains(&status), "{path}: {answer}");
        assert!(!answer.contains("\"username\""), "{path}: {answer}");
    }
}

#[tokio::test]
async fn no_trick_is_a_server_error() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for path in [
        "/pacs/studies/%00",
        "/pacs/studies/%ff%fe",
        "/pacs/studies/%zz",
        "/pacs/studies/%",
        "/pacs/studies/1%2f2",
        "/pacs/studies/..%2f..%2fetc%2fpasswd",
        "/pacs/studies/-1",
        "/pacs/studies/9223372036854775808",
        "/pacs/studies/1e3",
        "/pacs/studies/%E4%B8%AD%E6%96%87",
        "/pacs/studies/study_id/' OR '1'='1",
        "/pacs/studies/study_id/%27%20OR%20%271%27=%271",
        "/pacs/studies?search=%27%3B%20DROP%20TABLE%20study%3B--",
        "/pacs/studies?search=%00",
        "/pacs/studies?search=%ff",
        "/pacs/studies?search=%zz",
        "/pacs/studies?limit=1&limit=2",
        "/pacs/studies?&&&=&=",
        "/pacs/studies??",
        "/pacs/users/0x1",
        "/pacs/users/１",
    ] {
        let answer = get(&ward, path, Some(admin.token())).await;
        if answer.is_empty() {
            continue;
        }
        let status = status(&answer);
        assert!((200..500).contains(&status), "{path}: {answer}");
    }
    admin.get("/studies").await.expect(200);
}

#[tokio::test]
async fn an_endless_path_or_query_is_refused() {
    let ward = Ward::start().await;
    for path in [
        format!("/pacs/{}", "a".repeat(200_000)),
        format!("/pacs/studies?search={}", "a".repeat(200_000)),
        format!("/pacs{}", "/a".repeat(60_000)),
    ] {
        let answer = get(&ward, &path, None).await;
        assert!(
            answer.is_empty() || [400, 404, 414, 431].contains(&status(&answer)),
            "{}",
            &answer[..answer.len().min(200)]
        );
    }
    ward.anonymous().get("/health").await.expect(200);
}
