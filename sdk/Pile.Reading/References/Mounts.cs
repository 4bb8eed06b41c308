using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Maps the addresses of files outside a dataset to the stores that have them. Thread-safe.</summary>
/// <remarks>Only mounted places and the dataset itself are read: an address in a dataset cannot make the reader open any other
/// file.</remarks>
internal sealed class Mounts
{
    private readonly (string Uri, IFileStore Store)[] mounts; // the longest address first
    private readonly ImmutableArray<string> schemes; // whose addresses are all read where they are
    private readonly ConcurrentDictionary<string, IFileStore> ofSchemes = new(StringComparer.Ordinal);
    private readonly IFileStore dataset;
    private readonly StoreOptions? options;

    private Mounts(IFileStore dataset, IEnumerable<KeyValuePair<string, string>> given, StoreOptions? options)
    {
        (this.dataset, this.options) = (dataset, options);
        Dictionary<string, string> byUri = new(StringComparer.Ordinal);
        foreach ((string uri, string place) in given)
            byUri[SourceUri.Mounted(uri)] = place; // a later one replaces an earlier one
        schemes = [.. byUri.Keys.Where(SourceUri.IsRemoteScheme)];
        foreach (string scheme in schemes)
            if (byUri[scheme] != scheme)
                throw new ArgumentException($"'{scheme}' stands for all addresses of this scheme, which are read where they are; it cannot "
                    + $"be mounted to '{byUri[scheme]}'.", nameof(given));
        mounts = [.. byUri.Where(m => !SourceUri.IsRemoteScheme(m.Key)).OrderByDescending(m => m.Key.Length)
            .Select(m => (m.Key, FileStore.For(m.Value, options)))];
    }

    /// <summary>Reads the mounts beside a local dataset, and adds those of the caller.</summary>
    /// <param name="dataset">The files of the dataset.</param>
    /// <param name="options">Has the mounts of the caller.</param>
    /// <exception cref="DocumentInvalidException">The file of mounts is not valid.</exception>
    /// <exception cref="ArgumentException">No store supports a place, or a scheme is mounted elsewhere.</exception>
    internal static Mounts Of(IFileStore dataset, DatasetOptions options) => new(dataset,
        [.. dataset.Traits.IsLocal ? MountsFile.Read(dataset.LocalRoot) : [], .. options.Mounts], options.Storage);

    /// <summary>The requests and bytes so far.</summary>
    internal StoreStatistics Statistics => mounts.Select(m => m.Store).Concat(ofSchemes.Values)
        .Aggregate(default(StoreStatistics), (sum, store) => sum.Plus(store.Statistics));

    /// <summary>Returns whether it is known where a legal address is.</summary>
    internal bool IsKnown(string uri) => SourceUri.IsRelative(uri) || Array.Exists(mounts, m => IsBelow(uri, m.Uri)) || HasScheme(uri);

    /// <summary>Finds the store and the path of an address.</summary>
    /// <exception cref="SourceUnreadableException">The address is not legal, or is below no mounted place.</exception>
    internal (IFileStore Store, string Path) Resolve(string uri)
    {
        if (SourceUri.FindFault(uri) is { } fault)
            throw new SourceUnreadableException($"'{uri}', to which dataset '{dataset.Address}' refers", fault,
                "Get the dataset again, or adopt the files again");
        if (SourceUri.IsRelative(uri))
            return (dataset, uri);
        foreach ((string prefix, IFileStore store) in mounts)
            if (IsBelow(uri, prefix))
                return (store, uri[(prefix.Length + 1)..]);
        if (HasScheme(uri) && SourceUri.PlaceOf(uri) is var origin && origin.Length < uri.Length)
            return (ofSchemes.GetOrAdd(origin, place => FileStore.For(place, options)), uri[(origin.Length + 1)..]);
        throw SourceUri.IsRemote(uri)
            ? new SourceUnreadableException($"'{uri}'", $"dataset '{dataset.Address}' refers to it, but may not make a program open any "
                + "address", $"Mount '{SourceUri.PlaceOf(uri)}' to read it where it is, or a copy in its place (DatasetOptions.Mounts)")
            : new SourceUnreadableException($"'{uri}'", $"dataset '{dataset.Address}' refers to it, but it is not known where it is",
                $"Mount the folder or address where it is now, for '{uri[..uri.LastIndexOf('/')]}' (DatasetOptions.Mounts)");
    }

    private bool HasScheme(string uri) => schemes.Any(scheme => uri.StartsWith(scheme, StringComparison.Ordinal));

    private static bool IsBelow(string uri, string prefix) =>
        uri.Length > prefix.Length && uri[prefix.Length] == '/' && uri.StartsWith(prefix, StringComparison.Ordinal);
}
