"""Reads an export with the unmodified loader of the Multimodal Universe: python3 run_loader.py sdss FOLDER

The loaders are scripts/<name>/<name>.py of https://github.com/MultimodalUniverse/MultimodalUniverse. MMU_SCRIPTS or --scripts names the
folder `scripts` of a copy of that repository (the layouts were checked against commit 2dcff3dd5fb4). A stand-in for the package
`datasets`, beside this file, finds the files by the loader's patterns and checks every example against the loader's features.
"""
import argparse
import glob
import importlib.util
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import datasets  # noqa: E402  (the stand-in)


def builder_of(name, scripts):
    path = os.path.join(scripts, name, name + ".py")
    if not os.path.isfile(path):
        sys.exit(f"There is no loader '{path}'. Set MMU_SCRIPTS to the folder 'scripts' of a copy of the repository.")
    spec = importlib.util.spec_from_file_location("loader_" + name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(c for c in vars(module).values() if isinstance(c, type) and issubclass(c, datasets.GeneratorBasedBuilder)
                and c is not datasets.GeneratorBasedBuilder)


def examples(name, folder, scripts=None, config=None):
    """Yields (split, example) for each row that the loader finds, encoded by the loader's features."""
    builder_class = builder_of(name, scripts or os.environ.get("MMU_SCRIPTS", "scripts"))
    wanted = config or builder_class.DEFAULT_CONFIG_NAME
    chosen = next(c for c in builder_class.BUILDER_CONFIGS if c.name == wanted)
    chosen.data_files = {split: sorted(path for pattern in patterns for path in glob.glob(os.path.join(folder, pattern)))
                         for split, patterns in chosen.data_files.items()}
    builder = builder_class(chosen)
    keys = set()
    for split in builder._split_generators(datasets.Downloads()):
        for key, example in builder._generate_examples(**split.gen_kwargs):
            assert key not in keys, f"two rows have the key {key}"
            keys.add(key)
            yield split.name, builder.info.features.encode(example)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("loader")
    parser.add_argument("folder")
    parser.add_argument("--scripts")
    parser.add_argument("--config")
    options = parser.parse_args()
    splits, first = {}, None
    for split, example in examples(options.loader, options.folder, options.scripts, options.config):
        splits[split] = splits.get(split, 0) + 1
        first = first or example
    for split, count in splits.items():
        print(f"{options.loader}, {split}: {count} rows")
    if first is None:
        sys.exit(f"The loader '{options.loader}' finds no row below '{options.folder}'.")
    print("features: " + ", ".join(first))
