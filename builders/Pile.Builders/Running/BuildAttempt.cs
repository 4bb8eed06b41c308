using System.Collections.Concurrent;
using System.Diagnostics;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>One reading of a whole source into a dataset.</summary>
internal sealed partial class BuildAttempt(
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
        foreach (string message in source.Messages)
            messages.Report(message);
        List<SourceUnit> units = await BuildRun.PlanAsync(builder, source.Kind, plan, cancellationToken)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        HashSet<string> files = [.. units.SelectMany(u => u.Files).Distinct(StringComparer.Ordinal).Select(source.NameOf),
            .. units.SelectMany(u => u.Datasets).Select(file => file.Uri)];
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
        RequireFilesOfTasks(writer, files);
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
}
