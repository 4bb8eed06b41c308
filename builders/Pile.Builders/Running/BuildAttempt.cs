using System.Collections.Concurrent;
using System.Diagnostics;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>One reading of a whole source into a dataset.</summary>
internal sealed class BuildAttempt(
    IDatasetBuilder builder, RecipeSource source, DatasetSpec spec, string output, BuildSettings settings, SourceDecisions decisions,
    UnitMessages messages)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly ConcurrentBag<SkippedUnit> skipped = [];
    private readonly ConcurrentDictionary<string, UnitFacts> facts = new(StringComparer.Ordinal);
    private readonly SourceChecksums checksums = new(source);
    private readonly string suffix = $"{decisions.Suffix}{(settings.Limit is null ? "" : " (limited)")}";
    private SkippedRow? firstSkipped;
    private volatile bool hasBatches;
    private SourceRecord? record;
    private bool isReadAgain; // a source without files, such as a search, when a build appends to it
    private long skippedBefore, skippedRows, rowCount, rowsLeft = settings.Limit ?? long.MaxValue;

    /// <summary>True if there is an earlier version and its source files are there, so that all of them can be read instead.</summary>
    internal bool HasEarlierSources { get; private set; }

    /// <summary>The local folders of files outside the dataset: those of the units that were read, of those that were complete before, and
    /// of the earlier version.</summary>
    internal IReadOnlyDictionary<string, string> Mounts
    {
        get
        {
            Dictionary<string, string> all = new(settings.Earlier?.Mounts.DistinctBy(m => m.Key) ?? [], StringComparer.Ordinal);
            foreach (IReadOnlyDictionary<string, string> mounts in facts.Values.Select(f => f.Mounts))
                AddAll(mounts);
            if (builder is IMountingBuilder own)
                AddAll(own.Mounts);
            return all;

            void AddAll(IReadOnlyDictionary<string, string> mounts)
            {
                foreach ((string uri, string place) in mounts)
                    all[uri] = place;
            }
        }
    }

    internal async Task<BuildOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using DatasetWriter writer = DatasetWriter.Create(output, spec, settings.Writer);
        BuildContext plan = new()
        {
            SkipsBadRows = settings.SkipsBadRows,
            Decisions = decisions,
            OnMessage = messages.Report,
            OnSkip = row => writer.Skip(NameOf(row.File), row.Row, Named(row.Reason, [row.File])),
        };
        List<SourceUnit> units = await BuildRun.PlanAsync(builder, source.Kind, plan, cancellationToken)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        isReadAgain = settings.Earlier is not null && units.Exists(unit => unit is { Files.Count: 0, Datasets.Count: 0 });
        record = SourceRecord.Of(source, spec.Native);
        if (settings.Earlier is { } earlier)
        {
            int all = units.Count;
            await AppendedUnits.RecognizeAsync(units, earlier, checksums, settings.Writer.Workers, cancellationToken)
                .ConfigureAwait(false);
            string? missing = AppendedUnits.MissingSource(units, earlier, source);
            HasEarlierSources = missing is null;
            AppendedUnits.RequireSameReading(earlier, record, missing, settings.OnMessage);
            units = await AppendedUnits.OfAsync(units, earlier, checksums, settings.Writer.Workers, cancellationToken)
                .ConfigureAwait(false);
            settings.OnMessage?.Invoke($"{all - units.Count} of {all} units are in '{earlier.Address}' already; {units.Count} are read");
            if (settings.Writer.Task is null)
            {
                await earlier.SpillAsync(writer, cancellationToken).ConfigureAwait(false);
                rowCount = earlier.Manifest.Rows;
            }
        }
        if (settings.Writer.Task is { } share)
            units = [.. units.Where((_, i) => i % share.Count == share.Index)];
        // Units of one file have the columns of that file. With several files, an alias may refer to a column that only some files have,
        // so that it can only be checked after all units.
        bool haveAllOneColumns = settings.Earlier is null && units.TrueForAll(u => u.HasFixedColumns
            && (units.Count == 1 || (u.RowCount is not null && u.Files.SequenceEqual(units[0].Files, StringComparer.Ordinal))));
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
                    await ReadAsync(writer, unit, haveAllOneColumns, token).ConfigureAwait(false);
            }
            catch (PileException reason) when (settings.SkipsBadRows && SkippedUnit.IsOfUnit(reason))
            {
                skipped.Add(new SkippedUnit(unit.Id, reason));
                if (settings.Writer.Task is not null)
                    writer.SkipUnit(unit.Id + suffix, checksums.Of(unit), Named(reason.Message, unit.Files));
            }
        }).ConfigureAwait(false);

        ReleaseMemory();
        SkippedUnit[] bad = [.. skipped.OrderBy(s => s.UnitId, StringComparer.Ordinal)];
        if (settings.Writer.Task is not null)
        {
            BuildSummary read = new(output, rowCount, 0, 0, null, 0) { Skipped = bad.Length + skippedRows };
            return new BuildOutcome(read, [.. bad], watch.Elapsed) { Units = units.Count };
        }
        // A dataset without rows would hide what all units have in common, most often a mistake in the recipe.
        if (bad.Length > 0 && bad.Length == units.Count && rowCount == 0)
            throw new AllUnitsSkippedException([.. bad]);
        ILookup<string, SourceUnit> unitsById = units.ToLookup(unit => unit.Id, StringComparer.Ordinal);
        foreach (SkippedUnit unit in bad)
            writer.Skip(unit.UnitId, null, unit.Reason is SkippedByTaskException ? unit.Reason.Message // named by the task
                : Named(unit.Reason.Message, unitsById[unit.UnitId].First().Files));
        RequireAgreement(units.Count);
        if (rowCount == 0 && firstSkipped is { } row)
        {
            writer.Abandon(); // no rows that a resumed build could use
            throw new SourceUnreadableException(row.File,
                "every object was skipped, so that there is nothing to build; the first"
                    + $"{(row.Row is { } number ? $", row {number} (counted from 0)" : "")}: {row.Reason}",
                "Check the positions, and the files that the recipe names");
        }
        BuildSummary summary = await CommitAsync(writer, cancellationToken).ConfigureAwait(false);
        return new BuildOutcome(summary, [.. bad], watch.Elapsed) { SkippedRowsBefore = skippedBefore };
    }

    // Large batches would otherwise stay in memory while the writer needs its own; a quarter is what it leaves to the runtime.
    private void ReleaseMemory()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > settings.Writer.MemoryBytes / 4)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

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
                spill.RequireAliases();
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

    /// <summary>Returns the reason of a skip with the names of files in the dataset: their folder differs between machines, and the bytes
    /// of a dataset do not.</summary>
    private string Named(string reason, IEnumerable<string> files)
    {
        reason = settings.ReasonText?.Invoke(reason) ?? reason;
        return !reason.Contains(Path.DirectorySeparatorChar) ? reason
            : files.Select(file => Path.IsPathRooted(file) ? file : source.PathOf(file)).OrderByDescending(path => path.Length)
                .Aggregate(reason, (text, path) => text.Replace(path, NameOf(path), StringComparison.Ordinal));
    }

    private string NameOf(string file) => Path.IsPathRooted(file) ? source.NameOf(file) : file;

    /// <summary>Checks what depends on all units: the unit of right ascension, the source of the ids, and the known columns.</summary>
    private void RequireAgreement(int unitCount)
    {
        KeyValuePair<string, UnitFacts>[] known = [.. facts.OrderBy(f => f.Key, StringComparer.Ordinal)];
        string where = known.Length == 1 ? known[0].Key : $"{unitCount} files";
        if (known.Select(f => f.Value).Where(f => f.UndeclaredExtent is not null).ToArray() is { Length: > 0 } undeclared
            && undeclared.Select(f => f.UndeclaredExtent!).Aggregate((a, b) => a.Union(b)) is { LooksLikeHours: true } extent)
            throw new RaUnitUndeclaredException(where, undeclared[0].UndeclaredRa, extent);
        if (known.Length > 0
            && known.Select(f => f.Value.UnknownColumns.AsEnumerable()).Aggregate((a, b) => a.Intersect(b)).FirstOrDefault() is { } unknown)
            throw new SchemaMismatchException(where, unknown, "no file has such a column",
                "Correct 'rename', 'exclude', 'only' or 'cast' in the recipe's source")
            { IsOfCaller = true };
        if (settings.Earlier is { } earlier && known.FirstOrDefault(f => f.Value.Ids is IdSource.RowNumber).Key is { } numbered)
            throw new SchemaMismatchException(numbered, "object_id",
                $"its ids are row numbers, which count the rows of all files, so that they do not continue those of '{earlier.Address}'",
                "Build all source files without the earlier version, or name a column of ids");
        if (known.FirstOrDefault(f => f.Value.Ids is IdSource.RowNumber).Key is { } without
            && known.Any(f => f.Value.Ids is IdSource.Guessed))
            throw ReadAgainException.WithRowNumbers(without, "no column of ids was found, though other files of the source have one");
        (builder as IAgreeingBuilder)?.RequireAgreement(known.Select(f => f.Value));
    }

    private async Task<BuildSummary> CommitAsync(DatasetWriter writer, CancellationToken cancellationToken)
    {
        bool isGuessed = facts.Values.Any(f => f.Ids is IdSource.Guessed);
        writer.SkipsRepeatedIds = settings.SkipsBadRows && (settings.Earlier is not null || !isGuessed);
        // Rows that are kept without knowing how they were read stay so in the versions after this one.
        if (settings.Earlier is not { SourceRecord: null })
            writer.SourceRecord = $"{(settings.Limit is { } limit && rowsLeft == 0 ? record!.Limited(limit) : record)}";
        try
        {
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SchemaMismatchException e) when (rowCount == 0 && !hasBatches)
        {
            writer.Abandon(); // no rows that a resumed build could use
            throw new SourceUnreadableException($"source '{source.Kind}'", "no rows are left, so that the columns are not known"
                + (messages.Summary is { Length: > 0 } reasons ? $". {reasons}" : ""),
                "Check the files, the conditions and the sizes of the source", e);
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && isGuessed && settings.Earlier is null)
        {
            throw ReadAgainException.WithRowNumbers($"{e.SourcePath}, row {e.Row}", $"the column of ids was guessed, but {e.Finding}");
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && isReadAgain)
        {
            throw new SourceUnreadableException($"{e.SourcePath}, row {e.Row} (counted from 0)",
                $"{e.Finding}: '{settings.Earlier!.Address}' has it already. A source without files, such as a search, is read "
                    + "again, so that a build that appends cannot tell which rows are new",
                "Build all rows without the earlier version, limit a search to new items ('datetime'), or skip "
                    + $"bad rows ({nameof(BuildSettings)}.{nameof(BuildSettings.SkipsBadRows)})", e);
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && builder.Facts.RepeatedIdRemedy is not null)
        {
            throw new SourceUnreadableException($"{e.SourcePath}, row {e.Row} (counted from 0)", e.Finding,
                builder.Facts.RepeatedIdRemedy, e);
        }
        catch (SchemaMismatchException e) when (HasEarlierSources)
        {
            throw new ReadAgainException($"{(e.Column is null ? "the columns" : $"the column '{e.Column}'")} of the new files and of "
                + $"'{settings.Earlier!.Address}' have different types.", decisions => decisions);
        }
        catch (SchemaMismatchException e) when (settings.Earlier is not null && e.NeedsDType)
        {
            // A version keeps its dtypes, unless its sources are read again.
            throw e.WithRemedyFirst("Name the earlier files, too");
        }
    }
}
