//! Typed bindings of what a plugin exports (`wit/describe.wit`, `wit/http.wit`).

#![expect(missing_docs, reason = "generated from the WIT files, which document it")]

wasmtime::component::bindgen!({
    path: "../wit",
    inline: "
        package ward:host;
        world guest {
            export ward:plugin/describe@0.1.0;
            export ward:plugin/http@0.1.0;
        }
    ",
    exports: { default: async },
    additional_derives: [serde::Deserialize, serde::Serialize],
});

/// What a plugin exports that works in the background (`wit/background.wit`).
pub mod background {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "
            package ward:host;
            world worker {
                export ward:plugin/background@0.1.0;
            }
        ",
        exports: { default: async },
    });
}
