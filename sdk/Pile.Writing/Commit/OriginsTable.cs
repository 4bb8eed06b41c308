using System.Text;

namespace Pile.Writing.Commit;

/// <summary>Makes <c>origins.csv</c>: the addresses of source files whose origin the recipe states.</summary>
internal static class OriginsTable
{
    /// <summary>Returns the text of the table; null if no source file has a stated origin.</summary>
    /// <param name="sources">The source files.</param>
    /// <param name="origins">The addresses by SHA-256.</param>
    internal static string? TextOf(IReadOnlyList<LedgerEntry> sources, IReadOnlyDictionary<string, string> origins)
    {
        StringBuilder text = new();
        foreach (LedgerEntry source in sources)
            if (origins.TryGetValue(source.Sha256, out string? address))
                text.Append(Field(source.Path)).Append(',').Append(Field(address)).Append('\n');
        return text.Length == 0 ? null : $"file,url\n{text}";
    }

    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
