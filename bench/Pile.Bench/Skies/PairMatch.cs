using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Tables;

namespace Pile.Bench.Skies;

/// <summary>A match of two generated skies with <c>pile crossmatch</c>.</summary>
/// <param name="kind">The kind of sky.</param>
/// <param name="rows">The number of rows of each side.</param>
/// <param name="withColumns">True to include the native columns of both sides in the result.</param>
internal sealed class PairMatch(SkyKind kind, int rows, bool withColumns = false)
{
    internal const string RadiusArcsec = "1";

    private const string Folder = "bench/.work/skies";

    internal int Rows { get; } = rows;

    internal SkyKind Kind { get; } = kind;

    /// <summary>The datasets, which are created if they do not exist.</summary>
    internal string A { get; } = Make(kind, rows, "a", withColumns);

    internal string B { get; } = Make(kind, rows, "b", withColumns);

    /// <summary>The columns of each side that are included in the result.</summary>
    internal string[] Columns { get; } = withColumns ? SkyDataset.Columns : [];

    internal string[] Arguments => ["crossmatch", A, B, "--radius", RadiusArcsec,
        .. Columns.Length == 0 ? (string[])[] : ["--columns",
            string.Join(',', Columns.Select(c => $"a.{c}").Concat(Columns.Select(c => $"b.{c}")))], "--out", Pairs, "--quiet"];

    private static string Pairs => $"{Folder}/pairs.parquet";

    /// <summary>Reads the positions of both sides from the disk from beginning to end, so that their state in the system's cache does not
    /// depend on earlier readers.</summary>
    internal void BringIn()
    {
        string[] files = [.. new[] { A, B }.Select(side => Path.Combine(Folders.Root, SkyDataset.PositionsOf(side)))];
        ColdFiles.Make(files);
        foreach (string path in files)
        {
            using FileStream file = File.OpenRead(path);
            file.CopyTo(Stream.Null, 1 << 20);
        }
    }

    /// <summary>Runs one match, and returns the checksum of its pairs computed with SQL.</summary>
    internal Pass Run(string program)
    {
        File.Delete(Path.Combine(Folders.Root, Pairs));
        double seconds = ProgramRun.Run(program, Arguments).Seconds;
        return new Pass(seconds, ZoneSql.Checksum(Pairs, Columns));
    }

    /// <summary>Runs one match with its files in the system's cache, and returns the SHA-256 of the sorted ids of its pairs.</summary>
    internal Pass RunWarmForIds()
    {
        Measure();
        File.Delete(Path.Combine(Folders.Root, Pairs));
        double seconds = ProgramRun.Run(Folders.Program, Arguments).Seconds;
        return new Pass(seconds, ChecksumOfIdsAsync(Path.Combine(Folders.Root, Pairs)).GetAwaiter().GetResult());
    }

    /// <summary>Runs one match, and measures its memory.</summary>
    internal ProgramRun Measure()
    {
        File.Delete(Path.Combine(Folders.Root, Pairs));
        return ProgramRun.RunWithMemory(Folders.Program, Arguments);
    }

    /// <summary>Runs one match without additional columns.</summary>
    internal ProgramRun RunPlain()
    {
        File.Delete(Path.Combine(Folders.Root, Pairs));
        return ProgramRun.Run(Folders.Program, "crossmatch", A, B, "--radius", RadiusArcsec, "--out", Pairs, "--quiet");
    }

    private static string Make(SkyKind kind, int rows, string side, bool withColumns) =>
        SkyDataset.MakeAsync(Folder, kind, rows, side, withColumns).GetAwaiter().GetResult();

    internal static async Task<string> ChecksumOfIdsAsync(string pairs)
    {
        List<(long A, long B)> found = [];
        await using ITableReader table = TableReader.Open(pairs);
        await foreach (RowBatch batch in table.ReadAsync(["a_object_id", "b_object_id"]))
        {
            ReadOnlyMemory<long> a = ((ColumnData<long>)batch["a_object_id"]).Values, b = ((ColumnData<long>)batch["b_object_id"]).Values;
            for (int i = 0; i < batch.RowCount; i++)
                found.Add((a.Span[i], b.Span[i]));
        }
        found.Sort();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>(found.Select(p => p.A).ToArray()));
        hash.AppendData(MemoryMarshal.AsBytes<long>(found.Select(p => p.B).ToArray()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
