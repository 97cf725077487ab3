//! Connections that mean no good: each costs itself and nothing else.

use std::fmt::Write as _;
use std::time::Duration;

use ward_tests::Ward;
use ward_tests::process::Home;
use ward_tests::raw::{Raw, status};

/// What a busy machine is given before a test is over; it measures nothing.
const PATIENCE: Duration = Duration::from_mins(1);

async fn send(ward: &Ward, request: &[u8]) -> String {
    let mut connection = Raw::connect(&ward.address()).await;
    connection.write(request).await;
    connection.read(PATIENCE).await
}

#[tokio::test]
async fn a_gigabyte_that_is_announced_is_refused_before_it_is_sent() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let head = format!(
        "POST /pacs/centres HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 1073741824\r\n\r\n",
        admin.token()
    );
    // Nothing of the body is ever sent: an answer is an answer to the announcement.
    assert_eq!(status(&send(&ward, head.as_bytes()).await), 413);
}

#[tokio::test]
async fn a_gigabyte_that_is_not_announced_is_cut_off() {
    // A process of its own, whose memory is nobody else's.
    let home = Home::new().await;
    let server = home.start().await;
    let admin = server.admin().await;
    let before = server.resident_bytes();
    let head = format!(
        "POST /pacs/centres HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        admin.token()
    );
    let piece = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    let mut connection = Raw::connect(server.address()).await;
    connection.write(head.as_bytes()).await;
    // The server reads on for a moment, so that the answer is not lost, and then hangs up.
    let reading = async { while connection.write(&piece).await {} };
    tokio::time::timeout(PATIENCE, reading).await.expect("it is not read for ever");
    let grown = server.resident_bytes().saturating_sub(before);
    assert!(grown < 64 << 20, "memory has grown by {grown} bytes");
    admin.get("/centres").await.expect(200);

    let mut connection = Raw::connect(server.address()).await;
    connection.write(head.as_bytes()).await;
    connection.write(&piece).await;
    connection.write(&piece).await;
    assert_eq!(status(&connection.read(PATIENCE).await), 413);
}

#[tokio::test]
async fn headers_that_come_a_byte_at_a_time_run_out_of_time() {
    let ward = Ward::builder().configure(|assembly| assembly.http.header_ms = 500).start().await;
    let mut slow: Vec<Raw> = Vec::new();
    for _ in 0..50 {
        let mut connection = Raw::connect(&ward.address()).await;
        connection.write(b"GET /pacs/health HTTP/1.1\r\nhost: loc").await;
        slow.push(connection);
    }
    let mut dripping = Raw::connect(&ward.address()).await;
    for byte in b"GET /pacs/health HTTP/1.1\r\n" {
        if !dripping.write(&[*byte]).await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for connection in &mut slow {
        assert!(connection.is_closed_within(PATIENCE).await);
    }
    assert!(dripping.is_closed_within(PATIENCE).await);
}

#[tokio::test]
async fn a_body_that_stops_coming_runs_out_of_time() {
    let ward = Ward::builder().configure(|assembly| assembly.http.body_idle_ms = 500).start().await;
    let admin = ward.admin().await;
    for kind in ["application/json", "multipart/form-data; boundary=x"] {
        let path = if kind.starts_with('m') { "/pacs/studies/upload" } else { "/pacs/centres" };
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\ncontent-length: 1000\r\n\r\n--x\r\n",
            admin.token()
        );
        let answer = send(&ward, head.as_bytes()).await;
        assert_eq!(status(&answer), 408, "{kind}: {answer}");
    }
}

#[tokio::test]
async fn thousands_of_headers_are_refused() {
    let ward = Ward::start().await;
    let many = (0..5_000).fold(String::new(), |mut many, number| {
        let _ = write!(many, "x-{number}: y\r\n");
        many
    });
    let large = format!("x-large: {}\r\n", "y".repeat(1 << 20));
    for headers in [many, large] {
        let request = format!("GET /pacs/health HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        let answer = send(&ward, request.as_bytes()).await;
        assert!(answer.is_empty() || [400, 431].contains(&status(&answer)), "{answer}");
    }
    ward.anonymous().get("/health").await.expect(200);
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let ward = Ward::start().await;
    let garbage: [&[u8]; 8] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nx\r\n\r\n",
    ];
    for request in garbage {
        let mut connection = Raw::connect(&ward.address()).await;
        connection.write(request).await;
        let answer = connection.read(Duration::from_secs(2)).await;
        assert!(answer.is_empty() || (400..500).contains(&status(&answer)), "{request:?}: {answer}");
    }
    ward.anonymous().get("/health").await.expect(200);
}

#[tokio::test]
async fn a_length_that_is_wrong_or_double_smuggles_nothing() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let smuggled =
        format!("GET /pacs/users HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n", admin.token());
    for (headers, body) in [
        ("content-length: 5\r\ncontent-length: 50\r\n", smuggled.as_str()),
        ("content-length: 4\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("content-length: -1\r\n", ""),
        ("content-length: +5\r\n", "12345"),
        ("content-length: 99999999999999999999999\r\n", ""),
        ("transfer-encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "ffffffffffffffff1\r\nabc"),
        ("transfer-encoding: gzip\r\n", "abc"),
    ] {
        let request = format!(
            "POST /pacs/auth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"
        );
        let mut connection = Raw::connect(&ward.address()).await;
        connection.write(request.as_bytes()).await;
        let answer = connection.read(Duration::from_secs(3)).await;
        assert!(answer.is_empty() || (400..500).contains(&status(&answer)), "{headers:?}: {answer}");
        assert!(!answer.contains("\"full_name\""), "{headers:?}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_ends_early_changes_nothing() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let request = format!(
        "POST /pacs/centres HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 500\r\n\r\n{{\"name\": \"Half\"}}",
        admin.token()
    );
    let mut connection = Raw::connect(&ward.address()).await;
    connection.write(request.as_bytes()).await;
    drop(connection);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(admin.get("/centres").await.list().len(), 0);
}

#[tokio::test]
async fn a_thousand_open_connections_leave_room_for_others() {
    // Those who say nothing may do so for an hour: whoever waited for them would wait in vain.
    let ward = Ward::builder().configure(|assembly| assembly.http.header_ms = 3_600_000).start().await;
    let mut open = Vec::new();
    for number in 0..1_000 {
        let mut connection = Raw::connect(&ward.address()).await;
        if number % 2 == 0 {
            connection.write(b"GET /pacs/health HTTP/1.1\r\nhost: loc").await;
        }
        open.push(connection);
    }
    ward.anonymous().get("/health").await.expect(200);
    drop(open);
}
