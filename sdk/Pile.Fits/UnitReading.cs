using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>Suggests what a header means by a unit that has another meaning in FITS, or several: <c>erg/s/cm2/A</c> is per
/// ampere.</summary>
internal static partial class UnitReading
{
    private const int MostReadings = 64; // of all words together

    /// <summary>Returns a sentence for an error message that names the unit that is probably meant, and how a recipe states it; an empty
    /// text without one.</summary>
    /// <param name="unit">The unit in the file.</param>
    /// <param name="key">The key that states the unit, such as <c>file_unit</c>.</param>
    /// <param name="isExpected">Returns true if a unit measures the expected quantity.</param>
    internal static string Suggestion(string unit, string key, Predicate<string> isExpected)
    {
        (string Unit, string[] Words)[] readings = [.. Of(unit).Where(r => isExpected(r.Unit))];
        if (readings is not [var first, ..])
            return "";
        string words = string.Join(" and ", first.Words.Select(Meaning));
        string settings = string.Join(" or ", readings.Select(r => $"'{Setting(key, r.Unit)}'"));
        return $". {words}: set {settings} if the file means that";
    }

    private static string Setting(string key, string unit) => key.Contains('{', StringComparison.Ordinal)
        ? key.Replace("…", unit, StringComparison.Ordinal) : $"{key}: {unit}";

    private static string Meaning(string word) => word switch
    {
        "A" => "'A' is the ampere in FITS, not Angstrom",
        "a" => "'a' is the year in FITS, not Angstrom",
        "S" => "'S' is the siemens in FITS, not the second",
        "EV" => "'EV' is the exavolt in FITS, not eV",
        _ => $"'{word}' may mean {string.Join(" or ", UnitWords.Readings(word))}",
    };

    private static IEnumerable<(string Unit, string[] Words)> Of(string unit)
    {
        Match[] words = [.. Word().Matches(unit).Cast<Match>()];
        string[][] readings = [.. words.Select(m =>
            m.Value is not ("A" or "a" or "S" or "EV") && (FitsUnitNames.Contains(m.Value) || UnitWords.Normalize(m.Value) != m.Value)
            ? [m.Value] : UnitWords.Readings(m.Value).Prepend(m.Value).Distinct(StringComparer.Ordinal).ToArray())];
        int count = 1;
        foreach (string[] choice in readings)
            count = Math.Min(count * choice.Length, MostReadings);
        for (int i = 1; i < count; i++)
        {
            StringBuilder text = new();
            List<string> changed = [];
            int end = 0, rest = i;
            for (int w = 0; w < words.Length; w++)
            {
                string choice = readings[w][rest % readings[w].Length];
                rest /= readings[w].Length;
                if (choice != words[w].Value)
                    changed.Add(words[w].Value);
                text.Append(unit, end, words[w].Index - end).Append(choice);
                end = words[w].Index + words[w].Length;
            }
            yield return (text.Append(unit, end, unit.Length - end).ToString(), [.. changed]);
        }
    }

    [GeneratedRegex("(?<![A-Za-z])[A-Za-z]+(?![A-Za-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
