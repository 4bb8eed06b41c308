using System.Collections.Immutable;
using System.Text;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>Divides the rows of an array into planes, each of one band: the bands that the column declares for its first axis, or those
/// whose names a row has beside the array (<c>chip_band</c>), on the axis before y and x (SCHEMA.md, section 7).</summary>
internal sealed class BandPlanes
{
    private const int PixelAxes = 2;

    private readonly ColumnSchema column;
    private readonly int[] ofAllRows;

    /// <param name="column">The array.</param>
    /// <param name="columns">The columns that its rows may have.</param>
    internal BandPlanes(ColumnSchema column, ImmutableArray<ColumnSchema> columns)
    {
        this.column = column;
        Declared = column.Shape is [var length, ..] && length == column.Bands.Length ? [.. column.Bands.Select(b => b.Name)] : [];
        // Native arrays may have other axes: a picture (y, x, colour) beside the bands of an image.
        if (Declared.IsEmpty && column.Shape.Length > PixelAxes && column.IsStandard)
            Names = columns.Where(c => c is { DType: DType.String, Shape.Length: 1 }).Beside(column.Name, "_band")?.Name;
        ofAllRows = [.. Enumerable.Range(0, Math.Max(Declared.Length, 1))];
    }

    /// <summary>The names of the bands that all rows have on the first axis.</summary>
    internal ImmutableArray<string> Declared { get; }

    /// <summary>The column with the names of each row's bands; null without such a column.</summary>
    internal string? Names { get; }

    /// <summary>Returns the number of elements of a plane. Planes follow each other, of one band after another.</summary>
    /// <param name="shape">The shape of the row.</param>
    /// <param name="hasNodata">True if planes without bands have a nodata each: then they are those of y and x too.</param>
    internal int ElementsOf(ReadOnlySpan<int> shape, bool hasNodata = false)
    {
        int elements = 1;
        foreach (int length in !Declared.IsEmpty ? shape[1..]
            : shape.Length > PixelAxes && (Names is not null || hasNodata) ? shape[^PixelAxes..] : shape)
            elements = checked(elements * length);
        return elements;
    }

    /// <summary>Returns which of the names each band of a row has; a single 0 without bands.</summary>
    /// <param name="batch">Has <see cref="Names"/>.</param>
    /// <param name="row">The row.</param>
    /// <param name="known">Names in UTF-8.</param>
    /// <param name="adds">True to add names that are missing; otherwise their number is <paramref name="known"/>'s length.</param>
    /// <exception cref="SchemaMismatchException">The row has another number of names than of bands.</exception>
    internal int[] BandsOf(RowBatch batch, int row, List<byte[]> known, bool adds)
    {
        if (Names is null)
            return ofAllRows;
        TextColumnData names = (TextColumnData)batch[Names];
        int count = names.IsNullAt(row) ? 0 : names.ElementsOf(row), bands = batch[column.Name].ShapeOf(row)[^(PixelAxes + 1)];
        if (count != bands)
            throw new SchemaMismatchException($"row {row} of a batch", Names, $"it names {count} bands, but '{column.Name}' has {bands}",
                "Rebuild the dataset; 'pile validate --deep' lists such rows");
        int[] numbers = new int[count];
        for (int band = 0; band < count; band++)
        {
            ReadOnlySpan<byte> name = names.Element(row, band);
            int number = 0;
            while (number < known.Count && !name.SequenceEqual(known[number]))
                number++;
            if (adds && number == known.Count)
                known.Add(name.ToArray());
            numbers[band] = number;
        }
        return numbers;
    }

    /// <summary>Returns a name that was found in a row.</summary>
    internal static string TextOf(byte[] name) => Encoding.UTF8.GetString(name);
}
