namespace Pile.Layers;

/// <summary>Compares texts by their bytes as UTF-8, which is the order of object stores, Git and DuckDB.</summary>
/// <remarks>The order of UTF-16 differs from it in one respect: surrogates are below U+E000 to U+FFFF, but the characters that they stand
/// for are above.</remarks>
internal static class Utf8Order
{
    internal static int Compare(string a, string b)
    {
        int at = a.AsSpan().CommonPrefixLength(b);
        if (at == a.Length || at == b.Length)
            return a.Length.CompareTo(b.Length);
        return Rank(a[at]).CompareTo(Rank(b[at]));
    }

    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
