using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The layers of a match. Each belongs to the side whose root it names.</summary>
internal sealed class SideLayers
{
    private readonly IReadOnlyList<(string Reference, LayerManifest Manifest)> layers;

    private SideLayers(IReadOnlyList<(string, LayerManifest)> layers) => this.layers = layers;

    /// <summary>Reads to which datasets layers belong.</summary>
    internal static async Task<SideLayers> OpenAsync(string[] references, CancellationToken cancellationToken)
    {
        List<(string, LayerManifest)> opened = [];
        foreach (string reference in references)
            opened.Add((reference, (await LayerStore.OpenAsync(LayerReference.Parse(reference).Address, null, cancellationToken)
                .ConfigureAwait(false)).Manifest));
        return new SideLayers(opened);
    }

    /// <summary>Opens a side with its layers.</summary>
    internal async Task<Dataset> OpenAsync(string path, DatasetOptions options, CancellationToken cancellationToken)
    {
        Dataset plain = await Dataset.OpenAsync(path, options with { Layers = [] }, cancellationToken).ConfigureAwait(false);
        if (layers.Count == 0)
            return plain;
        string root = plain.Root;
        string[] own = [.. layers.Where(l => l.Manifest.DatasetRoot == root).Select(l => l.Reference)];
        if (own.Length == 0)
            return plain;
        await plain.DisposeAsync().ConfigureAwait(false);
        return await Dataset.OpenAsync(path, options with { Layers = own }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rejects a layer that belongs to none of the datasets.</summary>
    /// <exception cref="UsageException">There is such a layer.</exception>
    internal void RequireUsed(params Dataset?[] sides)
    {
        HashSet<string> roots = [.. sides.OfType<Dataset>().SelectMany(d => d.Layers)
            .Select(l => l.Snapshot.Store.Manifest.DatasetRoot!)];
        foreach ((string reference, LayerManifest manifest) in layers)
            if (!roots.Contains(manifest.DatasetRoot ?? ""))
            {
                string given = string.Join(" or ", sides.OfType<Dataset>().Select(d => $"'{d.Address}'"));
                throw new UsageException($"--layer {reference}: it belongs to dataset '{manifest.DatasetName}' with root "
                    + $"{manifest.DatasetRoot}, which is not {given}.");
            }
    }
}
