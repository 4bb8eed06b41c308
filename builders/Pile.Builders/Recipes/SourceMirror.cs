using System.Collections.Immutable;
using Pile.Format.Yaml;
using Pile.Storage;

namespace Pile.Builders;

/// <summary>A source file that a build fetches if it is missing.</summary>
/// <param name="File">The path in the recipe.</param>
/// <param name="Path">The full path.</param>
/// <param name="Sha256">The SHA-256 that the file must have, lower-case hexadecimal.</param>
/// <param name="Urls">Its addresses, the origin first.</param>
internal sealed record SourceMirror(string File, string Path, string Sha256, ImmutableArray<string> Urls)
{
    internal const string Key = "mirrors";

    private const int Sha256Digits = 64;

    /// <summary>The address of the origin without its query, which may have been valid for one user or one day only.</summary>
    internal string Origin => Urls[0].AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? Urls[0][..end] : Urls[0];

    /// <summary>Reads the list of a recipe.</summary>
    /// <exception cref="Format.DocumentInvalidException">A value is missing or not valid; line and column are named.</exception>
    internal static ImmutableArray<SourceMirror> ReadAll(YamlList list, RecipeSource source)
    {
        ImmutableArray<SourceMirror>.Builder mirrors = ImmutableArray.CreateBuilder<SourceMirror>();
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (YamlNode item in list.Items)
        {
            YamlMap map = item.AsMap();
            map.RequireKeys("file", "sha256", "urls");
            YamlScalar file = map.Required("file").AsScalar();
            string path = ReadPath(file, source);
            if (!paths.Add(path))
                throw file.Invalid($"'{file.Text}' is listed twice");
            YamlList urls = map.Required("urls").AsList();
            if (urls.Items.IsEmpty)
                throw urls.Invalid($"'{file.Text}' has no address");
            mirrors.Add(new SourceMirror(file.Text, path, ReadSha256(map.Required("sha256").AsScalar()),
                [.. urls.Items.Select(u => ReadUrl(u.AsScalar()))]));
        }
        return mirrors.ToImmutable();
    }

    // A recipe of somebody else must not decide where on this machine a file is written.
    private static string ReadPath(YamlScalar file, RecipeSource source) =>
        file.Text.Split('/').Any(p => p is "" or "." or "..") || file.Text.Any(c => c == '\\' || char.IsControl(c))
            ? throw file.Invalid($"'{file.Text}': expected a path below the folder of the recipe, without '..'")
            : source.PathOf(file.Text);

    private static string ReadSha256(YamlScalar text) => text.Text.Length == Sha256Digits && text.Text.All(char.IsAsciiHexDigit)
        ? text.Text.ToLowerInvariant() : throw text.Invalid($"expected a SHA-256 of 64 hexadecimal digits, found '{text.Text}'");

    private static string ReadUrl(YamlScalar url)
    {
        try
        {
            _ = DownloadAddress.Open(url.Text, StoreOptions.Default);
            return url.Text;
        }
        catch (ArgumentException e)
        {
            string message = e.Message;
            throw url.Invalid(message[..(message.IndexOf(" (Parameter", StringComparison.Ordinal) is >= 0 and var end
                ? end : message.Length)].TrimEnd('.'));
        }
    }
}
