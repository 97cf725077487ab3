//! Rate limits: as the document has them, adjustable in the assembly.

use ward::assembly::{RateOverride, Switch};
use ward_tests::{Upload, Ward};

#[tokio::test]
async fn an_address_has_a_hundred_requests_a_minute() {
    let ward = Ward::builder().configure(|assembly| assembly.rate_limit = Switch::On).start().await;
    let api = ward.anonymous();
    let started = std::time::Instant::now();
    let mut answered = 0_u128;
    let refused = loop {
        let answer = api.get("/auth/me").await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(401);
        answered += 1;
        assert!(answered < 200, "no limit");
    };
    // The minute rolls on while the test runs: one more for each 0.6 seconds.
    let rolled = started.elapsed().as_millis() / 600 + 1;
    assert!((100..=100 + rolled).contains(&answered), "{answered} were answered");
    assert!(!refused.detail().is_empty());
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn an_account_uploads_ten_times_a_minute() {
    let ward = Ward::builder().configure(|assembly| assembly.rate_limit = Switch::On).start().await;
    let admin = ward.admin().await;
    let (one, other) = (admin.technician().await, admin.technician().await);
    let started = std::time::Instant::now();
    let mut kept = 0_u128;
    let refused = loop {
        let answer = one.upload(Upload::new()).await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(200);
        kept += 1;
    };
    // The minute rolls on while the test runs: one more for each 6 seconds.
    let rolled = started.elapsed().as_millis() / 6_000 + 1;
    assert!((10..=10 + rolled).contains(&kept), "{kept} were kept");
    assert!(refused.header("retry-after").is_some());
    // The limit is the account's, and it is one of uploads.
    other.upload(Upload::new()).await.expect(200);
    assert_eq!(one.get("/studies").await.expect(200).list().len(), 10);
}

#[tokio::test]
async fn the_assembly_changes_a_limit_by_its_name() {
    let ward = Ward::builder()
        .configure(|assembly| assembly.rate_limit = Switch::On)
        .configure_pacs(|mount| {
            mount.rate_limits.insert("uploads".to_owned(), RateOverride { requests: 2, seconds: 3600 });
        })
        .start()
        .await;
    let technician = ward.admin().await.technician().await;
    technician.upload(Upload::new()).await.expect(200);
    technician.upload(Upload::new()).await.expect(200);
    technician.upload(Upload::new()).await.expect(429);
}

#[tokio::test]
async fn switched_off_there_is_no_limit() {
    let ward = Ward::start().await;
    let api = ward.anonymous();
    for _ in 0..300 {
        api.get("/auth/me").await.expect(401);
    }
}

#[tokio::test]
async fn limits_of_a_file_and_of_an_upload_are_the_assemblys() {
    let ward = Ward::builder()
        .configure_pacs(|mount| {
            mount.limits.file_bytes = Some(10_000);
            mount.limits.total_bytes = Some(25_000);
            mount.limits.files = Some(4);
        })
        .start()
        .await;
    let technician = ward.admin().await.technician().await;
    let files = |count: u32, bytes: usize| {
        let file = |upload: Upload, number| {
            upload.file(&format!("{number}.dcm"), ward_tests::dicom::image_of_size(number, bytes))
        };
        (0..count).fold(Upload::new(), file)
    };
    technician.upload(files(2, 9_000)).await.expect(200);
    technician.upload(files(1, 11_000)).await.expect(413);
    technician.upload(files(3, 9_000)).await.expect(413);
    technician.upload(files(5, 100)).await.expect(413);
    assert_eq!(technician.get("/studies").await.list().len(), 1);
}
