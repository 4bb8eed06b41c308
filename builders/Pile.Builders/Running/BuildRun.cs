using System.Collections.Concurrent;
using System.Diagnostics;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Runs a builder: its units over all cores into a writer, then the commit.</summary>
public static class BuildRun
{
    /// <summary>Builds a dataset.</summary>
    /// <param name="builder">What reads the source.</param>
    /// <param name="spec">What the dataset is.</param>
    /// <param name="output">The dataset's folder.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="cancellationToken">Stops the build; nothing appears at the output, and what is read stays for a resumed one.</param>
    /// <exception cref="OutputExistsException">The output is there, and may not be replaced.</exception>
    /// <exception cref="PileException">The source, a row or the disk is at fault; file, row and column are named. Where bad units are skipped: all of them are bad, and this is the first's reason.</exception>
    public static async Task<BuildOutcome> RunAsync(IDatasetBuilder builder, DatasetSpec spec, string output, BuildSettings settings, CancellationToken cancellationToken = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentBag<SkippedUnit> skipped = [];
        SourceChecksums checksums = new(settings.NameOf);
        await using DatasetWriter writer = DatasetWriter.Create(output, spec, settings.Writer);

        List<SourceUnit> units = await builder.PlanAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        // Runs of one file's rows have that file's columns; of several files each may have what an alias names, and then only all together tell.
        bool haveAllOneColumns = units.TrueForAll(u => u.HasFixedColumns && (units.Count == 1 || (u.RowCount is not null && u.Files.SequenceEqual(units[0].Files, StringComparer.Ordinal))));
        long skippedBefore = 0;
        long rowsLeft = settings.Limit ?? long.MaxValue;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = settings.Limit is null ? settings.Writer.Workers : 1, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(units, parallel, async (unit, token) =>
        {
            if (rowsLeft == 0)
                return;
            try
            {
                SourceFile[] files = [.. unit.Files.Select(checksums.Of)];
                // Part of a unit is none that a build of all rows may go on with, so it has another name and is read anew each time.
                if (settings.Limit is null && writer.IsComplete(unit.Id, files))
                {
                    Interlocked.Add(ref skippedBefore, writer.SkippedRowsOf(unit.Id));
                    return;
                }
                using UnitSpill spill = writer.BeginUnit(settings.Limit is null ? unit.Id : $"{unit.Id} (limited)", files);
                await foreach (RowBatch batch in builder.ReadAsync(settings.Limit is null ? unit : unit with { WantedRows = rowsLeft }, token).ConfigureAwait(false))
                {
                    RowBatch kept = settings.Limit is null ? batch : batch.First((int)Math.Min(rowsLeft, batch.RowCount));
                    bool isFirst = spill.Rows == 0;
                    spill.Append(kept);
                    if (isFirst && haveAllOneColumns)
                        spill.RequireAliases();
                    if (settings.Limit is not null && (rowsLeft -= kept.RowCount) == 0)
                        break;
                }
                spill.Complete(settings.SkippedRowsIn(unit.Id));
            }
            catch (PileException reason) when (settings.SkipBadUnits && reason is not (OutputUnwritableException or NativeLibraryMissingException or AliasInvalidException))
            {
                skipped.Add(new SkippedUnit(unit.Id, reason));
            }
        }).ConfigureAwait(false);

        // A dataset without rows would hide what all units have in common, most often a mistake in the recipe.
        if (skipped.Count == units.Count && skipped.MinBy(s => s.UnitId, StringComparer.Ordinal) is { } first)
            throw first.Reason;

        BuildSummary summary = await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new BuildOutcome(summary, [.. skipped.OrderBy(s => s.UnitId, StringComparer.Ordinal)], watch.Elapsed) { SkippedRowsBefore = skippedBefore };
    }

    /// <summary>What the writer must know, out of a recipe and its builder.</summary>
    /// <exception cref="ArgumentException">Recipe and builder contradict each other, or one gives what the format requires and the other does not.</exception>
    public static DatasetSpec SpecOf(Recipe recipe, IDatasetBuilder builder)
    {
        DatasetFacts facts = builder.Facts;
        if (recipe.Modality is { } modality && modality != facts.Modality)
            throw new ArgumentException($"The recipe '{recipe.Name}' says modality '{modality}', but the builder '{builder.Name}' makes '{facts.Modality}'.", nameof(recipe));
        if (recipe.SpectralMedium is { } medium && facts.SpectralMedium is { } found && medium != found)
            throw new ArgumentException($"The recipe '{recipe.Name}' says spectral_medium '{medium}', but the wavelengths that the builder '{builder.Name}' reads are in '{found}'.", nameof(recipe));
        if (recipe.TimeScale is { } scale && facts.TimeScale is { } stated && scale != stated)
            throw new ArgumentException($"The recipe '{recipe.Name}' says time_scale '{scale}', but the times that the builder '{builder.Name}' reads are in '{stated}'.", nameof(recipe));
        if ((facts.TimeScale ?? recipe.TimeScale) is null && Modality.Get(facts.Modality).Columns.Any(c => c is { IsTime: true, IsRequired: true }))
            throw new ArgumentException($"The recipe '{recipe.Name}' makes light curves and does not say in which time scale: set 'options.time_scale' (UTC, TAI, TDB …).", nameof(recipe));
        HashSet<string> own = [.. recipe.Columns.Select(c => c.Name)];
        return new DatasetSpec
        {
            Name = recipe.Name,
            Version = recipe.DatasetVersion,
            Modality = facts.Modality,
            Description = recipe.Description,
            Subset = recipe.Subset,
            Provenance = new()
            {
                Project = recipe.Project,
                Survey = recipe.Survey,
                Instrument = recipe.Instrument,
                Release = recipe.Release,
                Licence = recipe.Licence,
                Citation = recipe.Citation,
                Builder = builder.Name,
                BuilderVersion = builder.Version,
            },
            Order = recipe.Order,
            TargetShardBytes = recipe.TargetShardBytes,
            Codec = recipe.Codec,
            SpectralMedium = facts.SpectralMedium ?? recipe.SpectralMedium,
            TimeScale = facts.TimeScale ?? recipe.TimeScale,
            TimeReference = facts.TimeReference,
            EpochYear = recipe.EpochYear ?? facts.EpochYear,
            MarginArcsec = recipe.MarginArcsec,
            Aliases = [.. facts.Aliases.Where(a => !own.Contains(a.Name)), .. recipe.Columns],
            Native = recipe.Native,
            SourceSettings = $"{builder.Name} {builder.Version} {recipe.Source.Map} {(recipe.Source.SkipBadRows ? "skip" : "stop")}",
        };
    }
}
