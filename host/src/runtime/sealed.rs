//! The linker of installation: everything a component imports is there, and nothing answers.
//!
//! What ran before the first request is the same in every request's instance. A random number or a
//! time drawn there would repeat itself for ever, so those calls trap with a sentence that says so.

use rand::TryRngCore as _;
use wasmtime::bail;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceType, Val};

/// The one import that answers: std takes the keys of its hash maps from it while a router is built.
/// The seed is drawn anew for each installation.
const SEED: &str = "wasi:random/insecure-seed@";

/// A linker that satisfies `component` with functions that trap.
pub(super) fn linker<T: Send + 'static>(component: &Component) -> wasmtime::Result<Linker<T>> {
    let engine = component.engine();
    let mut linker = Linker::new(engine);
    for (name, import) in component.component_type().imports(engine) {
        match import.ty {
            ComponentItem::ComponentInstance(instance) => {
                let mut target = linker.instance(name)?;
                for (item, export) in instance.exports(engine) {
                    seal(&mut target, name, item, &export.ty)?;
                }
            }
            ref other => seal(&mut linker.root(), "", name, other)?,
        }
    }
    Ok(linker)
}

fn seal<T: Send + 'static>(
    target: &mut LinkerInstance<'_, T>,
    interface: &str,
    item: &str,
    ty: &ComponentItem,
) -> wasmtime::Result<()> {
    match ty {
        ComponentItem::ComponentFunc(_) if interface.starts_with(SEED) => seed(target, item),
        ComponentItem::ComponentFunc(_) => {
            let function = format!("{interface}#{item}");
            target.func_new(item, move |_, _, _, _| {
                bail!("`{function}` was called while the plugin was being installed, when no clock, random number or capability answers: its result would be the same in every request")
            })
        }
        ComponentItem::Resource(_) => target.resource(item, ResourceType::host::<()>(), |_, _| Ok(())),
        ComponentItem::Type(_) => Ok(()),
        _ => bail!("the import `{interface}#{item}` is neither a function, a resource nor a type"),
    }
}

fn seed<T: Send + 'static>(target: &mut LinkerInstance<'_, T>, item: &str) -> wasmtime::Result<()> {
    let mut bytes = [0; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    let (low, high) = bytes.split_at(8);
    let number = |half: &[u8]| half.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let (low, high) = (number(low), number(high));
    target.func_new(item, move |_, _, _, results| {
        if let [result] = results {
            *result = Val::Tuple(vec![Val::U64(low), Val::U64(high)]);
        }
        Ok(())
    })
}
