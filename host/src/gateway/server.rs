//! The listener: connections, their limits and their end.

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Service, ServiceExt};

use super::wire::Wire;
use crate::assembly::HttpLimits;

/// The address at the other end of the connection, as a request's extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address at the other end; the loopback address if no connection set one.
pub fn peer(extensions: &http::Extensions) -> IpAddr {
    extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0)
}

/// The smallest buffer that hyper takes for a request's head.
const SMALLEST_BUFFER: usize = 8 << 10;
/// Bytes of one read: what a piece of a body may have at most.
const READ_BUFFER: usize = 256 << 10;
/// Streams of one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;
/// Pause after a failed accept (no file descriptors left, mostly).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is done, then lets running requests finish within their time.
pub async fn serve<S, B>(service: S, listener: TcpListener, limits: &HttpLimits, shutdown: impl Future<Output = ()>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let server = Server {
        service,
        builder: Arc::new(builder(limits)),
        patience: Duration::from_millis(limits.header_ms),
        stall: Duration::from_millis(limits.body_idle_ms),
    };
    let connections = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        tokio::spawn(server.clone().connection(stream, peer, permit, graceful.watcher()));
    }
    drop(listener);
    let time = Duration::from_millis(limits.shutdown_ms);
    if tokio::time::timeout(time, graceful.shutdown()).await.is_err() {
        tracing::warn!(?time, "requests still ran at the end of the shutdown");
    }
}

/// Waits for a free place and then for a connection to take it.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let permit = connections.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer.ip(), permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn builder(limits: &HttpLimits) -> Builder<TokioExecutor> {
    let patience = Duration::from_millis(limits.header_ms);
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(READ_BUFFER.max(limits.header_bytes).max(SMALLEST_BUFFER));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

#[derive(Clone)]
struct Server<S> {
    service: S,
    builder: Arc<Builder<TokioExecutor>>,
    patience: Duration,
    stall: Duration,
}

impl<S, B> Server<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    async fn connection(self, stream: TcpStream, peer: IpAddr, permit: OwnedSemaphorePermit, watcher: Watcher) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let asked = Arc::new(AtomicBool::new(false));
        let connection = self.builder.serve_connection_with_upgrades(
            TokioIo::new(Wire::new(stream, self.stall)),
            hyper::service::service_fn({
                let asked = asked.clone();
                let service = self.service;
                move |request: Request<Incoming>| {
                    asked.store(true, Ordering::Relaxed);
                    let mut request = request.map(Body::new);
                    request.extensions_mut().insert(Peer(peer));
                    service.clone().oneshot(request)
                }
            }),
        );
        let mut served = std::pin::pin!(watcher.watch(connection.into_owned()));
        // hyper counts the time for a head only when it knows the protocol: a client that says too
        // little to tell, or opens HTTP/2 and asks for nothing, is timed here.
        let result = match tokio::time::timeout(self.patience, &mut served).await {
            Ok(result) => result,
            Err(_) if asked.load(Ordering::Relaxed) => served.await,
            Err(_) => Ok(()),
        };
        if let Err(error) = result {
            tracing::debug!(error, "a connection ended early");
        }
        drop(permit);
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    struct Running {
        address: std::net::SocketAddr,
        stop: oneshot::Sender<()>,
        server: JoinHandle<()>,
    }

    /// A server that answers each request after `delay` with the peer's address.
    async fn start(limits: HttpLimits, delay: Duration) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let service = tower::service_fn(move |request: Request<Body>| async move {
            tokio::time::sleep(delay).await;
            Ok::<_, Infallible>(Response::new(Body::from(peer(request.extensions()).to_string())))
        });
        let server = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            serve(service, listener, &limits, stopped).await;
        });
        Running { address, stop, server }
    }

    fn limits() -> HttpLimits {
        HttpLimits { header_ms: 100, shutdown_ms: 1_000, ..HttpLimits::default() }
    }

    /// Sends and reads until the server closes the connection.
    async fn exchange(address: std::net::SocketAddr, sent: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        // A server that refuses may close before everything is sent.
        let _ = stream.write_all(sent).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_request_is_answered_and_knows_its_peer() {
        let running = start(limits(), Duration::ZERO).await;
        let answer = exchange(running.address, GET).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn heads_that_do_not_come_end_the_connection() {
        let running = start(limits(), Duration::ZERO).await;
        for head in ["", "P", "GET / HTTP/1.1\r\nhost: a\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let waited = tokio::time::timeout(Duration::from_mins(1), exchange(running.address, head.as_bytes())).await;
            assert!(waited.is_ok(), "{head:?} keeps its connection");
        }
    }

    #[tokio::test]
    async fn too_many_and_too_large_headers_are_refused() {
        let running = start(limits(), Duration::ZERO).await;
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(3_000));
        let large = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(READ_BUFFER));
        for head in [many, large] {
            let answer = exchange(running.address, head.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 431"), "{} bytes of headers: {answer:?}", head.len());
        }
    }

    #[tokio::test]
    async fn connections_beyond_the_limit_wait() {
        let running = start(HttpLimits { connections: 1, ..limits() }, Duration::ZERO).await;
        let idle = TcpStream::connect(running.address).await.expect("a connection");
        let started = std::time::Instant::now();
        assert!(exchange(running.address, GET).await.starts_with("HTTP/1.1 200"));
        assert!(started.elapsed() >= Duration::from_millis(90), "it did not wait for the idle one to end");
        drop(idle);
    }

    #[tokio::test]
    async fn running_requests_finish_at_shutdown() {
        let running = start(limits(), Duration::from_secs(1)).await;
        let address = running.address;
        let request = tokio::spawn(async move { exchange(address, GET).await });
        tokio::time::sleep(Duration::from_millis(400)).await;
        running.stop.send(()).expect("a running server");
        running.server.await.expect("a clean end");
        assert!(request.await.expect("an answer").starts_with("HTTP/1.1 200"));
        assert!(TcpStream::connect(address).await.is_err(), "it still listens");
    }

    #[tokio::test]
    async fn shutdown_does_not_wait_for_ever() {
        let running = start(HttpLimits { shutdown_ms: 50, ..limits() }, Duration::from_hours(1)).await;
        let address = running.address;
        let request = tokio::spawn(async move { exchange(address, GET).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        running.stop.send(()).expect("a running server");
        let ended = tokio::time::timeout(Duration::from_mins(1), running.server).await;
        assert!(ended.is_ok(), "it waits");
        request.abort();
    }
}
