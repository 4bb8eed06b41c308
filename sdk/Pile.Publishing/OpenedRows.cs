using Pile.Format;

namespace Pile.Publishing;

/// <summary>The number of rows that are opened together, because the light columns of opened rows are in memory.</summary>
internal static class OpenedRows
{
    private const long MostRows = 1 << 16, FewestRows = 64, MostBytes = 64L << 20;

    /// <summary>The assumed size of a row with arrays, if nothing states it: an image of 128 × 128 numbers.</summary>
    private const long RowBytesOfArrays = 64L << 10;

    /// <summary>Returns the number of rows of a dataset: fewer of a catalogue of another program that has arrays, which are light there and
    /// heavy in other datasets.</summary>
    internal static int Of(Manifest manifest)
    {
        ColumnSchema[] arrays = [.. manifest.Columns.Where(column => column is { IsHeavy: false, Shape.Length: > 1 })];
        if (arrays.Length is 0)
            return (int)MostRows;
        long declared = arrays.Sum(array => array.Shape.Aggregate((long)array.DType.ElementBytes(),
            (bytes, length) => length is ColumnSchema.Ragged ? 0 : bytes * length));
        long stored = manifest.Bytes > 0 ? manifest.Bytes / Math.Max(1, manifest.Rows) : RowBytesOfArrays;
        return (int)Math.Clamp(MostBytes / Math.Max(1, Math.Max(declared, stored)), FewestRows, MostRows);
    }
}
