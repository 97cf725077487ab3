//! Counts the time that a guest really computes, and keeps those that compute for long from taking
//! every processor.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::PollSemaphore;

/// Processor time after which a call counts as long.
const LONG: Duration = Duration::from_millis(20);

/// What long calls compute on: all processors but one, which stays free for the short ones, whoever
/// else computes. They take turns there, an epoch tick each.
static LONG_LANE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors.saturating_sub(1).max(1)))
});

/// The guest computed for longer than it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutOfTime;

/// Polls a guest's call and adds up the processor time of its polls. Waiting (for the database, a
/// lock, a place on the processor) costs nothing. An endless loop comes back at every epoch tick,
/// because the store yields there, and is dropped when its time is used up.
pub(super) struct Metered<F> {
    call: F,
    left: Duration,
    used: Duration,
    /// There once the call is a long one.
    lane: Option<PollSemaphore>,
}

/// Gives `call` at most `limit` of processor time.
pub(super) fn metered<F: Future + Unpin>(call: F, limit: Duration) -> Metered<F> {
    Metered { call, left: limit, used: Duration::ZERO, lane: None }
}

impl<F> Metered<F> {
    /// A place to compute in, for a long call; a short one needs none.
    fn place(&mut self, context: &mut Context<'_>) -> Poll<Option<OwnedSemaphorePermit>> {
        if self.used < LONG {
            return Poll::Ready(None);
        }
        self.lane.get_or_insert_with(|| PollSemaphore::new(LONG_LANE.clone())).poll_acquire(context)
    }
}

impl<F: Future + Unpin> Future for Metered<F> {
    type Output = Result<F::Output, OutOfTime>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _place = ready!(self.place(context));
        let start = thread_time();
        let polled = Pin::new(&mut self.call).poll(context);
        let computed = thread_time().saturating_sub(start);
        self.left = self.left.saturating_sub(computed);
        self.used += computed;
        match polled {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending if self.left.is_zero() => Poll::Ready(Err(OutOfTime)),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_costs_nothing() {
        let call = Box::pin(tokio::time::sleep(Duration::from_millis(50)));
        assert_eq!(metered(call, Duration::from_millis(20)).await, Ok(()));
    }

    async fn endless() {
        loop {
            let start = thread_time();
            while thread_time().saturating_sub(start) < Duration::from_millis(2) {}
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn computing_is_stopped() {
        for limit in [10, 50] {
            assert_eq!(metered(Box::pin(endless()), Duration::from_millis(limit)).await, Err(OutOfTime));
        }
    }

    #[tokio::test]
    async fn long_calls_take_turns_and_all_come_to_their_end() {
        let calls = (0..20).map(|_| metered(Box::pin(endless()), Duration::from_millis(40)));
        let outcomes = futures_util::future::join_all(calls).await;
        assert!(outcomes.iter().all(|outcome| *outcome == Err(OutOfTime)));
    }
}
