using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>Requires that the numbers of a band mean the same values in all rows: that these have one scale and offset
/// (<c>chip_scale</c>, <c>chip_offset</c>).</summary>
internal sealed class BandPhysics
{
    private readonly string column;
    private readonly string? scales, offsets;
    private readonly Dictionary<int, (double Scale, double Offset)> known = [];

    /// <param name="column">The array.</param>
    /// <param name="columns">The columns that its rows may have.</param>
    internal BandPhysics(string column, ImmutableArray<ColumnSchema> columns)
    {
        this.column = column;
        scales = Beside("_scale");
        offsets = scales is null ? null : Beside("_offset");

        // The scale of an image, in arcsec per pixel, is float32.
        string? Beside(string suffix) => columns.Where(c => c is { DType: DType.Float64, Shape.Length: 1 }).Beside(column, suffix)?.Name;
    }

    /// <summary>The names of the columns.</summary>
    internal IEnumerable<string> Columns => offsets is null ? [] : [scales!, offsets];

    /// <summary>Compares a row with those before.</summary>
    /// <param name="batch">Has <see cref="Columns"/>.</param>
    /// <param name="row">The row.</param>
    /// <param name="bands">The number of each of its bands, among all that were found.</param>
    /// <param name="nameOf">Returns the name of a band by this number; null if it has none.</param>
    /// <exception cref="ArgumentException">A band of the row has another scale or offset.</exception>
    internal void Require(RowBatch batch, int row, ReadOnlySpan<int> bands, Func<int, string?> nameOf)
    {
        if (offsets is null || batch[scales!] is not ColumnData<double> scale || batch[offsets] is not ColumnData<double> offset
            || scale.IsNullAt(row) || offset.IsNullAt(row))
            return;
        ReadOnlySpan<double> own = scale.Row(row), ownOffset = offset.Row(row);
        for (int i = 0; i < bands.Length && i < own.Length && i < ownOffset.Length; i++)
        {
            if (known.TryAdd(bands[i], (own[i], ownOffset[i])) || known[bands[i]].Equals((own[i], ownOffset[i])))
                continue;
            (double firstScale, double firstOffset) = known[bands[i]];
            (string differing, double first) = firstOffset.Equals(ownOffset[i]) ? (scales!, firstScale) : (offsets, firstOffset);
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Column '{column}' cannot be normalised: band "
                + $"'{nameOf(bands[i]) ?? $"{i}"}' has the scale {firstScale:R} and the offset {firstOffset:R} in some rows, and "
                + $"{own[i]:R} and {ownOffset[i]:R} in others, so that equal numbers mean different values. Select rows of one scale "
                + $"and offset, for example with the condition {differing}[{i + 1}] = {first:R}."));
        }
    }
}
