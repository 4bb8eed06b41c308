using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The epoch of positions in tables that Pile writes: that of the columns <c>ra</c> and <c>dec</c>. COOSYS of VOTable has an
/// attribute for it; FITS and ECSV do not (EPOCH and EQUINOX of FITS are equinoxes), so that they have a keyword of Pile.</summary>
internal static partial class StatedEpoch
{
    /// <summary>The keyword as Pile writes it: in the <c>meta</c> of ECSV, and with HIERARCH in FITS.</summary>
    /// <remarks>It has no dot, because astropy writes a key with one to FITS as another keyword: <c>PILE = 'epoch_year: 2016'</c>.
    /// </remarks>
    internal const string Key = "pile_epoch_year", FitsKey = "PILE EPOCH_YEAR";

    /// <summary>The columns that the epoch applies to.</summary>
    internal static readonly string[] Columns = ["ra", "dec"];

    // Of astroYear in the schema of VOTable, without years before 0, which it does not allow.
    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VoYear();

    /// <summary>Returns true for a column that the epoch applies to.</summary>
    internal static bool IsOf(string column) => Columns.Contains(column);

    /// <summary>Returns true if a table has both columns of the position, and no column with epochs of its rows, which say more.</summary>
    internal static bool CanApplyTo(IReadOnlyList<ColumnSchema> columns)
    {
        PositionSearch search = new([.. columns.Where(c => c.IsScalar && c.DType is not (DType.String or DType.Bool))]);
        return Columns.All(name => columns.Any(c => c.Name == name && c.IsScalar))
            && !((PositionWords[])[PositionWords.RefEpoch, PositionWords.EpochRa, PositionWords.EpochDec]).Any(w => search.Has(w));
    }

    /// <summary>Returns the epoch as an attribute of COOSYS, for example <c>J2016.0</c>; null for a year that VOTable does not
    /// support.</summary>
    internal static string? ToVoTable(double year)
    {
        string text = year.ToString("R", CultureInfo.InvariantCulture);
        return VoYear().IsMatch(text) ? $"J{text}{(text.Contains('.', StringComparison.Ordinal) ? "" : ".0")}" : null;
    }

    /// <summary>Finds the epoch among keywords; null without one, or if it is not a year.</summary>
    /// <remarks>astropy copies the keyword of one format into the other as it is.</remarks>
    internal static double? Of(IEnumerable<FitsCard> keywords)
    {
        foreach (FitsCard card in keywords)
            if (IsKey(card.Keyword))
                return double.TryParse(card.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double year)
                    && Math.Abs(year) <= Manifest.MaxEpochYear ? year : null;
        return null;
    }

    private static bool IsKey(string keyword) => keyword.Equals(Key, StringComparison.OrdinalIgnoreCase)
        || keyword.Equals(FitsKey, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns true if a line of the <c>meta</c> of ECSV may have the keyword.</summary>
    internal static bool MayBeIn(string line) => line.Contains(Key, StringComparison.OrdinalIgnoreCase)
        || line.Contains(FitsKey, StringComparison.OrdinalIgnoreCase);
}
