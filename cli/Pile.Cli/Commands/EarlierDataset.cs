using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The dataset that <c>pile build --from … --append</c> continues.</summary>
/// <remarks>Without a recipe, what the command does not state is that of the earlier version. Shards contain most of it, so that the next
/// version shares them only if it has the same.</remarks>
/// <param name="Address">The folder or address.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="HasIdIndex">True if it has an index of ids.</param>
/// <param name="HasPositionsFile">True if it has <c>positions.parquet</c>.</param>
internal sealed record EarlierDataset(string Address, Manifest Manifest, bool HasIdIndex, bool HasPositionsFile)
{
    private const string Order = "options.order", Bits = "options.bits", Margin = "options.margin_arcsec", IdIndex = "options.id_index",
        Shards = "options.shards", Positions = "options.positions", Subset = "options.subset";

    /// <summary>The partition of its rows if they have no positions; null for the default.</summary>
    internal string? Partition => Manifest.Partition.Scheme == Pile.Format.Partition.Hash ? Manifest.Partition.Scheme : null;

    /// <summary>Reads what the next version takes over.</summary>
    /// <param name="address">The folder or address.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<EarlierDataset> ReadAsync(string address, CancellationToken cancellationToken)
    {
        await using Dataset earlier = await Dataset.OpenAsync(address, cancellationToken: cancellationToken).ConfigureAwait(false);
        FileList files = await earlier.FilesAsync(cancellationToken).ConfigureAwait(false);
        return new(address, earlier.Manifest, await earlier.IdIndexAsync(cancellationToken).ConfigureAwait(false) is not null,
            files.Files.Any(file => file.Path == DatasetPaths.Positions(earlier.Manifest.Subset)));
    }

    /// <summary>Adds the options of the earlier version that the command does not state.</summary>
    /// <param name="stated">Values of the recipe, by keys such as <c>options.order</c>.</param>
    /// <param name="partition">The partition that the command states; null if it states none.</param>
    /// <exception cref="UsageException">The command contradicts what is taken over.</exception>
    internal void Complete(Dictionary<string, string> stated, string? partition)
    {
        // The cells of one partition mean nothing in the other.
        bool hasSameCells = partition is null || partition == (Partition ?? Pile.Format.Partition.Healpix);
        Dictionary<string, string> all = new(stated, StringComparer.Ordinal);
        foreach ((string key, string value) in hasSameCells ? OfCells().Concat(OfAny()) : OfAny())
            all.TryAdd(key, value);
        bool hasIdIndex = bool.TryParse(all.GetValueOrDefault(IdIndex), out bool isTrue) && isTrue;
        if (hasIdIndex && all.GetValueOrDefault(Positions) == "none")
        {
            if (!stated.ContainsKey(Positions))
                throw new UsageException($"--id-index needs the file of positions, which '{Address}' does not have. Add "
                    + "--positions compact or --positions full.");
            if (!stated.ContainsKey(IdIndex))
                throw new UsageException($"--positions none: '{Address}' has an index of ids, which needs the file of positions. Leave "
                    + $"--positions out, or add --set {IdIndex}=false.");
        }
        foreach ((string key, string value) in all)
            stated.TryAdd(key, value);
    }

    private IEnumerable<(string Key, string Value)> OfCells()
    {
        if (Manifest.Partition is { Grid: null, Scheme: Pile.Format.Partition.Healpix, Order: { } order })
            yield return (Order, order.ToString(CultureInfo.InvariantCulture));
        if (Manifest.Partition is { Scheme: Pile.Format.Partition.Hash, Bits: { } bits })
            yield return (Bits, bits.ToString(CultureInfo.InvariantCulture));
        if (Manifest.MarginArcsec is { } margin)
            yield return (Margin, margin.ToString("R", CultureInfo.InvariantCulture));
        if (HasIdIndex)
            yield return (IdIndex, "true");
        if (Manifest.Frame is not null)
            yield return (Positions, !HasPositionsFile ? "none" : Manifest.HasCompactPositions ? "compact" : "full");
    }

    private IEnumerable<(string Key, string Value)> OfAny()
    {
        if (Manifest is { IsIndexOnly: true, Modality: "catalogue" })
            yield return (Shards, "none");
        if (Manifest.Subset != "main")
            yield return (Subset, Manifest.Subset);
    }
}
