using Pile.Fits;

namespace Pile.Tables.Fits;

/// <summary>Reads the medium of wavelengths in the columns of a FITS table (FITS 4.0, section 8.4).</summary>
internal static class FitsMedia
{
    /// <summary>Returns the medium of the wavelengths in a column: <c>air</c> if its TCTYP is AWAV, <c>vacuum</c> if it is WAVE.</summary>
    /// <returns>Null if the column does not declare a medium, or if its values are not wavelengths.</returns>
    /// <remarks>The values of a column with a reference value or a step are numbers of pixels. AIRORVAC applies to the wavelengths of an
    /// HDU, which a table need not have as columns: alone it declares no column, and a column is not declared by a TCTYP that contradicts
    /// it.</remarks>
    internal static string? Of(FitsHeader header, FitsColumn column, int number)
    {
        string? medium = MediumOf(Word(header, $"TCTYP{number}"), "WAVE", "AWAV");
        bool isNumberOfPixel = (header.GetFloat64($"TCRVL{number}") ?? 0) != 0 || (header.GetFloat64($"TCRPX{number}") ?? 0) != 0
            || (header.GetFloat64($"TCDLT{number}") ?? 1) != 1;
        return medium is null || isNumberOfPixel || column.Type is not (FitsType.Float32 or FitsType.Float64)
            || (Word(header, "AIRORVAC") is { } ofAll && MediumOf(ofAll, "VAC", "AIR") != medium) ? null : medium;
    }

    private static string? MediumOf(string? word, string vacuum, string air) =>
        word == air ? "air" : word == vacuum ? "vacuum" : null;

    private static string? Word(FitsHeader header, string keyword) => header.GetText(keyword)?.Trim().ToUpperInvariant();
}
