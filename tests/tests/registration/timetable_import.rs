//! Importing the crawler's timetable (`all.json`).

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use ward::clock::HeldClock;
use ward_tests::registration::shanghai;
use ward_tests::{Answer, Api, Ward};

struct Place {
    ward: Ward,
    admin: Api,
    dept: i64,
    doctor: i64,
}

impl Place {
    /// Monday, 17 November 2025.
    async fn new() -> Self {
        let now = shanghai(2025, 11, 17, 7, 0);
        let ward = Ward::builder().clock(HeldClock::at(now).clock()).start().await;
        let admin = ward.registration_admin().await;
        let dept = admin.department().await;
        let doctor = admin.plain_doctor(dept, "张三", "主任医师").await;
        Self { ward, admin, dept, doctor }
    }

    async fn import(&self, file: &Value) -> Answer {
        send(&self.admin, file.to_string().into_bytes()).await
    }

    async fn stats(&self, file: &Value) -> Value {
        self.import(file).await.message()["import_stats"].clone()
    }

    async fn planned(&self) -> Vec<Value> {
        let path = format!("/doctors/{}/schedules?start_date=2025-11-17&end_date=2025-11-30", self.doctor);
        self.admin.get(&path).await.message()["schedules"].as_array().unwrap().clone()
    }
}

async fn send(api: &Api, file: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(file).file_name("all.json"));
    api.post_multipart("/crawler/schedules/import", form).await
}

fn shift(changes: &Value) -> Value {
    let mut shift = json!({
        "doctorName": "张三", "curDayTime": "2025-11-18", "curDate": "2", "timeSectionName": "上午",
        "chargePrice": "100", "signalSum": "20", "stopFlag": "0", "consTypeDicCodeName": "专家",
    });
    for (key, value) in changes.as_object().unwrap() {
        shift[key] = value.clone();
    }
    shift
}

fn file(shifts: &[Value]) -> Value {
    json!([{"code": 1, "data": [{"hosAreaName": "东院区", "clinicName": "心内科门诊", "weekSchedule": shifts}]}])
}

fn counts(stats: &Value) -> [i64; 7] {
    [
        "areas_created",
        "clinics_created",
        "schedules_inserted",
        "schedules_updated",
        "schedules_skipped_no_doctor",
        "schedules_skipped_duplicate",
        "schedules_skipped_invalid",
    ]
    .map(|name| stats[name].as_i64().unwrap_or_else(|| panic!("no {name}: {stats}")))
}

#[tokio::test]
async fn areas_clinics_and_shifts_that_are_missing_are_made() {
    let place = Place::new().await;
    let afternoon = shift(&json!({"timeSectionName": "下午", "consTypeDicCodeName": "普通", "chargePrice": 0}));
    let message = place.import(&file(&[shift(&json!({})), afternoon])).await.message();
    assert_eq!((&message["crawl_stats"], &message["merge_count"]), (&Value::Null, &json!(1)));
    assert_eq!(counts(&message["import_stats"]), [1, 1, 2, 0, 0, 0, 0]);
    let planned = place.planned().await;
    let shown: Vec<_> = planned
        .iter()
        .map(|one| {
            json!([one["date"], one["time_section"], one["slot_type"], one["price"], one["total_slots"], one["status"]])
        })
        .collect();
    let expected = [
        json!(["2025-11-18", "上午", "专家", 100.0, 20, "正常"]),
        json!(["2025-11-18", "下午", "普通", 50.0, 20, "正常"]),
    ];
    assert_eq!(shown, expected);
    let clinic = place.admin.get(&format!("/clinics?dept_id={}", place.dept)).await.message()["clinics"][0].clone();
    assert_eq!(clinic["name"], "心内科门诊", "it belongs to its doctor's department");
    let areas = place.admin.get("/hospital-areas").await.message();
    assert_eq!(areas["areas"][1]["name"], "东院区");
}

#[tokio::test]
async fn the_same_file_again_makes_nothing_new() {
    let place = Place::new().await;
    let file = file(&[shift(&json!({})), shift(&json!({"timeSectionName": "晚上"}))]);
    place.import(&file).await.message();
    let before = place.planned().await;
    assert_eq!(counts(&place.stats(&file).await), [0, 0, 0, 2, 0, 0, 0]);
    assert_eq!(place.planned().await, before);
}

#[tokio::test]
async fn a_shift_that_changed_is_updated() {
    let place = Place::new().await;
    place.import(&file(&[shift(&json!({}))])).await.message();
    let id = place.planned().await[0]["schedule_id"].clone();
    let changed = json!({"signalSum": 30, "chargePrice": "120.50", "stopFlag": "1", "consTypeDicCodeName": "普通"});
    assert_eq!(counts(&place.stats(&file(&[shift(&changed)])).await), [0, 0, 0, 1, 0, 0, 0]);
    let after = &place.planned().await[0];
    assert_eq!(
        (&after["schedule_id"], &after["total_slots"], &after["remaining_slots"]),
        (&id, &json!(30), &json!(30))
    );
    assert_eq!(
        (&after["price"], &after["status"], &after["slot_type"]),
        (&json!(120.5), &json!("停诊"), &json!("普通"))
    );
}

#[tokio::test]
async fn booked_slots_are_never_taken_away() {
    let place = Place::new().await;
    place.import(&file(&[shift(&json!({"signalSum": 5}))])).await.message();
    let schedule = place.planned().await[0]["schedule_id"].clone();
    for _ in 0..2 {
        let patient = place.ward.registration().patient().await;
        let wish = json!({"scheduleId": schedule, "patientId": patient.patient_id});
        patient.post("/appointments", &wish).await.message();
    }
    place.import(&file(&[shift(&json!({"signalSum": 1}))])).await.message();
    let after = &place.planned().await[0];
    assert_eq!((&after["total_slots"], &after["remaining_slots"]), (&json!(2), &json!(0)));
    place.import(&file(&[shift(&json!({"signalSum": 8}))])).await.message();
    let after = &place.planned().await[0];
    assert_eq!((&after["total_slots"], &after["remaining_slots"]), (&json!(8), &json!(6)));
}

#[tokio::test]
async fn what_cannot_be_placed_is_counted() {
    let place = Place::new().await;
    let shifts = [
        shift(&json!({})),
        shift(&json!({})),
        shift(&json!({"doctorName": "无名氏"})),
        shift(&json!({"doctorName": null})),
        shift(&json!({"curDayTime": "soon"})),
        shift(&json!({"timeSectionName": "全天"})),
        shift(&json!({"curDayTime": "2027-01-01"})),
    ];
    assert_eq!(counts(&place.stats(&file(&shifts)).await), [1, 1, 1, 0, 2, 1, 3]);
}

#[tokio::test]
async fn a_doctor_who_is_elsewhere_stays_there() {
    let place = Place::new().await;
    let clinic = place.admin.clinic(place.dept).await;
    let planned = place.admin.schedule(place.doctor, clinic, "2025-11-18", "上午", 7).await;
    assert_eq!(counts(&place.stats(&file(&[shift(&json!({}))])).await), [1, 1, 0, 0, 0, 1, 0]);
    let after = place.planned().await;
    assert_eq!((after.len(), &after[0]["schedule_id"], &after[0]["total_slots"]), (1, &json!(planned), &json!(7)));
}

#[tokio::test]
async fn other_files_are_refused_and_change_nothing() {
    let place = Place::new().await;
    for wrong in [&b""[..], b"{}", b"[1]", b"[{\"data\": 1}]", b"\xff\xfe[]", b"[{\"data\": [{\"clinicName\": 5}]}]"] {
        assert_eq!(send(&place.admin, wrong.to_vec()).await.refused(), 99, "{wrong:?}");
    }
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    assert_eq!(send(&place.admin, large).await.refusal().msg, "all.json 不能超过 16MB");
    let no_file = place.admin.post_multipart("/crawler/schedules/import", Form::new().text("file", "[]")).await;
    assert_eq!(no_file.refused(), 99);
    assert_eq!(place.admin.get("/hospital-areas").await.message()["areas"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn crawling_is_not_granted_and_said_so() {
    let place = Place::new().await;
    let refused = place.admin.post_empty("/crawler/schedules/run").await.refusal();
    assert_eq!((refused.status, refused.code), (400, 99));
    let refused = place.admin.post_empty("/crawler/schedules/run?skip_crawl=true").await.refusal();
    assert_eq!((refused.code, refused.msg.as_str()), (106, "未配置数据目录"));
    assert_eq!(place.admin.post_empty("/crawler/schedules/run?skip_crawl=perhaps").await.refused(), 99);
    let doctor = place.admin.doctor(place.dept).await;
    assert_eq!(doctor.post_empty("/crawler/schedules/run?skip_crawl=true").await.refused(), 102);
    assert_eq!(send(&doctor, b"[]".to_vec()).await.refused(), 102);
}

#[tokio::test]
async fn the_file_of_the_data_directory_is_read_as_it_is_now() {
    let home = tempfile::tempdir().unwrap();
    let files = home.path().to_owned();
    let ward = Ward::builder()
        .configure(|assembly| {
            let mount = assembly.mounts.iter_mut().find(|mount| mount.plugin == "registration").unwrap();
            mount.files = Some(files.clone());
        })
        .clock(HeldClock::at(shanghai(2025, 11, 17, 7, 0)).clock())
        .start()
        .await;
    let admin = ward.registration_admin().await;
    admin.plain_doctor(admin.department().await, "张三", "").await;
    let run = "/admin/crawler/schedules/run?skip_crawl=true";
    assert_eq!(admin.post_empty(run).await.refusal().msg, "all.json 文件不存在");
    let write = |file: &Value| std::fs::write(files.join("all.json"), file.to_string()).unwrap();
    write(&file(&[shift(&json!({}))]));
    assert_eq!(counts(&admin.post_empty(run).await.message()["import_stats"]), [1, 1, 1, 0, 0, 0, 0]);
    write(&file(&[shift(&json!({})), shift(&json!({"timeSectionName": "下午"}))]));
    assert_eq!(counts(&admin.post_empty(run).await.message()["import_stats"]), [0, 0, 1, 1, 0, 0, 0]);
}
