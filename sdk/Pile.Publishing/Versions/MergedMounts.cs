using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Versions;

/// <summary>Joins the mounts of merged datasets. If two of them mount different places at one address, the later one gets another
/// address.</summary>
internal sealed class MergedMounts
{
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);

    /// <summary>The places by their addresses.</summary>
    internal IReadOnlyDictionary<string, string> Places => places;

    /// <summary>Adds the mounts beside the next dataset.</summary>
    /// <returns>A function that returns a file of the dataset with its address in the result.</returns>
    /// <exception cref="DocumentInvalidException">The file of mounts is not valid.</exception>
    internal Func<ReferencedFile, ReferencedFile> Add(Dataset dataset)
    {
        Dictionary<string, string> moved = new(StringComparer.Ordinal);
        foreach ((string uri, string place) in dataset.Store.Traits.IsLocal ? MountsFile.Read(dataset.Store.LocalRoot) : [])
        {
            string mounted = SourceUri.Mounted(uri), free = mounted;
            for (int number = 2; !places.TryAdd(free, place) && places[free] != place; number++)
                free = $"{mounted}-{number}";
            moved[mounted] = free;
        }
        (string Uri, string Free)[] changed = [.. moved.OrderByDescending(m => m.Key.Length).Select(m => (m.Key, m.Value))];
        string address = dataset.Address;
        return file => Moved(file, changed, address);
    }

    private static ReferencedFile Moved(ReferencedFile file, (string Uri, string Free)[] changed, string address)
    {
        if (SourceUri.IsRelative(file.Uri))
            throw new SchemaMismatchException(address, null, $"its rasters are in the dataset itself ('{file.Uri}')",
                "Store their pixels with 'pile copy --materialize', then use 'pile concat'");
        foreach ((string uri, string free) in changed)
            if (file.Uri.StartsWith(uri + "/", StringComparison.Ordinal))
                return free == uri ? file : file with { Uri = free + file.Uri[uri.Length..] };
        return file;
    }
}
