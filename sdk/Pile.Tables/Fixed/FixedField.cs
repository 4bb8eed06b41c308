using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>A field of a table with fixed columns.</summary>
/// <param name="Name">The unique name.</param>
/// <param name="Start">The first character of the field in a line, from 0.</param>
/// <param name="End">The character after the field; a line may be shorter.</param>
internal sealed record FixedField(string Name, int Start, int End)
{
    /// <summary>A field that is declared to have <c>-</c> for a missing value may have it up to four times; tables of VizieR do, and
    /// Astropy reads them so.</summary>
    private const int MostDashes = 4;

    /// <summary>The name in the file, which other fields may have too; null if it is the unique name.</summary>
    internal string? WrittenName { get; init; }

    /// <summary>What the file declares the values to be.</summary>
    internal FieldKind Kind { get; init; }

    /// <summary>True if the file declares the field to have decimals.</summary>
    internal bool IsFloat { get; init; }

    /// <summary>True if the character before the field is a border, which must be blank in rows.</summary>
    internal bool FollowsBar { get; init; }

    /// <summary>The unit; null for none.</summary>
    internal string? Unit { get; init; }

    /// <summary>The description.</summary>
    internal string? Description { get; init; }

    /// <summary>The celestial frame that the description states; null for none.</summary>
    internal string? Frame { get; init; }

    /// <summary>The text that means a missing value, besides blanks; null for none.</summary>
    internal string? Missing { get; init; }

    internal bool IsMissing(ReadOnlySpan<byte> cell)
    {
        if (Missing is null || cell.Length > 64)
            return false;
        if (Missing is "-" && cell.Length is > 0 and <= MostDashes && !cell.ContainsAnyExcept((byte)'-'))
            return true;
        string text = Encoding.UTF8.GetString(cell);
        return text == Missing || (Kind is not FieldKind.Text && TryParse(text, out double value) && TryParse(Missing, out double missing)
            && value == missing);

        static bool TryParse(string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    internal ColumnSchema Declare(ColumnSchema byValues) => byValues with
    {
        DType = IsFloat && byValues.DType is DType.Int64 or DType.UInt64 ? DType.Float64 : byValues.DType,
        Unit = Unit,
        Description = Description,
    };
}
