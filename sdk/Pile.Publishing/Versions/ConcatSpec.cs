using Pile.Fits;
using Pile.Format;
using Pile.Writing;

namespace Pile.Publishing.Versions;

/// <summary>The properties of a concatenated dataset: what all parts share, and the provenance of all.</summary>
internal static class ConcatSpec
{
    /// <summary>Returns the properties.</summary>
    /// <param name="parts">The datasets.</param>
    /// <param name="name">The dataset's name; null for the names joined.</param>
    /// <param name="keepsWindows">True if windows of rasters stay windows; false if their pixels are stored.</param>
    /// <param name="onMessage">Receives messages for the user.</param>
    /// <exception cref="ArgumentException">The modalities differ.</exception>
    /// <exception cref="SchemaMismatchException">A property that rows have only through their dataset differs.</exception>
    internal static DatasetSpec Of(IReadOnlyList<StoredVersion> parts, string? name, bool keepsWindows, Action<string>? onMessage)
    {
        Manifest first = parts[0].Manifest;
        if (parts.FirstOrDefault(p => p.Manifest.Modality != first.Modality) is { } other)
            throw new ArgumentException($"'{parts[0].Address}' has the modality {first.Modality}, '{other.Address}' "
                + $"{other.Manifest.Modality}. Only datasets of one modality can be concatenated.", nameof(parts));
        if (parts.FirstOrDefault(p => p.Manifest.Frame != first.Frame) is { } unlike)
            throw new ArgumentException($"The rows of one of '{parts[0].Address}' and '{unlike.Address}' have positions, those of the "
                + "other have none. Only datasets of one kind can be concatenated.", nameof(parts));
        (string Scale, string? Reference)? time = Common("time scale",
            m => m.Time is { } t ? ((string, string?)?)(t.Scale, t.Reference) : null, "Convert the times of one of them");
        if (parts.Any(p => p.Manifest.EpochYear is null) && parts.Any(p => p.Manifest.EpochYear is not null))
            onMessage?.Invoke("some datasets do not say the epoch of their positions, so the result has none");
        double? epoch = Common("epoch", m => m.EpochYear, "Move the positions of one of them to the epoch of the other");
        bool storesReferences = !keepsWindows && parts.Any(p => p.Manifest.Columns.Any(c => c.IsOutside));
        if (storesReferences)
            onMessage?.Invoke("the values of files outside the datasets are stored in the result");
        return new DatasetSpec
        {
            Name = name ?? Joined(m => m.Name, "-"),
            Modality = first.Modality,
            Description = $"{Joined(m => $"{m.Name} {m.Version}", ", ")}, {(keepsWindows ? "merged" : "concatenated")}",
            Provenance = new Provenance
            {
                Project = Joined(m => m.Provenance.Project, " + "),
                Survey = Joined(m => m.Provenance.Survey, " + "),
                Instrument = Joined(m => m.Provenance.Instrument, " + "),
                Release = Joined(m => m.Provenance.Release, " + "),
                Licence = Provenance.JoinedLicence(parts.Select(p => p.Manifest.Provenance.Licence)),
                Citation = Joined(m => m.Provenance.Citation, "; "),
                Builder = keepsWindows ? "merge" : "concat",
                BuilderVersion = "1",
            },
            HasShards = storesReferences || parts.Any(p => !p.Manifest.IsIndexOnly),
            Frame = first.Partition.Frame,
            Grid = CommonGrid(parts, onMessage),
            Codec = storesReferences ? PieceCodec.ShuffleDeflate : PieceCodec.None, // stored columns keep their codec
            SpectralMedium = Common("spectral medium", m => m.SpectralMedium, "Convert the wavelengths of one of them"),
            TimeScale = time?.Scale,
            TimeReference = time?.Reference,
            HasCoverage = true,
            DeclarationsAreCompared = true,
            EpochYear = parts.Any(p => p.Manifest.EpochYear is null) ? null : epoch,
            Aliases = [.. parts.SelectMany(p => p.Manifest.Aliases.Select(alias => (Alias: alias, p.Address)))
                .GroupBy(a => a.Alias.Name, StringComparer.Ordinal).Select(RequireOne)],
            SourceSettings = string.Join('\n', parts.Select(p => p.Identity)),
        };

        string Joined(Func<Manifest, string> of, string between) => string.Join(between, parts.Select(p => of(p.Manifest)).Distinct());

        T? Common<T>(string what, Func<Manifest, T?> of, string remedy)
        {
            StoredVersion[] known = [.. parts.Where(p => of(p.Manifest) is not null)];
            return known.FirstOrDefault(p => !of(p.Manifest)!.Equals(of(known[0].Manifest))) is { } differs
                ? throw new SchemaMismatchException($"{known[0].Address} and {differs.Address}", null,
                    $"the {what} is {of(known[0].Manifest)} in the first, {of(differs.Manifest)} in the second", remedy)
                : known.Length == 0 ? default : of(known[0].Manifest);
        }

        static AliasSchema RequireOne(IGrouping<string, (AliasSchema Alias, string Address)> named) =>
            named.Select(a => WithUnitOf(named.First().Alias, a.Alias)).Distinct().ToArray() is [var only] ? only
                : throw new SchemaMismatchException(string.Join(" and ", named.Select(a => a.Address)), named.Key,
                    "the alias has different definitions", "Build one of them again with another name for it");
    }

    // Equal units may be written differently.
    private static AliasSchema WithUnitOf(AliasSchema first, AliasSchema alias) =>
        first.Unit is { } unit && FitsUnits.AreEqual(alias.Unit, unit) ? alias with { Unit = unit } : alias;

    private static EarthGrid? CommonGrid(IReadOnlyList<StoredVersion> parts, Action<string>? onMessage)
    {
        EarthGrid? first = parts[0].Manifest.Partition.Grid;
        if (parts.All(p => p.Manifest.Partition.Grid == first))
            return first;
        onMessage?.Invoke("the datasets are not partitioned by one grid, so the result is partitioned by HEALPix cells");
        return null;
    }

    /// <summary>Returns a part's manifest as a source of the concatenated dataset. Errors of its rows show the name.</summary>
    internal static SourceFile SourceOf(StoredVersion part, string name) =>
        new($"{name.Replace("/", "%2F", StringComparison.Ordinal)}/{DatasetPaths.Manifest}", part.ManifestBytes, part.Identity);
}
