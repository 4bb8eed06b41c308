using System.Collections.Immutable;
using System.Security.Cryptography;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>The manifest of a dataset that a test makes without Pile's writer.</summary>
internal static class HandMadeManifest
{
    /// <summary>The columns of every catalogue: id, position and cell.</summary>
    internal static ImmutableArray<ColumnSchema> Common { get; } =
        [Light("object_id", DType.Int64), Light("ra", DType.Float64), Light("dec", DType.Float64), Light("healpix", DType.Int64)];

    internal static ColumnSchema Light(string name, DType type) => new() { Name = name, DType = type };

    /// <summary>The manifest of a dataset with one shard and cells of order 0.</summary>
    internal static Manifest Of(string name, string modality, long rows, ImmutableArray<ColumnSchema> columns) => new()
    {
        Name = name,
        Modality = modality,
        Provenance = new Provenance
        {
            Project = "p",
            Survey = "s",
            Instrument = "i",
            Release = "r",
            Licence = "l",
            Citation = "c",
            Builder = "by hand",
            BuilderVersion = "1"
        },
        Rows = rows,
        Shards = 1,
        Bytes = 1,
        Partition = new Partition(Partition.Healpix, 0),
        Columns = columns,
        FilesSha256 = "",
    };

    /// <summary>Writes a manifest with the checksum of the folder's list of files.</summary>
    internal static void Write(TemporaryFolder folder, Manifest manifest)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder[DatasetPaths.Files])));
        File.WriteAllText(folder[DatasetPaths.Manifest], ManifestWriter.Write(manifest with { FilesSha256 = sha256 }));
    }
}
