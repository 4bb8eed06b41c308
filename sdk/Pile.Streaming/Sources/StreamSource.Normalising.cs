using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Streaming;

public abstract partial class StreamSource
{
    /// <summary>Normalises columns of numbers by the mean and the standard deviation of their finite values, band by band if the column has
    /// bands on its first axis, or each row names those of the array (<c>chip_band</c>). A pin records both numbers.</summary>
    /// <remarks>Elements that are not measured: those that the array's own mask marks as bad (<c>image_mask</c> of <c>image_array</c>); of
    /// chips those without data, which have nodata (<c>chip_nodata</c>), are not valid (<c>chip_valid</c>), or are pixels of a window that
    /// its raster hides by a mask or by valid numbers, or that are outside the raster; and the padding of light curves beyond the samples
    /// of a band (<c>lightcurve_length</c>). The rows of a dataset have these columns even if they are not streamed; other rows only if
    /// they are among <see cref="Columns"/>. The results of a transform have no windows.</remarks>
    /// <param name="columns">The columns.</param>
    /// <param name="of">The rows that are measured, such as the training part of a split; null for these rows.</param>
    /// <param name="cancellationToken">Cancels the reading of all values.</param>
    /// <returns>The rows with (x − mean) / std in these columns: float64 stays float64, other numbers become float32. Sentinels and the
    /// pixels of chips without data become NaN. Elements that a mask marks as bad are normalised like the others, and the padding of light
    /// curves remains 0.</returns>
    /// <exception cref="ArgumentException">There is no such column, it has no numbers, or rows that are measured differ in the scale or
    /// offset of a band (<c>chip_scale</c>, <c>chip_offset</c>).</exception>
    /// <exception cref="SchemaMismatchException">A row names another number of bands than it has. Reading a row with a band that was not
    /// measured fails in the same way.</exception>
    public async Task<StreamSource> NormaliseAsync(IEnumerable<string> columns, StreamSource? of = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ImmutableArray<string> names = [.. columns];
        if (names.IsEmpty)
            throw new ArgumentException("At least one column is required.", nameof(columns));
        ImmutableArray<BandScale> scales = await BandScale.MeasureAsync(of ?? this, names, cancellationToken).ConfigureAwait(false);
        PinnedRows? rows = (of ?? this).Pinned;
        string measured = (rows?.Draw is null ? "" : "draw of ")
            + (rows?.Split is { } split ? (split.IsExcept ? "except " : "") + split.Part : "all");
        return new NormalisedRows(this, scales)
        {
            Pinned = Pinned is { Scales: null } pinned ? pinned with { Scales = scales, MeasuredRows = measured } : null,
        };
    }
}
