//! What the plugin as a whole promises.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::PLUGIN;

/// All operations of the document: method, path, operation.
fn operations() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(PLUGIN.openapi()).expect("plain data");
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter().map(move |(method, operation)| (method, path.clone(), operation))
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[test]
fn the_policies_name_every_operation_and_no_other() {
    let named = PLUGIN.policies.split("Action::\"").skip(1).filter_map(|rest| rest.split('"').next());
    let named: BTreeSet<&str> = named.collect();
    let operations = operations();
    let own = operations.iter().filter(|(_, _, operation)| operation.get("x-ward-same-as").is_none());
    let ids: BTreeSet<&str> = own.filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(named, ids);
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = serde_json::to_value(PLUGIN.openapi()).expect("plain data");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn an_alias_takes_the_same_bodies_as_its_operation() {
    let operations = operations();
    for (method, path, alias) in &operations {
        let Some(name) = alias.get("x-ward-same-as") else { continue };
        let of = operations.iter().find(|(_, _, operation)| operation["operationId"] == *name);
        let (_, _, of) = of.unwrap_or_else(|| panic!("{method} {path} is no other's alias"));
        assert_eq!((&alias["requestBody"], &alias["x-ward-limits"]), (&of["requestBody"], &of["x-ward-limits"]));
    }
}
