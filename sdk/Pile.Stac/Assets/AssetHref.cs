using System.Buffers;
using Pile.Format;
using Pile.Storage;

namespace Pile.Stac;

/// <summary>The address of an asset: resolved against its document, without signatures, and with an allowed scheme.</summary>
internal static class AssetHref
{
    private const int LongestLabel = 63; // RFC 1035, 2.3.4

    private static readonly string[] Allowed = ["https", "http", "s3", "file"];

    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    /// <summary>Returns the address of a file of an asset.</summary>
    /// <param name="href">The href of the document.</param>
    /// <param name="document">The file or address of the document.</param>
    /// <param name="mounts">The mounts, applied to the absolute address. The file of a relative href that is in the folder of a local
    /// document is that one, unless a mount has a prefix of its absolute address, or all files are on a server.</param>
    /// <returns>A path, or an address with an allowed scheme; without query parameters that sign it, and without a fragment.</returns>
    /// <exception cref="SourceUnreadableException">The scheme is not allowed, or the address contains credentials. The message names the
    /// scheme, never the credentials.</exception>
    internal static string Resolve(string href, string document, MountRules mounts) => Resolve(href, document, mounts, out _);

    /// <inheritdoc cref="Resolve(string, string, MountRules)"/>
    /// <param name="href">The href of the document.</param>
    /// <param name="document">The file or address of the document.</param>
    /// <param name="mounts">The mounts.</param>
    /// <param name="placed">The absolute address, if the result is only the file of this name in <see cref="MountRules.Place"/>, which is
    /// that of other addresses with this name, too. Otherwise null.</param>
    internal static string Resolve(string href, string document, MountRules mounts, out string? placed)
    {
        placed = null;
        if (FindFault(href) is { } fault)
            throw new SourceUnreadableException(document,
                $"the asset '{SceneInvalidException.Shown(SignedQuery.Remove(href))}' is not read: {fault}",
                "Correct the document, or leave the asset out");
        string address = SignedQuery.Remove(href);
        bool isRelative = IsRelative(address);
        string absolute = isRelative ? Combine(Folder(document), address)
            : SchemeOf(address) is null ? Rooted(address, document) : address;
        if (mounts.TryPrefix(absolute, out string mapped))
            return mapped;
        string place = SchemeOf(absolute) is "file" ? FileAddress.PathOf(absolute)
            : SchemeOf(absolute) is null ? FileOf(absolute) : absolute;
        if (isRelative && !mounts.IsPlaceRemote && SchemeOf(absolute) is null && File.Exists(place))
            return place;
        if (!TryMount(address, mounts, out mapped))
            return place;
        placed = mounts.TryPrefix(address, out _) ? null : absolute;
        return mapped;
    }

    /// <summary>Returns where the mounts have the file of an href, whatever the folder of its document; false if no mount
    /// applies.</summary>
    /// <remarks>In <see cref="MountRules.Place"/>, the file of a relative href is that of the same path, or else that of the same
    /// name.</remarks>
    internal static bool TryMount(string address, MountRules mounts, out string mapped)
    {
        if (mounts.TryPrefix(address, out mapped))
            return true;
        if (mounts.Place is not { } place)
            return false;
        mapped = mounts.Apply(address);
        if (!IsRelative(address) || SchemeOf(place) is not null)
            return true;
        if (!address.Split('/').Contains("..") && FileOf(Combine(place + "/", address)) is var file && File.Exists(file))
            mapped = file;
        else
            mapped = FileOf(mapped);
        return true;
    }

    /// <summary>Returns true for an address without a scheme that does not begin at the root.</summary>
    internal static bool IsRelative(string address) => SchemeOf(address) is null && !address.StartsWith('/');

    /// <summary>Returns the address of an alternate, or of the asset if there is no such alternate.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="prefer">The name of the alternate, such as <c>s3</c>; null for the asset's own address.</param>
    /// <param name="document">The file or address of the document.</param>
    /// <param name="mounts">The mounts.</param>
    /// <param name="placed">See <see cref="Resolve(string, string, MountRules, out string)"/>.</param>
    internal static string Resolve(SceneAsset asset, string? prefer, string document, MountRules mounts, out string? placed)
    {
        foreach ((string name, string href) in asset.Alternates)
            if (name == prefer)
                return Resolve(href, document, mounts, out placed);
        return Resolve(asset.Href, document, mounts, out placed);
    }

    /// <summary>Returns why an address is not allowed; null for an allowed one.</summary>
    internal static string? FindFault(string href) =>
        href.Length == 0 ? "it is empty"
        : !IsPlain(href) && FindFaultOfOther(href) is { } fault ? fault
        : IsVrt(href) ? "VRT files are not supported: they refer to further files" : null;

    /// <summary>Returns true for an address of the usual form, which has no fault but that it may be one of a VRT file: the host has
    /// letters, digits, hyphens and dots, the path has no escapes, no query and no two dots in a row.</summary>
    private static bool IsPlain(ReadOnlySpan<char> href)
    {
        int start = href.StartsWith("https://") ? 8 : href.StartsWith("http://") ? 7 : href.StartsWith("s3://") ? 5 : 0;
        ReadOnlySpan<char> rest = href[start..];
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> host = slash < 0 ? rest : rest[..slash];
        return start > 0 && host.Length is > 0 and <= LongestLabel && char.IsAsciiLetterOrDigit(host[0])
            && char.IsAsciiLetterOrDigit(host[^1]) && host.IndexOfAny('_', '~') < 0
            && !rest.ContainsAnyExcept(PlainCharacters) && rest.IndexOf("..") < 0;
    }

    private static bool IsVrt(string href)
    {
        string path = SignedQuery.Remove(href);
        int end = SchemeOf(href) is null or "s3" or "file" ? path.Length : path.AsSpan().IndexOf('?') is >= 0 and var q ? q : path.Length;
        return path.AsSpan(0, end).EndsWith(".vrt", StringComparison.OrdinalIgnoreCase);
    }

    private static string? FindFaultOfOther(string href)
    {
        foreach (char c in href)
            if (char.IsControl(c) || c == '\\')
                return "it contains a control character or a backslash";
        if (href.Contains("/vsi", StringComparison.OrdinalIgnoreCase)
            && href.TrimStart().StartsWith("/vsi", StringComparison.OrdinalIgnoreCase))
            return "'/vsi…' paths of GDAL are not supported: give the address itself";
        if (href.StartsWith('<'))
            return "VRT documents are not supported";
        if (SchemeOf(href) is { } scheme)
        {
            if (!Allowed.Contains(scheme))
                return $"the scheme '{SceneInvalidException.Shown(scheme)}' is not supported: expected https, http, s3, file or a "
                    + $"relative path";
            if (!Uri.TryCreate(href, UriKind.Absolute, out Uri? uri))
                return "it is not a valid address";
            string decoded = Uri.UnescapeDataString(href.Split('?')[0]);
            if (decoded.Split('/', '\\').Contains("..") || decoded.Any(char.IsControl))
                return "it is absolute and contains '..' or a control character"; // a mount must not be left
            if (uri.UserInfo.Length > 0)
                return "it contains credentials";
            if (scheme is "file" && uri.Host.Length > 0 && uri.Host != "localhost")
                return $"it is a file of another computer, '{SceneInvalidException.Shown(uri.Host)}'";
        }
        return null;
    }

    /// <summary>Returns the scheme in lower case; null for a relative or absolute path.</summary>
    /// <remarks>GDAL's names of subdatasets, such as <c>NETCDF:"a.nc":red</c>, have a scheme too, which is not allowed.</remarks>
    internal static string? SchemeOf(string href)
    {
        int colon = href.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || href.AsSpan(0, colon).ContainsAny('/', '?', '#'))
            return null;
        foreach (char c in href.AsSpan(0, colon))
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.' or '_'))
                return null;
        return href[..colon].ToLowerInvariant();
    }

    /// <summary>Returns the folder of a file or address, with the slash at its end; empty for a bare name.</summary>
    internal static string Folder(string document)
    {
        int end = SchemeOf(document) is "http" or "https" && document.AsSpan().IndexOfAny('?', '#') is >= 0 and var query
            ? query : document.Length;
        return document[..(document.LastIndexOf('/', end - 1) + 1)];
    }

    // An href is a URI reference (RFC 3986), in which a blank is %20; some documents have the name of the file as it is.
    private static string FileOf(string path) => !path.Contains('%', StringComparison.Ordinal) || File.Exists(path)
        || Uri.UnescapeDataString(path) is var decoded && decoded.Any(char.IsControl) ? path : decoded;

    private static string Rooted(string path, string document) =>
        SchemeOf(document) is "http" or "https" ? new Uri(document).GetLeftPart(UriPartial.Authority) + path : path;

    /// <summary>Joins a folder and a relative path, without the parts <c>.</c> and <c>..</c>.</summary>
    private static string Combine(string folder, string path)
    {
        int root = folder.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at
            ? folder.IndexOf('/', at + 3) + 1 : folder.StartsWith('/') ? 1 : 0;
        List<string> parts = [.. folder[root..].Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string part in path.Split('/'))
            if (part is ".." && parts.Count > 0 && parts[^1] is not "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part is ".." && root > 0)
                continue; // RFC 3986, 5.2.4: nothing is above the root
            else if (part is not ("." or ""))
                parts.Add(part);
        return folder[..root] + string.Join('/', parts);
    }
}
