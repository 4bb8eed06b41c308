using System.Collections.Immutable;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The parts of few rows of all units, combined to files of many rows.</summary>
/// <remarks>A survey has a file for each object. Opening a part for each of several passes takes longer than reading its rows, and DuckDB
/// would process chunks of one row.</remarks>
internal sealed class CombinedParts
{
    private const long MaxRows = 2048, MaxBytes = 1 << 20;
    private const int LeastParts = 16, PartsPerFile = 10_000;

    /// <summary>The size of a row group of a combined file. DuckDB reads whole groups into memory for sorting.</summary>
    private const long RowGroupBytes = 8L << 20;

    private const long MaxRowGroupRows = 122_880;
    private const int VectorRows = 2048;

    private readonly string folder;
    private readonly Dictionary<string, List<string>> filesOf = new(StringComparer.Ordinal);
    private int fileCount;

    private CombinedParts(string folder) => this.folder = folder;

    /// <summary>Combines the parts.</summary>
    /// <param name="parts">The parts of all units.</param>
    /// <param name="folder">A folder for the files, created if there is anything to combine.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal static CombinedParts Of(IReadOnlyList<SpilledPart> parts, string folder, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        CombinedParts combined = new(folder);
        foreach (IGrouping<string, SpilledPart> same in parts.Where(IsFew).GroupBy(part => part.Layout.Types, StringComparer.Ordinal))
            if (same.ToArray() is { Length: >= LeastParts } few)
                combined.Add(same.Key, few, connection, cancellationToken);
        return combined;
    }

    /// <summary>Returns the files with the combined parts of a layout; null if they are not combined.</summary>
    /// <param name="types">See <see cref="SpillLayout.TypesOf"/>.</param>
    internal IReadOnlyList<string>? FilesOf(string types) => filesOf.GetValueOrDefault(types);

    /// <summary>Returns whether a part has few rows.</summary>
    internal static bool IsFew(SpilledPart part) => part.RowCount <= MaxRows && part.Rows.Place.Bytes <= MaxBytes;

    private void Add(string types, SpilledPart[] parts, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        List<string> files = filesOf[types] = [];
        ImmutableArray<DuckDbField> fields = SpillLayout.Fields(parts[0].Layout.Columns);
        Directory.CreateDirectory(folder);
        foreach (SpilledPart[] some in parts.Chunk(PartsPerFile))
        {
            string path = Path.Combine(folder, $"combined_{fileCount++}.parquet");
            using DuckDbScan scan = connection.Scan(new RowsTable(fields, some.Select(part => part.Rows)));
            (long rows, long bytes) = (some.Sum(part => part.RowCount), some.Sum(part => part.Rows.Place.Bytes));
            long groupRows = Math.Clamp(RowGroupBytes * rows / Math.Max(bytes, 1) / VectorRows * VectorRows, VectorRows, MaxRowGroupRows);
            connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION snappy, "
                + $"ROW_GROUP_SIZE {groupRows}{ParquetCopy.WithoutDictionaries})", cancellationToken: cancellationToken);
            files.Add(path);
        }
    }
}
