using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Builds a dataset from a recipe: reads the units of the source on all cores, writes and commits.</summary>
public static class BuildRun
{
    /// <summary>Builds a dataset.</summary>
    /// <param name="recipe">What to read, and the name and provenance of the dataset.</param>
    /// <param name="builders">The builders that the recipe can refer to.</param>
    /// <param name="output">The dataset's folder.</param>
    /// <param name="settings">How the build runs; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the build. The output stays as it was; a resumed build does not read the complete units
    /// again.</param>
    /// <exception cref="ArgumentException">The build would replace the dataset that it reads, or the settings are contradictory.
    /// </exception>
    /// <exception cref="OutputExistsException">The output exists, and <see cref="WriterSettings.Replace"/> is false, or the output
    /// contains files that are not of a dataset.</exception>
    /// <exception cref="PileException">Unreadable units are skipped, and no unit is readable.</exception>
    /// <exception cref="BuilderFailedException">The code of the builder failed; the unit and its files are named.</exception>
    /// <exception cref="PileException">The recipe, the source, a row or the disk is at fault; file, row and column are named.</exception>
    public static async Task<BuildOutcome> RunAsync(
        Recipe recipe, BuilderRegistry builders, string output, BuildSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(builders);
        settings ??= new();
        if (settings.Limit < 0)
            throw new ArgumentException($"BuildSettings.Limit must be at least 0; it is {settings.Limit}.", nameof(settings));
        if (settings is { Limit: not null, Writer.Task: not null })
            throw new ArgumentException("A limited build cannot be divided into tasks.", nameof(settings));
        await MirrorFetch.RunAsync(recipe.Source, settings, cancellationToken).ConfigureAwait(false);
        IDatasetBuilder builder = builders.Create(recipe.Source);
        using IDisposable? owned = builder as IDisposable;
        if (settings.Writer.Replace && recipe.Source is { Datasets: { } datasets, DatasetAddress: { } source }
            && datasets.IsIn(source, output))
            throw new ArgumentException($"The build would replace '{output}', which contains the dataset that it reads. Choose another "
                + "folder.", nameof(output));
        DatasetFacts facts = BuilderFailedException.Guard(recipe.Source.Kind, "when it described its rows", () => builder.Facts);
        DatasetSpec spec = SpecOf(recipe, facts, DatasetBuilderAttribute.Of(builder.GetType())!, settings);
        if (settings.Earlier is { } earlier)
        {
            AppendedUnits.RequireSameBuilder(earlier, spec);
            AppendedEpoch epoch = await AppendedEpoch.OfAsync(recipe, builder, earlier, settings.OnMessage, cancellationToken)
                .ConfigureAwait(false);
            spec = spec with { EpochYear = epoch.EpochYear, SourceSettings = $"{spec.SourceSettings} after {earlier.Identity}" };
            if (epoch.ReadsAll)
                settings = settings with { Earlier = null };
        }
        SourceDecisions decisions = new();
        UnitMessages messages = new(settings.OnMessage);
        while (true)
        {
            BuildAttempt attempt = new(builder, recipe.Source, spec, output, settings, decisions, messages);
            try
            {
                BuildOutcome outcome = await attempt.RunAsync(cancellationToken).ConfigureAwait(false);
                messages.ReportOthers();
                ReportNotes(builder, settings);
                if (settings.Writer.Task is null && attempt.Mounts is { Count: > 0 } mounts)
                    await MountsOutput.WriteAsync(output, mounts).ConfigureAwait(false);
                if (settings.Writer.Task is null && recipe.TimeScale is { } scale && facts.TimeScale is null)
                    ReportUnusedScale(output, scale, settings);
                return outcome;
            }
            catch (ReadAgainException e)
            {
                // A task decides for its own units. The build that completes the tasks decides for all of them, and reads those again
                // that were read differently. What the new files of an appending build show concerns those of the earlier version too.
                settings.OnMessage?.Invoke(e.Message);
                if (attempt.HasEarlierSources)
                    settings.OnMessage?.Invoke($"the source files of '{settings.Earlier!.Address}' are read too");
                decisions = attempt.HasEarlierSources ? new() : e.Decide(decisions);
                settings = settings with { Writer = settings.Writer with { Resume = true } };
                if (attempt.HasEarlierSources)
                    settings = settings with { Earlier = null };
            }
            catch (AliasInvalidException e) when (recipe.Locate(e) is not null)
            {
                throw recipe.Locate(e)!;
            }
        }
    }

    /// <summary>Reads the whole source as a build does, and counts what it would write; writes nothing.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="builders">The builders that the recipe can refer to.</param>
    /// <param name="settings">How the build would run; null for the defaults. Units that would be skipped are messages.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PileException">The recipe, the source or a row is at fault.</exception>
    internal static async Task<BuildEstimate> EstimateAsync(
        Recipe recipe, BuilderRegistry builders, BuildSettings? settings = null, CancellationToken cancellationToken = default)
    {
        settings ??= new();
        IDatasetBuilder builder = builders.Create(recipe.Source);
        using IDisposable? owned = builder as IDisposable;
        DatasetFacts facts = BuilderFailedException.Guard(recipe.Source.Kind, "when it described its rows", () => builder.Facts);
        DatasetSpec spec = SpecOf(recipe, facts, DatasetBuilderAttribute.Of(builder.GetType())!, settings);
        SourceDecisions decisions = new();
        UnitMessages messages = new(settings.OnMessage);
        while (true)
            try
            {
                BuildEstimate estimate = await new DryRun(builder, recipe.Source, spec, settings, decisions, messages)
                    .RunAsync(cancellationToken).ConfigureAwait(false);
                messages.ReportOthers();
                ReportNotes(builder, settings);
                return estimate;
            }
            catch (ReadAgainException e)
            {
                decisions = e.Decide(decisions);
                settings.OnMessage?.Invoke(e.Message);
            }
    }

    /// <summary>Lists the units that a build would read, and writes nothing.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="builders">The builders that the recipe can refer to.</param>
    /// <param name="settings">How the build would run; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="PileException">The recipe or the source is at fault.</exception>
    public static IAsyncEnumerable<SourceUnit> PlanAsync(
        Recipe recipe, BuilderRegistry builders, BuildSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(builders);
        return PlanAsync(builders.Create(recipe.Source), recipe.Source.Kind,
            new BuildContext { SkipsBadRows = settings?.SkipsBadRows ?? false, OnMessage = settings?.OnMessage }, cancellationToken);
    }

    internal static IAsyncEnumerable<SourceUnit> PlanAsync(
        IDatasetBuilder builder, string kind, BuildContext context, CancellationToken cancellationToken) =>
        BuilderFailedException.GuardAsync(kind, null, "when it listed the units of its source", context,
            () => RequireIds(builder.PlanAsync(context, cancellationToken), cancellationToken), cancellationToken);

    // A resumed build recognizes a unit by its id.
    private static async IAsyncEnumerable<SourceUnit> RequireIds(
        IAsyncEnumerable<SourceUnit>? units, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (units is null)
            throw new InvalidOperationException("it returned null instead of a list");
        HashSet<string> ids = new(StringComparer.Ordinal);
        await foreach (SourceUnit? unit in units.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (unit is null)
                throw new InvalidOperationException($"unit {ids.Count}, counted from 0, is null");
            if (unit.Files is null || unit.Files.Contains(null))
                throw new InvalidOperationException($"the files of unit '{unit.Id}' are null");
            if (string.IsNullOrEmpty(unit.Id))
                throw new InvalidOperationException($"unit {ids.Count}, counted from 0, has no id (its files: "
                    + $"{string.Join(", ", unit.Files)})");
            if (!ids.Add(unit.Id))
                throw new InvalidOperationException($"two units have the id '{unit.Id}'");
            yield return unit;
        }
    }

    /// <summary>Says that a time scale applies to no column: a table's column of times without a unit is the survey's own.</summary>
    private static void ReportUnusedScale(string output, string scale, BuildSettings settings)
    {
        string path = Path.Combine(output, DatasetPaths.Manifest);
        Manifest manifest = ManifestReader.Read(File.ReadAllBytes(path), path);
        if (manifest.Time is null && manifest.Rows > 0 && manifest.Columns.All(c => c.Time is null))
            settings.OnMessage?.Invoke($"options.time_scale: {scale} applies to no column, because there is no 'mjd' or 'mjd_end' in days. "
                + $"Declare the column of times, of floats: native: {{ mjd: {{ unit: d, time: {{ scale: {scale} }} }} }}, and for integers "
                + "'cast: { mjd: float64 }' in the source");
    }

    private static void ReportNotes(IDatasetBuilder builder, BuildSettings settings)
    {
        foreach (string note in (builder as INotingBuilder)?.Notes ?? [])
            settings.OnMessage?.Invoke(note);
    }

    /// <exception cref="ArgumentException">Recipe and builder contradict each other, or neither has what the format requires.</exception>
    private static DatasetSpec SpecOf(Recipe recipe, DatasetFacts facts, DatasetBuilderAttribute builder, BuildSettings settings)
    {
        if (recipe.Modality is { } modality && modality != facts.Modality)
            throw new ArgumentException($"The recipe '{recipe.Name}' says modality '{modality}', "
                + $"but the builder '{builder.Kind}' makes '{facts.Modality}'.", nameof(recipe));
        if (recipe.SpectralMedium is { } medium && facts.SpectralMedium is { } found && medium != found)
            throw new ArgumentException($"The recipe '{recipe.Name}' says spectral_medium '{medium}', "
                + $"but the wavelengths that the builder '{builder.Kind}' reads are in '{found}'.", nameof(recipe));
        if (recipe.TimeScale is { } scale && facts.TimeScale is { } stated && scale != stated)
            throw new ArgumentException($"The recipe '{recipe.Name}' says time_scale '{scale}', "
                + $"but the times that the builder '{builder.Kind}' reads are in '{stated}'.", nameof(recipe));
        if ((facts.TimeScale ?? recipe.TimeScale) is null
            && Modality.Get(facts.Modality).Columns.Any(c => c is { IsTime: true, IsRequired: true }))
            throw new ArgumentException($"The recipe '{recipe.Name}' builds light curves but does not declare their time scale: "
                + "set 'options.time_scale' (UTC, TAI, TDB …).", nameof(recipe));
        if (recipe.Source.Grid is { } grid && !facts.HasTiles)
            throw new ArgumentException($"The recipe '{recipe.Name}' divides rows by the grid {grid} ('partition'), but those of the "
                + $"builder '{builder.Kind}' have no tiles: only scenes and chips do. Leave 'partition' out.", nameof(recipe));
        HashSet<string> own = [.. recipe.Columns.Select(c => c.Name)];
        return new DatasetSpec
        {
            Name = recipe.Name,
            Version = recipe.DatasetVersion ?? "1",
            IsVersioned = recipe.DatasetVersion is not null,
            Modality = facts.Modality,
            Description = recipe.Description,
            Subset = recipe.Subset,
            Provenance = recipe.Provenance with { Builder = builder.Kind, BuilderVersion = builder.Version },
            Frame = PositionFrame.Of(facts.Frame),
            Order = recipe.Order,
            Grid = recipe.Source.Grid,
            Bits = recipe.Bits,
            HasShards = recipe.HasShards && !facts.IsIndexOnly,
            HasPositionsFile = recipe.HasPositionsFile,
            HasCompactPositions = recipe.HasCompactPositions,
            TargetShardBytes = recipe.TargetShardBytes,
            Codec = recipe.Codec ?? facts.Codec ?? PieceCodec.ShuffleDeflate,
            SpectralMedium = facts.SpectralMedium ?? recipe.SpectralMedium,
            TimeScale = facts.TimeScale ?? recipe.TimeScale,
            TimeReference = facts.TimeReference,
            EpochYear = recipe.EpochYear ?? facts.EpochYear,
            MarginArcsec = recipe.MarginArcsec,
            HasIdIndex = recipe.HasIdIndex,
            HasCoverage = true,
            Aliases = [.. facts.Aliases.Where(a => !own.Contains(a.Name)), .. recipe.Columns],
            Native = recipe.Native,
            Origins = recipe.Source.Mirrors.DistinctBy(m => m.Sha256).ToImmutableDictionary(m => m.Sha256, m => m.Origin,
                StringComparer.Ordinal),
            SourceSettings = $"{builder.Kind} {builder.Version} {recipe.Source.Map} {(settings.SkipsBadRows ? "skip" : "stop")}",
        };
    }
}
