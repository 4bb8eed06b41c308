using Pile.Builders;
using Pile.Format;
using Pile.Publishing.Versions;
using Pile.Reading;

namespace Pile;

/// <summary>Builds the next version of a dataset from the earlier one and new source files.</summary>
public static class DatasetAppend
{
    /// <summary>Builds a dataset of all rows of an earlier version and of the source files that it lacks. A build of all source files
    /// writes the same bytes if the files have the same columns.</summary>
    /// <param name="recipe">The recipe of the earlier version. Its source has the new files, and may have the earlier ones: those are
    /// hashed, and not read again if the recipe reads them as that of the earlier version did.</param>
    /// <param name="builders">The builders that the recipe can refer to.</param>
    /// <param name="earlier">The earlier version: a folder or an address. In a folder, its files with the same bytes become hard
    /// links.</param>
    /// <param name="output">The folder of the new version.</param>
    /// <param name="settings">How the build runs; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the build; a resumed one reads no complete unit again.</param>
    /// <returns>The result; <see cref="Writing.BuildSummary.SharedShards"/> counts the links. If no shard could be shared, a message of
    /// <see cref="BuildSettings.OnMessage"/> says why.</returns>
    /// <exception cref="ArgumentException">The recipe makes another modality, has another builder, or reads rows in another way while
    /// source files of the earlier version are missing; or the number of rows is limited.</exception>
    /// <exception cref="SourceUnreadableException">A source file has changed since the earlier version was built.</exception>
    /// <exception cref="SchemaMismatchException">The ids are row numbers, which do not continue; or the columns contradict those of the
    /// earlier version.</exception>
    /// <exception cref="PileException">The recipe, the source, the earlier version or the disk is at fault.</exception>
    public static async Task<BuildOutcome> RunAsync(Recipe recipe, BuilderRegistry builders, string earlier, string output,
        BuildSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(builders);
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(output);
        settings ??= new();
        if (settings.Limit is not null)
            throw new ArgumentException("A build that appends to a dataset reads all new rows: leave `Limit` out.", nameof(settings));
        Dataset dataset = await Dataset.OpenAsync(earlier, new DatasetOptions { Threads = settings.Writer.Workers }, cancellationToken)
            .ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
        {
            StoredVersion version = await StoredVersion.OfAsync(dataset, settings.Writer.Workers, cancellationToken).ConfigureAwait(false);
            BuildOutcome outcome = await BuildRun.RunAsync(recipe, builders, output, settings with { Earlier = version }, cancellationToken)
                .ConfigureAwait(false);
            if (settings.Writer.Task is null) // a task writes no dataset
                settings.OnMessage?.Invoke(ReportOf(dataset.Manifest, outcome));
            return outcome;
        }
    }

    private static string ReportOf(Manifest earlier, BuildOutcome outcome)
    {
        string shared = $"{outcome.Dataset.SharedShards} of {outcome.Dataset.Shards} shards are shared with the earlier version";
        if (outcome.Dataset.SharedShards > 0)
            return shared;
        string manifest = Path.Combine(outcome.Dataset.Path, DatasetPaths.Manifest);
        IReadOnlyList<string> changes = ShardChanges.Between(earlier, ManifestReader.Read(File.ReadAllText(manifest), manifest));
        return changes.Count > 0 ? $"{shared}; what all shards contain has changed: {string.Join(", ", changes)}"
            : $"{shared}: all cells have new or other rows, or the file system has no links between the folders";
    }
}
