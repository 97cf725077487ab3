//! A study's files, as they were sent.

use http::Method;
use ward_tests::{Upload, Ward, dicom};

#[tokio::test]
async fn an_instance_is_byte_identical_and_counts_from_zero_in_the_order_sent() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    // Neither the names nor the numbers inside are in order.
    let files = [("z.dcm", dicom::image(9)), ("a.dcm", dicom::image(3)), ("m.dcm", dicom::image(7))];
    let mut upload = Upload::new();
    for (name, bytes) in &files {
        upload = upload.file(name, bytes.clone());
    }
    let study = technician.study(upload).await;
    for (number, (_, bytes)) in files.iter().enumerate() {
        let instance = technician.get(&format!("/studies/{study}/instance/{number}")).await.expect(200);
        assert_eq!(instance.body, bytes);
        assert_eq!(instance.header("content-type"), Some("application/dicom"));
    }
    technician.get(&format!("/studies/{study}/instance/3")).await.expect(404);
    assert_eq!(
        technician.get(&format!("/studies/{study}/instance/-1")).await.invalid_fields(),
        ["path.instance_number"]
    );
}

#[tokio::test]
async fn several_files_of_one_name_are_all_kept() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let upload =
        Upload::new().file("a.dcm", dicom::image(1)).file("a.dcm", dicom::image(2)).file("a.dcm", dicom::image(1));
    let study = technician.study(upload).await;
    for (number, expected) in [1, 2, 1].into_iter().enumerate() {
        let instance = technician.get(&format!("/studies/{study}/instance/{number}")).await.expect(200);
        assert_eq!(instance.body, dicom::image(expected));
    }
}

#[tokio::test]
async fn instances_are_listed_with_addresses_that_work() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.study(Upload::new().file("a.dcm", dicom::image(1)).file("b.dcm", dicom::image(2))).await;
    let list = technician.get(&format!("/studies/{study}/instances")).await.expect(200).json();
    let instances = list["instances"].as_array().unwrap();
    assert_eq!(instances.len(), 2);
    for (number, instance) in instances.iter().enumerate() {
        let address = instance["url"].as_str().unwrap();
        assert!(address.starts_with('/'), "{address}");
        let body = technician.get(address).await.expect(200).body;
        assert_eq!(body, dicom::image(u32::try_from(number).unwrap() + 1));
    }
}

#[tokio::test]
async fn an_instance_has_a_strong_etag_and_is_not_sent_twice() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.study(Upload::new().file("a.dcm", dicom::image(1))).await;
    let path = format!("/studies/{study}/instance/0");
    let first = technician.get(&path).await.expect(200);
    let etag = first.header("etag").expect("an ETag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    for value in [etag.clone(), "*".to_owned(), format!("\"another\", {etag}"), format!("W/{etag}")] {
        let again = technician.request(Method::GET, &path).header("if-none-match", value);
        let again = technician.send(again).await.expect(304);
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(etag.as_str()));
    }
    let other = technician.request(Method::GET, &path).header("if-none-match", "\"another\"");
    technician.send(other).await.expect(200);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.study(Upload::new().file("a.dcm", dicom::image(1))).await;
    let path = format!("/studies/{study}/instance/0");
    let get = technician.get(&path).await.expect(200);
    let head = technician.send(technician.request(Method::HEAD, &path)).await.expect(200);
    assert!(head.body.is_empty());
    for name in ["content-type", "content-length", "etag", "accept-ranges"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
}

#[tokio::test]
async fn a_range_gives_just_that_part() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let bytes = dicom::image_of_size(1, 300_000);
    let total = bytes.len();
    let study = technician.study(Upload::new().file("a.dcm", bytes.clone())).await;
    let path = format!("/studies/{study}/instance/0");
    let part = async |range: &str| technician.send(technician.request(Method::GET, &path).header("range", range)).await;
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=128-131", 128, 132),
        ("bytes=100-", 100, total),
        ("bytes=-4", total - 4, total),
        ("bytes=0-99999999", 0, total),
        ("bytes=-99999999", 0, total),
    ] {
        let answer = part(range).await.expect(206);
        assert_eq!(answer.body, bytes[from..to], "{range}");
        assert_eq!(answer.header("content-range"), Some(format!("bytes {from}-{}/{total}", to - 1).as_str()));
    }
    let beyond = part("bytes=99999999-").await.expect(416);
    assert_eq!(beyond.header("content-range"), Some(format!("bytes */{total}").as_str()));
    // What is no range of bytes is as if it had not been said.
    for nonsense in ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes="] {
        let answer = part(nonsense).await;
        assert!([200, 416].contains(&answer.status), "{nonsense}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_range_of_something_that_has_changed_is_the_whole() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.study(Upload::new().file("a.dcm", dicom::image(1))).await;
    let path = format!("/studies/{study}/instance/0");
    let etag = technician.get(&path).await.header("etag").unwrap().to_owned();
    let part = async |etag: &str| {
        let request = technician.request(Method::GET, &path).header("range", "bytes=0-9").header("if-range", etag);
        technician.send(request).await.status
    };
    assert_eq!(part(&etag).await, 206);
    assert_eq!(part("\"another\"").await, 200);
}

#[tokio::test]
async fn the_limit_of_100_mb_is_a_files_and_not_the_requests() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let megabytes = |count: usize| count << 20;
    let upload = Upload::new()
        .file("a.dcm", dicom::image_of_size(1, megabytes(60)))
        .file("b.dcm", dicom::image_of_size(2, megabytes(60)));
    let study = technician.study(upload).await;
    let body = technician.get(&format!("/studies/{study}/instance/1")).await.expect(200);
    assert_eq!(body.body, dicom::image_of_size(2, megabytes(60)));

    let too_large = Upload::new().file("large.dcm", dicom::image_of_size(3, megabytes(100) + 1));
    let answer = technician.upload(too_large).await.expect(413);
    assert!(!answer.detail().is_empty());
    assert_eq!(technician.get("/studies").await.list().len(), 1);
}
