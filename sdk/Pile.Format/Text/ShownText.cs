using System.Text;

namespace Pile.Format;

/// <summary>Values as they appear in messages.</summary>
internal static class ShownText
{
    private const int LongestValue = 60;

    /// <summary>Returns a value cut after some characters, with control characters replaced: a file that is not text may be a single
    /// value.</summary>
    internal static string Of(string value, int longest = LongestValue)
    {
        StringBuilder text = new(Math.Min(value.Length, longest) + 1);
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, longest)))
            text.Append(char.IsControl(c) ? ' ' : c);
        return (value.Length > longest ? text.Append('…') : text).ToString();
    }
}
