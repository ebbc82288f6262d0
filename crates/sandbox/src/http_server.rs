//! The socket in front of the emulator.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::{StreamExt, stream};
use http::header;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt;

use crate::emulator::{Emulator, Fate};

/// Real servers refuse larger requests as well.
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// How long requests may go on after the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

const FLUSHED: Duration = Duration::from_millis(20);

/// The connection is to be cut; hyper does that when a service fails.
#[derive(Debug, thiserror::Error)]
#[error("a fault cuts the connection")]
struct Cut;

/// Serves until it is told to stop, then lets the requests under way end.
pub(crate) async fn serve(listener: TcpListener, emulator: Emulator, mut stop: oneshot::Receiver<()>) {
    let router = Router::new().fallback(answer).with_state(emulator);
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        // A client that is gone again before it was accepted is no reason to stop.
        let Ok((stream, _)) = accepted else { continue };
        // Small answers on a kept-alive connection must not wait for the next packet.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let router = router.clone();
            async move {
                let answer = match router.oneshot(request.map(Body::new)).await {
                    Ok(answer) => answer,
                    Err(never) => match never {},
                };
                if answer.extensions().get() == Some(&Fate::Dropped) { Err(Cut) } else { Ok(answer) }
            }
        });
        let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // How a connection ends is the client's affair.
            let _ = connection.await;
        });
    }
    drop(listener);
    // Whoever has not ended by then is cut off.
    let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
}

async fn answer(State(emulator): State<Emulator>, request: Request) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_REQUEST).await else {
        return Ok(emulator.too_large().map(Body::from));
    };
    let answer = emulator.answer_async(&Request::from_parts(parts, bytes.to_vec())).await;
    let truncated = answer.extensions().get() == Some(&Fate::Truncated);
    Ok(if truncated { truncate(answer) } else { answer.map(Body::from) })
}

/// Announces the whole body and sends half of it.
fn truncate(answer: Response<Vec<u8>>) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let half = body[..body.len() / 2].to_vec();
    let cut = stream::once(async {
        // What was sent so far has to be on its way before the connection breaks.
        tokio::time::sleep(FLUSHED).await;
        Err(Cut)
    });
    Response::from_parts(parts, Body::from_stream(stream::once(async { Ok(half) }).chain(cut)))
}
