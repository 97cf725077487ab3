//! What the contract in `wit/` becomes in Rust. Plugins see it through the other modules.
#![allow(missing_docs, clippy::pedantic)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "background-plugin",
    generate_all,
    pub_export_macro: true,
    export_macro_name: "export",
    default_bindings_module: "ward_sdk::bindings",
    additional_derives: [PartialEq],
});
