using System.Collections.Immutable;
using System.Globalization;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>The files of an archive with the columns of a table; with positions, if the table has them.</summary>
/// <remarks>Files without a row in the table have nulls. If the rows of the dataset have positions, such files are skipped
/// instead.</remarks>
internal sealed class JoinedArchive : IArchive
{
    private readonly IArchive archive;
    private readonly FileTable table;
    private readonly bool[] isRead;
    private readonly Lock reading = new();
    private long withoutRow, withoutPosition;
    private string? fileWithoutRow; // the first one by its id

    /// <summary>Adds the columns of a table to an archive.</summary>
    /// <param name="archive">An archive whose rows are files.</param>
    /// <param name="table">The table.</param>
    internal JoinedArchive(IArchive archive, FileTable table)
    {
        (this.archive, this.table) = (archive, table);
        isRead = new bool[archive.Units.Length];
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => archive.Facts with { Frame = table.Positions is null ? null : Manifest.Icrs };

    /// <inheritdoc/>
    public ImmutableArray<string> Units => archive.Units;

    /// <inheritdoc/>
    public string? Note => archive.Note;

    /// <inheritdoc/>
    public string RemedyWithoutRows => withoutRow + withoutPosition == 0 ? archive.RemedyWithoutRows
        : withoutRow < withoutPosition ? $"Add positions to the rows of {table.Path}, or set FileTableOptions.IgnoresPositions"
        : table.RowCount == 0 ? $"Name a table with rows: {table.Path} has none"
        : $"Write the paths of the files to the column {table.KeyExample}, or set FileTableOptions.IgnoresPositions";

    /// <inheritdoc/>
    public void CheckAll()
    {
        archive.CheckAll();
        table.RequireOneFilePerRow();
        if (table.Positions is null) // otherwise the dataset has no rows, which is an error
            table.RequireFiles(fileWithoutRow);
    }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken)
    {
        long without = 0;
        string? first = null;
        foreach (RowBatch batch in archive.Read(unit, context, cancellationToken))
        {
            TextColumnData ids = (TextColumnData)batch["object_id"];
            int[] rows = table.Find(ids, (TextColumnData)batch["path"]);
            without += rows.Count(row => row < 0);
            first ??= rows.Contains(-1) ? ids.Text(Array.IndexOf(rows, -1)) : null;
            RowBatch joined = table.Positions is { } positions ? WithPositions(batch, ids, rows, positions, context)
                : Join(batch, rows, []);
            if (joined.RowCount > 0)
                yield return joined;
        }
        string fate = table.Positions is null ? "they have nulls in its columns" : "they have no position and are skipped";
        if (without > 0)
            context.OnFinding(string.Create(CultureInfo.InvariantCulture,
                $"{Units[unit]}: the number of rows that are not in {table.Path} is {without}; {fate}. The first is '{first}'."));
        lock (reading)
        {
            if (first is not null && (fileWithoutRow is null || string.CompareOrdinal(first, fileWithoutRow) < 0))
                fileWithoutRow = first;
            bool isLast = !isRead[unit] && isRead.Count(read => !read) == 1;
            isRead[unit] = true;
            if (isLast && table.FindUnused() is { } unused)
                context.OnFinding(unused);
        }
    }

    private RowBatch WithPositions(RowBatch batch, TextColumnData ids, int[] rows, TablePositions positions, ArchiveContext context)
    {
        List<int> kept = new(rows.Length);
        for (int i = 0; i < rows.Length; i++)
            if (rows[i] >= 0 && positions.Has(rows[i]))
                kept.Add(i);
            else
                context.OnSkip(new SkippedRow(ids.Text(i), null, rows[i] < 0 ? $"it has no row in {table.Path}, and so no position"
                    : string.Create(CultureInfo.InvariantCulture, $"row {rows[i]} of {table.Path} has no position")));
        int[] found = [.. kept.Select(i => rows[i])];
        int missing = rows.Count(row => row < 0);
        Interlocked.Add(ref withoutRow, missing);
        Interlocked.Add(ref withoutPosition, rows.Length - kept.Count - missing);
        if (kept.Count < rows.Length)
            batch = new RowBatch(batch.Columns.Select(c => c.Take(kept.ToArray())));
        return Join(batch, found, positions.Take(found));
    }

    private RowBatch Join(RowBatch batch, int[] rows, ReadOnlySpan<ColumnData> positions)
    {
        HashSet<string> used = batch.Columns.Select(c => c.Schema.Name).ToHashSet(StringComparer.Ordinal);
        return new RowBatch([batch.Columns[0], .. positions, .. batch.Columns[1..], .. table.Take(rows, used)]);
    }
}
