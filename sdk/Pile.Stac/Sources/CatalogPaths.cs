using Pile.Storage;

namespace Pile.Stac;

/// <summary>Finds the files that the links of a catalog refer to, within the catalog's store.</summary>
/// <param name="store">The store; no link leaves it.</param>
/// <param name="mounts">The mounts; those with a prefix of an absolute link apply to it.</param>
internal sealed class CatalogPaths(IFileStore store, MountRules mounts)
{
    // The address that the root document states for its own folder: copies of published catalogs keep absolute links.
    private string? published;

    /// <summary>Notes where the root document says that it is published.</summary>
    internal void SetRoot(string path, StacCatalog root)
    {
        foreach (SceneLink link in root.Links)
            if (link.Rel is "self" && AssetHref.SchemeOf(link.Href) is "http" or "https" or "s3"
                && link.Href.EndsWith("/" + path, StringComparison.Ordinal))
                published = link.Href[..^path.Length];
    }

    /// <summary>Returns the path in the store that a link of a document refers to.</summary>
    /// <param name="document">The path of the document.</param>
    /// <param name="href">The link.</param>
    /// <param name="path">The path in the store.</param>
    /// <returns>Null, or why the link is not followed.</returns>
    internal string? Find(string document, string href, out string path)
    {
        path = "";
        if (AssetHref.FindFault(href) is { } fault)
            return fault;
        string address = SignedQuery.Remove(href);
        bool isRelative = AssetHref.IsRelative(address);
        // A mount for the files of assets is not one for the documents, unless it has a prefix of their published address.
        return isRelative ? Normalise(AssetHref.Folder(document), address, out path)
            : Below(address) is { } below ? Normalise("", below, out path) : "it leaves the root of the catalog";
    }

    private string? Below(string address)
    {
        if (published is not null && address.StartsWith(published, StringComparison.Ordinal))
            return address[published.Length..];
        _ = mounts.TryPrefix(address, out string mapped);
        string root = store.Traits.IsLocal ? store.LocalRoot : store.Address.TrimEnd('/');
        if (store.Traits.IsLocal)
        {
            if (AssetHref.SchemeOf(mapped) is "file")
                mapped = FileAddress.PathOf(mapped);
            else if (AssetHref.SchemeOf(mapped) is not null)
                return null;
            else if (!mapped.StartsWith('/'))
                mapped = Path.GetFullPath(mapped);
        }
        else if (mapped.StartsWith('/') && AssetHref.SchemeOf(root) is "http" or "https")
            mapped = new Uri(root).GetLeftPart(UriPartial.Authority) + mapped;
        return mapped.StartsWith(root + "/", StringComparison.Ordinal) ? mapped[(root.Length + 1)..] : null;
    }

    private static string? Normalise(string folder, string href, out string path)
    {
        path = "";
        List<string> parts = [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        if (href.Contains('?', StringComparison.Ordinal))
            return "it has a query, which only a server of a STAC API answers";
        foreach (string escaped in href.Split('#')[0].Split('/'))
        {
            string part = Uri.UnescapeDataString(escaped);
            if (part is ".." && parts.Count == 0)
                return "it leaves the root of the catalog";
            if (part is "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part.AsSpan().ContainsAny('/', '\\', '\0'))
                return "it contains an escaped slash, a backslash or a NUL character";
            else if (part is not ("." or ""))
                parts.Add(part);
        }
        path = string.Join('/', parts);
        return parts.Count == 0 ? "it is the root folder, not a file" : null;
    }
}
