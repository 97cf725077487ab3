//! Names are written in every script.

use serde_json::json;
use ward_tests::{Upload, Ward, dicom};

const NAMES: [&str; 7] = ["张三", "欧阳·娜娜", "𠮷野家", "Ибраги́мов", "محمد", "ก้อง", "Zoë 👩‍⚕️"];

#[tokio::test]
async fn every_name_comes_back_as_it_was_written() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    for (number, name) in NAMES.into_iter().enumerate() {
        let centre = admin.centre(name).await;
        assert_eq!(admin.get(&format!("/centres/{centre}")).await.json()["name"], name);
        let user = json!({
            "username": format!("u{number}"), "email": format!("u{number}@example.com"), "password": "一个密码 pass",
            "full_name": name, "role": "technician", "centre_id": centre,
        });
        assert_eq!(admin.post("/auth/register", &user).await.expect(200).json()["full_name"], name);
        let technician = admin.sign_in(&format!("u{number}"), "一个密码 pass").await;
        let upload = Upload::new().field("patient_name", name).field("study_description", format!("{name} 胸部平扫"));
        let study = technician.study(upload).await;
        let shown = technician.get(&format!("/studies/{study}")).await.expect(200).json();
        assert_eq!(shown["patient_name"], name);
        assert_eq!(shown["study_description"], format!("{name} 胸部平扫"));
    }
}

#[tokio::test]
async fn a_study_is_found_by_a_chinese_name() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let study = technician.study(Upload::new().field("patient_name", "张三丰")).await;
    technician.study(Upload::new().field("patient_name", "李四")).await;
    let found = technician.send(technician.request(http::Method::GET, "/studies").query(&[("search", "三丰")])).await;
    let found: Vec<_> = found.expect(200).list().iter().map(|study| study["id"].clone()).collect();
    assert_eq!(found, [json!(study)]);
}

#[tokio::test]
async fn a_file_has_a_chinese_name_and_is_named_by_it() {
    let ward = Ward::start().await;
    let technician = ward.admin().await.technician().await;
    let upload = Upload::new().file("胸部 CT 第一张.dcm", dicom::image(1));
    let study = technician.study(upload).await;
    assert_eq!(technician.get(&format!("/studies/{study}/instance/0")).await.expect(200).body, dicom::image(1));
    let upload = Upload::new().file("检查单.pdf", dicom::not_dicom());
    assert!(technician.upload(upload).await.expect(400).detail().contains("检查单.pdf"));
}

#[tokio::test]
async fn a_report_in_chinese_comes_back_as_it_was_written() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let (technician, radiologist) = (admin.technician().await, admin.radiologist().await);
    let study = technician.study(Upload::new()).await;
    admin.patch(&format!("/studies/{study}/assign"), &json!({"radiologist_id": radiologist.id})).await.expect(200);
    let findings = "双肺纹理清晰，未见实变影。\n心影大小正常；“纵隔”居中。";
    let report =
        json!({"study_id": study, "findings": findings, "impression": "未见明显异常", "report_type": "最终报告"});
    let report = radiologist.post("/reports", &report).await.expect(200).json();
    assert_eq!(report["findings"], findings);
    assert_eq!(report["report_type"], "最终报告");
}
