//! The layout of a medical record: two emblems and the hospital's name, whom it is about, what was found, the
//! diagnosis in a box, what was prescribed, the doctor's name under the seal.

use super::font::Face;
use super::sheet::{HEIGHT, Ink, Sheet, WIDTH};
use super::{emblem, seal, wrap};
use crate::api::visits::shape::{Person, VisitRecord};

/// The document's deep blue.
pub(super) const BLUE: Ink = Ink::rgb(0x001e_3a8a);
/// The document's red.
pub(super) const RED: Ink = Ink::rgb(0x00c4_1e3a);
const PALE: Ink = Ink::rgb(0x00ef_f6ff);
const BLACK: Ink = Ink::rgb(0x001f_2937);
const GREY: Ink = Ink::rgb(0x006b_7280);

const MARGIN: f32 = 50.0;
const TEXT: f32 = 11.0;
const HEADING: f32 = 12.5;
/// From one line of text to the next.
const LEADING: f32 = 18.0;
/// Below this the foot of a page begins.
const BOTTOM: f32 = HEIGHT - 60.0;

/// Shown for a text that the doctor left empty.
const NOTHING: &str = "无";

/// What is printed.
#[derive(Clone, Debug)]
pub struct MedicalRecord {
    /// The university, whose emblem stands on the left.
    pub university: String,
    /// The hospital, whose name stands at the head and in the seal.
    pub hospital: String,
    /// The patient.
    pub person: Person,
    /// What was written of the visit.
    pub visit: VisitRecord,
    /// When this copy was made.
    pub printed_at: String,
}

/// A record on its pages, and the title of its file.
pub struct Laid {
    /// The title.
    pub title: String,
    /// The pages.
    pub sheets: Vec<Sheet>,
}

/// Lays a record out.
pub fn lay_out(record: &MedicalRecord, face: &Face) -> Laid {
    let title = format!("{} 病历单 {}", record.hospital, record.visit.outpatient_no);
    Laid { title, sheets: pages(record, face) }
}

/// The pages, with their feet.
fn pages(record: &MedicalRecord, face: &Face) -> Vec<Sheet> {
    let mut pen = Pen { face, record, sheets: vec![Sheet::default()], y: 0.0 };
    pen.head();
    pen.patient();
    let visit = &record.visit;
    pen.section("主诉", visit.chief_complaint.as_deref());
    pen.section("现病史", visit.present_illness.as_deref());
    pen.section("辅助检查", visit.auxiliary_exam.as_deref());
    pen.diagnosis(visit.diagnosis.as_deref());
    pen.section("处方 / 医嘱", visit.prescription.as_deref());
    pen.signature();
    pen.feet();
    pen.sheets
}

struct Pen<'a> {
    face: &'a Face,
    record: &'a MedicalRecord,
    sheets: Vec<Sheet>,
    /// Where the next thing's upper edge is.
    y: f32,
}

impl Pen<'_> {
    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    /// Begins a page unless so much still fits on this one.
    fn room(&mut self, height: f32) {
        if self.y + height <= BOTTOM {
            return;
        }
        self.sheets.push(Sheet::default());
        self.y = 40.0;
        let MedicalRecord { hospital, person, visit, .. } = self.record;
        let name = format!("门诊号 {}（续）  {}  {hospital}", visit.outpatient_no, person.name);
        let (name, y) = (self.cut(&name, 9.0, WIDTH - 2.0 * MARGIN), self.y);
        self.sheet().line(name, (MARGIN, y + 10.0), 9.0, GREY);
        self.sheet().block((MARGIN, y + 16.0, WIDTH - 2.0 * MARGIN, 0.7), BLUE);
        self.y += 30.0;
    }

    /// As much of a line as fits.
    fn cut(&self, text: &str, size: f32, width: f32) -> String {
        let mut left = width;
        let fits = |character: &char| {
            left -= self.face.width(*character) * size;
            left >= 0.0
        };
        text.chars().take_while(fits).collect()
    }

    fn centred(&self, text: &str, size: f32) -> f32 {
        (WIDTH - self.face.line_width(text, size)) / 2.0
    }

    fn head(&mut self) {
        let (hospital, university) = (self.record.hospital.clone(), self.record.university.clone());
        let middle = 40.0 + emblem::RADIUS;
        emblem::university(self.sheet(), (MARGIN + emblem::RADIUS, middle));
        emblem::hospital(self.sheet(), (WIDTH - MARGIN - emblem::RADIUS, middle));
        // A long name is set smaller, to stay between the emblems.
        let free = WIDTH - 2.0 * (MARGIN + 2.0 * emblem::RADIUS + 12.0);
        let fitting = |text: &str, most: f32| (free / self.face.line_width(text, 1.0).max(1.0)).min(most);
        let (above, size) = (fitting(&university, 9.0), fitting(&hospital, 20.0));
        let at = (self.centred(&university, above), middle - 21.0);
        self.sheet().line(university, at, above, GREY);
        let at = (self.centred(&hospital, size), middle + 3.0);
        self.sheet().strong(hospital, at, size, BLUE);
        let at = (self.centred("门诊病历单", 14.0), middle + 24.0);
        self.sheet().strong("门诊病历单", at, 14.0, RED);
        self.y = middle + emblem::RADIUS + 12.0;
        let (y, width) = (self.y, WIDTH - 2.0 * MARGIN);
        self.sheet().block((MARGIN, y, width, 2.0), BLUE);
        self.sheet().block((MARGIN, y + 3.2, width, 0.8), RED);
        self.y += 18.0;
    }

    /// Whom it is about, in three columns; a long entry takes the lines it needs.
    fn patient(&mut self) {
        let MedicalRecord { person, visit, .. } = self.record;
        let age = person.age.map_or_else(|| "—".to_owned(), |age| format!("{age} 岁"));
        let rows: [[(&str, &str); 3]; 3] = [
            [("姓名", &person.name), ("性别", person.gender), ("年龄", &age)],
            [("门诊号", &visit.outpatient_no), ("科室", &visit.department), ("医生", &visit.doctor_name)],
            [("就诊时间", &visit.visit_date), ("", ""), ("", "")],
        ];
        for row in rows {
            self.columns(row);
        }
        let y = self.y;
        self.sheet().block((MARGIN, y, WIDTH - 2.0 * MARGIN, 0.7), GREY.faded(0.5));
        self.y += 14.0;
    }

    fn columns(&mut self, row: [(&str, &str); 3]) {
        let column = (WIDTH - 2.0 * MARGIN) / 3.0;
        let (top, mut deepest) = (self.y, 1);
        let mut left = MARGIN;
        for (label, value) in row.into_iter().filter(|(label, _)| !label.is_empty()) {
            let label = format!("{label}：");
            let indent = self.face.line_width(&label, TEXT);
            let mut lines = self.wrapped(value, column - indent - 8.0);
            lines.truncate(4);
            deepest = deepest.max(lines.len());
            self.sheet().line(label, (left, top + TEXT), TEXT, GREY);
            let mut y = top + TEXT;
            for line in lines {
                self.sheet().line(line, (left + indent, y), TEXT, BLACK);
                y += LEADING;
            }
            left += column;
        }
        for _ in 0..deepest {
            self.y += LEADING;
        }
        self.y += 2.0;
    }

    fn wrapped(&self, text: &str, width: f32) -> Vec<String> {
        wrap::lines(text, width, |character| self.face.width(character) * TEXT)
    }

    fn heading(&mut self, title: &str) {
        self.room(2.0 * LEADING + 6.0);
        let y = self.y;
        self.sheet().block((MARGIN, y + 1.0, 3.5, HEADING), RED);
        self.sheet().strong(title, (MARGIN + 10.0, y + HEADING - 1.0), HEADING, BLUE);
        self.y += LEADING + 3.0;
    }

    fn section(&mut self, title: &str, text: Option<&str>) {
        self.heading(title);
        for line in self.wrapped(filled(text), WIDTH - 2.0 * MARGIN - 10.0) {
            self.room(LEADING);
            let y = self.y;
            self.sheet().line(line, (MARGIN + 10.0, y + TEXT), TEXT, BLACK);
            self.y += LEADING;
        }
        self.y += 8.0;
    }

    /// In a pale box with a deep blue border on its left; over a page's end, line by line.
    fn diagnosis(&mut self, text: Option<&str>) {
        self.heading("诊断");
        let width = WIDTH - 2.0 * MARGIN;
        let lines = self.wrapped(filled(text), width - 34.0);
        let (first, last) = (0, lines.len() - 1);
        for (index, line) in lines.into_iter().enumerate() {
            let above = if index == first { 6.0 } else { 0.0 };
            let below = if index == last { 6.0 } else { 0.0 };
            let height = above + LEADING + below;
            self.room(height);
            let y = self.y;
            // A little into the next line's, so that no gap is seen between them.
            let drawn = if index == last { height } else { height + 0.5 };
            self.sheet().block((MARGIN, y, width, drawn), PALE);
            self.sheet().block((MARGIN, y, 4.0, drawn), BLUE);
            self.sheet().strong(line, (MARGIN + 18.0, y + above + TEXT + 1.0), TEXT, BLUE);
            self.y += height;
        }
        self.y += 14.0;
    }

    fn signature(&mut self) {
        let height = 2.0 * seal::RADIUS + 20.0;
        self.room(height);
        let record = self.record;
        let centre = (WIDTH - MARGIN - seal::RADIUS - 4.0, self.y + 10.0 + seal::RADIUS);
        // To the left of the seal, which would hide it.
        let right = centre.0 - seal::RADIUS - 12.0;
        let doctor = self.cut(&format!("医师：{}", record.visit.doctor_name), TEXT, right - MARGIN);
        let printed = format!("打印时间：{}", record.printed_at);
        let widest = self.face.line_width(&doctor, TEXT).max(self.face.line_width(&printed, 9.0));
        let left = right - widest;
        self.sheet().line(doctor, (left, centre.1 - 4.0), TEXT, BLACK);
        self.sheet().line(printed, (left, centre.1 + LEADING - 4.0), 9.0, GREY);
        let face = self.face;
        seal::stamp(self.sheet(), face, &record.hospital, centre);
        self.y += height;
    }

    fn feet(&mut self) {
        let all = self.sheets.len();
        let face = self.face;
        for (index, sheet) in self.sheets.iter_mut().enumerate() {
            let text = format!("第 {} 页 / 共 {all} 页", index + 1);
            let left = (WIDTH - face.line_width(&text, 9.0)) / 2.0;
            sheet.block((MARGIN, HEIGHT - 46.0, WIDTH - 2.0 * MARGIN, 0.5), GREY.faded(0.5));
            sheet.line(text, (left, HEIGHT - 32.0), 9.0, GREY);
        }
    }
}

fn filled(text: Option<&str>) -> &str {
    text.filter(|text| !text.trim().is_empty()).unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::{BOTTOM, Face, MARGIN, MedicalRecord, Person, VisitRecord, pages};
    use crate::pdf::sheet::{HEIGHT, Line, Mark, Sheet, WIDTH};

    fn record() -> MedicalRecord {
        MedicalRecord {
            university: "北京交通大学".to_owned(),
            hospital: "北京交通大学校医院".to_owned(),
            person: Person { name: "张玥喆".to_owned(), gender: "女", age: Some(35) },
            visit: VisitRecord {
                id: "194".to_owned(),
                outpatient_no: "000194".to_owned(),
                visit_date: "2025-11-12 13:45".to_owned(),
                department: "心内科".to_owned(),
                doctor_name: "李医生".to_owned(),
                chief_complaint: Some("胸闷气短3天".to_owned()),
                present_illness: Some("患者3天前无明显诱因出现胸闷，伴气短。".to_owned()),
                auxiliary_exam: Some("心电图示窦性心律".to_owned()),
                diagnosis: Some("冠心病".to_owned()),
                prescription: Some("阿司匹林 100mg qd\n硝酸甘油 0.5mg prn".to_owned()),
                status: "completed".to_owned(),
            },
            printed_at: "2025-11-27 18:33".to_owned(),
        }
    }

    fn laid_out(record: &MedicalRecord) -> Vec<Sheet> {
        pages(record, &Face::load().expect("the font is there"))
    }

    fn lines(sheet: &Sheet) -> impl Iterator<Item = &Line> {
        sheet.marks().iter().filter_map(|mark| if let Mark::Line(line) = mark { Some(line) } else { None })
    }

    fn text(sheets: &[Sheet]) -> String {
        sheets.iter().flat_map(lines).map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn everything_stands_on_one_page() {
        let sheets = laid_out(&record());
        assert_eq!(sheets.len(), 1);
        let text = text(&sheets).replace(' ', "");
        for word in [
            "北京交通大学校医院",
            "门诊病历单",
            "张玥喆",
            "女",
            "35岁",
            "000194",
            "2025-11-1213:45",
            "心内科",
            "李医生",
            "胸闷气短3天",
            "患者3天前无明显诱因出现胸闷，伴气短。",
            "心电图示窦性心律",
            "冠心病",
            "阿司匹林100mgqd",
            "硝酸甘油0.5mgprn",
            "病历专用章",
            "第1页/共1页",
        ] {
            assert!(text.contains(word), "{word} in {text}");
        }
    }

    #[test]
    fn a_long_record_takes_more_pages_and_loses_nothing() {
        let long: String = (0..3000).map(|number| char::from_u32(0x4E00 + number % 2000).unwrap_or('一')).collect();
        let mut record = record();
        record.visit.present_illness = Some(long.clone());
        record.visit.diagnosis = Some(long);
        let sheets = laid_out(&record);
        assert!(sheets.len() > 3, "{} pages", sheets.len());
        let characters = text(&sheets).chars().count();
        assert!(characters >= 6000, "{characters} characters");
    }

    #[test]
    fn no_line_leaves_the_paper() {
        let word = "无空格的长词abc".repeat(60);
        let mut record = record();
        record.hospital = "名称非常非常非常非常非常非常长的某某大学附属医院".to_owned();
        record.person.name = "长".repeat(100);
        record.visit.doctor_name = "医".repeat(50);
        record.visit.department = word.clone();
        record.visit.prescription = Some(word);
        let face = Face::load().expect("the font is there");
        for sheet in pages(&record, &face) {
            for line in lines(&sheet).filter(|line| line.turn.abs() < f32::EPSILON) {
                let right = line.at.0 + face.line_width(&line.text, line.size);
                assert!(line.at.0 >= MARGIN - 1.0 && right <= WIDTH - MARGIN + 6.0, "{line:?} ends at {right}");
                assert!(line.at.1 <= HEIGHT - 20.0 && BOTTOM < HEIGHT, "{line:?}");
            }
        }
    }

    #[test]
    fn what_is_missing_is_said_and_signs_without_a_glyph_do_no_harm() {
        let mut record = record();
        record.person = Person { name: "\u{1F600}\u{0007}".to_owned(), age: None, ..record.person };
        record.visit.diagnosis = None;
        record.visit.prescription = Some("  ".to_owned());
        assert!(text(&laid_out(&record)).contains("诊断无"));
    }
}
