//! Who asks again, how often and when, with the invented models of the other tests.

use super::*;
use crate::http::RetryPolicy;
use crate::testkit::FixedRandom;

fn retried(model: &Arc<Model>, clock: &Arc<FixedClock>, attempts: u32) -> Retried<Model> {
    let policy = RetryPolicy { attempts, ..RetryPolicy::default() };
    Retried::new(model.clone(), policy).with_clock(clock.clone(), Arc::new(FixedRandom::new(1)))
}

#[tokio::test]
async fn a_call_that_was_not_billed_is_made_again_and_one_that_may_have_been_is_not() {
    let wait = Some(Duration::from_secs(7));
    for (kind, asked) in [(ErrorKind::RateLimited, 2), (ErrorKind::Timeout, 1), (ErrorKind::Rejected, 1)] {
        for streamed in [false, true] {
            let clock = Arc::new(FixedClock::default());
            let model = Model::new("model", Act::FailOnce(kind, wait.filter(|_| asked == 2), "here"));
            let again = retried(&model, &clock, 4);
            let result = if streamed {
                match again.stream(&question()).await {
                    Ok(stream) => stream.collect().await,
                    Err(error) => Err(error),
                }
            } else {
                again.chat(&question()).await
            };
            assert_eq!(model.asked(), asked, "{kind}, streamed: {streamed}");
            match result {
                Ok(reply) => {
                    assert_eq!((reply.text().as_str(), reply.attempts.len()), ("here", 1));
                    assert_eq!(clock.sleeps(), [Duration::from_secs(7)], "the wait that was named");
                }
                Err(error) => assert_eq!((error.kind(), asked), (kind, 1)),
            }
        }
    }
}

#[tokio::test]
async fn a_policy_bounds_the_tries_and_the_error_lists_them() {
    let clock = Arc::new(FixedClock::default());
    let model = Model::new("model", Act::Fail(ErrorKind::RateLimited));
    let error = retried(&model, &clock, 3).chat(&question()).await.unwrap_err();
    assert_eq!((model.asked(), error.attempts().len(), clock.sleeps().len()), (3, 3, 2));
}

/// Museum E8: what the HTTP path sent is part of the same bound.
#[tokio::test]
async fn e8_requests_that_were_sent_already_count() {
    #[derive(Debug)]
    struct Tired(Arc<Model>);

    #[async_trait]
    impl ChatModel for Tired {
        fn address(&self) -> &ModelAddress {
            &self.0.address
        }
        fn capabilities(&self) -> ChatCapabilities {
            ChatCapabilities::text()
        }
        async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
            self.0.chat(request).await.map_err(|error| error.with_requests(4))
        }
        async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
            self.0.stream(request).await
        }
    }

    let model = Model::new("model", Act::Fail(ErrorKind::RateLimited));
    let again = Retried::new(Arc::new(Tired(model.clone())), RetryPolicy::default());
    again.chat(&question()).await.unwrap_err();
    assert_eq!(model.asked(), 1, "four requests were the whole allowance");
}

#[tokio::test]
async fn calls_are_spread_over_time_and_a_full_allowance_may_be_used_at_once() {
    let clock = Arc::new(FixedClock::default());
    let rate = CallRate::new(2, Duration::from_secs(10)).with_clock(clock.clone());
    let limited = Limited::new(Model::new("model", Act::Say("here")), Arc::new(rate));
    for _ in 0..4 {
        limited.chat(&question()).await.unwrap();
    }
    assert_eq!(clock.sleeps(), [5, 5].map(Duration::from_secs));
    clock.advance(Duration::from_secs(3600));
    for _ in 0..2 {
        limited.chat(&question()).await.unwrap();
    }
    assert_eq!(clock.sleeps().len(), 2, "an unused allowance is kept, but only one");
    limited.chat(&question()).await.unwrap();
    assert_eq!(clock.sleeps().len(), 3);
}

/// Museum G12: everybody who shares the key keeps to the vendor's wait, and they do not come back
/// all at once.
#[tokio::test]
async fn g12_a_wait_that_one_was_told_holds_all() {
    let clock = Arc::new(FixedClock::default());
    let rate = Arc::new(CallRate::new(1, Duration::from_secs(2)).with_clock(clock.clone()));
    let told = Act::FailOnce(ErrorKind::RateLimited, Some(Duration::from_secs(30)), "here");
    let (first, second) = (Model::new("first", told), Model::new("second", Act::Say("there")));
    let limited = |model: &Arc<Model>| Limited::new(model.clone(), rate.clone()).with_key("account");
    limited(&first).chat(&question()).await.unwrap_err();
    // The fixed clock moves on with each sleep, so they are asked for their places first.
    for expected in [30, 32, 34] {
        assert_eq!(rate.place("account").unwrap(), Duration::from_secs(expected));
    }
    limited(&second).chat(&question()).await.unwrap();
    assert_eq!(clock.sleeps(), [Duration::from_secs(36)]);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_refused_and_uses_nothing_up() {
    let clock = Arc::new(FixedClock::default());
    let rate = CallRate::new(1, Duration::from_secs(40)).with_longest_wait(Duration::from_secs(60)).with_clock(clock);
    let model = Model::new("model", Act::Say("here"));
    let rate = Arc::new(rate);
    let waits: Vec<_> = (0..3).map(|_| rate.place("test/model").ok()).collect();
    assert_eq!(waits, [Some(Duration::ZERO), Some(Duration::from_secs(40)), None]);
    let error = Limited::new(model.clone(), rate.clone()).chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), model.asked()), (ErrorKind::RateLimited, Effect::None, 0));
    assert_eq!(error.wait(), Some(Duration::from_secs(80)), "the refused ones took no place");
    assert_eq!(rate.place("test/other").unwrap(), Duration::ZERO, "another key has its own allowance");
}

#[test]
fn a_key_finds_its_model_and_an_unknown_one_the_rest_or_a_list() {
    let model = |name| -> Arc<dyn ChatModel> { Model::new(name, Act::Say("here")) };
    let routes = Routes::new([("free", model("small")), ("premium", model("large"))]);
    assert_eq!(routes.of("premium").unwrap().address().model, "large");
    let error = routes.of("gold").unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.message().contains("free, premium"), "{error}");
    assert_eq!(routes.otherwise(model("small")).of("gold").unwrap().address().model, "small");
}
