using System.Globalization;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>The types of the native columns from the headers of all text files.</summary>
/// <remarks>A header declares no types, and one that has an integer does not say that the next one has. So that a column has one type in
/// all files, the type depends on the values of all of them.</remarks>
internal sealed class HeaderTypes
{
    private const long ExactInFloat64 = 1L << 53;

    // The names that SNANA defines as text. Some surveys write only digits.
    private static readonly string[] Texts = ["SNID", "IAUC", "NAME_IAUC", "NAME_TRANSIENT", "SURVEY", "SUBSURVEY", "FILTERS", "FIELD"];

    private readonly Dictionary<string, Kinds> kinds = Texts.ToDictionary(name => name, _ => Kinds.Text, StringComparer.Ordinal);

    [Flags]
    private enum Kinds
    {
        None = 0,
        Integer = 1,

        /// <summary>An integer that float64 may not represent.</summary>
        LargeInteger = 2,

        Real = 4,
        Text = 8,
    }

    /// <summary>Adds the values of a file.</summary>
    internal void Add(IEnumerable<HeaderEntry> header)
    {
        foreach (HeaderEntry entry in header)
            kinds[entry.Name] = kinds.GetValueOrDefault(entry.Name) | KindOf(entry);
    }

    /// <summary>Returns the type of a key: int64 if all values are integers, float64 if all are numbers, otherwise text.</summary>
    internal DType TypeOf(string name) => kinds.GetValueOrDefault(name) switch
    {
        Kinds.Integer or Kinds.LargeInteger or (Kinds.Integer | Kinds.LargeInteger) => DType.Int64,
        Kinds.Real or (Kinds.Real | Kinds.Integer) => DType.Float64,
        _ => DType.String,
    };

    private static Kinds KindOf(HeaderEntry entry)
    {
        if (entry.Text.Length == 0)
            return Kinds.None;
        if (entry.Number is not { } number)
            return Kinds.Text;
        ReadOnlySpan<char> digits = number.AsSpan().TrimStart("+-");
        if (digits.ContainsAnyExceptInRange('0', '9'))
            return Kinds.Real;
        // An identifier such as 0042 would lose its zeros, and one of 20 digits its last ones.
        bool isInteger = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer);
        return !isInteger || digits is ['0', _, ..] ? Kinds.Text
            : integer is > ExactInFloat64 or < -ExactInFloat64 ? Kinds.LargeInteger : Kinds.Integer;
    }
}
