using Pile.Format;
using Pile.Review;
using Pile.TestKit;

namespace Pile.Publishing.Tests.Copying;

/// <summary>Parts of every kind of dataset in the conformance suite: they are valid and have the same values according to h5py.</summary>
public sealed class PartTests : IDisposable
{
    // Compares every HDF5 dataset of every shard, with its attributes. A part with all rows differs only in the version attribute.
    private const string Compare = """
        import sys, os, glob, h5py, numpy as np
        a, b = sys.argv[1:3]
        names = sorted(os.path.relpath(f, a) for f in glob.glob(a + "/**/*.hdf5", recursive=True))
        assert names == sorted(os.path.relpath(f, b) for f in glob.glob(b + "/**/*.hdf5", recursive=True)) and names, names
        for name in names:
            with h5py.File(f"{a}/{name}") as x, h5py.File(f"{b}/{name}") as y:
                assert list(x) == list(y), (list(x), list(y))
                for column in x:
                    p, q = x[column], y[column]
                    assert p.dtype == q.dtype and p.shape == q.shape, (name, column, p, q)
                    assert p.chunks == q.chunks and p.compression == q.compression, (name, column, p, q)
                    assert p[...].tobytes() == q[...].tobytes(), (name, column)
                    assert {k: str(v) for k, v in p.attrs.items()} == {k: str(v) for k, v in q.attrs.items()}, (name, column)
                x_attrs, y_attrs = ({k: str(v) for k, v in f.attrs.items() if k != "version"} for f in (x, y))
                assert x_attrs == y_attrs, name
        print("same")
        """;

    private readonly TemporaryFolder folder = new();

    private static string Valid => Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid");

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Datasets() =>
        [.. Directory.EnumerateDirectories(Valid).Select(d => Path.GetFileName(d))
            .Where(d => d is not ("empty" or "hash-empty" or "index-only" or "reference" or "window")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task A_part_with_all_rows_has_the_same_values_as_the_dataset(string name)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await DatasetCopy.RunAsync(Path.Combine(Valid, name), folder["part"], new CopyOptions { Where = "true" }, token);
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["part"], new ValidationOptions { Deep = true }, token);
        Assert.Empty(report.Findings);
        Assert.Equal("same", Python.Run(Compare, Path.Combine(Valid, name), folder["part"]).Trim());
        Assert.Equal(File.Exists(Path.Combine(Valid, name, "main", "ids.parquet")), File.Exists(folder["part/main/ids.parquet"]));
        Manifest whole = Read(Path.Combine(Valid, name)), part = Read(folder["part"]);
        Assert.Equal(ManifestWriter.Write(whole with
        {
            Version = part.Version,
            Description = part.Description,
            Bytes = part.Bytes,
            FilesSha256 = part.FilesSha256
        }), ManifestWriter.Write(part));
    }

    private static Manifest Read(string dataset) =>
        ManifestReader.Read(File.ReadAllText(Path.Combine(dataset, DatasetPaths.Manifest)), dataset);
}
