using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Sky;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Finds a HATS catalogue at an address: the catalogue itself, or the primary catalogue of a collection.</summary>
/// <param name="Folder">The folder of the catalogue below the address, with a slash at the end; empty if it is the address.</param>
/// <param name="Properties">The properties of the catalogue.</param>
/// <param name="Identity">The bytes of the properties.</param>
internal sealed record HatsFolder(string Folder, HatsProperties Properties, byte[] Identity)
{
    private const string CollectionFile = HatsProperties.CollectionName;

    /// <summary>Returns the catalogue; null if the address has no properties of HATS.</summary>
    /// <param name="store">The address.</param>
    /// <param name="report">Receives messages; null to ignore them.</param>
    /// <param name="isDeniedMissing">True to take a file that the store denies as one that is missing.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="DatasetInvalidException">The properties are not valid, or of a catalogue without rows of its own.</exception>
    internal static async Task<HatsFolder?> FindAsync(IFileStore store, Action<string>? report, bool isDeniedMissing,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(store, "", isDeniedMissing, cancellationToken).ConfigureAwait(false) is { } catalogue)
            return catalogue;
        if (await TryReadAsync(store, CollectionFile, isDeniedMissing, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return null;
        HatsProperties collection = Parse(store, CollectionFile, bytes);
        string name = HatsProperties.FolderOf(collection["hats_primary_table_url"])
            ?? throw Invalid(store, $"'{CollectionFile}' does not name its catalogue (hats_primary_table_url)");
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
            throw Invalid(store, $"the catalogue of the collection is '{name}', but it must be a folder of the collection");
        if (collection["default_margin"] is { } margin && store.Traits.IsLocal && !margin.Contains('/', StringComparison.Ordinal)
            && !ExistingPath.IsFolder(Path.Combine(store.LocalRoot, margin)))
            report?.Invoke($"the margin '{margin}' of '{store.Address}' is missing; it is not needed, because matches are exact "
                + "without it");
        return await ReadAsync(store, name + "/", isDeniedMissing, cancellationToken).ConfigureAwait(false)
            ?? throw Invalid(store, $"the catalogue '{name}' of the collection has no '{HatsProperties.FileName}'");
    }

    private static async Task<HatsFolder?> ReadAsync(IFileStore store, string folder, bool isDeniedMissing,
        CancellationToken cancellationToken)
    {
        foreach (string name in (string[])[HatsProperties.FileName, HatsProperties.CopyName])
            if (await TryReadAsync(store, folder + name, isDeniedMissing, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                HatsProperties properties = Parse(store, folder + name, bytes);
                RequireRows(store, properties);
                return new HatsFolder(folder, properties, bytes);
            }
        return null;
    }

    private static void RequireRows(IFileStore store, HatsProperties properties)
    {
        if (properties["dataproduct_type"] is { } type && type is not ("object" or "source"))
            throw new DatasetInvalidException(store.Address,
                $"it is a HATS catalogue of type '{type}', which has no positions of its own or only copies of rows",
                properties["hats_primary_table_url"] is { } primary ? $"Open the catalogue that it belongs to, '{primary}'"
                    : "Open a catalogue of type object or source");
        if (properties["hats_frame"] is { } frame && !frame.Equals("icrs", StringComparison.OrdinalIgnoreCase))
            throw new DatasetInvalidException(store.Address, $"its positions are in the frame '{frame}' (hats_frame), but the tiles of a "
                + "catalogue must be in ICRS", "Convert the positions, and make the catalogue again");
        if (properties["hats_col_healpix_order"] is { } order && !(int.TryParse(order, NumberStyles.None, CultureInfo.InvariantCulture,
            out int number) && number <= Healpix.MaxOrder))
            throw Invalid(store, $"'hats_col_healpix_order' is {order}, expected an order from 0 to {Healpix.MaxOrder}");
    }

    private static async Task<byte[]?> TryReadAsync(IFileStore store, string path, bool isDeniedMissing,
        CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAllAsync(path, HatsProperties.LargestBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException
            || (isDeniedMissing && e is StoreException { Fault: StoreFault.Denied }))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Invalid(store, $"'{path}' cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static HatsProperties Parse(IFileStore store, string path, byte[] bytes)
    {
        try
        {
            return HatsProperties.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw Invalid(store, $"'{path}': expected lines key=value in UTF-8: {e.Message.TrimEnd('.')}", e);
        }
    }

    internal static DatasetInvalidException Invalid(IFileStore store, string finding, Exception? inner = null) =>
        new(store.Address, finding, "Run 'pile validate' for all findings, then get the catalogue again from its source", inner);
}
