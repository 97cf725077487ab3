//! Why a caller says that it asks: `x-ward-purpose`.

/// The header.
pub const HEADER: &str = "x-ward-purpose";

/// The codes of HL7's value set `PurposeOfUse`.
const CODES: [&str; 59] = [
    "BIORCH",
    "BTG",
    "CAREMGT",
    "CLINTRCH",
    "CLINTRCHNPC",
    "CLINTRCHPC",
    "CLINTRPR",
    "CLMATTCH",
    "COC",
    "COVAUTH",
    "COVERAGE",
    "DISASTER",
    "DONAT",
    "DSRCH",
    "ELIGDTRM",
    "ELIGVER",
    "ENROLLM",
    "ERTREAT",
    "ETREAT",
    "FAMRQT",
    "FRAUD",
    "GOV",
    "HACCRED",
    "HCOMPL",
    "HDECD",
    "HDIRECT",
    "HLEGAL",
    "HMARKT",
    "HOPERAT",
    "HOUTCMS",
    "HPAYMT",
    "HPRGRP",
    "HQUALIMP",
    "HRESCH",
    "HSYSADMIN",
    "HTEST",
    "LABELING",
    "MEMADMIN",
    "METAMGT",
    "MILCDM",
    "MILDCRG",
    "PATADMIN",
    "PATRQT",
    "PATSFTY",
    "PERFMSR",
    "POARCH",
    "POPHLTH",
    "PRECLINTRCH",
    "PUBHLTH",
    "PWATRNY",
    "RECORDMGT",
    "REMITADV",
    "SUPNWK",
    "SYSDEV",
    "THREAT",
    "TRAIN",
    "TRANSRCH",
    "TREAT",
    "TREATDS",
];

/// The code, if it is one.
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    CODES.into_iter().find(|code| *code == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_value_set_and_nothing_else() {
        assert_eq!(code("TREAT"), Some("TREAT"));
        assert_eq!(code("BTG"), Some("BTG"));
        for wrong in ["", "treat", "TREAT ", "WHY", "治疗"] {
            assert_eq!(code(wrong), None, "{wrong}");
        }
        assert!(CODES.is_sorted());
    }
}
