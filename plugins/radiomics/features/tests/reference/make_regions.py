"""Makes regions.json: small odd regions with the values that PyRadiomics 3.0.1 gives them.

python make_regions.py > regions.json    (pip install pyradiomics==3.0.1 'numpy<2' 'SimpleITK<2.6')
"""
import json
import logging
import math

import numpy as np
import SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor

logging.getLogger("radiomics").setLevel(logging.CRITICAL)
rng = np.random.default_rng(107)


def noise(shape, density):
    return rng.random(shape) < density


def ball(shape):
    index = np.indices(shape)
    return sum(((2 * index[k] + 1 - n) / n) ** 2 for k, n in enumerate(shape)) <= 1


def two(shape, *boxes):
    mask = np.zeros(shape, bool)
    for z, y, x in boxes:
        mask[z, y, x] = True
    return mask


def padded(mask):
    return np.pad(mask, 1)


def cases():
    """What it is, mask, type, lowest value, number of values, step, spacing (x, y, z), settings."""
    s = slice
    iso, thick = (1, 1, 1), (0.7, 0.7, 3)
    yield "two voxels that touch at a corner", two((3, 3, 3), (1, 1, 1), (2, 2, 2)), "int16", -3, 9, 4, iso, {"binWidth": 2}
    yield "an L of three voxels", two((1, 3, 3), (0, s(0, 2), 0), (0, 0, 1)), "uint8", 0, 256, 1, iso, {}
    yield "a line", two((3, 1, 8), (1, 0, s(1, 7))), "int16", -40, 80, 1, thick, {"minimumROIDimensions": 1}
    yield "the whole image but one voxel", ~two((3, 4, 5), (0, 0, 0)), "int8", -128, 256, 1, iso, {}
    yield "a slice across z", padded(noise((1, 6, 7), 0.8)), "uint16", 0, 60000, 1, thick, {"binCount": 16}
    yield "a slice across y", padded(noise((6, 1, 7), 0.8)), "int32", -100000, 200000, 1, thick, {"binCount": 16}
    yield "a slice across x", padded(noise((6, 7, 1), 0.8)), "uint32", 4000000000, 3000, 1, thick, {"binWidth": 100}
    yield "two bodies apart", two((5, 9, 9), (s(0, 3), s(0, 3), s(0, 3)), (s(2, 5), s(5, 9), s(6, 9))), "int16", -1000, 400, 1, thick, {}
    yield "dust", noise((7, 7, 7), 0.12), "int16", 0, 100, 1, iso, {}
    yield "a sponge", padded(noise((6, 6, 6), 0.6)), "int16", -100, 200, 1, iso, {}
    yield "a checkerboard", padded(np.indices((4, 4, 4)).sum(0) % 2 == 0), "uint8", 3, 120, 2, iso, {}
    yield "a hollow ball", ball((9, 9, 9)) & ~np.pad(ball((5, 5, 5)), 2), "float32", -1, 900, 0.37, (1.5, 1, 2), {}
    yield "a ball, fine levels", ball((8, 9, 10)), "float64", -1000, 2000, 0.73, (0.33, 2.1, 0.9), {"binWidth": 2.5}
    yield "a ball, float edges", ball((8, 9, 10)), "float32", -2, 1000, 0.0173, iso, {"binCount": 37}
    yield "a flat negative ball", ball((6, 6, 6)), "int16", -55, 1, 1, iso, {"binCount": 8}
    yield "two levels", padded(noise((5, 5, 5), 0.7)), "int8", -30, 2, 50, iso, {}
    yield "far levels", padded(noise((5, 5, 5), 0.7)), "int16", 0, 2, 900, iso, {"binWidth": 5}
    yield "across z", padded(ball((6, 8, 8))), "int16", -100, 200, 1, thick, {"force2D": True, "force2Ddimension": 0}
    yield "across y", padded(ball((6, 8, 8))), "int16", -100, 200, 1, thick, {"force2D": True, "force2Ddimension": 1}
    yield "across x", padded(ball((6, 8, 8))), "int16", -100, 200, 1, thick, {"force2D": True, "force2Ddimension": 2}
    yield "merged", padded(noise((5, 6, 7), 0.8)), "int16", -100, 200, 1, thick, {"weightingNorm": "no_weighting"}
    yield "merged across y", padded(noise((5, 6, 7), 0.8)), "int16", -100, 200, 1, thick, {"force2D": True, "force2Ddimension": 1, "weightingNorm": "no_weighting"}


made = []
for what, mask, dtype, low, count, step, spacing, settings in cases():
    image = (low + rng.integers(0, count, mask.shape) * step).astype(dtype)
    volumes = [sitk.GetImageFromArray(array) for array in (image, mask.astype(np.uint8))]
    for volume in volumes:
        volume.SetSpacing([float(step) for step in spacing])
    found = RadiomicsFeatureExtractor(additionalInfo=False, **settings).execute(*volumes, label=1)
    features = {name.split("_", 1)[1]: float(value) for name, value in found.items()}
    assert len(features) == 107
    made.append({"what": what, "dtype": dtype, "spacing_xyz": spacing, "called_with": settings, "image_zyx": image.tolist(),
                 "mask_zyx": mask.astype(int).tolist(),
                 "features": {name: value if math.isfinite(value) else None for name, value in features.items()}})
print("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]")
