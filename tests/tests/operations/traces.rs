//! What an OpenTelemetry collector is told. The collector of these tests takes OTLP over HTTP.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use ward_tests::WardProcess;
use ward_tests::process::Home;
use ward_tests::ward::eventually;

use crate::stage::free_address;

const ASSEMBLY: &str = "[[mount]]\nplugin = \"echo\"\npath = \"/echo\"\nunsigned = true\ngrants = [\"sql\", \"identity\", \"policy\", \"blobs\", \"config\", \"log\"]\n";

/// A collector that keeps what it is told.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<ExportTraceServiceRequest>>>);

impl Collector {
    async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self::default();
        let keep = collector.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(keep.clone().take(stream));
            }
        });
        (collector, endpoint)
    }

    /// One connection: requests with a `Content-Length`, each answered with an empty 200.
    async fn take(self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            let head = loop {
                if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                    break end + 4;
                }
                if stream.read_buf(&mut bytes).await? == 0 {
                    return Ok(());
                }
            };
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            assert!(text.starts_with("post /v1/traces ") && text.contains("application/x-protobuf"), "{text}");
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let end = head + length.trim().parse::<usize>().unwrap();
            while bytes.len() < end {
                stream.read_buf(&mut bytes).await?;
            }
            let request = ExportTraceServiceRequest::decode(&bytes[head..end]).unwrap();
            self.0.lock().unwrap().push(request);
            bytes.drain(..end);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
        }
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.0.lock().unwrap();
        let scopes = requests.iter().flat_map(|request| &request.resource_spans).flat_map(|one| &one.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    /// Everything, as text that a secret would show in.
    fn text(&self) -> String {
        format!("{:?}", self.0.lock().unwrap())
    }
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    Some(format!("{:?}", found.value.as_ref()?.value.as_ref()?))
}

async fn serve(home: &Home, endpoint: &str) -> WardProcess {
    home.start_guests(ASSEMBLY, &[("WARD_OTLP_ENDPOINT", endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "50")]).await
}

#[tokio::test]
async fn a_request_is_a_span_with_its_mount_operation_and_status() {
    let (collector, endpoint) = Collector::start().await;
    let home = Home::new().await;
    let ward = serve(&home, &endpoint).await;
    ward.at("/echo").get("/notes?patient=zhangwei-secret").await;
    ward.at("/echo").get("/zhangwei-secret").await.expect(404);
    ward.terminate().await;
    let spans = collector.spans();
    let server = |name: &str| spans.iter().find(|span| span.name == name && span.kind == 2).cloned();
    let missed = server("none").unwrap_or_else(|| panic!("{spans:#?}"));
    assert_eq!(attribute(&missed, "ward.mount").as_deref(), Some("StringValue(\"/echo\")"));
    assert_eq!(attribute(&missed, "http.response.status_code").as_deref(), Some("IntValue(404)"));
    assert!(server("health").is_some());
    assert!(!collector.text().contains("secret"));
}

#[tokio::test]
async fn a_clients_trace_goes_on_in_the_plugin_and_in_what_it_asks_the_host() {
    let (collector, endpoint) = Collector::start().await;
    let home = Home::new().await;
    let ward = serve(&home, &endpoint).await;
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let echo = ward.at("/echo");
    let request = echo.request(http::Method::GET, "/request").header("traceparent", format!("00-{trace}-{parent}-01"));
    let answer = echo.send(request).await;
    ward.terminate().await;
    let spans = collector.spans();
    let mine: Vec<&Span> = spans.iter().filter(|span| hex::encode(&span.trace_id) == trace).collect();
    let server = mine.iter().find(|span| span.kind == 2).unwrap_or_else(|| panic!("{spans:#?}"));
    assert_eq!(hex::encode(&server.parent_span_id), parent);
    let seen = format!("00-{trace}-{}-01", hex::encode(&server.span_id));
    assert!(answer.status == 200 && answer.text().contains(&seen), "{seen} not in {}", answer.text());
}

#[tokio::test]
async fn a_parent_that_is_none_is_ignored() {
    let (collector, endpoint) = Collector::start().await;
    let home = Home::new().await;
    let ward = serve(&home, &endpoint).await;
    for wrong in ["", "00-0-0-0", "zhangwei-secret", "00-00000000000000000000000000000000-b7ad6b7169203331-01"] {
        let host = ward.at("");
        host.send(host.request(http::Method::GET, "/health").header("traceparent", wrong)).await.expect(200);
    }
    let host = ward.at("");
    let stated = host.request(http::Method::GET, "/health").header("tracestate", "a=zhangwei-secret");
    host.send(stated).await.expect(200);
    ward.terminate().await;
    assert!(collector.spans().iter().any(|span| span.name == "health"));
    assert!(!collector.text().contains("secret"));
}

#[tokio::test]
async fn statements_are_spans_without_their_text() {
    let (collector, endpoint) = Collector::start().await;
    let home = Home::new().await;
    let ward = serve(&home, &endpoint).await;
    eventually("the collector hears of statements", || async {
        ward.at("").get("/health").await;
        collector.spans().iter().any(|span| span.name == "sql query")
    })
    .await;
    assert!(!collector.text().to_lowercase().contains("select"));
    ward.terminate().await;
}

#[tokio::test]
async fn a_collector_that_is_away_costs_no_request() {
    let home = Home::new().await;
    let ward = serve(&home, &format!("http://{}", free_address())).await;
    for _ in 0..20 {
        ward.at("/echo").get("/nothing").await.expect(404);
        ward.at("").get("/health").await.expect(200);
    }
    assert!(ward.terminate().await.success());
}

#[tokio::test]
async fn a_collector_that_takes_and_never_answers_holds_up_no_shutdown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = Home::new().await;
    let ward = serve(&home, &format!("http://{}", listener.local_addr().unwrap())).await;
    ward.at("").get("/health").await.expect(200);
    assert!(ward.terminate().await.success());
}
