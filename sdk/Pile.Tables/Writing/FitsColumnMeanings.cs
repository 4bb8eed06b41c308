using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The cards that state what times and wavelengths in the columns of a FITS table mean (FITS 4.0 §8.4 and §9).</summary>
internal static class FitsColumnMeanings
{
    private const string Day = "d";

    /// <summary>Returns the cards of each column, and for the table as a whole what all its columns share.</summary>
    /// <remarks>A zero point that all times share is MJDREF, and TCUNI is the unit of the values. Where they differ each column has its
    /// own: TCRVL is the MJD of the value 0 (TCRPX) in days (TCUNI), and TCDLT the unit of the values in days. In seconds TCRVL would
    /// keep fewer digits.</remarks>
    internal static IEnumerable<FitsCard> Cards(ImmutableArray<ColumnSchema> columns)
    {
        ImmutableArray<TimeAxis> times = [.. columns.Select(c => c.Time).OfType<TimeAxis>()];
        if (Shared(times.Select(t => t.Scale)) is { } scale)
            yield return FitsCard.Text("TIMESYS", FitsHead.Ascii(scale), "time scale");
        if (Shared(times.Select(t => t.Reference)) is { } reference)
            yield return FitsCard.Text("TREFPOS", FitsHead.Ascii(reference), "reference position of times");
        // Dates as text have neither a zero point nor a unit.
        double? sharedZero = columns.Where(c => c.DType is not DType.String).Select(c => c.Time).OfType<TimeAxis>().Select(t => t.ZeroMjd)
            .Distinct().ToArray() is [var one] ? one : null;
        if (sharedZero is { } mjdOfZero)
            yield return FitsCard.Real("MJDREF", mjdOfZero, "MJD of time 0");
        if (Shared(columns.Where(c => c.SpectralMedium is not null).Select(c => c.SpectralMedium)) is { } medium)
            yield return FitsCard.Text("AIRORVAC", medium == "vacuum" ? "vac" : medium, "medium of wavelengths");
        for (int i = 0; i < columns.Length; i++)
        {
            foreach (FitsCard card in TimeCards(columns[i], i + 1, sharedZero is null))
                yield return card;
            if (columns[i].SpectralMedium is not { } its)
                continue;
            yield return FitsCard.Text($"TCTYP{i + 1}", its == "air" ? "AWAV" : "WAVE", $"wavelength in {its}");
            if (FitsUnitText.Of(columns[i].Unit) is { } unit)
                yield return FitsCard.Text($"TCUNI{i + 1}", unit);
        }
    }

    private static IEnumerable<FitsCard> TimeCards(ColumnSchema schema, int column, bool hasOwnZero)
    {
        if (schema.Time is not { } time)
            yield break;
        bool isText = schema.DType is DType.String;
        yield return FitsCard.Text($"TCTYP{column}", FitsHead.Ascii(time.Scale), "time scale");
        // A column without a unit is in days, and a text that is not a unit of time has no number of days.
        double daysPerUnit = schema.Unit is { } its && Units.TryConvert(its, Day, out double days) ? days : 1;
        if (!isText)
            yield return FitsCard.Text($"TCUNI{column}", hasOwnZero || daysPerUnit == 1 ? Day : FitsUnitText.Of(schema.Unit) ?? Day);
        if (time.Reference is { } reference)
            yield return FitsCard.Text($"TRPOS{column}", FitsHead.Ascii(reference), "reference position");
        if (!hasOwnZero || isText)
            yield break;
        yield return FitsCard.Real($"TCRPX{column}", 0);
        yield return FitsCard.Real($"TCRVL{column}", time.ZeroMjd, "MJD of time 0");
        yield return FitsCard.Real($"TCDLT{column}", daysPerUnit, "days in a unit of the values");
    }

    /// <summary>Returns the text that all have in common; null if they differ, or if there are no texts.</summary>
    private static string? Shared(IEnumerable<string?> texts) => texts.Distinct().ToArray() is [var one] ? one : null;
}
