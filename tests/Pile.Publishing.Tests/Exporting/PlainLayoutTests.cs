using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Exports of the valid datasets of the format in the layout of their modality, compared with their shards by h5py.</summary>
public sealed class PlainLayoutTests : IDisposable
{
    private const string Compare = """
        import glob, sys, h5py, healpy, numpy as np

        attributes = {}

        # The attributes of an exported dataset, of those of the shard.
        def meaning(shard, name):
            file, own = shard.pop("file"), {"file": {}}
            for key in ("description", "time_scale", "time_reference", "time_zero_mjd", "spectral_medium"):
                if key in shard: own[key] = shard[key]
            if "unit" in shard: own["units"] = shard["unit"]
            if name in ("mjd", "mjd_end") and shard["role"] == "standard":
                own |= {"time_zero_mjd": 0, **{key: file[key] for key in ("time_scale", "time_reference") if key in file}}
            if name.endswith("_lambda") and "spectral_medium" not in own and shard["role"] == "standard":
                own["spectral_medium"] = file["spectral_medium"]
            return own

        def rows(pattern):
            found = {}
            for path in sorted(glob.glob(pattern)):
                with h5py.File(path) as f:
                    for i, key in enumerate(f["object_id"][:]):
                        assert key not in found
                        found[key] = path, {name: (f[name][i], f[name].dtype) for name in f}
                    for name in f: attributes[path, name] = {**dict(f[name].attrs), "file": dict(f.attrs)}
            return found
        def compare(source, export):
            shards, files = rows(source + "/main/healpix=*/*.hdf5"), rows(export + "/conformance/healpix=*/001-of-001.hdf5")
            assert shards.keys() == files.keys()
            for key, (path, row) in files.items():
                expected = shards[key][1]
                pixel = healpy.ang2pix(16, row["ra"][0], row["dec"][0], nest=True, lonlat=True)
                assert row["healpix"][0] == pixel == int(path.split("healpix=")[1].split("/")[0])
                assert row.keys() == expected.keys(), row.keys() ^ expected.keys()
                for name in row:
                    if name != "healpix" and not name.endswith("_isnull"):
                        wanted = meaning(dict(attributes[shards[key][0], name]), name)
                        assert attributes[path, name] == wanted, (path, name, attributes[path, name], wanted)
                for name, (value, dtype) in row.items():
                    other, other_dtype = expected[name]
                    if name == "healpix": continue
                    assert dtype == other_dtype or dtype.kind == "S", (name, dtype, other_dtype)
                    assert h5py.check_enum_dtype(dtype) == h5py.check_enum_dtype(other_dtype)
                    if np.shape(value): # both are padded, to the longest of a file and of a shard
                        common = tuple(slice(0, min(a, b)) for a, b in zip(np.shape(value), np.shape(other)))
                        value, other = value[common], other[common]
                        if name + "_shape" in row:
                            assert all(a >= b for a, b in zip(np.shape(value), row[name + "_shape"][0]))
                    if "_isnull" in name or name + "_isnull" not in row or not row[name + "_isnull"][0]:
                        np.testing.assert_array_equal(value, other, name)
            return len(files)

        print(*(compare(source, export) for source, export in zip(sys.argv[1::2], sys.argv[2::2])))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_column_of_a_dataset_is_exported()
    {
        (string Name, int Rows)[] datasets = [("image", 5), ("spectrum", 5), ("cube", 4), ("time-series", 5), ("nested", 6),
            ("catalogue-int64", 10), ("catalogue-text", 5), ("empty", 0)];
        List<string> folders = [];
        foreach ((string name, int rows) in datasets)
        {
            folders.AddRange([Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", name), folder[name]]);
            await using Dataset dataset = await Dataset.OpenAsync(folders[^2], cancellationToken: TestContext.Current.CancellationToken);
            ExportSummary summary = await DatasetExport.ToMmuAsync(dataset, folder[name], cancellationToken:
                TestContext.Current.CancellationToken);
            Assert.Equal((dataset.Manifest.Modality, rows), (summary.Layout, (int)summary.Rows));
        }
        Assert.Equal(string.Join(' ', datasets.Select(d => d.Rows)) + "\n", Python.Run(Compare, [.. folders]));
    }

    [Theory]
    [InlineData(true, "The alias 'snr' of '{0}' is not written, because the files have stored columns only; exports to hats, fits and "
        + "parquet have the values")]
    [InlineData(false, "The aliases 'snr', 'flux' of '{0}' are not written, because the files have stored columns only; exports to hats, "
        + "fits and parquet have the values")]
    public async Task Aliases_with_computed_values_are_reported(bool isOne, string expected)
    {
        AliasSchema snr = new() { Name = "snr", Expression = "err / t" }, time = new() { Name = "time", Native = "t" },
            flux = new() { Name = "flux", Native = "FLUX", Scale = 1000 };
        await MadeDatasets.BuildAsync(folder["d"], "catalogue", "s",
            [.. MadeDatasets.Common(3), .. MadeDatasets.Floats(3, ["FLUX", "err", "t"])], aliases: isOne ? [snr, time] : [snr, time, flux]);
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], cancellationToken: TestContext.Current.CancellationToken);
        List<string> messages = [];
        await DatasetExport.ToMmuAsync(dataset, folder["out"], new ExportOptions { Layout = "catalogue", OnMessage = messages.Add },
            TestContext.Current.CancellationToken);
        Assert.Equal(string.Format(null, expected, dataset.Address), Assert.Single(messages));
    }

    [Fact]
    public async Task A_cancelled_export_leaves_nothing()
    {
        string source = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "image");
        await using Dataset dataset = await Dataset.OpenAsync(source, cancellationToken: TestContext.Current.CancellationToken);
        foreach (bool isMmu in (bool[])[true, false])
        {
            using CancellationTokenSource stop = new();
            ExportOptions options = new() { Workers = 1, Progress = new Canceller(stop) };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => isMmu
                ? DatasetExport.ToMmuAsync(dataset, folder["out"], options, stop.Token)
                : DatasetExport.ToHatsAsync(dataset, folder["out"], options, stop.Token));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        }
    }

    private sealed class Canceller(CancellationTokenSource source) : IProgress<Format.PhaseProgress>
    {
        public void Report(Format.PhaseProgress value)
        {
            if (value.Done > 0)
                source.Cancel();
        }
    }
}
