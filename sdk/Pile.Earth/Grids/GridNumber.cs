using System.Globalization;

namespace Pile.Earth;

/// <summary>Reads the integers of tile keys.</summary>
internal static class GridNumber
{
    /// <summary>Reads an integer in its canonical form: no plus sign, no leading zeros, no <c>-0</c>.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && Math.Abs((double)value) <= 1e15
        && text.SequenceEqual(value.ToString(CultureInfo.InvariantCulture));
}
