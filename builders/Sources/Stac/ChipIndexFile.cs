using System.Buffers;
using System.Globalization;
using System.Text;
using Pile.Earth;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources.Stac;

/// <summary>Reads files of an index of stacchip: <c>chipid</c>, <c>date</c>, <c>chip_index_x</c>, <c>chip_index_y</c>,
/// <c>cloud_cover_percentage</c>, <c>nodata_percentage</c>, <c>geometry</c>, and after a merge <c>item</c>.</summary>
/// <remarks>Source: stacchip 0.1, <c>indexer.py</c> (<c>create_index</c>) and <c>merger.py</c>. The percentages are shares. Without
/// <c>item</c>, the item is <c>chipid</c> without <c>-x-y</c>. The geometry may be WKB, with the metadata of GeoParquet or without, WKT, or
/// lists of coordinates (GeoArrow).</remarks>
internal static class ChipIndexFile
{
    private const string Id = "chipid", Item = "item", Date = "date", X = "chip_index_x", Y = "chip_index_y",
        Cloud = "cloud_cover_percentage", Nodata = "nodata_percentage", Geometry = "geometry";
    private const int LargestIndex = ushort.MaxValue; // stacchip stores uint16

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEF");

    /// <summary>Reads the chips of a file.</summary>
    /// <returns>The item and the chip of each row.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing.</exception>
    /// <exception cref="SourceUnreadableException">The file cannot be read.</exception>
    /// <exception cref="ValueInvalidException">A value is not valid, and <paramref name="reject"/> throws it.</exception>
    internal static async IAsyncEnumerable<(string Item, IndexedChip Chip)> ReadAsync(string path, Action<ValueInvalidException> reject,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using ITableReader table = TableReader.Open(path, cancellationToken: cancellationToken);
        (table as TableFile)?.ReadAsDigits(Geometry);
        HashSet<string> names = [.. table.Columns.Select(c => c.Name)];
        foreach (string required in (string[])[Id, X, Y])
            if (!names.Contains(required))
                throw new SchemaMismatchException(path, required, "the index has no such column; its columns are "
                    + string.Join(", ", table.Columns.Select(c => c.Name)), "Give an index of stacchip ('index')");
        string[] wanted = [.. ((string[])[Id, Item, Date, X, Y, Cloud, Nodata, Geometry]).Where(names.Contains)];
        long first = 0;
        await foreach (RowBatch batch in table.ReadAsync(wanted, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                (string, IndexedChip)? found = null;
                try
                {
                    found = Read(batch, row, path, first + row);
                }
                catch (ValueInvalidException e)
                {
                    reject(e);
                }
                if (found is { } chip)
                    yield return chip;
            }
            first += batch.RowCount;
        }
    }

    private static (string Item, IndexedChip Chip) Read(RowBatch batch, int row, string path, long number)
    {
        string id = Text(batch, Id, row) is { Length: > 0 } text ? text : throw Invalid(Id, "null", "an id", "Correct the index");
        int x = Index(X), y = Index(Y);
        string suffix = string.Create(CultureInfo.InvariantCulture, $"-{x}-{y}");
        string? item = Text(batch, Item, row);
        if (item is null && (!id.EndsWith(suffix, StringComparison.Ordinal) || id.Length == suffix.Length))
            throw Invalid(Id, $"'{id}'", $"ITEM{suffix}, as {X} and {Y} say", "Correct the index, or add a column 'item'");
        DateOnly? date = Text(batch, Date, row) is not { Length: >= 10 } day ? null
            : DateOnly.TryParseExact(day[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly parsed)
                ? parsed : throw Invalid(Date, $"'{day}'", "a date", "Correct the index");
        return (item ?? id[..^suffix.Length], new IndexedChip(path, number, id, x, y, Share(Cloud), Share(Nodata), date,
            Text(batch, Geometry, row) is { } geometry ? BoundsOf(TextOf(geometry))
                ?? throw Invalid(Geometry, "the geometry", "a polygon in longitude and latitude", "Correct the index") : null));

        int Index(string name) => Number(batch, name, row) is { } value && value >= 0 && value <= LargestIndex && value == Math.Floor(value)
            ? (int)value : throw Invalid(name, Number(batch, name, row)?.ToString(CultureInfo.InvariantCulture) ?? "null",
                $"an integer from 0 to {LargestIndex}", "Correct the index");

        float Share(string name) => Number(batch, name, row) is not { } value || double.IsNaN(value) ? float.NaN
            : value is >= 0 and <= 1 ? (float)value : throw Invalid(name, value.ToString(CultureInfo.InvariantCulture),
                "a share from 0 to 1, which stacchip calls a percentage", "Divide it by 100 if it is one");

        ValueInvalidException Invalid(string column, string value, string expected, string remedy) =>
            new(path, number, column, value, expected, remedy);
    }

    // A binary column has WKB, or text as old writers of Parquet have it. The first byte of WKB is its byte order, 0 or 1.
    private static string TextOf(string geometry)
    {
        if (geometry.Length is 0 || geometry.Length % 2 != 0 || geometry.AsSpan().ContainsAnyExcept(HexDigits))
            return geometry;
        byte[] bytes = Convert.FromHexString(geometry);
        try
        {
            return bytes[0] <= 1 ? Footprint.FromWkb(bytes).ToWkt() : Encoding.UTF8.GetString(bytes);
        }
        catch (FormatException)
        {
            return ""; // not a polygon
        }
    }

    // Whatever the notation, the numbers of a polygon are pairs of longitude and latitude.
    private static (float West, float South, float East, float North)? BoundsOf(string geometry)
    {
        double[] least = [double.PositiveInfinity, double.PositiveInfinity], most = [double.NegativeInfinity, double.NegativeInfinity];
        int count = 0;
        for (int at = 0; at < geometry.Length;)
        {
            int start = at;
            while (at < geometry.Length && (char.IsAsciiDigit(geometry[at]) || geometry[at] is '-' or '+' or '.'
                || (geometry[at] is 'e' or 'E' && at > start)))
                at++;
            if (at == start)
            {
                at++;
                continue;
            }
            if (!double.TryParse(geometry.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                return null;
            least[count % 2] = Math.Min(least[count % 2], value);
            most[count % 2] = Math.Max(most[count % 2], value);
            count++;
        }
        return count < 8 || count % 2 != 0 || least[0] < -180 || most[0] > 360 || least[1] < -90 || most[1] > 90 ? null
            : ((float)least[0], (float)least[1], (float)most[0], (float)most[1]);
    }

    private static string? Text(RowBatch batch, string name, int row) =>
        batch.Columns.FirstOrDefault(c => c.Schema.Name == name) is TextColumnData column && !column.IsNullAt(row)
            ? column.Text(row) : null;

    private static double? Number(RowBatch batch, string name, int row) => batch.Columns.FirstOrDefault(c => c.Schema.Name == name) switch
    {
        null => null,
        { } column when column.IsNullAt(row) || !column.Schema.IsScalar => null,
        ColumnData<ushort> column => column.Row(row)[0],
        ColumnData<short> column => column.Row(row)[0],
        ColumnData<byte> column => column.Row(row)[0],
        ColumnData<uint> column => column.Row(row)[0],
        ColumnData<int> column => column.Row(row)[0],
        ColumnData<long> column => column.Row(row)[0],
        ColumnData<ulong> column => column.Row(row)[0],
        ColumnData<float> column => column.Row(row)[0],
        ColumnData<double> column => column.Row(row)[0],
        _ => null,
    };
}
