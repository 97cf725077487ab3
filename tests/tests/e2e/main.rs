//! The rules of the product, one test each. `WARD_TEST_ENGINE` chooses the database.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod audit;
mod audit_killed;
mod billing;
mod billing_hostile;
mod billing_numbers;
mod billing_swap;
mod break_glass;
mod chinese;
mod concurrency;
mod durability;
mod hostile_bodies;
mod hostile_clients;
mod http_contract;
mod http_documents;
mod limits;
mod pacs_auth;
mod pacs_centres;
mod pacs_instances;
mod pacs_real_files;
mod pacs_reports;
mod pacs_scope;
mod pacs_studies;
mod pacs_upload;
mod pacs_users;
mod path_tricks;
mod policy_table;
mod radiomics_features;
mod site_policies;
mod start;
mod tokens;
mod unauthenticated_coverage;
