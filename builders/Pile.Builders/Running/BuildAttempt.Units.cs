using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <content>Reads units.</content>
internal sealed partial class BuildAttempt
{
    private async Task ReadAsync(DatasetWriter writer, SourceUnit unit, bool haveAllOneColumns, CancellationToken cancellationToken)
    {
        string name = unit.Id + suffix;
        SourceFile[] files = checksums.Of(unit);
        foreach (string finding in checksums.FindingsOf(unit))
            messages.Of(unit)(finding);
        // A limited build reads only a part of a unit, which a complete build must not reuse; so it always reads the unit again.
        if (settings.Limit is null && writer.IsComplete(name, files))
        {
            Interlocked.Add(ref skippedBefore, writer.SkippedRowsOf(name));
            facts[unit.Id] = writer.FactsOf(name)!;
            Interlocked.Add(ref rowCount, writer.RowsOf(name));
            return;
        }
        if (settings.SkipsBadRows && writer.SkipReasonOf(name, files) is { } reason)
        {
            skipped.Add(new SkippedUnit(unit.Id, new SkippedByTaskException(reason)));
            return;
        }
        long further = 0;
        for (int reading = 1; ; reading++)
        {
            long leftBefore = rowsLeft, skippedBeforeUnit = skippedRows;
            using UnitSpill spill = writer.BeginUnit(name, files);
            long rejected = await AppendAsync(spill, unit, further, haveAllOneColumns, cancellationToken).ConfigureAwait(false);
            if (settings.Limit is not null && rowsLeft > 0 && rejected > further)
            {
                // The builder has ended after the wanted rows, of which the writer has rejected some: it reads as many more. With a limit,
                // units are read one after the other. If that does not end soon, most rows are bad.
                const int FewReadings = 8;
                (rowsLeft, skippedRows, further) = (leftBefore, skippedBeforeUnit, reading < FewReadings ? rejected : 2 * rejected);
                continue;
            }
            checksums.RequireUnchanged(unit);
            UnitFacts? found = facts.GetValueOrDefault(unit.Id);
            spill.Complete(builder is IMountingBuilder { Mounts: { Count: > 0 } mounts }
                ? (found ?? new UnitFacts()) with { Mounts = mounts.ToDictionary(StringComparer.Ordinal) } : found);
            Interlocked.Add(ref rowCount, spill.Rows);
            return;
        }
    }

    /// <summary>Reads the rows of a unit.</summary>
    /// <param name="spill">Receives the rows.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="further">The number of rows that the builder is asked for in addition to the wanted ones.</param>
    /// <param name="haveAllOneColumns">True if all units have the same columns.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The number of rows that the writer has rejected; 0 if the unit has no further rows that could take their place.</returns>
    private async Task<long> AppendAsync(UnitSpill spill, SourceUnit unit, long further, bool haveAllOneColumns,
        CancellationToken cancellationToken)
    {
        BuildContext context = ContextOf(unit, spill, further);
        IAsyncEnumerable<RowBatch> batches = BuilderFailedException.GuardAsync(
            source.Kind, unit, "", context, () => builder.ReadAsync(unit, context, cancellationToken), cancellationToken);
        long rejected = 0, returned = 0;
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            long before = spill.Rows;
            returned += batch.RowCount;
            if (settings.SkipsBadRows)
                spill.AppendValid(batch, rowsLeft, (row, fault) =>
                {
                    rejected++;
                    Reject(unit, context, batch.SourceRows.IsEmpty ? row : null, fault);
                });
            else
                spill.Append(settings.Limit is null ? batch : batch.First((int)Math.Min(rowsLeft, batch.RowCount)));
            hasBatches = true;
            if (before == 0 && haveAllOneColumns)
                spill.RequireDeclarations();
            if (settings.Limit is not null && (rowsLeft -= spill.Rows - before) == 0)
                break;
        }
        return returned < context.WantedRows ? 0 : rejected;
    }

    /// <summary>Skips a row that the writer has rejected.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The context of the unit.</param>
    /// <param name="row">The row, whose number in the file is unknown, so that it is named by its id; null if the number is known.</param>
    /// <param name="fault">What is wrong with it.</param>
    private void Reject(SourceUnit unit, BuildContext context, RowBatch? row, ValueInvalidException fault)
    {
        // The id of a unit that is a part of a file begins with the name of the file.
        string file = unit.Files.Where(path => unit.Id.StartsWith(source.NameOf(path), StringComparison.Ordinal)).MaxBy(path => path.Length)
            ?? unit.Files.FirstOrDefault(unit.Id);
        ColumnData? id = row?.Columns.FirstOrDefault(c => c.Schema is { Name: "object_id", IsScalar: true });
        if (row is null)
            context.Skip(file, fault.Row, fault.Finding);
        else
            context.Skip(file, null, id is null || id.IsNullAt(0) ? fault.Finding
                : $"the object {ElementText.OfScalar(id, 0)!.Replace("\0", "\\0", StringComparison.Ordinal)}, {fault.Finding}");
    }

    private BuildContext ContextOf(SourceUnit unit, UnitSpill spill, long further) => new()
    {
        SkipsBadRows = settings.SkipsBadRows,
        WantedRows = settings.Limit is null ? null : rowsLeft + further,
        Decisions = decisions,
        Earlier = settings.Earlier is { } earlier && earlier.Manifest.EpochYear == spec.EpochYear ? earlier : null,
        OnMessage = messages.Of(unit),
        OnSkip = row =>
        {
            Interlocked.Increment(ref skippedRows);
            Interlocked.CompareExchange(ref firstSkipped, row with { File = NameOf(row.File) }, null);
            spill.Skip(NameOf(row.File), row.Row, Named(row.Reason, [.. unit.Files, row.File]));
        },
        OnFacts = found => facts[unit.Id] = found,
    };
}
