//! Numbers that name records, one type for each kind.

use ward_sdk::ids;

ids! {
    /// Number of an account.
    AccountId;
    /// Number of a patient (就诊人).
    PatientId;
    /// Number of a hospital area (院区).
    AreaId;
    /// Number of a major department (大科室).
    MajorId;
    /// Number of a minor department (小科室).
    MinorId;
    /// Number of a clinic (门诊).
    ClinicId;
    /// Number of a doctor.
    DoctorId;
    /// Number of a schedule (排班).
    ScheduleId;
    /// Number of a registration order (挂号).
    OrderId;
    /// Number of a place in a waitlist (候补).
    WaitlistId;
    /// Number of a visit record (就诊记录).
    VisitId;
    /// Number of a request that is audited (审核).
    AuditId;
}
