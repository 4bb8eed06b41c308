namespace Pile.Tables.Fixed;

/// <summary>The patterns for names of files that descriptions of the CDS have, as Python's <c>fnmatch</c> defines them: <c>*</c>,
/// <c>?</c>, <c>[set]</c> and <c>[!set]</c>.</summary>
internal static class FileNamePattern
{
    /// <summary>Returns whether a pattern matches a complete name.</summary>
    internal static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int n = 0, p = 0, star = -1, starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, starName) = (p++, n);
            else if (p < pattern.Length && MatchesOne(name[n], pattern[p..], out int length))
                (n, p) = (n + 1, p + length);
            else if (star >= 0)
                (n, p) = (++starName, star + 1); // the last star takes one character more
            else
                return false;
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool MatchesOne(char c, ReadOnlySpan<char> pattern, out int length)
    {
        length = 1;
        if (pattern[0] != '[')
            return pattern[0] == '?' || pattern[0] == c;
        bool isNegated = pattern is [_, '!', ..];
        ReadOnlySpan<char> set = pattern[(isNegated ? 2 : 1)..];
        int end = set.Length < 2 ? -1 : set[1..].IndexOf(']') + 1; // a bracket at its start belongs to the set
        if (end <= 0)
            return c == '[';
        length = pattern.Length - set.Length + end + 1;
        return IsIn(c, set[..end]) != isNegated;
    }

    private static bool IsIn(char c, ReadOnlySpan<char> set)
    {
        for (int i = 0; i < set.Length; i++)
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (set[i] <= c && c <= set[i + 2])
                    return true;
                i += 2;
            }
            else if (set[i] == c)
                return true;
        return false;
    }
}
