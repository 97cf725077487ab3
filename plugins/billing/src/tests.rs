//! What the plugin as a whole promises.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::PLUGIN;

/// All operations of the document: method and path, and id.
fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(PLUGIN.openapi()).expect("plain data");
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter().map(move |(method, operation)| {
            (format!("{method} {path}"), operation["operationId"].as_str().expect("an id").to_owned())
        })
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[test]
fn every_documented_endpoint_is_there_and_no_other() {
    let there: BTreeSet<String> = operations().into_iter().map(|(path, _)| path).collect();
    let documented = [
        "post /pricing",
        "get /pricing",
        "patch /pricing/{pricing_id}",
        "post /",
        "get /",
        "get /{billing_id}",
        "patch /{billing_id}/status",
    ];
    assert_eq!(there, documented.into_iter().map(str::to_owned).collect());
}

#[test]
fn the_policies_name_every_operation_and_no_other() {
    let named = PLUGIN.policies.split("Action::\"").skip(1).filter_map(|rest| rest.split('"').next());
    let named: BTreeSet<String> = named.filter(|name| *name != "view").map(str::to_owned).collect();
    assert_eq!(named, operations().into_iter().map(|(_, id)| id).collect());
}
