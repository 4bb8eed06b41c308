using System.Text.RegularExpressions;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Compares the names of files that are paired in the order of their names.</summary>
internal static partial class PairedNames
{
    /// <summary>The relation between the names of two lists.</summary>
    internal enum Relation
    {
        /// <summary>What varies in the names of a list is the same in the names of both.</summary>
        Same,

        /// <summary>The names of the lists have nothing in common that varies.</summary>
        Unrelated,

        /// <summary>Both lists have some of the same names, but they are paired with others.</summary>
        Different,
    }

    [GeneratedRegex(@"[A-Za-z]+|\d+|[^A-Za-z\d]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    /// <summary>Compares two lists of the same length.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="others">The files that belong to them, in the same order.</param>
    /// <param name="pair">The index of the first pair whose names differ; -1 if all are the same.</param>
    internal static Relation Compare(IReadOnlyList<string> paths, IReadOnlyList<string> others, out int pair)
    {
        pair = -1;
        if (paths.Count < 2)
            return Relation.Same;
        (string[] Own, string[] Other)[] parts = [(Middles(paths), Middles(others)), (VaryingWords(paths), VaryingWords(others))];
        if (parts.Any(p => p.Own.AsSpan().SequenceEqual(p.Other)))
            return Relation.Same;
        foreach ((string[] own, string[] other) in parts)
            if (own.Intersect(other, StringComparer.Ordinal).Any(part => part.Length > 0))
            {
                pair = Enumerable.Range(0, own.Length).First(i => own[i] != other[i]);
                return Relation.Different;
            }
        pair = 0;
        return Relation.Unrelated;
    }

    /// <summary>Returns the names without what all have in common at their beginning and at their end.</summary>
    private static string[] Middles(IReadOnlyList<string> paths)
    {
        int shortest = paths.Min(p => p.Length), start = 0, end = 0;
        while (start < shortest && paths.All(p => p[start] == paths[0][start]))
            start++;
        while (end < shortest - start && paths.All(p => p[^(end + 1)] == paths[0][^(end + 1)]))
            end++;
        return [.. paths.Select(p => p[start..^end])];
    }

    /// <summary>Returns the words of the names that are not the same in all, each once: of <c>a/flux_a</c> and <c>b/flux_b</c>, a and b.
    /// Names with different numbers of words have none.</summary>
    private static string[] VaryingWords(IReadOnlyList<string> paths)
    {
        string[][] words = [.. paths.Select(path => Word().Matches(path).Select(m => m.Value).ToArray())];
        int count = words[0].Length;
        if (words.Any(w => w.Length != count))
            return [.. paths.Select(_ => "")];
        int[] varying = [.. Enumerable.Range(0, count).Where(i => words.Any(w => w[i] != words[0][i]))];
        return [.. words.Select(w => string.Join('\0', varying.Select(i => w[i]).Distinct(StringComparer.Ordinal)))];
    }
}
