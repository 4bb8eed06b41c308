using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Chooses the units that an appending build reads: those with a file that the earlier version of the dataset lacks.</summary>
internal static class AppendedUnits
{
    /// <summary>Gives the files of the earlier version the names that the source has for them: names begin at the folder that the files of
    /// a command have in common, which may be another one now.</summary>
    /// <param name="units">All units of the source.</param>
    /// <param name="earlier">The earlier version.</param>
    /// <param name="checksums">Hashes the files.</param>
    /// <param name="workers">The number of files that are hashed at the same time.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    /// <exception cref="SourceUnreadableException">The folder of such a file is a column of its rows now, or no longer.</exception>
    internal static async Task RecognizeAsync(List<SourceUnit> units, EarlierVersion earlier, SourceChecksums checksums, int workers,
        CancellationToken cancellationToken)
    {
        string[] paths = [.. units.SelectMany(u => u.Files).Distinct(StringComparer.Ordinal).Where(File.Exists)];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(paths, parallel, (path, _) =>
        {
            checksums.Of(path);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        HashSet<SourceFile> known = [.. earlier.Sources.Values];
        ILookup<string, SourceFile> others = paths.Select(checksums.Of).Where(file => !known.Contains(file))
            .ToLookup(file => file.Sha256, StringComparer.Ordinal);
        HashSet<SourceFile> there = [.. paths.Select(checksums.Of)];
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (SourceFile before in earlier.Sources.Values.Where(file => !there.Contains(file)))
            if (others[before.Sha256].FirstOrDefault(file => IsBelow(file.Uri, before.Uri) || IsBelow(before.Uri, file.Uri)) is { } now)
            {
                if (Math.Abs(now.Uri.Length - before.Uri.Length) is var added
                    && (now.Uri.Length > before.Uri.Length ? now : before).Uri[..added].Contains('='))
                    throw new SourceUnreadableException(now.Uri, $"'{earlier.Address}' has it as '{before.Uri}': its folder is a column of "
                        + "the rows in only one of the two", "Build all source files without the earlier version");
                names[before.Uri] = now.Uri;
            }
        // Each file must keep a name of its own.
        if (names.Count > 0 && earlier.Sources.Keys.Select(name => names.GetValueOrDefault(name, name)).Distinct().Count()
            == earlier.Sources.Count)
            earlier.Rename(names);

        static bool IsBelow(string name, string other) => name.EndsWith($"/{other}", StringComparison.Ordinal);
    }

    /// <summary>Returns the units to read.</summary>
    /// <param name="units">All units of the source.</param>
    /// <param name="earlier">The earlier version.</param>
    /// <param name="checksums">Hashes the files.</param>
    /// <param name="workers">The number of files that are hashed at the same time.</param>
    /// <param name="cancellationToken">Cancels the hashing.</param>
    /// <exception cref="SourceUnreadableException">A file or dataset has changed since the earlier version was built.</exception>
    internal static async Task<List<SourceUnit>> OfAsync(List<SourceUnit> units, EarlierVersion earlier, SourceChecksums checksums,
        int workers, CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(units.SelectMany(u => u.Files).Distinct(StringComparer.Ordinal), parallel, (path, _) =>
        {
            RequireUnchanged(path, checksums.Of(path), earlier);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        foreach (SourceFile dataset in units.SelectMany(u => u.Datasets).Distinct())
            RequireUnchanged(dataset, earlier);
        return units.FindAll(unit => checksums.Of(unit) is var files
            && (files.Length == 0 || !files.All(file => earlier.Sources.ContainsKey(file.Uri))));
    }

    /// <summary>Returns what is missing to read all rows of the earlier version again; null if all of its source files are there and belong
    /// to the recipe.</summary>
    /// <param name="units">All units of the source.</param>
    /// <param name="earlier">The earlier version.</param>
    /// <param name="source">The source.</param>
    internal static string? MissingSource(List<SourceUnit> units, EarlierVersion earlier, RecipeSource source)
    {
        HashSet<string> there = [.. units.SelectMany(u => u.Files).Where(File.Exists).Select(source.NameOf),
            .. units.SelectMany(u => u.Datasets).Select(d => d.Uri)];
        return earlier.Sources.Count == 0 ? "a list of the files of its rows, which are from a search"
            : earlier.Sources.Keys.FirstOrDefault(name => !there.Contains(name)) is { } missing ? $"its source file '{missing}'" : null;
    }

    /// <summary>Requires that the rows of the earlier version were read as the recipe reads them, or can be read again.</summary>
    /// <param name="earlier">The earlier version.</param>
    /// <param name="record">What the recipe says about how rows are read.</param>
    /// <param name="missing">What is missing to read all rows again; null for nothing.</param>
    /// <param name="onMessage">Receives the message that the earlier version does not say how its rows were read.</param>
    /// <exception cref="ReadAgainException">They were read in another way, and can be read again.</exception>
    /// <exception cref="ArgumentException">They were read in another way, and cannot be read again.</exception>
    internal static void RequireSameReading(EarlierVersion earlier, SourceRecord record, string? missing, Action<string>? onMessage)
    {
        // Nothing is saved by keeping no rows, and a table without rows does not show all that rows show, such as types of text.
        if (earlier.Manifest.Rows == 0 && missing is null)
            throw new ReadAgainException($"'{earlier.Address}' has no rows.", decisions => decisions);
        if (earlier.SourceRecord is not { } before)
        {
            onMessage?.Invoke($"'{earlier.Address}' does not say how its rows were read: they are kept as they are. If its recipe was "
                + "another one, build all source files without it");
            return;
        }
        if (SourceRecord.Parse(before).DifferencesTo(record) is not { Length: > 0 } differences)
            return;
        string finding = $"The rows of '{earlier.Address}' were read with other settings: {differences}";
        throw missing is null ? new ReadAgainException($"{finding}.", decisions => decisions)
            : new ArgumentException($"{finding}. They cannot be read again without {missing}. Name all of its source files in the recipe, "
                + "use the earlier settings, or build all source files without the earlier version.");
    }

    /// <summary>Requires that the recipe reads rows as the earlier version was read.</summary>
    /// <exception cref="ArgumentException">The modality, the builder or the grid of tiles differs.</exception>
    internal static void RequireSameBuilder(EarlierVersion earlier, DatasetSpec spec)
    {
        Manifest manifest = earlier.Manifest;
        string mine = $"{spec.Modality}, builder {spec.Provenance.Builder} {spec.Provenance.BuilderVersion}",
            theirs = $"{manifest.Modality}, builder {manifest.Provenance.Builder} {manifest.Provenance.BuilderVersion}";
        if (mine != theirs)
            throw new ArgumentException($"The recipe '{spec.Name}' makes {mine}, but the dataset '{earlier.Address}' is {theirs}: its rows "
                + "cannot be continued. Build all source files without it.");
        if (spec.Grid != manifest.Partition.Grid)
            throw new ArgumentException($"The recipe '{spec.Name}' divides rows by {NameOf(spec.Grid)}, but the dataset "
                + $"'{earlier.Address}' by {NameOf(manifest.Partition.Grid)} ('partition'). Build all source files without it.");

        static string NameOf(EarthGrid? grid) => grid is null ? "cells of HEALPix" : $"the grid {grid}";
    }

    private static void RequireUnchanged(string path, SourceFile file, EarlierVersion earlier)
    {
        if (earlier.Sources.TryGetValue(file.Uri, out SourceFile? before) && before != file)
            throw new SourceUnreadableException(path,
                $"it has changed since '{earlier.Address}' was built, or is another file than the one called '{file.Uri}' in it: "
                    + $"{before.Bytes} bytes with SHA-256 {before.Sha256} then, {file.Bytes} bytes with SHA-256 {file.Sha256} now",
                "Restore a file that has changed, or build all source files without the earlier version. Of files with one name in several "
                    + "folders, name the earlier ones too, so that the names in the dataset have the folders");
    }

    private static void RequireUnchanged(SourceFile dataset, EarlierVersion earlier)
    {
        if (earlier.Sources.TryGetValue(dataset.Uri, out SourceFile? before) && before != dataset)
            throw new SourceUnreadableException(dataset.Uri,
                $"the dataset has changed since '{earlier.Address}' was built: its manifest had the SHA-256 {before.Sha256} then, and has "
                    + $"{dataset.Sha256} now",
                "Build all rows without the earlier version, or build a dataset of the new rows and use 'pile merge'");
    }
}
