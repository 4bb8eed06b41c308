using Pile.Format;

namespace Pile.Plotting;

/// <summary>The companions of an image column: <c>image_band</c> for <c>image_array</c>, <c>image_hst_band</c> for
/// <c>image_hst_array</c>.</summary>
/// <param name="Prefix">The prefix of the group's names, <c>image_</c>.</param>
/// <param name="WcsColumn">The column with the WCS cards, or null.</param>
internal sealed record ImageGroup(string Prefix, string? WcsColumn)
{
    /// <summary>The column with the names of the bands.</summary>
    internal string BandColumn => Prefix + "band";

    /// <summary>The columns that a file of the group needs.</summary>
    internal IEnumerable<string> Companions => WcsColumn is null ? [BandColumn] : [BandColumn, WcsColumn];

    /// <summary>Returns true for heavy columns of two or three axes that contain numbers or booleans.</summary>
    internal static bool IsImage(ColumnSchema column) =>
        column is { IsHeavy: true, Shape.Length: 2 or 3 } && column.DType != DType.String;

    /// <summary>Returns the group of a column whose first axis is the bands; null for other columns.</summary>
    internal static ImageGroup? Of(ViewColumns view, ColumnSchema column)
    {
        if (!IsImage(column) || column.Shape.Length != 3)
            return null;
        for (int end = column.Name.LastIndexOf('_'); end > 0; end = column.Name.LastIndexOf('_', end - 1))
        {
            string prefix = column.Name[..(end + 1)];
            if (view.FindExact(prefix + "band") is { DType: DType.String, Shape: [int bands] })
                return column.Shape[0] == bands || column.Shape[0] == ColumnSchema.Ragged
                    ? new ImageGroup(prefix, view.FindExact(prefix + "wcs") is { DType: DType.String, Shape: [int cards] } && cards == bands
                        ? prefix + "wcs" : null) : null;
        }
        return null;
    }

    /// <summary>Returns the bands of a row.</summary>
    /// <exception cref="DatasetInvalidException">Their number differs from that of the image.</exception>
    internal string[] BandsOf(RowBatch batch, int row, ColumnData image, string dataset)
    {
        TextColumnData bands = (TextColumnData)batch[BandColumn];
        int count = bands.ElementsOf(row), planes = image.ShapeOf(row)[0];
        return count == planes
            ? [.. Enumerable.Range(0, count).Select(band => bands.Text(row, band))]
            : throw new DatasetInvalidException(dataset,
                $"column '{image.Schema.Name}' has {planes} bands in a row, but '{BandColumn}' has {count}",
                "Run 'pile validate' for all findings");
    }
}
