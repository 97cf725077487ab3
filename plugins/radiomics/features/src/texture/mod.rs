//! Texture: which grey levels lie beside which.
//!
//! Every matrix is made of pairs of neighbours, so the directions are gone through once, and each class takes
//! from a direction what it needs.

mod counts;
mod emphasis;
mod glcm;
mod gldm;
mod glrlm;
mod glszm;
mod mcc;
mod neighbours;
mod ngtdm;

use crate::feature::{Class, Feature};
use crate::levels::Levels;
use crate::region::Region;
use crate::settings::Settings;
use neighbours::{Direction, Neighbours};

/// The features of the texture classes that are wanted.
pub fn features(region: &Region, levels: &Levels, settings: &Settings) -> Vec<Feature> {
    let wanted = |class: Class| settings.has(class).then_some(());
    let merge = settings.merge_directions;
    let mut glcm = wanted(Class::Glcm).map(|()| glcm::Glcm::new(levels, merge));
    let mut gldm = wanted(Class::Gldm).map(|()| gldm::Gldm::new(levels));
    let mut glrlm = wanted(Class::Glrlm).map(|()| glrlm::Glrlm::new(region, levels, merge));
    let mut glszm = wanted(Class::Glszm).map(|()| glszm::Glszm::new(levels));
    let mut ngtdm = wanted(Class::Ngtdm).map(|()| ngtdm::Ngtdm::new(levels));

    let mut neighbours = Neighbours::default();
    for direction in Direction::all(settings.slices_across) {
        neighbours.find(region, direction);
        if let Some(glcm) = &mut glcm {
            glcm.add(&neighbours);
        }
        if let Some(ngtdm) = &mut ngtdm {
            ngtdm.add(&neighbours);
        }
        if gldm.is_none() && glrlm.is_none() && glszm.is_none() {
            continue;
        }
        neighbours.find_matches(levels);
        if let Some(gldm) = &mut gldm {
            gldm.add(&neighbours);
        }
        if let Some(glrlm) = &mut glrlm {
            glrlm.add(region, direction, &neighbours);
        }
        if let Some(glszm) = &mut glszm {
            glszm.add(&neighbours);
        }
    }

    let mut features = Vec::new();
    features.extend(glcm.into_iter().flat_map(glcm::Glcm::features));
    features.extend(gldm.into_iter().flat_map(gldm::Gldm::features));
    features.extend(glrlm.into_iter().flat_map(glrlm::Glrlm::features));
    features.extend(glszm.into_iter().flat_map(glszm::Glszm::features));
    features.extend(ngtdm.into_iter().flat_map(|ngtdm| ngtdm.features()));
    features
}
