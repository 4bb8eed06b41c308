using System.Globalization;

namespace Pile.Format.Yaml;

/// <summary>A single value; what it is depends on who asks, as the format says what each key holds.</summary>
internal sealed class YamlScalar : YamlNode
{
    internal YamlScalar(string source, int line, int column, string value, bool isPlain) : base(source, line, column) =>
        (Text, IsNull) = (value, isPlain && value is "" or "~" or "null");

    /// <summary>The value as text.</summary>
    public string Text { get; }

    /// <summary>True when nothing, <c>~</c> or <c>null</c> stands there, unquoted.</summary>
    public bool IsNull { get; }

    /// <summary>Another text at the same place of the document.</summary>
    public YamlScalar With(string text) => new(Source, Line, Column, text, isPlain: false);

    /// <summary>The value as an integer.</summary>
    /// <exception cref="DocumentInvalidException">It is none, or does not fit 64 bits.</exception>
    public long AsInt64() => long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value : throw Invalid($"expected an integer, found '{Text}'");

    /// <summary>The value as a finite number.</summary>
    /// <exception cref="DocumentInvalidException">It is not a number, not finite, or too large for float64.</exception>
    public double AsDouble() =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : throw Invalid($"expected a finite number, found '{Text}'");

    /// <summary>The value as a finite number or NaN (<c>.nan</c>).</summary>
    /// <exception cref="DocumentInvalidException">It is neither.</exception>
    public double AsDoubleOrNaN() => Text is ".nan" or ".NaN" ? double.NaN : AsDouble();

    /// <summary>The value as a number in a range, both limits included.</summary>
    /// <param name="least">The least number.</param>
    /// <param name="most">The greatest number.</param>
    /// <exception cref="DocumentInvalidException">It is not a number, or out of the range.</exception>
    public double AsDouble(double least, double most) => AsDouble() is var value && value >= least && value <= most
        ? value : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"expected a number from {least} to {most}, found '{Text}'"));

    /// <summary>The value as true or false.</summary>
    /// <exception cref="DocumentInvalidException">It is neither.</exception>
    public bool AsBool() => Text switch { "true" => true, "false" => false, _ => throw Invalid($"expected true or false, found '{Text}'") };

    /// <summary>The value as one of some words.</summary>
    /// <exception cref="DocumentInvalidException">It is none of them.</exception>
    public T AsOneOf<T>(IReadOnlyDictionary<string, T> words) => words.TryGetValue(Text, out T? value)
        ? value : throw Invalid($"expected one of {string.Join(", ", words.Keys)}; found '{Text}'");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
