using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Pile.CrossMatch;

/// <summary>A comparison of numbers that does not need the query engine: <c>separation_arcsec &lt; 0.5</c>, <c>a.mag - b.mag &gt;=
/// 1</c>.</summary>
/// <param name="Left">The first value.</param>
/// <param name="Sign">1 for a sum, -1 for a difference, 0 for one value.</param>
/// <param name="LeftOther">The second value; null if there is only one.</param>
/// <param name="Operator">&lt;, &lt;=, &gt; or &gt;=.</param>
/// <param name="Limit">The number on the other side.</param>
internal sealed partial record Comparison(string Left, int Sign, string? LeftOther, string Operator, double Limit)
{
    // With more digits, the result of the query engine, which uses decimal numbers, may differ.
    private const int MaxDigits = 15;

    /// <summary>Parses a condition: one comparison, or several joined by AND.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="isDouble">Returns true if a name with its side, for example <c>a.mag</c>, is a float64 column.</param>
    /// <param name="hasArcsec">True if the separation of a pair is an angle: the name is otherwise that of a column.</param>
    /// <returns>The comparisons; null for any other condition.</returns>
    internal static Comparison[]? TryParse(string text, Func<string, bool> isDouble, bool hasArcsec = true)
    {
        List<Comparison> comparisons = [];
        foreach (string part in And().Split(text))
        {
            if (Simple().Match(part) is not { Success: true } match)
                return null;
            string number = match.Groups["limit"].Value;
            string? other = match.Groups["other"] is { Success: true } second ? second.Value : null;
            if (number.Count(char.IsDigit) > MaxDigits || !IsValue(match.Groups["left"].Value) || (other is not null && !IsValue(other)))
                return null;
            comparisons.Add(new Comparison(match.Groups["left"].Value, other is null ? 0 : match.Groups["sign"].Value == "+" ? 1 : -1,
                other, match.Groups["operator"].Value, double.Parse(number, CultureInfo.InvariantCulture)));
        }
        return [.. comparisons];

        bool IsValue(string name) => (hasArcsec && name == "separation_arcsec") || isDouble(name);
    }

    /// <summary>The columns to which the comparison refers, with their sides.</summary>
    internal IEnumerable<string> Columns => ((string?[])[Left, LeftOther]).OfType<string>().Where(name => name != "separation_arcsec");

    /// <summary>Compares the values of each row. NaN does not meet a condition.</summary>
    /// <param name="left">The first value of each row.</param>
    /// <param name="other">The second value of each row; empty if there is only one.</param>
    /// <param name="isKept">Becomes false for each row that does not meet the condition.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Keep(ReadOnlySpan<double> left, ReadOnlySpan<double> other, Span<bool> isKept)
    {
        bool isLess = Operator[0] == '<', orEqual = Operator.Length == 2;
        left = left[..isKept.Length];
        for (int row = 0; row < isKept.Length; row++)
        {
            double value = other.IsEmpty ? left[row] : Sign > 0 ? left[row] + other[row] : left[row] - other[row];
            isKept[row] &= isLess ? orEqual ? value <= Limit : value < Limit : orEqual ? value >= Limit : value > Limit;
        }
    }

    [GeneratedRegex(@"\s+AND\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex And();

    private const string Name = "[A-Za-z_][A-Za-z0-9_.]*";

    [GeneratedRegex(@"^\s*(?<left>" + Name + @")\s*((?<sign>[+-])\s*(?<other>" + Name + @")\s*)?(?<operator><=|>=|<|>)\s*"
        + @"(?<limit>-?[0-9]+(\.[0-9]+)?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Simple();
}
