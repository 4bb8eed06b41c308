using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Codecs;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>The pairs of one task as plain Parquet: rows of A and B and separations, a row group for each block with pairs. The blocks
/// with their checksums are in the metadata.</summary>
internal sealed class PartFile : IPairSink, IDisposable
{
    private const string VersionKey = "pile.match.part", Layout = "1", IdentityKey = "pile.match.part.identity",
        BlocksKey = "pile.match.part.blocks";

    private static readonly ParquetColumn[] Columns = [new("row_a", ParquetType.Int32), new("row_b", ParquetType.Int32),
        new("separation_arcsec", ParquetType.Double)];

    private readonly PlainParquetWriter file;
    private readonly StringBuilder blocks = new();

    private PartFile(PlainParquetWriter file) => this.file = file;

    /// <summary>The number of pairs so far.</summary>
    internal long PairCount { get; private set; }

    internal static PartFile Create(string path) => new(PlainParquetWriter.Create(path, Columns));

    public void Prepare(PairBuffer rows) { }

    public void Place(PairBuffer rows)
    {
        PairCount += rows.Count;
        rows.Place = rows.Count == 0 ? null : file.Place(rows.Count);
        uint checksum = Checksum(rows.RowA.AsSpan(0, rows.Count), rows.RowB.AsSpan(0, rows.Count),
            rows.SeparationArcsec.AsSpan(0, rows.Count));
        blocks.Append(CultureInfo.InvariantCulture, $"{rows.FirstRowA} {rows.EndRowA} {rows.Count} {checksum:x8}\n");
    }

    public void Write(PairBuffer rows)
    {
        if (rows.Place is not { } place)
            return;
        file.Write(place, 0, MemoryMarshal.AsBytes(rows.RowA.AsSpan(0, rows.Count)));
        file.Write(place, 1, MemoryMarshal.AsBytes(rows.RowB.AsSpan(0, rows.Count)));
        file.Write(place, 2, MemoryMarshal.AsBytes(rows.SeparationArcsec.AsSpan(0, rows.Count)));
        rows.Place = null;
    }

    /// <summary>Completes the file.</summary>
    internal void Complete(PartIdentity identity) => file.Complete(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [VersionKey] = Layout,
        [IdentityKey] = identity.ToText(),
        [BlocksKey] = blocks.ToString(),
    });

    public void Dispose() => file.Dispose();

    /// <summary>Returns why a part does not belong to a match; null if it does.</summary>
    internal static string? FaultOf(PlainParquetFile part, PartIdentity identity) =>
        part.Metadata.GetValueOrDefault(VersionKey) is not { } layout ? "it is not a part of a match"
        : layout != Layout ? $"its layout is version {layout}; this program reads version {Layout}"
        : !part.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(Columns.Select(c => (c.Name, c.Type))) ? "it has other columns"
        : identity.DifferenceTo(part.Metadata.GetValueOrDefault(IdentityKey, "")) is { } difference
            ? $"it is a part of another match: {difference}" : null;

    /// <summary>Adds the pairs of a part. They are read and verified when they are used.</summary>
    /// <param name="part">The part, which must stay open.</param>
    /// <param name="rowsA">The first row of A of the task, and one past the last.</param>
    /// <param name="countB">The number of rows of B with a position.</param>
    /// <param name="pairs">Receives the blocks.</param>
    /// <exception cref="SourceUnreadableException">The part is damaged.</exception>
    internal static void Add(PlainParquetFile part, (int First, int End) rowsA, int countB, KeptPairs pairs)
    {
        int next = rowsA.First, group = 0;
        foreach (string line in part.Metadata.GetValueOrDefault(BlocksKey, "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not [var f, var e, var c, var s] || !Number(f, out int first) || !Number(e, out int end)
                || !Number(c, out int count) || !uint.TryParse(s, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out uint checksum) || first != next || end <= first || end > rowsA.End
                || (count > 0 && (group == part.GroupCount || part.RowsOf(group) != count)))
                throw Damaged(part, $"its list of blocks is not valid at '{line}'");
            int own = group;
            pairs.Add(new KeptPairs.Block(first, end, count,
                count == 0 ? () => KeptPairs.Rows.None : () => Read(part, own, first, end, countB, checksum)));
            group += count == 0 ? 0 : 1;
            next = end;
        }
        if (next != rowsA.End || group != part.GroupCount)
            throw Damaged(part, "its list of blocks is not complete");

        static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static KeptPairs.Rows Read(PlainParquetFile part, int group, int first, int end, int countB, uint checksum)
    {
        int[] rowA, rowB;
        double[] separation;
        try
        {
            (rowA, rowB, separation) = (part.Values<int>(group, 0).ToArray(), part.Values<int>(group, 1).ToArray(),
                part.Values<double>(group, 2).ToArray());
        }
        catch (PlainParquetException e)
        {
            throw Damaged(part, e.Message, e);
        }
        if (Checksum(rowA, rowB, separation) != checksum)
            throw Damaged(part, $"the pairs of row group {group} do not match their checksum");
        for (int i = 0; i < rowA.Length; i++)
            if (rowA[i] < (i == 0 ? first : rowA[i - 1]) || rowA[i] >= end || rowB[i] < 0 || rowB[i] >= countB)
                throw Damaged(part, $"row group {group} has a pair of rows {rowA[i]} and {rowB[i]}, which are out of range");
        return new KeptPairs.Rows(rowA, rowB, separation);
    }

    private static uint Checksum(ReadOnlySpan<int> rowA, ReadOnlySpan<int> rowB, ReadOnlySpan<double> separation) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Compute(MemoryMarshal.AsBytes(rowA)), MemoryMarshal.AsBytes(rowB)),
            MemoryMarshal.AsBytes(separation));

    internal static SourceUnreadableException Damaged(PlainParquetFile part, string finding, Exception? inner = null) =>
        new(part.Path, finding, PartFolder.Remedy, inner);
}
