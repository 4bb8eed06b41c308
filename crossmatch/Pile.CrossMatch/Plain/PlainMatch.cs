using Pile.CrossMatch.Matching;
using Pile.Format;

namespace Pile.CrossMatch.Plain;

/// <summary>The shortest way of a match: two files of sorted positions in, one Parquet file of pairs out (all or the nearest), nothing between.</summary>
/// <remarks>Of the manifests the checksum is verified and nothing is read; the index is not opened, and no query engine is loaded. Pages are mapped and given back as the match proceeds; each
/// thread writes its own row groups. The bytes of the output depend on the input and the options alone.</remarks>
public static class PlainMatch
{
    private const int LargestManifestBytes = 1 << 20;

    /// <summary>Whether two datasets and an output can be matched this way: both have sorted positions, and the output is Parquet.</summary>
    /// <param name="datasetA">A dataset's folder.</param>
    /// <param name="datasetB">A dataset's folder.</param>
    /// <param name="output">The file of pairs.</param>
    /// <param name="positionsA">The positions of A.</param>
    /// <param name="positionsB">The positions of B.</param>
    /// <exception cref="PileException">A manifest is damaged, or a dataset has two files of positions.</exception>
    public static bool TryFindPositions(string datasetA, string datasetB, string output, out string positionsA, out string positionsB)
    {
        (positionsA, positionsB) = (PositionsOf(datasetA), PositionsOf(datasetB));
        return output.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) && positionsA.Length > 0 && positionsB.Length > 0;
    }

    /// <summary>Says that a match is about to be run: a core that has nothing to do yet begins to compile what it calls.</summary>
    /// <remarks>A process for one match of a million rows spends most of its time compiling, and on one core alone if nobody begins before.</remarks>
    public static void Announce()
    {
        if (Environment.ProcessorCount > 1)
            CompilingAhead.Start();
    }

    /// <summary>Matches two sides, and writes the pairs.</summary>
    /// <param name="a">The first side: a dataset's folder, and its file of positions.</param>
    /// <param name="b">The second side.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="output">The file of pairs; it appears, or is replaced, once it is complete.</param>
    /// <param name="cancellationToken">Stops the match; nothing is left then.</param>
    /// <returns>The match in numbers.</returns>
    /// <exception cref="ArgumentException">The radius is no angle.</exception>
    /// <exception cref="PileException">A side is damaged, or the output cannot be written.</exception>
    public static PlainMatchSummary Run((string Dataset, string Positions) a, (string Dataset, string Positions) b, PlainMatchOptions options, string output, CancellationToken cancellationToken = default)
    {
        using MappedPositions sideA = MappedPositions.Open(a.Positions, a.Dataset), sideB = MappedPositions.Open(b.Positions, b.Dataset);
        long done = 0;
        SkyMatchOptions search = new()
        {
            RadiusArcsec = options.RadiusArcsec,
            Workers = options.Workers,
            RowsDone = options.Progress is { } progress ? rows => progress(Interlocked.Add(ref done, rows), sideA.Count) : null,
        };
        SkyMatcher.Require(search);
        MatchFind find = options.NearestOnly ? MatchFind.Nearest : MatchFind.All;
        PlainMatchSummary? summary = null;
        PairsOutput.Write(output, options.Overwrite, ResultColumns.OfPositions(sideA, sideB), mayLackA: false, mayLackB: false, file =>
        {
            PairCounts counts = new MatchPipeline { A = sideA, B = sideB, Search = search, Find = find }.Run(file, cancellationToken);
            long withoutA = sideA.WithoutPosition, withoutB = sideB.WithoutPosition;
            summary = new PlainMatchSummary(counts.Pairs, sideA.Count + withoutA, sideB.Count + withoutB, sideA.Count - counts.RowsAInPairs + withoutA, sideB.Count - counts.RowsBInPairs + withoutB, withoutA + withoutB);
            sideA.RequireUnchanged();
            sideB.RequireUnchanged();
            return [.. MatchRecord.Of(Identity(sideA), Identity(sideB), new CrossMatchOptions { Find = find }, options.RadiusArcsec,
                new MatchSummary(counts.Pairs, counts.Pairs, summary.RowsA, summary.RowsB, summary.AWithoutMatch, summary.BWithoutMatch, summary.WithoutPosition), counts.Density()), .. MatchRecord.OfPositions("a", sideA), .. MatchRecord.OfPositions("b", sideB)];
        });
        return summary!;

        static SideIdentity Identity(MappedPositions side) => new("dataset", side.Dataset, side.DatasetVersion, null, "", "");
    }

    // Only one subset has positions, wherever it lies: of the manifest that names it the checksum is enough.
    private static string PositionsOf(string dataset)
    {
        if (!IsManifestWhole(Path.Combine(dataset, DatasetPaths.Manifest)))
            return "";
        string found = "";
        foreach (string subset in Directory.GetDirectories(dataset))
        {
            string positions = Path.Combine(dataset, DatasetPaths.Positions(Path.GetFileName(subset)));
            if (!File.Exists(positions))
                continue;
            if (new DirectoryInfo(subset).LinkTarget is not null || new FileInfo(positions).LinkTarget is not null)
                return ""; // whether a link is allowed is decided where datasets are opened
            found = found.Length == 0 ? positions : throw new DatasetInvalidException(dataset, $"both {found} and {positions} exist", "Keep the one of the subset that the manifest names");
        }
        return found;
    }

    // A manifest that is missing, unusual, or without a checksum is read where datasets are opened.
    private static bool IsManifestWhole(string manifest)
    {
        FileInfo file = new(manifest);
        if (!file.Exists || file.Length > LargestManifestBytes || file.LinkTarget is not null || RegularFile.IsSpecial(manifest))
            return false;
        return ManifestChecksum.Verify(File.ReadAllBytes(manifest), manifest) is not null;
    }
}
