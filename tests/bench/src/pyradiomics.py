"""Times PyRadiomics on a volume: python pyradiomics.py <folder> <x> <y> <z> <spacing x> <spacing y> <spacing z>.

The folder holds `image` (int16) and `mask` (uint8). Prints the processor time of one extraction, the fastest of
several, of all seven classes and of the shape alone, and the features.
"""
import json
import logging
import pathlib
import sys
import time

import numpy
import SimpleITK
from radiomics.featureextractor import RadiomicsFeatureExtractor

RUNS = 5


def volume(name, kind):
    array = numpy.fromfile(pathlib.Path(sys.argv[1]) / name, dtype=kind)
    image = SimpleITK.GetImageFromArray(array.reshape([int(n) for n in sys.argv[4:1:-1]]))
    image.SetSpacing([float(step) for step in sys.argv[5:8]])
    return image


def timed(extractor, image, mask):
    fastest = float("inf")
    for _ in range(RUNS):
        started = time.process_time()
        features = extractor.execute(image, mask, label=1)
        fastest = min(fastest, time.process_time() - started)
    return fastest, features


logging.getLogger("radiomics").setLevel(logging.CRITICAL)
SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
image, mask = volume("image", numpy.int16), volume("mask", numpy.uint8)
extractor = RadiomicsFeatureExtractor(additionalInfo=False)
everything, features = timed(extractor, image, mask)
extractor.disableAllFeatures()
extractor.enableFeatureClassByName("shape")
shape, _ = timed(extractor, image, mask)
values = {name.split("_", 1)[1]: float(value) for name, value in features.items()}
print(json.dumps({"all": everything, "shape": shape, "features": values}))
