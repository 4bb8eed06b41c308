using System.Collections.Immutable;
using System.Text;

namespace Pile.Publishing.Versions;

/// <summary>Names the groups of windows of merged datasets: equal groups share their columns, others have columns of their own, which are
/// null in the rows of the other datasets.</summary>
internal sealed class MergedGroups
{
    private readonly Dictionary<string, string> signatures = new(StringComparer.Ordinal); // by prefix in the result

    /// <summary>Adds the groups of the next dataset.</summary>
    /// <param name="group">The prefix of the modality's groups, such as <c>chip</c>.</param>
    /// <param name="groups">The dataset's groups.</param>
    /// <param name="product">What the dataset has pixels of, for the names of groups that differ from those of earlier datasets.</param>
    /// <returns>The new names of columns whose names change.</returns>
    internal ImmutableDictionary<string, string> Add(string group, IReadOnlyList<WindowGroup> groups, string product)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        ImmutableDictionary<string, string>.Builder renamed = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (WindowGroup one in groups)
        {
            string prefix = PrefixOf(group, one, product, [.. taken, .. groups.Where(g => g != one).Select(g => g.Prefix)], taken);
            taken.Add(prefix);
            signatures[prefix] = one.Signature;
            if (prefix != one.Prefix)
                foreach (string column in one.Columns)
                    renamed.Add(column, prefix + column[one.Prefix.Length..]);
        }
        return renamed.ToImmutable();
    }

    /// <summary>Returns a product as a part of a column's name: lower-case letters, digits and underscores.</summary>
    internal static string Word(string product)
    {
        StringBuilder word = new(product.Length);
        foreach (char c in product.ToLowerInvariant())
            if (char.IsAsciiLetterOrDigit(c))
                word.Append(c);
            else if (word.Length > 0 && word[^1] != '_')
                word.Append('_');
        return word.ToString().TrimEnd('_') is { Length: > 0 } found ? found : "other";
    }

    private string PrefixOf(string group, WindowGroup one, string product, HashSet<string> ofDataset, HashSet<string> taken)
    {
        if (!taken.Contains(one.Prefix) && (!signatures.TryGetValue(one.Prefix, out string? same) || same == one.Signature))
            return one.Prefix;
        foreach ((string prefix, string signature) in signatures.OrderBy(s => s.Key, StringComparer.Ordinal))
            if (signature == one.Signature && !taken.Contains(prefix))
                return prefix;
        string own = $"{group}_{Word(product)}{one.Prefix[group.Length..]}";
        for (int number = 1; ; number++)
        {
            string prefix = number == 1 ? own : $"{own}_{number}";
            if (!signatures.ContainsKey(prefix) && !ofDataset.Contains(prefix))
                return prefix;
        }
    }
}
