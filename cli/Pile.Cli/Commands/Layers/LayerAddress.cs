using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary>Recognises the address of a layer or source where a dataset is expected.</summary>
internal static class LayerAddress
{
    /// <summary>Opens the layer or source at an address, <c>ADDRESS[@AT]</c>.</summary>
    /// <returns>Null if there is something else.</returns>
    /// <exception cref="LayerInvalidException">layer.yaml is damaged.</exception>
    internal static async Task<(LayerStore Store, LayerReference Reference)?> TryOpenAsync(string address,
        CancellationToken cancellationToken)
    {
        foreach (LayerReference reference in Candidates(address))
            try
            {
                return (await LayerStore.OpenAsync(reference.Address, null, cancellationToken).ConfigureAwait(false), reference);
            }
            catch (LayerNotFoundException)
            {
                // The next candidate, or a dataset.
            }
        return null;
    }

    // A folder may have an @ in its name.
    private static IEnumerable<LayerReference> Candidates(string address)
    {
        yield return new LayerReference("", address, null);
        int at = address.LastIndexOf('@');
        if (at > 0 && at > address.LastIndexOf('/') && at < address.Length - 1)
            yield return new LayerReference("", address[..at], address[(at + 1)..]);
    }
}
