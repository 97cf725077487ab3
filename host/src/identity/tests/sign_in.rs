//! Passwords, failures and locks.

use super::super::password::Checked;
use super::*;

async fn fail(ward: &Ward, login: &str) -> IdentityError {
    ward.verify(login, "wrong").await.expect_err("the password is wrong")
}

/// Five failures: the next attempt is locked out.
async fn lock(ward: &Ward, login: &str) {
    for _ in 0..5 {
        assert!(matches!(fail(ward, login).await, IdentityError::BadCredentials));
    }
}

async fn locked(ward: &Ward, login: &str) -> u32 {
    match ward.verify(login, PASSWORD).await {
        Err(IdentityError::Locked(seconds)) => seconds,
        other => panic!("not locked: {other:?}"),
    }
}

#[tokio::test]
async fn the_right_password_opens_by_every_kind_that_is_asked() {
    for ward in Ward::all().await {
        let mut new = person("anna");
        new.logins.extend([
            login(LoginKind::Email, "Anna@Example.org"),
            login(LoginKind::Phone, "+86 138-0013-8000"),
            login(LoginKind::StaffId, "A-17"),
        ]);
        let account = ward.alpha().create(new).await.expect("is created");
        for login in
            ["anna", " ANNA ", "ａｎｎａ", "anna@example.ORG", "13800138000", "138 0013 8000", "+8613800138000"]
        {
            assert_eq!(ward.verify(login, PASSWORD).await.expect(login), account);
        }
        assert!(matches!(ward.verify("A-17", PASSWORD).await, Err(IdentityError::BadCredentials)), "was not asked for");
        assert_eq!(ward.alpha().verify(&[LoginKind::StaffId], "a-17", PASSWORD).await.expect("opens"), account);
    }
}

#[tokio::test]
async fn an_unknown_login_costs_and_says_what_a_wrong_password_does() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        ward.beta().create(person("berta")).await.expect("is created");
        let hasher = ward.identity.0.hasher.clone();
        for login in ["anna", "nobody", "berta", "", "\0", &"x".repeat(100_000)] {
            let before = hasher.done();
            assert!(matches!(fail(&ward, login).await, IdentityError::BadCredentials), "{}", login.len());
            assert_eq!(hasher.done() - before, 1, "one hash for {} bytes", login.len());
        }
        for password in ["", "abc", &"x".repeat(257), &"x".repeat(1 << 20)] {
            let before = hasher.done();
            let refused = ward.verify("dora", password).await;
            assert!(matches!(refused, Err(IdentityError::BadCredentials | IdentityError::Locked(_))));
            assert_eq!(hasher.done() - before, 1);
        }
    }
}

#[tokio::test]
async fn five_failures_lock_and_each_one_after_doubles_the_lock() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        lock(&ward, "anna").await;
        for seconds in [30, 60, 120, 240, 480, 900, 900] {
            let told = locked(&ward, "anna").await;
            assert!((seconds..=seconds + 1).contains(&told), "{told} for {seconds}");
            ward.seconds(i64::from(seconds) - 1);
            assert_eq!(locked(&ward, "anna").await, 2);
            ward.seconds(1);
            assert!(matches!(fail(&ward, "anna").await, IdentityError::BadCredentials));
        }
    }
}

#[tokio::test]
async fn a_locked_login_is_refused_before_any_hash() {
    let ward = Ward::sqlite().await;
    ward.signed_in("anna").await;
    lock(&ward, "anna").await;
    let before = ward.identity.0.hasher.done();
    locked(&ward, "anna").await;
    assert_eq!(ward.identity.0.hasher.done(), before);
}

#[tokio::test]
async fn logins_that_do_not_exist_lock_too() {
    for ward in Ward::all().await {
        lock(&ward, "nobody").await;
        locked(&ward, "nobody").await;
    }
}

#[tokio::test]
async fn spellings_of_one_login_are_counted_together() {
    let ward = Ward::sqlite().await;
    for login in ["13800138000", "138 0013 8000", "+86 138-0013-8000", " 13800138000 ", "１３８００１３８０００"]
    {
        assert!(matches!(fail(&ward, login).await, IdentityError::BadCredentials));
    }
    locked(&ward, "1380013-8000").await;
}

#[tokio::test]
async fn a_success_forgets_the_failures() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        for _ in 0..3 {
            for _ in 0..4 {
                fail(&ward, "anna").await;
            }
            ward.verify("anna", PASSWORD).await.expect("is not locked");
        }
        assert_eq!(ward.count("login_failure").await, 0);
    }
}

#[tokio::test]
async fn failures_are_forgotten_and_cleaned_up_after_an_hour() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        for _ in 0..4 {
            fail(&ward, "anna").await;
        }
        ward.seconds(3_601);
        fail(&ward, "berta").await;
        assert_eq!(ward.count("login_failure").await, 1, "only the last one is known");
        fail(&ward, "anna").await;
        ward.verify("anna", PASSWORD).await.expect("is not locked");
    }
}

#[tokio::test]
async fn a_lock_is_shared_by_nodes_and_outlives_restarts() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        lock(&ward, "anna").await;
        let other = domain(&ward.again().await, "alpha");
        let refused = other.verify(&[LoginKind::Username], "anna", PASSWORD).await;
        assert!(matches!(refused, Err(IdentityError::Locked(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_once_do_not_get_past_the_lock() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        futures_util::future::join_all((0..40).map(|_| ward.verify("anna", "wrong"))).await;
        let seconds = locked(&ward, "anna").await;
        assert!(seconds <= 31, "guesses that ran together lock once: {seconds}");
    }
}

#[tokio::test]
async fn a_right_guess_that_ends_after_the_lock_does_not_count() {
    let ward = Ward::sqlite().await;
    ward.signed_in("anna").await;
    let subject = super::super::lockout::Subject::login("anna");
    lock(&ward, "anna").await;
    let late = ward.identity.0.lockout.succeeded(&subject, START).await;
    assert!(matches!(late, Err(IdentityError::Locked(_))));
    locked(&ward, "anna").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_sign_in_at_once_are_not_locked() {
    for ward in Ward::all().await {
        ward.signed_in("anna").await;
        for outcome in futures_util::future::join_all((0..30).map(|_| ward.verify("anna", PASSWORD))).await {
            outcome.expect("opens");
        }
    }
}

#[tokio::test]
async fn a_wrong_current_password_counts_and_locks() {
    let ward = Ward::sqlite().await;
    let (account, _) = ward.signed_in("anna").await;
    for _ in 0..5 {
        let refused = ward.alpha().set_password(account.id, Some("wrong"), "another one").await;
        assert!(matches!(refused, Err(IdentityError::BadCredentials)));
    }
    let refused = ward.alpha().set_password(account.id, Some(PASSWORD), "another one").await;
    assert!(matches!(refused, Err(IdentityError::Locked(_))));
    ward.verify("anna", PASSWORD).await.expect("signing in is another matter");
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_renewed_at_sign_in() {
    for ward in Ward::all().await {
        let (_, tokens) = ward.signed_in("anna").await;
        let dearer = ward.again_with(Hasher::with(1, 10, 32, 2).expect("a hasher")).await;
        let hash = async || {
            let found = ward.database.host().query("SELECT password FROM account", &[], super::super::rows::bounds(1));
            found.await.expect("reads").rows.remove(0)
        };
        let before = hash().await;
        let alpha = domain(&dearer, "alpha");
        alpha.verify(&[LoginKind::Username], "anna", PASSWORD).await.expect("opens");
        let renewed = hash().await;
        assert_ne!(before, renewed);
        assert!(matches!(&renewed[0], Value::Text(text) if text.starts_with("$argon2id$v=19$m=32,t=2,p=1$")));
        alpha.verify(&[LoginKind::Username], "anna", PASSWORD).await.expect("opens");
        assert_eq!(hash().await, renewed, "and only once");
        ward.authenticate(&tokens.access).await.expect("tokens stay");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_ins_beyond_the_queue_are_refused() {
    let hasher = Hasher::with(1, 2, 4 << 10, 3).expect("a hasher");
    let checks = (0..12).map(|_| hasher.check(None, PASSWORD.to_owned()));
    let outcomes = futures_util::future::join_all(checks).await;
    let overloaded = outcomes.iter().filter(|outcome| matches!(outcome, Err(IdentityError::Overloaded))).count();
    assert_eq!(overloaded, 9, "one runs and two wait");
    assert!(matches!(hasher.check(None, PASSWORD.to_owned()).await, Ok(Checked::Wrong)), "then there is room again");
}

#[tokio::test]
async fn a_sign_in_names_a_few_kinds() {
    let ward = Ward::sqlite().await;
    for kinds in [&[][..], &[LoginKind::Username; 5]] {
        assert!(matches!(ward.alpha().verify(kinds, "anna", PASSWORD).await, Err(IdentityError::Invalid(_))));
    }
}

#[tokio::test]
async fn the_hash_is_argon2id_with_the_recommended_cost() {
    let hash = Hasher::new().expect("a hasher").hash(PASSWORD.to_owned()).await.expect("hashes");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}
