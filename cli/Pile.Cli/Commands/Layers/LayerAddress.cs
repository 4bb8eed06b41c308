using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Storage;

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
        if (FileStore.IsRemote(address) && await IsDatasetAsync(address, cancellationToken).ConfigureAwait(false))
            return null;
        foreach (LayerReference reference in Candidates(address))
            try
            {
                return (await LayerStore.OpenAsync(reference.Address, null, cancellationToken).ConfigureAwait(false), reference);
            }
            catch (Exception e) when (e is LayerNotFoundException or StoreException { Fault: StoreFault.Denied })
            {
                // The next candidate, or a dataset, which reports what is denied.
            }
        return null;
    }

    // A web server may answer a request for a file that it does not have with a page, or deny it: so what it has is looked at first.
    private static async Task<bool> IsDatasetAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            return (await FileStore.For(address).ReadAllAsync(DatasetPaths.Manifest, Dataset.LargestManifestBytes, cancellationToken)
                .ConfigureAwait(false)).AsSpan().StartsWith("pile:"u8);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException or StoreException { Fault: StoreFault.Denied })
        {
            return false;
        }
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
