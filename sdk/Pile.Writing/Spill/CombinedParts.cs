using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The parts of few rows of all units, joined to parts of many rows.</summary>
/// <remarks>A survey has a file for each object. Opening a part for each of several passes takes longer than reading its rows, and DuckDB
/// would process chunks of one row.</remarks>
internal sealed class CombinedParts
{
    private const long MaxRows = 2048, MaxBytes = 1 << 20;
    private const int LeastParts = 16;

    /// <summary>The size of a combined part, which DuckDB reads at once.</summary>
    private const long CombinedBytes = 4 << 20;

    private readonly string folder;
    private readonly ConcurrentBag<SpilledPart> combined = [];
    private int lastFile;

    private CombinedParts(string folder) => this.folder = folder;

    /// <summary>Returns the parts, with those of few rows combined.</summary>
    /// <param name="parts">The parts of all units.</param>
    /// <param name="folder">A folder for the combined ones, created if there are any.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="Format.SourceUnreadableException">A file of the spills was damaged.</exception>
    internal static IReadOnlyList<SpilledPart> Of(IReadOnlyList<SpilledPart> parts, string folder, int workers,
        CancellationToken cancellationToken)
    {
        SpilledPart[][] groups = [.. parts.Where(IsFew).GroupBy(part => part.Layout.Types, StringComparer.Ordinal)
            .Select(group => group.ToArray()).Where(group => group.Length >= LeastParts)];
        if (groups is [])
            return parts;
        CombinedParts made = new(folder);
        Directory.CreateDirectory(folder);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        // A file for each thread, which has one combined part after the other.
        try
        {
            Parallel.ForEach(Partitioner.Create(groups.SelectMany(Divide), EnumerablePartitionerOptions.NoBuffering), parallel, made.Open,
                made.Combine, file => file.Dispose());
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        HashSet<SpilledPart> replaced = new(groups.SelectMany(group => group), ReferenceEqualityComparer.Instance);
        return [.. parts.Where(part => !replaced.Contains(part)), .. made.combined];
    }

    private static bool IsFew(SpilledPart part) => part.RowCount <= MaxRows && part.Rows.Place.Bytes <= MaxBytes;

    /// <summary>Divides parts of one group by their size.</summary>
    private static IEnumerable<ArraySegment<SpilledPart>> Divide(SpilledPart[] group)
    {
        for (int first = 0, end; first < group.Length; first = end)
        {
            long bytes = 0;
            for (end = first; end < group.Length && bytes < CombinedBytes; end++)
                bytes += group[end].Rows.Place.Bytes;
            yield return new(group, first, end - first);
        }
    }

    private SpillFile Open() => new(Path.Combine(folder,
        $"{Interlocked.Increment(ref lastFile).ToString(CultureInfo.InvariantCulture)}{RowsFile.Extension}"));

    private SpillFile Combine(ArraySegment<SpilledPart> some, ParallelLoopState state, SpillFile file)
    {
        RowLayout layout = some[0].Layout;
        ImmutableArray<DuckDbField> fields = SpillLayout.Fields(layout.Columns);
        int[] all = [.. Enumerable.Range(0, fields.Length)];
        DuckDbColumnJoin[] joins = [.. all.Select(_ => new DuckDbColumnJoin())];
        RowsTable table = new(fields, some.Select(part => part.Rows));
        byte[] buffer = [];
        try
        {
            for (int batch = 0; batch < table.BatchCount; batch++)
                foreach ((DuckDbColumnJoin join, DuckDbColumn column) in joins.Zip(table.Read(batch, all, ref buffer)))
                    join.Add(column);
        }
        finally
        {
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }
        RowsFile rows = new(file, new ArrayBufferWriter<byte>());
        rows.Append([.. joins.Select(join => join.Join())], checked((int)table.RowCount));
        SpillRange place = rows.Complete();
        combined.Add(new SpilledPart(new PlacedRows(file.Path, place, []), layout, table.RowCount));
        return file;
    }
}
