using Pile.Cli.Terminal;
using Pile.Sky;

namespace Pile.Cli.Commands;

/// <summary>An operation on coverage maps and the address of its right side.</summary>
/// <param name="Word"><c>and</c>, <c>or</c>, <c>minus</c> or <c>xor</c>; empty for the first map.</param>
/// <param name="IsComplement">True for the rest of the sky.</param>
/// <param name="Address">A dataset, or the file of a map.</param>
internal sealed record CoverageTerm(string Word, bool IsComplement, string Address)
{
    private const string Not = "not";
    private static readonly string[] Operations = ["and", "or", "minus", "xor"];

    /// <summary>Parses the arguments of <c>pile moc</c>: <c>[not] A and [not] B …</c>, from left to right.</summary>
    /// <exception cref="UsageException">They have another form.</exception>
    internal static CoverageTerm[] Parse(string[] arguments)
    {
        List<CoverageTerm> terms = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string word = terms.Count == 0 ? "" : arguments[i++];
            if (terms.Count > 0 && !Operations.Contains(word))
                throw new UsageException($"'{word}': expected one of {string.Join(", ", Operations)} between two coverages, for example "
                    + "'pile moc gaia and footprint.fits'.");
            bool isComplement = i < arguments.Length && arguments[i] == Not;
            i += isComplement ? 1 : 0;
            terms.Add(i < arguments.Length ? new CoverageTerm(word, isComplement, arguments[i])
                : throw new UsageException($"A dataset or coverage map is missing after '{arguments[^1]}'."));
        }
        return [.. terms];
    }

    /// <summary>Returns the result of the operation.</summary>
    /// <param name="left">The map to the left; null for the first one.</param>
    /// <param name="right">The map at <see cref="Address"/>.</param>
    internal Moc Apply(Moc? left, Moc right)
    {
        Moc map = IsComplement ? right.Complement() : right;
        return left is null ? map : Word switch
        {
            "and" => left.Intersect(map),
            "or" => left.Union(map),
            "minus" => left.Difference(map),
            _ => left.Union(map).Difference(left.Intersect(map)),
        };
    }
}
