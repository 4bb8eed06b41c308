using System.Globalization;

namespace Pile.Format.Yaml;

/// <summary>A scalar; the methods convert it to the type that the format requires for its key.</summary>
internal sealed class YamlScalar : YamlNode
{
    internal YamlScalar(string source, int line, int column, string value, bool isPlain) : base(source, line, column) =>
        (Text, IsPlain, IsNull) = (value, isPlain, isPlain && value is "" or "~" or "null");

    /// <summary>The value as text.</summary>
    public string Text { get; }

    /// <summary>True if the value has no quotes: it may be meant as a number or a boolean.</summary>
    public bool IsPlain { get; }

    /// <summary>True for an empty value, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull { get; }

    /// <summary>Returns a scalar with another text and the same position.</summary>
    public YamlScalar With(string text) => new(Source, Line, Column, text, isPlain: false);

    /// <summary>Returns the value as an integer.</summary>
    /// <exception cref="DocumentInvalidException">The value is not an integer of 64 bits.</exception>
    public long AsInt64() => long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value : throw Invalid($"expected an integer, found '{Text}'");

    /// <summary>Returns the value as a finite number.</summary>
    /// <exception cref="DocumentInvalidException">The value is not a number, not finite, or too large for float64.</exception>
    public double AsDouble() =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : throw Invalid($"expected a finite number, found '{Text}'");

    /// <summary>Returns the value as a finite number or NaN (<c>.nan</c>).</summary>
    /// <exception cref="DocumentInvalidException">The value is neither.</exception>
    public double AsDoubleOrNaN() => Text is ".nan" or ".NaN" ? double.NaN : AsDouble();

    /// <summary>Returns the value as a number in a range.</summary>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    /// <exception cref="DocumentInvalidException">The value is not a number, or out of the range.</exception>
    public double AsDouble(double least, double most) => AsDouble() is var value && value >= least && value <= most
        ? value : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"expected a number from {least} to {most}, found '{Text}'"));

    /// <summary>Returns the value as a boolean.</summary>
    /// <exception cref="DocumentInvalidException">The value is neither true nor false.</exception>
    public bool AsBool() => Text switch { "true" => true, "false" => false, _ => throw Invalid($"expected true or false, found '{Text}'") };

    /// <summary>Returns the value that corresponds to the word.</summary>
    /// <exception cref="DocumentInvalidException">The word is not among <paramref name="words"/>.</exception>
    public T AsOneOf<T>(IReadOnlyDictionary<string, T> words) => words.TryGetValue(Text, out T? value)
        ? value : throw Invalid($"expected one of {string.Join(", ", words.Keys)}; found '{Text}'");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
