//! HTTP: from the socket to a plugin and back.
//!
//! A request passes, in this order: connection limits (`server`), CORS, compression, its name and
//! its mount (`front`), then, for a mount (`call`): operation, rate limit of the address, token,
//! policy, rate limit of the account, a place in the queue, body, plugin, answer. What is refused on
//! the way is answered in the plugin's own envelope (`envelope`). The host's own operations (`admin`) go
//! the same way, but for the plugin.

mod access;
mod address;
mod admin;
mod audited;
mod bearer;
mod body;
mod call;
mod compression;
mod cors;
mod envelope;
mod failure;
mod front;
mod gate;
mod health;
mod host;
mod mount_point;
mod mounted;
mod openapi;
mod operations;
mod pages;
mod path;
mod rate;
mod request_id;
mod response;
mod server;
mod services;
mod stream;
mod table;
mod wire;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::{Service, ServiceBuilder};

use crate::app::App;

pub use admin::Admin;
pub use health::answers;
pub use mount_point::MountPoint;
pub use mounted::{MountError, Mounted, Parts};
pub use operations::{Operation, Operations, OperationsError};
pub use server::Peer;
pub use services::{CallError, Outgoing, Services};
pub use stream::Streams;
pub use table::TableError;

use front::Front;

/// Time between two sweeps of the rate limits.
const SWEEP: Duration = Duration::from_mins(1);

/// Serves the assembly on the listener until `shutdown` is done and running requests have finished, and the
/// operators' pages on theirs for as long.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    operators: Option<TcpListener>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), TableError> {
    let front = Arc::new(Front::new(app.clone())?);
    let sweeping = tokio::spawn({
        let front = front.clone();
        async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                front.sweep();
            }
        }
    });
    let operators = operators.map(|listener| tokio::spawn(serve_operators(app.clone(), front.clone(), listener)));
    let streams = front.streams().clone();
    let (drain, draining) = (Duration::from_millis(app.assembly.http.drain_ms), front.clone());
    let shutdown = async move {
        shutdown.await;
        draining.drain();
        tokio::time::sleep(drain).await;
        // They would go on for ever.
        streams.end();
    };
    server::serve(service(&app, front), listener, &app.assembly.http, shutdown).await;
    sweeping.abort();
    operators.inspect(JoinHandle::abort);
    Ok(())
}

async fn serve_operators(app: Arc<App>, front: Arc<Front>, listener: TcpListener) {
    let service = tower::service_fn(move |request| {
        let front = front.clone();
        Box::pin(async move { Ok::<_, Infallible>(front.answer_operators(request).await) })
    });
    server::serve(service, listener, &app.assembly.http, std::future::pending()).await;
}

/// The same without a listener, for tests and for embedding. The client's address is the request's
/// extension [`Peer`]; without one, the loopback address.
pub fn router(app: &Arc<App>) -> Result<axum::Router, TableError> {
    let front = Arc::new(Front::new(app.clone())?);
    Ok(axum::Router::new().fallback_service(service(app, front)))
}

fn service(
    app: &App,
    front: Arc<Front>,
) -> impl Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
    ServiceBuilder::new()
        .layer(cors::layer(&app.assembly.cors_origins))
        .map_response(|response: http::Response<_>| response.map(Body::new))
        .layer(compression::layer())
        .service(tower::service_fn(move |request| {
            let front = front.clone();
            // Boxed once, so that the layers around it move a pointer.
            Box::pin(async move { Ok::<_, Infallible>(front.answer(request).await) })
        }))
}
