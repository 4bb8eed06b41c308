using Pile.Format;
using Pile.Sky;
using Pile.Writing;
using Pile.Writing.Index;

namespace Pile.Builders;

/// <summary>Reads the whole source as a build does, counts, and writes nothing.</summary>
internal sealed class DryRun(
    IDatasetBuilder builder, RecipeSource source, DatasetSpec spec, BuildSettings settings, SourceDecisions decisions,
    UnitMessages messages)
{
    // The location of a row in its shard and in the spill.
    private const int PlaceBytes = 64;

    private readonly KeyCounts counts = KeyCounts.For(spec.HasPositions);
    private readonly HashSet<string> tiles = new(StringComparer.Ordinal);
    private readonly Lock counting = new();
    private readonly Dictionary<string, TextWidth> widths = new(StringComparer.Ordinal);
    private long valueBytes, skipped, rowsLeft = settings.Limit ?? long.MaxValue;

    internal async Task<BuildEstimate> RunAsync(CancellationToken cancellationToken)
    {
        BuildContext context = new() { SkipsBadRows = settings.SkipsBadRows, Decisions = decisions, OnMessage = messages.Report };
        foreach (string message in source.Messages)
            messages.Report(message);
        List<SourceUnit> units = await BuildRun.PlanAsync(builder, source.Kind, context, cancellationToken)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = settings.Limit is null ? settings.Writer.Workers : 1,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(units, parallel, async (unit, token) =>
        {
            try
            {
                if (rowsLeft > 0)
                    await ReadAsync(unit, token).ConfigureAwait(false);
            }
            catch (PileException reason) when (settings.SkipsBadRows && SkippedUnit.IsOfUnit(reason))
            {
                Interlocked.Increment(ref skipped);
                settings.OnMessage?.Invoke($"would skip {unit.Id}: {reason.Message}");
            }
        }).ConfigureAwait(false);
        long paddingBytes = spec.HasShards ? widths.Values.Sum(width => width.PaddingBytes) : 0;
        counts.AddToRows(paddingBytes / Math.Max(counts.Rows, 1));
        Partition partition = counts.PartitionFor(spec);
        return new BuildEstimate(units, units.Sum(u => u.EstimatedBytes), counts.Rows,
            spec.Grid is null ? counts.CellsOf(partition) : tiles.Count, partition, valueBytes, paddingBytes, skipped);
    }

    private async Task ReadAsync(SourceUnit unit, CancellationToken cancellationToken)
    {
        BuildContext context = new()
        {
            SkipsBadRows = settings.SkipsBadRows,
            Decisions = decisions,
            WantedRows = settings.Limit is null ? null : rowsLeft,
            OnMessage = messages.Of(unit),
            OnSkip = _ => Interlocked.Increment(ref skipped),
        };
        IAsyncEnumerable<RowBatch> batches = BuilderFailedException.GuardAsync(
            source.Kind, unit, "", context, () => builder.ReadAsync(unit, context, cancellationToken), cancellationToken);
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            RowBatch kept = settings.Limit is null ? batch : batch.First((int)Math.Min(rowsLeft, batch.RowCount));
            Count(kept);
            if (settings.Limit is not null && (rowsLeft -= kept.RowCount) == 0)
                return;
        }
    }

    private void Count(RowBatch batch)
    {
        long?[] keys = KeysOf(batch);
        ColumnData[] ragged = [.. batch.Columns.Where(c => c.Schema.IsRagged && c is not TextColumnData)];
        long otherBytes = batch.Columns.Except(ragged).Sum(c => c.ValueBytes) / Math.Max(1, batch.RowCount);
        lock (counting)
        {
            foreach (TextColumnData texts in batch.Columns.OfType<TextColumnData>().Where(c => !c.Schema.IsRagged))
                widths[texts.Schema.Name] = widths.GetValueOrDefault(texts.Schema.Name).With(texts);
            for (int row = 0; row < batch.RowCount; row++)
            {
                if (keys[row] is not { } key)
                    continue; // the build names the row
                long bytes = PlaceBytes + otherBytes;
                foreach (ColumnData column in ragged)
                    bytes += column.RowBytes(row).Length;
                counts.Add(key, bytes);
                if (spec.Grid is not null && batch.Find(Partition.Tile) is TextColumnData names)
                    tiles.Add(names.Text(row));
                valueBytes += bytes;
            }
        }
    }

    /// <summary>Returns the keys of rows; null for a row without a valid position.</summary>
    private long?[] KeysOf(RowBatch batch)
    {
        if (spec.Frame is not { } frame)
            return [.. Enumerable.Range(0, batch.RowCount).Select(row => (long?)(batch["object_id"] is TextColumnData texts
                ? IndexKey.OfId(texts.Element(row)) : IndexKey.OfId(batch.Values<long>("object_id")[row])))];
        ReadOnlySpan<double> ra = batch.Values<double>(frame.Lon), dec = batch.Values<double>(frame.Lat);
        long?[] keys = new long?[batch.RowCount];
        for (int row = 0; row < keys.Length; row++)
            if (double.IsFinite(ra[row]) && Math.Abs(dec[row]) <= 90)
                keys[row] = Healpix.AngToPix(Healpix.MaxOrder, ra[row], dec[row]);
        return keys;
    }

    /// <summary>The number, the sum of the bytes and the longest of the texts of a column.</summary>
    private readonly record struct TextWidth(long Count, long Bytes, int Longest)
    {
        internal long PaddingBytes => (Count * Longest) - Bytes;

        internal TextWidth With(TextColumnData texts)
        {
            ReadOnlySpan<int> starts = texts.Starts.Span;
            int longest = Longest;
            for (int i = 1; i < starts.Length; i++)
                longest = Math.Max(longest, starts[i] - starts[i - 1]);
            return new TextWidth(Count + starts.Length - 1, Bytes + starts[^1] - starts[0], longest);
        }
    }
}
