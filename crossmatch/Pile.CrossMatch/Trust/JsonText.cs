using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pile.CrossMatch;

/// <summary>Builds JSON as text. Every match writes some, and loading System.Text.Json takes longer than a million pairs; it is used only
/// for text that must be escaped.</summary>
/// <param name="isIndented">True for a line for each value, false for one line.</param>
internal sealed class JsonText(bool isIndented)
{
    private const int Digits = 9;

    private readonly StringBuilder text = new();
    private int depth;
    private bool isFirst = true;

    public override string ToString() => text.ToString();

    /// <summary>Starts an object or, with a square bracket, an array.</summary>
    internal void Start(string? key, char bracket = '{')
    {
        Key(key);
        text.Append(bracket);
        depth++;
        isFirst = true;
    }

    internal void End(char bracket = '}')
    {
        depth--;
        if (!isFirst)
            NewLine();
        text.Append(bracket);
        isFirst = false;
    }

    internal void Null(string key)
    {
        Key(key);
        text.Append("null");
    }

    internal void Number(string? key, long value)
    {
        Key(key);
        text.Append(value);
    }

    /// <summary>Adds a number, rounded to nine decimals; null if it is not finite.</summary>
    internal void Number(string? key, double value)
    {
        Key(key);
        text.Append(double.IsFinite(value) ? Math.Round(value, Digits).ToString("R", CultureInfo.InvariantCulture) : "null");
    }

    internal void Text(string key, string value)
    {
        Key(key);
        text.Append('"').Append(IsPlain(value) ? value : JsonEncodedText.Encode(value).Value).Append('"');
    }

    private void Key(string? key)
    {
        if (!isFirst)
            text.Append(',');
        if (depth > 0)
            NewLine();
        isFirst = false;
        if (key is not null)
            text.Append('"').Append(key).Append(isIndented ? "\": " : "\":");
    }

    private void NewLine()
    {
        if (isIndented)
            text.Append('\n').Append(' ', 2 * depth);
    }

    private static bool IsPlain(string value)
    {
        foreach (char c in value)
            if (c is < ' ' or > '~' or '"' or '\\')
                return false;
        return true;
    }
}
