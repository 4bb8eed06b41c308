using Pile.Format;

namespace Pile.Review;

/// <summary>The statistics of one band, in the stored numbers.</summary>
/// <param name="Column">The column with the pixels.</param>
/// <param name="Value">The value of the column by which rows are grouped, as text; null for rows without one, and without
/// grouping.</param>
/// <param name="Band">The band's name, or its number from 0 if bands have no names.</param>
/// <param name="Moments">Of all pixels that are finite, valid and not nodata.</param>
/// <param name="Rows">The number of rows with the band.</param>
/// <param name="OmittedPixels">The number of other pixels.</param>
internal sealed record BandStatistic(string Column, string? Value, string Band, Moments Moments, long Rows, long OmittedPixels)
{
    /// <summary>True if the rows have different scales or offsets, so that one stored number has different physical values.</summary>
    internal bool MixesScales { get; init; }

    /// <summary>A column by which rows of one scale and offset are grouped; null unless <see cref="MixesScales"/>, and if there is
    /// none.</summary>
    internal string? SeparatedBy { get; init; }
}
