using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.CrossMatch;

/// <summary>A condition that is a comparison of numbers, and needs no query engine: <c>separation_arcsec &lt; 0.5</c>, <c>a.mag - b.mag
/// &gt;= 1</c>, several of them joined by AND.</summary>
/// <param name="Left">What is compared: one value, or two of which <paramref name="Sign"/> says how they are added.</param>
/// <param name="Sign">1 for a sum, -1 for a difference, 0 for one value.</param>
/// <param name="LeftOther">The second value; null for none.</param>
/// <param name="Operator">&lt;, &lt;=, &gt; or &gt;=.</param>
/// <param name="Limit">The number on the other side.</param>
internal sealed partial record Comparison(string Left, int Sign, string? LeftOther, string Operator, double Limit)
{
    // What the query engine computes with decimal numbers of more digits could differ.
    private const int MostDigits = 15;

    /// <summary>Parses a condition.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="isDouble">Whether a name with its side, as <c>a.mag</c>, is a column of float64.</param>
    /// <returns>Null if it is anything else.</returns>
    internal static Comparison[]? TryParse(string text, Func<string, bool> isDouble)
    {
        List<Comparison> comparisons = [];
        foreach (string part in And().Split(text))
        {
            if (Simple().Match(part) is not { Success: true } match)
                return null;
            string number = match.Groups["limit"].Value;
            string? other = match.Groups["other"] is { Success: true } second ? second.Value : null;
            if (number.Count(char.IsDigit) > MostDigits || !IsValue(match.Groups["left"].Value) || (other is not null && !IsValue(other)))
                return null;
            comparisons.Add(new Comparison(match.Groups["left"].Value, other is null ? 0 : match.Groups["sign"].Value == "+" ? 1 : -1,
                other, match.Groups["operator"].Value, double.Parse(number, CultureInfo.InvariantCulture)));
        }
        return [.. comparisons];

        bool IsValue(string name) => name == "separation_arcsec" || isDouble(name);
    }

    /// <summary>The columns that it refers to, with their sides.</summary>
    internal IEnumerable<string> Columns => ((string?[])[Left, LeftOther]).OfType<string>().Where(name => name != "separation_arcsec");

    [GeneratedRegex(@"\s+AND\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex And();

    private const string Name = "[A-Za-z_][A-Za-z0-9_.]*";

    [GeneratedRegex(@"^\s*(?<left>" + Name + @")\s*((?<sign>[+-])\s*(?<other>" + Name + @")\s*)?(?<operator><=|>=|<|>)\s*"
        + @"(?<limit>-?[0-9]+(\.[0-9]+)?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Simple();
}
