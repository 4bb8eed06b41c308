using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The parts of few rows of all units, combined to Parquet files that DuckDB can scan.</summary>
internal sealed class CombinedParts
{
    private const long RowsPerFile = 1_000_000, BytesPerFile = 64L << 20;

    private readonly string folder;
    private readonly Dictionary<string, List<string>> filesOf = new(StringComparer.Ordinal);
    private int fileCount;

    private CombinedParts(string folder) => this.folder = folder;

    /// <summary>Combines the parts.</summary>
    /// <param name="units">The complete units.</param>
    /// <param name="area">Their folders.</param>
    /// <param name="folder">A folder for the files, created if there is anything to combine.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the work between two parts.</param>
    internal static CombinedParts Of(IReadOnlyList<UnitRecord> units, SpillArea area, string folder, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        CombinedParts combined = new(folder);
        foreach (IGrouping<string, FewPart> same in units.SelectMany(unit => unit.Parts.Where(IsFew).Select(part =>
            new FewPart(Path.Combine(area.FolderOf(unit.UnitId), part.File), part, unit.Layouts[part.Layout])))
            .GroupBy(part => SpillLayout.TypesOf(part.Columns), StringComparer.Ordinal))
            combined.Add(same.Key, [.. same], connection, cancellationToken);
        return combined;
    }

    /// <summary>Returns whether a part is a file of few rows.</summary>
    internal static bool IsFew(PartRecord part) => part.File.EndsWith(FewRows.Extension, StringComparison.Ordinal);

    /// <summary>Returns the files with the parts of a layout.</summary>
    /// <param name="types">See <see cref="SpillLayout.TypesOf"/>.</param>
    internal IEnumerable<string> FilesOf(string types) => filesOf.GetValueOrDefault(types) ?? [];

    private void Add(string types, FewPart[] parts, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        SpillLayout layout = new(parts[0].Columns, types);
        List<string> files = filesOf[types] = [];
        Directory.CreateDirectory(folder);
        for (int next = 0; next < parts.Length;)
        {
            string name = $"combined_{fileCount++}", path = Path.Combine(folder, name + ".parquet");
            using PartTable table = new(connection, layout.CreateTableSql(name), name);
            (long rows, long bytes) = (0, 0);
            for (; next < parts.Length && rows < RowsPerFile && bytes < BytesPerFile; next++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (IReadOnlyList<DuckDbColumn> batch in FewRows.Read(parts[next].Path))
                    table.Append(batch);
                (rows, bytes) = (rows + parts[next].Record.Rows, bytes + parts[next].Record.Bytes);
            }
            table.Write(path, rows, bytes);
            files.Add(path);
        }
    }

    private sealed record FewPart(string Path, PartRecord Record, ImmutableArray<ColumnSchema> Columns);
}
