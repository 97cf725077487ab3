//! One rule a test.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

use super::rules::Breach;
use super::*;

const MOUNT: &str = "[[mount]]\nplugin = \"pacs\"\npath = \"/pacs\"\n";

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Assembly, AssemblyError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Assembly::load(Some(file.path()), variables)
}

fn load(text: &str) -> Result<Assembly, AssemblyError> {
    load_with(text, &[])
}

fn breach(text: &str) -> Breach {
    match load(text) {
        Err(AssemblyError::Rule(breach)) => breach,
        other => panic!("not a breach: {other:?}"),
    }
}

fn malformed(text: &str) -> (usize, String) {
    match load(text) {
        Err(error @ AssemblyError::Malformed { line, .. }) => (line, error.to_string()),
        other => panic!("not malformed: {other:?}"),
    }
}

fn variable(name: &str, value: &str) -> Result<Assembly, AssemblyError> {
    load_with(MOUNT, &[(name, value)])
}

#[test]
fn a_mount_alone_has_every_default() {
    let assembly = load(MOUNT).unwrap();
    assert_eq!(assembly.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(assembly.limits, Limits::default());
    let mount = &assembly.mounts[0];
    assert_eq!(mount.hosts.as_deref(), Some(&["pacs.localhost".to_owned()][..]));
    assert_eq!(mount.domain.as_deref(), Some("pacs"));
    assert!(mount.grants.is_empty());
}

#[test]
fn the_default_assembly_is_valid() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../ward.toml");
    let assembly = Assembly::load(Some(Path::new(file)), []).unwrap();
    assert_eq!(assembly.mounts[0].path, "/pacs");
    assert_eq!(assembly.limits, Limits::default());
    assert_eq!(assembly.http, HttpLimits::default());
}

#[test]
fn a_missing_file_is_named() {
    let error = Assembly::load(Some(Path::new("no/such/ward.toml")), []).unwrap_err();
    assert!(error.to_string().contains("no/such/ward.toml"));
}

#[test]
fn ward_config_names_the_file() {
    let variables = [(OsString::from("WARD_CONFIG"), OsString::from("no/such/other.toml"))];
    let error = Assembly::load(None, variables).unwrap_err();
    assert!(error.to_string().contains("no/such/other.toml"));
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let (line, text) = malformed(&format!("listen = \"127.0.0.1:1\"\n\ncolour = \"red\"\n{MOUNT}"));
    assert_eq!(line, 3);
    assert!(text.contains("`colour`") && text.contains("line 3: "), "{text}");
}

#[test]
fn an_unknown_key_below_another_is_named_with_its_line() {
    let (line, text) = malformed("[limits]\nwall_ms = 1\nwal_ms = 2\n");
    assert_eq!((line, text.contains("`wal_ms`")), (3, true), "{text}");
    let (line, text) = malformed(&format!("{MOUNT}grant = []\n"));
    assert_eq!((line, text.contains("`grant`")), (4, true), "{text}");
    let (line, text) = malformed(&format!("{MOUNT}[mount.limits]\nmemory = 1\n"));
    assert_eq!((line, text.contains("`memory`")), (5, true), "{text}");
    let (line, text) = malformed(&format!("{MOUNT}rate_limits.all = {{ requests = 1, minutes = 2 }}\n"));
    assert_eq!((line, text.contains("`minutes`")), (4, true), "{text}");
}

#[test]
fn a_wrong_type_is_named_with_its_key_and_line() {
    let (line, text) = malformed("data = \"d\"\nlisten = 8080\n");
    assert_eq!((line, text.contains("listen")), (2, true), "{text}");
}

#[test]
fn a_secret_of_the_wrong_type_is_not_quoted() {
    let (line, text) = malformed("admin_password = 987654\n");
    assert_eq!((line, text.contains("987654")), (1, false), "{text}");
}

#[test]
fn malformed_toml_is_named_with_its_line() {
    assert_eq!(malformed("data = \"d\"\n[limits\n").0, 2);
}

#[test]
fn an_assembly_without_mounts_is_refused() {
    assert_eq!(breach(""), Breach::NoMounts);
}

#[test]
fn a_name_out_of_range_is_refused() {
    for name in ["", "Pacs", "1pacs", "pa cs", "../pacs", "pa_cs", "a23456789012345678901234567890123"] {
        let text = format!("[[mount]]\nplugin = \"{name}\"\npath = \"/pacs\"\n");
        assert_eq!(breach(&text), Breach::Name(name.into()));
        let text = format!("{MOUNT}domain = \"{name}\"\n");
        assert_eq!(breach(&text), Breach::Name(name.into()));
    }
}

#[test]
fn a_path_out_of_form_is_refused() {
    for path in ["", "pacs", "/pacs/", "//pacs", "/a//b", "/a/../b", "/.", "/a b", "/a%2fb", "/{id}", "/影像"] {
        let text = format!("[[mount]]\nplugin = \"pacs\"\npath = \"{path}\"\n");
        assert_eq!(breach(&text), Breach::Path { mount: "pacs".into(), path: path.into() });
    }
}

#[test]
fn a_path_of_the_host_is_refused() {
    let text = "[[mount]]\nplugin = \"pacs\"\npath = \"/docs/pacs\"\n";
    assert_eq!(breach(text), Breach::ReservedPath { mount: "pacs".into(), path: "/docs/pacs".into() });
}

#[test]
fn the_root_has_no_host_name_of_its_own() {
    let assembly = load("[[mount]]\nplugin = \"pacs\"\npath = \"/\"\n").unwrap();
    assert_eq!(assembly.mounts[0].hosts.as_deref(), Some(&[][..]));
}

#[test]
fn the_host_name_is_of_the_last_part() {
    let assembly = load("[[mount]]\nplugin = \"billing\"\npath = \"/pacs/Billing\"\n").unwrap();
    assert_eq!(assembly.mounts[0].hosts(), ["billing.localhost"]);
}

#[test]
fn two_mounts_of_one_path_are_refused() {
    let text = format!("{MOUNT}[[mount]]\nplugin = \"other\"\npath = \"/pacs\"\nhosts = []\n");
    assert_eq!(breach(&text), Breach::SamePath("/pacs".into()));
}

#[test]
fn two_mounts_of_one_host_name_are_refused() {
    let text = format!("{MOUNT}[[mount]]\nplugin = \"other\"\npath = \"/other\"\nhosts = [\"PACS.localhost\"]\n");
    assert_eq!(breach(&text), Breach::SameHost("pacs.localhost".into()));
}

#[test]
fn two_mounts_of_one_domain_are_refused() {
    let text = format!("{MOUNT}[[mount]]\nplugin = \"other\"\npath = \"/other\"\ndomain = \"pacs\"\n");
    assert_eq!(breach(&text), Breach::SameDomain("pacs".into()));
}

#[test]
fn a_host_name_out_of_form_is_refused() {
    for host in ["", "a b", "-a.example", "a..b", "a:80", "http://a"] {
        let text = format!("{MOUNT}hosts = [\"{host}\"]\n");
        assert_eq!(breach(&text), Breach::Host { mount: "pacs".into(), host: host.into() });
    }
}

#[test]
fn a_grant_that_does_not_exist_is_refused() {
    let text = format!("{MOUNT}grants = [\"sql\", \"files\"]\n");
    assert_eq!(breach(&text), Breach::Grant { mount: "pacs".into(), grant: "files".into() });
}

#[test]
fn what_stands_on_sql_is_refused_without_it() {
    for grant in ["blobs", "jobs", "events"] {
        let breach = breach(&format!("{MOUNT}grants = [\"{grant}\"]\n"));
        assert_eq!(breach, Breach::WithoutSql { mount: "pacs".into(), grant });
    }
}

#[test]
fn a_name_of_a_setting_out_of_form_is_refused() {
    for table in ["settings", "secrets"] {
        let text = format!("{MOUNT}{table} = {{ \"A b\" = \"1\" }}\n");
        assert_eq!(breach(&text), Breach::Key { mount: "pacs".into(), name: "A b".into() });
    }
}

#[test]
fn a_limit_of_zero_is_refused_save_for_the_queue_and_the_drain() {
    for key in Limits::KEYS.iter().filter(|key| **key != "queue") {
        let text = format!("limits = {{ {key} = 0 }}\n{MOUNT}");
        assert_eq!(breach(&text), Breach::Zero(format!("limits.{key}")));
        let text = format!("{MOUNT}limits = {{ {key} = 0 }}\n");
        assert_eq!(breach(&text), Breach::Zero(format!("mount `pacs`: limits.{key}")));
    }
    for key in HttpLimits::KEYS.iter().filter(|key| **key != "drain_ms") {
        assert_eq!(breach(&format!("http = {{ {key} = 0 }}\n{MOUNT}")), Breach::Zero(format!("http.{key}")));
    }
    assert_eq!(load(&format!("limits = {{ queue = 0 }}\n{MOUNT}")).unwrap().limits.queue, 0);
    assert_eq!(load(&format!("http = {{ drain_ms = 0 }}\n{MOUNT}")).unwrap().http.drain_ms, 0);
}

#[test]
fn more_memory_than_addresses_is_refused() {
    let text = format!("limits = {{ memory_bytes = 4294967297 }}\n{MOUNT}");
    assert_eq!(breach(&text), Breach::Memory("limits.memory_bytes".into()));
}

#[test]
fn a_file_larger_than_its_body_is_refused() {
    let text = format!("{MOUNT}limits = {{ file_bytes = 20, total_bytes = 10 }}\n");
    assert_eq!(breach(&text), Breach::FileOverTotal("mount `pacs`: limits".into()));
}

#[test]
fn a_rate_of_zero_is_refused() {
    let text = format!("{MOUNT}rate_limits.all = {{ requests = 0, seconds = 1 }}\n");
    assert_eq!(breach(&text), Breach::Rate { mount: "pacs".into(), name: "all".into() });
}

#[test]
fn stores_of_another_kind_are_refused() {
    assert_eq!(breach(&format!("database = \"mysql://h/d\"\n{MOUNT}")), Breach::Database);
    assert_eq!(breach(&format!("blobs = \"ftp://h/d\"\n{MOUNT}")), Breach::Blobs);
    assert_eq!(breach(&format!("blobs = \"s3://\"\n{MOUNT}")), Breach::Blobs);
    load(&format!("database = \"postgres://h/d\"\nblobs = \"s3://b/p\"\n{MOUNT}")).unwrap();
}

#[test]
fn a_filter_that_cannot_be_is_refused() {
    assert_eq!(breach(&format!("log = \"ward=loud\"\n{MOUNT}")), Breach::Log);
}

#[test]
fn a_time_zone_that_is_none_is_refused() {
    for zone in ["", "Shanghai", "UTC+8", "../UTC"] {
        assert_eq!(breach(&format!("time_zone = {zone:?}\n{MOUNT}")), Breach::TimeZone);
    }
}

#[test]
fn an_origin_out_of_form_is_refused() {
    for origin in ["*", "example.org", "https://a/b", "https://a:x", "ftp://a", "https://"] {
        let text = format!("cors_origins = [\"{origin}\"]\n{MOUNT}");
        assert_eq!(breach(&text), Breach::Origin(origin.into()));
    }
    load(&format!("cors_origins = [\"https://a.example\", \"http://[::1]:*\", \"http://a:80\"]\n{MOUNT}")).unwrap();
}

#[test]
fn a_mounts_limits_replace_the_assemblys_one_by_one() {
    let text = format!("limits = {{ wall_ms = 5 }}\n{MOUNT}limits = {{ cpu_ms = 7 }}\n");
    let assembly = load(&text).unwrap();
    let limits = assembly.mounts[0].limits(&assembly.limits);
    assert_eq!((limits.wall_ms, limits.cpu_ms, limits.queue), (5, 7, Limits::default().queue));
}

#[test]
fn every_documented_variable_is_known() {
    let values = [
        ("WARD_LISTEN", "[::1]:9"),
        ("WARD_DATABASE", "sqlite:x.db"),
        ("WARD_RATE_LIMIT", "off"),
        ("WARD_TIME_ZONE", "Asia/Shanghai"),
        ("WARD_LOG", "warn"),
        ("WARD_LOG_FORMAT", "json"),
        ("WARD_CORS_ORIGINS", "https://a.example, http://b:*"),
        ("WARD_TRUSTED_PROXIES", "10.0.0.1,::1"),
        ("WARD_METRICS_LISTEN", "127.0.0.1:9464"),
        ("WARD_METRICS_TOKEN", "a-token-of-prometheus"),
        ("WARD_OTLP_ENDPOINT", "http://collector:4318"),
        ("WARD_OTLP_RATIO", "0.5"),
    ];
    let value = |name| values.iter().find(|(known, _)| *known == name).map_or("x", |(_, value)| value);
    let all: Vec<_> = environment::VARIABLES.iter().map(|(name, _)| (*name, value(*name))).collect();
    let assembly = load_with(MOUNT, &all).unwrap();
    assert_eq!(assembly.listen.to_string(), "[::1]:9");
    assert_eq!(assembly.zone(), chrono_tz::Tz::Asia__Shanghai);
    assert_eq!((assembly.data.as_path(), assembly.database.as_str()), (Path::new("x"), "sqlite:x.db"));
    assert_eq!((assembly.blobs.as_str(), assembly.plugins.as_path()), ("x", Path::new("x")));
    assert_eq!((assembly.site_policies.as_path(), assembly.admin_password), (Path::new("x"), Secret("x".into())));
    assert_eq!((assembly.rate_limit, assembly.log_format), (Switch::Off, LogFormat::Json));
    assert_eq!(assembly.log, "warn");
    assert_eq!(assembly.cors_origins, ["https://a.example", "http://b:*"]);
    assert_eq!(assembly.trusted_proxies.len(), 2);
    assert_eq!(assembly.metrics_listen, "127.0.0.1:9464".parse().ok());
    assert_eq!(assembly.metrics_token, Secret("a-token-of-prometheus".into()));
    assert_eq!(assembly.otlp_endpoint, "http://collector:4318");
    assert!((assembly.otlp_ratio - 0.5).abs() < f64::EPSILON);
}

#[test]
fn every_limit_has_its_variable() {
    for key in Limits::KEYS {
        let key = key.to_ascii_uppercase();
        let value = if key == "FILE_BYTES" { "9" } else { "1234567890" };
        for name in [format!("WARD_LIMITS_{key}"), format!("WARD_MOUNT_PACS_LIMITS_{key}")] {
            let assembly = variable(&name, value).unwrap();
            let limits = assembly.mounts[0].limits(&assembly.limits);
            let set = limits.values().into_iter().filter(|(_, is)| is.to_string() == value).count();
            assert_eq!(set, 1, "{name}");
        }
    }
    for key in HttpLimits::KEYS {
        let assembly = variable(&format!("WARD_HTTP_{}", key.to_ascii_uppercase()), "77").unwrap();
        assert!(assembly.http.values().contains(&(*key, 77)));
    }
    for key in BackgroundLimits::KEYS {
        let assembly = variable(&format!("WARD_BACKGROUND_{}", key.to_ascii_uppercase()), "77").unwrap();
        assert!(assembly.background.values().contains(&(*key, 77)));
    }
    for key in StreamLimits::KEYS {
        let assembly = variable(&format!("WARD_STREAMS_{}", key.to_ascii_uppercase()), "77").unwrap();
        assert!(assembly.streams.values().contains(&(*key, 77)));
    }
}

#[test]
fn a_mounts_keys_have_their_variables() {
    let text = format!("{MOUNT}settings = {{ \"page-size\" = \"1\" }}\n");
    let variables = [
        ("WARD_MOUNT_PACS_SETTING_PAGE_SIZE", "2"),
        ("WARD_MOUNT_PACS_SETTING_NEW_ONE", "3"),
        ("WARD_MOUNT_PACS_SECRET_KEY", "s"),
        ("WARD_MOUNT_PACS_RATE_LIMIT_SIGN_IN", "5/60"),
        ("WARD_MOUNT_PACS_GRANTS", "sql,log"),
        ("WARD_MOUNT_PACS_HOSTS", "a.example,b.example"),
        ("WARD_MOUNT_PACS_PATH", "/images"),
        ("WARD_MOUNT_PACS_PLUGIN", "other"),
    ];
    let assembly = load_with(&text, &variables).unwrap();
    let mount = &assembly.mounts[0];
    assert_eq!(mount.settings["page-size"], "2");
    assert_eq!(mount.settings["new_one"], "3");
    assert_eq!(mount.secrets["key"].0, "s");
    assert_eq!((mount.rate_limits["sign_in"].requests, mount.rate_limits["sign_in"].seconds), (5, 60));
    assert_eq!(mount.grants, ["sql", "log"]);
    assert_eq!(mount.hosts(), ["a.example", "b.example"]);
    assert_eq!((mount.path.as_str(), mount.plugin.as_str(), mount.domain()), ("/images", "other", "pacs"));
}

#[test]
fn the_longer_name_of_a_mount_is_meant() {
    let text = format!("{MOUNT}[[mount]]\nplugin = \"pacs-archive\"\npath = \"/archive\"\n");
    let variables = [("WARD_MOUNT_PACS_ARCHIVE_SECRET_X", "1"), ("WARD_MOUNT_PACS_SECRET_X", "2")];
    let assembly = load_with(&text, &variables).unwrap();
    assert_eq!(assembly.mounts[0].secrets["x"].0, "2");
    assert_eq!(assembly.mounts[1].secrets["x"].0, "1");
}

#[test]
fn an_unknown_variable_is_named() {
    for name in [
        "WARD_COLOUR",
        "WARD_LIMITS_COLOUR",
        "WARD_HTTP_COLOUR",
        "WARD_MOUNT_PACS_COLOUR",
        "WARD_MOUNT_PACS_SECRET_",
        "WARD_MOUNT_OTHER_SECRET_X",
        "WARD_MOUNT_PACS_LIMITS_COLOUR",
        "WARD_",
    ] {
        match variable(name, "1") {
            Err(AssemblyError::UnknownVariable(unknown)) => assert_eq!(unknown, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_wrong_value_of_a_variable_is_named_without_it() {
    for name in [
        "WARD_LISTEN",
        "WARD_RATE_LIMIT",
        "WARD_LOG_FORMAT",
        "WARD_TRUSTED_PROXIES",
        "WARD_LIMITS_WALL_MS",
        "WARD_HTTP_HEADER_MS",
        "WARD_MOUNT_PACS_LIMITS_FILES",
        "WARD_MOUNT_PACS_RATE_LIMIT_ALL",
    ] {
        let error = variable(name, "hunter2").unwrap_err().to_string();
        assert!(error.contains(name) && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let variables = [("WARD_TEST_ENGINE", "x"), ("WARD_NO_INSTALL", "1"), ("WARDEN", "x"), ("PATH", "x")];
    load_with(MOUNT, &variables).unwrap();
}

#[test]
fn secrets_are_not_printed() {
    let assembly = variable("WARD_MOUNT_PACS_SECRET_X", "hunter2").unwrap();
    assert!(!format!("{assembly:?}").contains("hunter2"));
}

const OTHER: &str = "[[mount]]\nplugin = \"other\"\npath = \"/other\"\n";

#[test]
fn a_mount_calls_other_mounts_that_are_there() {
    let calls = |services: &str| format!("{MOUNT}grants = [\"services\"]\nservices = [\"{services}\"]\n{OTHER}");
    assert_eq!(load(&calls("other")).unwrap().mounts[0].services, ["other"]);
    for service in ["pacs", "missing", "/other", ""] {
        assert_eq!(breach(&calls(service)), Breach::Service { mount: "pacs".into(), service: service.into() });
    }
}

#[test]
fn the_grant_services_and_the_mounts_it_is_for_need_each_other() {
    for text in ["grants = [\"services\"]\n", "services = [\"other\"]\n"] {
        assert_eq!(breach(&format!("{MOUNT}{text}{OTHER}")), Breach::ServicesAlone("pacs".into()));
    }
}

#[test]
fn a_mount_serves_the_accounts_of_a_mount_that_has_its_own() {
    let serves = |accounts: &str| format!("{MOUNT}accounts = \"{accounts}\"\n{OTHER}");
    let assembly = load(&serves("other")).unwrap();
    assert_eq!((assembly.mounts[0].accounts(), assembly.mounts[1].accounts()), ("other", "other"));
    for domain in ["pacs", "missing", ""] {
        assert_eq!(breach(&serves(domain)), Breach::Accounts { mount: "pacs".into(), domain: domain.into() });
    }
    let circle = format!("{}accounts = \"pacs\"\n", serves("other"));
    assert_eq!(breach(&circle), Breach::Accounts { mount: "pacs".into(), domain: "other".into() });
}

#[test]
fn services_and_accounts_have_their_variables() {
    let variables = [
        ("WARD_MOUNT_PACS_GRANTS", "services"),
        ("WARD_MOUNT_PACS_SERVICES", "other"),
        ("WARD_MOUNT_PACS_ACCOUNTS", "other"),
    ];
    let assembly = load_with(&format!("{MOUNT}{OTHER}"), &variables).unwrap();
    assert_eq!((assembly.mounts[0].services.len(), assembly.mounts[0].accounts()), (1, "other"));
}
