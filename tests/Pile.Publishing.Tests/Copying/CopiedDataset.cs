using Pile.Format;
using Pile.Publishing.Tests.Copying;
using Pile.TestKit;
using Pile.Writing;

[assembly: AssemblyFixture(typeof(CopiedDataset))]

namespace Pile.Publishing.Tests.Copying;

/// <summary>A dataset of two cells. One shard is sent in two parts: it has 24 MB that no codec can compress.</summary>
public sealed class CopiedDataset : IAsyncLifetime
{
    private const int Rows = 13;
    private readonly TemporaryFolder folder = new();

    /// <summary>The folder of the dataset.</summary>
    public string Path => folder["noise"];

    /// <summary>The paths of the files, relative to the folder.</summary>
    public string[] Files => FilesOf(Path);

    /// <summary>The shard that is larger than one part.</summary>
    public string LargeShard => Files.MaxBy(f => new FileInfo(System.IO.Path.Combine(Path, f)).Length)!;

    /// <summary>The total size of all files in bytes.</summary>
    public long Bytes => Files.Sum(f => new FileInfo(System.IO.Path.Combine(Path, f)).Length);

    public async ValueTask InitializeAsync()
    {
        DatasetSpec spec = new()
        {
            Name = "noise",
            Modality = "catalogue",
            Provenance = new()
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "CC0-1.0",
                Citation = "c",
                Builder = "test",
                BuilderVersion = "1"
            },
            Order = 0,
            Codec = PieceCodec.None,
        };
        await using DatasetWriter writer = DatasetWriter.Create(Path, spec, new WriterSettings { Workers = 1 });
        using (UnitSpill unit = writer.BeginUnit("u", []))
        {
            Random random = new(3);
            float[] noise = new float[Rows * 64 * 7200];
            for (int i = 0; i < noise.Length; i++)
                noise[i] = random.NextSingle();
            unit.Append(new RowBatch([
                new ColumnData<long>(Column("object_id", DType.Int64), Enumerable.Range(0, Rows).Select(i => (long)i).ToArray()),
                new ColumnData<double>(Column("ra", DType.Float64) with { Unit = "deg" },
                    Enumerable.Range(0, Rows).Select(i => i == 0 ? 200.0 : 10 + (i * 0.01)).ToArray()),
                new ColumnData<double>(Column("dec", DType.Float64) with { Unit = "deg" },
                    Enumerable.Range(0, Rows).Select(i => i * 0.1).ToArray()),
                new ColumnData<float>(Column("noise", DType.Float32) with { Shape = [64, 7200] }, noise)]));
            unit.Complete();
        }
        await writer.CommitAsync();
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static string[] FilesOf(string path) =>
        [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => System.IO.Path.GetRelativePath(path, f))
            .Order(StringComparer.Ordinal)];

    /// <summary>Asserts that a folder has exactly the same files with the same bytes.</summary>
    internal static void AssertSame(string expected, string found)
    {
        Assert.Equal(FilesOf(expected), FilesOf(found));
        foreach (string file in FilesOf(expected))
            Assert.True(File.ReadAllBytes(System.IO.Path.Combine(expected, file)).AsSpan()
                .SequenceEqual(File.ReadAllBytes(System.IO.Path.Combine(found, file))), file);
    }

    /// <summary>Copies the dataset with the file system, for tests that damage it.</summary>
    internal string CloneTo(string target)
    {
        foreach (string file in Files)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.Combine(target, file))!);
            File.Copy(System.IO.Path.Combine(Path, file), System.IO.Path.Combine(target, file));
        }
        return target;
    }

    private static ColumnSchema Column(string name, DType type) => new() { Name = name, DType = type };
}
