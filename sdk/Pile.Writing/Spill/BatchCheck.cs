using System.Text;
using System.Text.Unicode;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Checks the rows of a batch before anything of them is written.</summary>
internal static class BatchCheck
{
    private const string Remedy = "Correct it at its source, or have the builder leave the row out";

    /// <summary>Checks ids, positions and texts, and brings the few values into shape that may be: a right ascension of 360 is 0, trailing blanks of ids go.</summary>
    /// <returns>The batch, or a copy with those changes.</returns>
    /// <exception cref="SchemaMismatchException">A column that every batch must have is missing.</exception>
    /// <exception cref="ValueInvalidException">A row has no id, no position, or text that is none.</exception>
    internal static RowBatch Check(RowBatch batch, string source, long firstRow)
    {
        ColumnData id = Required(batch, StandardColumns.ObjectId, source);
        ColumnData<double> ra = Required(batch, StandardColumns.Ra, source) as ColumnData<double> ?? throw NotDouble(StandardColumns.Ra);
        ColumnData<double> dec = Required(batch, StandardColumns.Dec, source) as ColumnData<double> ?? throw NotDouble(StandardColumns.Dec);
        foreach (ColumnData column in (ReadOnlySpan<ColumnData>)[id, ra, dec])
            if (column.IsNull.Span.IndexOf(true) is >= 0 and int row)
                throw new ValueInvalidException(source, firstRow + row, column.Schema.Name, "a missing value", "what every row must have", Remedy);
        foreach (ColumnData column in batch.Columns)
            if (column is TextColumnData text)
            {
                CheckText(text, source, firstRow);
                CheckWidth(text, source, firstRow);
            }

        bool wraps = CheckPositions(ra.Values.Span, dec.Values.Span, source, firstRow);
        ColumnData cut = id is TextColumnData ids ? WithoutTrailingBlanks(ids, source, firstRow) : id;
        return !wraps && ReferenceEquals(cut, id) ? batch
            : new RowBatch(batch.Columns.Select(c => ReferenceEquals(c, id) ? cut : ReferenceEquals(c, ra) && wraps ? Wrapped(ra) : c));

        SchemaMismatchException NotDouble(string name) => new(source, name, "expected float64", "Convert it in the builder");
    }

    private static ColumnData Required(RowBatch batch, string name, string source) => batch.Find(name)
        ?? throw new SchemaMismatchException(source, name, "the batch lacks it; every batch must have object_id, ra and dec", "Have the builder give it");

    /// <returns>True when a right ascension is exactly 360.</returns>
    private static bool CheckPositions(ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, string source, long firstRow)
    {
        bool wraps = false;
        for (int row = 0; row < raDeg.Length; row++)
        {
            if (!(raDeg[row] is >= 0 and <= 360))
                throw new ValueInvalidException(source, firstRow + row, StandardColumns.Ra, raDeg[row].ToString(), "a right ascension in degrees, 0 to 360", Remedy);
            if (!(decDeg[row] is >= -90 and <= 90))
                throw new ValueInvalidException(source, firstRow + row, StandardColumns.Dec, decDeg[row].ToString(), "a declination in degrees, -90 to 90", Remedy);
            wraps |= raDeg[row] == 360;
        }
        return wraps;
    }

    private static ColumnData<double> Wrapped(ColumnData<double> ra)
    {
        double[] values = ra.Values.ToArray();
        values.AsSpan().Replace(360, 0);
        return new ColumnData<double>(ra.Schema, values, ra.RowCount);
    }

    private static void CheckText(TextColumnData text, string source, long firstRow)
    {
        ReadOnlySpan<byte> utf8 = text.Utf8.Span;
        // The common case in two sweeps; a row is looked for only where there is one to blame. Cuts inside a character are caught by the start bytes.
        bool good = Utf8.IsValid(utf8) && !utf8.Contains((byte)0);
        ReadOnlySpan<int> starts = text.Starts.Span;
        for (int i = 0; good && i < starts.Length - 1; i++)
            good = starts[i] == utf8.Length || (utf8[starts[i]] & 0xC0) != 0x80;
        if (good)
            return;
        for (int row = 0; row < text.RowCount; row++)
            for (int i = 0; i < text.ElementsOf(row); i++)
            {
                ReadOnlySpan<byte> element = text.Element(row, i);
                if (!Utf8.IsValid(element) || element.Contains((byte)0))
                    throw new ValueInvalidException(source, firstRow + row, text.Schema.Name, $"'{Encoding.UTF8.GetString(element)}'", "UTF-8 text without NUL", "Decode it, or cut the padding, in the builder");
            }
    }

    /// <summary>A text longer than its column declares is never cut.</summary>
    private static void CheckWidth(TextColumnData text, string source, long firstRow)
    {
        int most = text.Schema.StringBytes;
        if (most == 0 || !AnyLonger(text.Starts.Span, most))
            return;
        for (int row = 0; row < text.RowCount; row++)
            for (int i = 0; i < text.ElementsOf(row); i++)
                if (text.Element(row, i).Length > most && !text.IsNullAt(row))
                    throw new ValueInvalidException(source, firstRow + row, text.Schema.Name, $"'{text.Text(row, i)}' of {text.Element(row, i).Length} bytes", $"a text of at most {most} bytes, as its column declares",
                        "Declare it wider, or leave its width open");
    }

    private static bool AnyLonger(ReadOnlySpan<int> starts, int most)
    {
        for (int i = 1; i < starts.Length; i++)
            if (starts[i] - starts[i - 1] > most)
                return true;
        return false;
    }

    private static TextColumnData WithoutTrailingBlanks(TextColumnData ids, string source, long firstRow)
    {
        bool any = false;
        for (int row = 0; row < ids.RowCount; row++)
        {
            ReadOnlySpan<byte> id = ids.Element(row);
            any |= id.Length == 0 || id[^1] == (byte)' ';
        }
        if (!any)
            return ids;
        byte[] utf8 = new byte[ids.Utf8.Length];
        int[] starts = new int[ids.RowCount + 1];
        for (int row = 0; row < ids.RowCount; row++)
        {
            ReadOnlySpan<byte> id = ids.Element(row).TrimEnd((byte)' ');
            if (id.IsEmpty)
                throw new ValueInvalidException(source, firstRow + row, StandardColumns.ObjectId, "an empty text", "the name of an observation", Remedy);
            id.CopyTo(utf8.AsSpan(starts[row]));
            starts[row + 1] = starts[row] + id.Length;
        }
        return new TextColumnData(ids.Schema, utf8.AsMemory(0, starts[^1]), starts);
    }
}
