//! Extracts radiomics features of a synthetic volume. They must be those that the machine's own code computes, and
//! the benchmarks time it.
#![cfg(target_family = "wasm")]

use std::collections::BTreeMap;

use serde::Deserialize;
use ward_radiomics_features::phantom::{aniso96, large256, small32};
use ward_radiomics_features::{Class, Error, Feature, Settings};
use ward_sdk::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Volume {
    Small32,
    Aniso96,
    Large256,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Task {
    #[param(inline)]
    volume: Volume,
    /// The shape and nothing else.
    shape_only: bool,
    /// How often, one after the other.
    times: u32,
}

#[utoipa::path(get, path = "/run", operation_id = "run", params(Task), responses((status = 200, body = Object)))]
async fn run(Query(task): Query<Task>) -> Json<BTreeMap<String, Option<f64>>> {
    let mut settings = Settings::default();
    if task.shape_only {
        settings.classes = vec![Class::Shape];
    }
    let repeat = |extract: &dyn Fn() -> Result<Vec<Feature>, Error>| {
        (0..task.times).map(|_| extract().expect("a phantom has features")).last().unwrap_or_default()
    };
    let features = match task.volume {
        Volume::Small32 => {
            let phantom = small32();
            repeat(&|| phantom.features(&settings))
        }
        Volume::Aniso96 => {
            let phantom = aniso96();
            repeat(&|| phantom.features(&settings))
        }
        Volume::Large256 => {
            let phantom = large256();
            repeat(&|| phantom.features(&settings))
        }
    };
    Json(features.iter().map(|feature| (feature.to_string(), feature.value)).collect())
}

ward_guests::guest!("radiomics-features", [], OpenApiRouter::new().routes(routes!(run)));
