//! Writing an imported timetable: areas, clinics and shifts that are missing are made, known ones updated.
//!
//! One transaction for each clinic of the file: bookings that go on beside the import are in nobody's way
//! for long, and an import that was cut off is simply done again.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;
use ward_sdk::sql::{self, Transaction};

use crate::clock::Now;
use crate::domain::timetable::{ClinicWeek, Shift, Timetable};
use crate::domain::{AreaId, CancelReason, ClinicType, Day, DoctorId, ScheduleStatus, Section};
use crate::failure::Failure;
use crate::orders;
use crate::store::clinics::{Clinic, NewClinic};
use crate::store::config::{self, Chain};
use crate::store::doctors::Doctor;
use crate::store::schedules::{self, NewSchedule, Schedule};
use crate::store::{areas, clinics, doctors, leaves};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportStats {
    /// Areas that were missing.
    pub areas_created: usize,
    /// Clinics that were missing.
    pub clinics_created: usize,
    /// Shifts that were missing.
    pub schedules_inserted: usize,
    /// Shifts that were known.
    pub schedules_updated: usize,
    /// Shifts of doctors whom nobody knows.
    pub schedules_skipped_no_doctor: usize,
    /// Shifts that the file holds twice, or at whose time the doctor is elsewhere.
    pub schedules_skipped_duplicate: usize,
    /// Shifts that cannot be read, or are too far ahead.
    pub schedules_skipped_invalid: usize,
}

/// A doctor's time.
type Time = (DoctorId, Day, Section);

/// Writes a timetable.
pub fn write(timetable: &Timetable, now: &Now) -> Result<ImportStats, Failure> {
    let mut stats = ImportStats { schedules_skipped_invalid: timetable.unreadable, ..ImportStats::default() };
    let mut seen = BTreeSet::new();
    for week in &timetable.clinics {
        // Counted on copies: a transaction may run more than once.
        (stats, seen) = sql::transaction(|within| {
            let mut import = Import { stats, seen: seen.clone(), now, within };
            import.week(week)?;
            Ok::<_, Failure>((import.stats, import.seen))
        })?;
    }
    Ok(stats)
}

struct Import<'a> {
    stats: ImportStats,
    seen: BTreeSet<Time>,
    now: &'a Now,
    within: &'a Transaction,
}

impl Import<'_> {
    fn week(&mut self, week: &ClinicWeek) -> Result<(), Failure> {
        let area = self.area(&week.area)?;
        let mut clinic = self.clinic(area, &week.clinic)?;
        for shift in &week.shifts {
            match self.doctor(shift, &clinic)? {
                Some(doctor) => {
                    self.adopt(&mut clinic, &doctor)?;
                    self.shift(shift, &doctor, &clinic)?;
                }
                None => self.stats.schedules_skipped_no_doctor += 1,
            }
        }
        Ok(())
    }

    fn area(&mut self, name: &str) -> Result<AreaId, Failure> {
        if let Some(area) = areas::named(name, self.within)? {
            return Ok(area.id);
        }
        if areas::count(self.within)? >= areas::MOST {
            return Err(Failure::business(format!("院区数量已达上限({})", areas::MOST)));
        }
        self.stats.areas_created += 1;
        let new =
            areas::AreaFields { name: name.to_owned(), destination: String::new(), latitude: None, longitude: None };
        Ok(areas::insert(&new, self.now.at, self.within)?.id)
    }

    fn clinic(&mut self, area: AreaId, name: &str) -> Result<Clinic, Failure> {
        if let Some(clinic) = clinics::named(area, name, self.within)? {
            return Ok(clinic);
        }
        self.stats.clinics_created += 1;
        let new = NewClinic {
            area_id: area,
            dept_id: None,
            name: name.to_owned(),
            address: String::new(),
            clinic_type: ClinicType::of_name(name),
        };
        Ok(clinics::insert(&new, self.now.at, self.within)?)
    }

    /// Of doctors of one name the one of the clinic's department, or else the first.
    fn doctor(&self, shift: &Shift, clinic: &Clinic) -> Result<Option<Doctor>, Failure> {
        let mut named = doctors::named(&shift.doctor, self.within)?;
        let own = named.iter().position(|doctor| Some(doctor.dept_id) == clinic.dept_id).unwrap_or(0);
        Ok((!named.is_empty()).then(|| named.swap_remove(own)))
    }

    /// The file does not say to which department a clinic belongs: to that of the first doctor who is found there.
    fn adopt(&self, clinic: &mut Clinic, doctor: &Doctor) -> Result<(), Failure> {
        if clinic.dept_id.is_none() {
            clinic.dept_id = Some(doctor.dept_id);
            clinics::update(clinic, self.within)?;
        }
        Ok(())
    }

    fn shift(&mut self, shift: &Shift, doctor: &Doctor, clinic: &Clinic) -> Result<(), Failure> {
        if !self.seen.insert((doctor.id, shift.day, shift.section)) {
            self.stats.schedules_skipped_duplicate += 1;
            return Ok(());
        }
        match schedules::at(doctor.id, shift.day, shift.section, self.within)? {
            Some(known) if known.clinic_id == clinic.id => {
                self.update(shift, &known)?;
                self.stats.schedules_updated += 1;
            }
            Some(_) => self.stats.schedules_skipped_duplicate += 1,
            None if self.too_far(shift, doctor, clinic)? => self.stats.schedules_skipped_invalid += 1,
            None => {
                self.insert(shift, doctor, clinic)?;
                self.stats.schedules_inserted += 1;
            }
        }
        Ok(())
    }

    fn too_far(&self, shift: &Shift, doctor: &Doctor, clinic: &Clinic) -> Result<bool, Failure> {
        let chain = Chain { doctor: Some(doctor.id), clinic: Some(clinic.id), minor: clinic.dept_id };
        let most = config::schedule(&chain, self.within)?.max_future_days;
        Ok(shift.day.since(self.now.today) > i64::from(most))
    }

    fn status(&self, shift: &Shift, doctor: DoctorId) -> Result<ScheduleStatus, Failure> {
        let away = shift.suspended || leaves::on_leave(doctor, shift.day, shift.section, self.within)?;
        Ok(if away { ScheduleStatus::Suspended } else { ScheduleStatus::Open })
    }

    fn insert(&self, shift: &Shift, doctor: &Doctor, clinic: &Clinic) -> Result<(), Failure> {
        let new = NewSchedule {
            doctor_id: doctor.id,
            clinic_id: clinic.id,
            day: shift.day,
            section: shift.section,
            slot_type: shift.slot_type,
            status: self.status(shift, doctor.id)?,
            price: shift.price.unwrap_or_default(),
            total_slots: shift.total,
        };
        schedules::insert(&new, doctor, clinic, self.now.at, self.within).map(drop)
    }

    /// Never fewer slots than are booked: the file knows nothing of bookings.
    fn update(&self, shift: &Shift, known: &Schedule) -> Result<(), Failure> {
        let price = shift.price.unwrap_or_default();
        let price = schedules::price(price, &schedules::chain(known), shift.slot_type, self.within)?;
        if (known.slot_type, known.price) != (shift.slot_type, price) {
            schedules::update(&Schedule { slot_type: shift.slot_type, price, ..known.clone() }, self.within)?;
        }
        let total = shift.total.max(known.total_slots - known.remaining_slots);
        if total != known.total_slots {
            orders::resize(known.id, total, self.now, self.within)?;
        }
        match (known.status, self.status(shift, known.doctor_id)?) {
            (ScheduleStatus::Open, ScheduleStatus::Suspended) => {
                orders::stop(known.id, CancelReason::Stopped, self.now, self.within).map(drop)
            }
            (ScheduleStatus::Suspended, ScheduleStatus::Open) => orders::resume(known.id, self.within),
            _ => Ok(()),
        }
    }
}
