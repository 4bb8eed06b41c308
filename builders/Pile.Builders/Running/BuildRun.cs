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
    /// <exception cref="OutputExistsException">The output exists, and may not be replaced.</exception>
    /// <exception cref="AllUnitsSkippedException">Bad units are skipped, and all are bad.</exception>
    /// <exception cref="PileException">The source, a row or the disk is at fault; file, row and column are named.</exception>
    public static async Task<BuildOutcome> RunAsync(IDatasetBuilder builder, DatasetSpec spec, string output, BuildSettings settings, CancellationToken cancellationToken = default)
    {
        for (WriterSettings writer = settings.Writer; ; writer = writer with { Resume = true })
            try
            {
                BuildAttempt attempt = new(builder, spec, output, settings with { Writer = writer });
                return await attempt.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ReadAgainException e) when (settings.Source is not null)
            {
                settings.Source.Decisions = e.Decide(settings.Source.Decisions);
                settings.Source.OnNote?.Invoke(new SourceNote(null, e.Message));
            }
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
